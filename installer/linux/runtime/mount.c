/* Serves the file system by FUSE, from a process of its own. */

#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse_lowlevel.h>
#include <poll.h>
#include <signal.h>
#include <squashfuse/ll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int can_mount(void)
{
    return access("/dev/fuse", R_OK | W_OK) == 0;
}

/* Nothing in here ever changes: what the kernel has once read, it may keep. */
static void open_kept(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
    file->keep_cache = 1;
    sqfs_ll_op_open(request, inode, file);
}

static const struct fuse_lowlevel_ops operations = {
    .getattr = sqfs_ll_op_getattr,
    .opendir = sqfs_ll_op_opendir,
    .releasedir = sqfs_ll_op_releasedir,
    .readdir = sqfs_ll_op_readdir,
    .lookup = sqfs_ll_op_lookup,
    .open = open_kept,
    .release = sqfs_ll_op_release,
    .read = sqfs_ll_op_read,
    .readlink = sqfs_ll_op_readlink,
    .listxattr = sqfs_ll_op_listxattr,
    .getxattr = sqfs_ll_op_getxattr,
    .forget = sqfs_ll_op_forget,
};

/* A failed mount is followed by unpacking, and is nobody's concern. */
static void say_nothing(enum fuse_log_level level, const char *words, va_list rest)
{
    (void)level, (void)words, (void)rest;
}

/* Until it is unmounted from outside, or `alive` has no writer left. */
static void serve(struct fuse_session *session, int alive)
{
    struct fuse_buf buffer = {0};
    struct pollfd waits[2] = {{fuse_session_fd(session), POLLIN, 0}, {alive, POLLIN, 0}};
    while (!fuse_session_exited(session)) {
        if (poll(waits, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            break;
        }
        if (waits[1].revents)
            break;
        int received = fuse_session_receive_buf(session, &buffer);
        if (received == -EINTR)
            continue;
        if (received <= 0)
            break;
        fuse_session_process_buf(session, &buffer);
    }
    free(buffer.mem);
}

/* Of folders and channels that others may want to unmount or see the end of. */
static void let_go(void)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int channel = 0; channel < 3; channel++)
        dup2(nothing, channel);
    if (chdir("/") < 0)
        return;
}

/* In the process of its own. Writes a byte to `ready` once it is mounted. */
static void mount_and_serve(const struct image *image, const char *point, int ready, int alive)
{
    char *words[] = {"skynet-desktop", "-o", "ro,nosuid,nodev,subtype=skynet", NULL};
    struct fuse_args arguments = FUSE_ARGS_INIT(3, words);
    sqfs_ll *files = sqfs_ll_open(image->path, image->offset);
    if (files == NULL)
        return;
    struct fuse_session *session =
        fuse_session_new(&arguments, &operations, sizeof operations, files);
    if (session == NULL || fuse_session_mount(session, point) != 0)
        return;
    if (write(ready, "", 1) == 1) {
        close(ready);
        serve(session, alive);
    }
    fuse_session_unmount(session);
    rmdir(point);
}

int mount_image(const struct image *image, const char *point)
{
    int ready[2], alive[2];
    char byte;
    if (pipe2(ready, O_CLOEXEC) < 0 || pipe(alive) < 0)
        return -1;
    pid_t process = fork();
    if (process < 0)
        return -1;
    if (process == 0) {
        /* Twice, so that the program gets no child that it knows nothing of. */
        if (fork() != 0)
            _exit(0);
        close(ready[0]);
        close(alive[1]);
        /* What ends the program, such as Ctrl-C in its terminal, ends it first. */
        setsid();
        signal(SIGPIPE, SIG_IGN);
        let_go();
        fuse_set_log_func(say_nothing);
        mount_and_serve(image, point, ready[1], alive[0]);
        _exit(0);
    }
    waitpid(process, NULL, 0);
    close(ready[1]);
    close(alive[0]);
    ssize_t read_ = read(ready[0], &byte, 1);
    close(ready[0]);
    if (read_ == 1)
        return alive[1];
    close(alive[1]);
    return -1;
}
