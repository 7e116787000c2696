/* What an AppImage of Skynet Desktop starts with: finds the file system behind itself, mounts
   or unpacks it, and starts its AppRun.

   Written from the AppImage specification, type 2 (magic "AI\2" at byte 8, a squashfs image
   behind the ELF file, AppRun at its root; APPIMAGE, APPDIR, OWD and ARGV0 in the environment
   of the program). The options are those that AppImages have in common. Static, so that it
   runs on a system with nothing but a kernel. */

#define _GNU_SOURCE
#include "runtime.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] =
    "This AppImage is started with the options of the program in it, or with one of these:\n"
    "  --appimage-extract [PATTERN]  unpack it into ./squashfs-root\n"
    "  --appimage-extract-and-run    unpack it to a temporary folder and start it there\n"
    "  --appimage-mount              mount it until Ctrl-C, and say where\n"
    "  --appimage-offset             say where in this file its file system begins\n"
    "  --appimage-version            say which runtime this is\n"
    "  --appimage-help               this\n"
    "Where nothing can be mounted, it unpacks itself by itself.\n";

/* The length of an ELF file that ends with its section headers, as linkers write it. */
static int find_offset(struct image *image)
{
    Elf64_Ehdr header;
    FILE *file = fopen(image->path, "rb");
    if (file == NULL)
        return -1;
    size_t read = fread(&header, sizeof header, 1, file);
    fclose(file);
    if (read != 1)
        return -1;
    image->offset = header.e_shoff + (size_t)header.e_shentsize * header.e_shnum;
    return 0;
}

static const char *temporary(void)
{
    const char *chosen = getenv("TMPDIR");
    return chosen != NULL && chosen[0] == '/' ? chosen : "/tmp";
}

/* A new folder of one's own. NULL after saying why there is none. */
static char *make_folder(char room[PATH_MAX], const char *prefix)
{
    snprintf(room, PATH_MAX, "%s/%sXXXXXX", temporary(), prefix);
    if (mkdtemp(room) == NULL) {
        fprintf(stderr, "AppImage: %s cannot be made: %s\n", room, strerror(errno));
        return NULL;
    }
    return room;
}

/* Becomes the program. Returns only if that failed. */
static int start(const struct image *image, const char *folder, char **arguments)
{
    char program[PATH_MAX + 8], here[PATH_MAX];
    snprintf(program, sizeof program, "%s/AppRun", folder);
    setenv("APPIMAGE", image->path, 1);
    setenv("APPDIR", folder, 1);
    setenv("ARGV0", arguments[0], 1);
    if (getcwd(here, sizeof here) != NULL)
        setenv("OWD", here, 1);
    execv(program, arguments);
    fprintf(stderr, "AppImage: %s cannot be started: %s\n", program, strerror(errno));
    return 127;
}

static volatile sig_atomic_t child;

static void pass_on(int number)
{
    if (child > 0)
        kill(child, number);
}

/* What is sent to us is meant for the program; it goes on to `child` once there is one. */
static void pass_signals_on(void)
{
    const int passed[] = {SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
        sigaction(passed[i], &action, NULL);
}

static int extract_and_run(const struct image *image, char **arguments)
{
    char room[PATH_MAX];
    if (make_folder(room, "appimage_extracted_") == NULL)
        return 1;
    int status = 1;
    if (extract(image, room, NULL, 0) == 0) {
        pass_signals_on();
        pid_t process = fork();
        if (process == 0)
            _exit(start(image, room, arguments));
        child = process;
        while (waitpid(process, &status, 0) < 0 && errno == EINTR)
            ;
        status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    remove_tree(room);
    return status;
}

static int mount_and_run(const struct image *image, char **arguments)
{
    char point[PATH_MAX];
    if (can_mount() && make_folder(point, ".mount_skynet") != NULL) {
        /* The descriptor stays open in the program: when it ends, however, so does the mount. */
        if (mount_image(image, point) >= 0)
            return start(image, point, arguments);
        rmdir(point);
    }
    return extract_and_run(image, arguments);
}

static int mount_and_wait(const struct image *image)
{
    char point[PATH_MAX];
    if (make_folder(point, ".mount_skynet") == NULL)
        return 1;
    if (mount_image(image, point) < 0) {
        fprintf(stderr, "AppImage: it cannot be mounted here.\n");
        rmdir(point);
        return 1;
    }
    puts(point);
    fflush(stdout);
    for (;;)
        pause();
}

static int extract_here(const struct image *image, const char *pattern)
{
    if (mkdir("squashfs-root", 0755) < 0 && errno != EEXIST) {
        fprintf(stderr, "AppImage: squashfs-root cannot be made: %s\n", strerror(errno));
        return 1;
    }
    return extract(image, "squashfs-root", pattern, 1) == 0 ? 0 : 1;
}

int main(int count, char **arguments)
{
    struct image image;
    ssize_t length = readlink("/proc/self/exe", image.path, sizeof image.path - 1);
    if (length < 0) {
        fprintf(stderr, "AppImage: /proc is not mounted.\n");
        return 127;
    }
    image.path[length] = '\0';
    if (find_offset(&image) < 0) {
        fprintf(stderr, "AppImage: %s cannot be read: %s\n", image.path, strerror(errno));
        return 127;
    }
    const char *option = count > 1 ? arguments[1] : "";
    if (strcmp(option, "--appimage-offset") == 0)
        return printf("%zu\n", image.offset) < 0;
    if (strcmp(option, "--appimage-help") == 0)
        return fputs(help, stdout) < 0;
    if (strcmp(option, "--appimage-version") == 0)
        return puts("Skynet Desktop's own type-2 runtime, 1") < 0;
    if (strcmp(option, "--appimage-extract") == 0)
        return extract_here(&image, count > 2 ? arguments[2] : NULL);
    if (strcmp(option, "--appimage-mount") == 0)
        return mount_and_wait(&image);
    if (strcmp(option, "--appimage-extract-and-run") == 0) {
        arguments[1] = arguments[0];
        return extract_and_run(&image, arguments + 1);
    }
    if (getenv("APPIMAGE_EXTRACT_AND_RUN") != NULL)
        return extract_and_run(&image, arguments);
    return mount_and_run(&image, arguments);
}
