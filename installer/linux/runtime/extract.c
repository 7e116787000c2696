/* Unpacks the file system without mounting it. */

#define _GNU_SOURCE
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <squashfuse/squashfuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int complain(const char *path)
{
    fprintf(stderr, "AppImage: %s cannot be written: %s\n", path, strerror(errno));
    return -1;
}

static int write_all(int descriptor, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);
        if (written < 0)
            return -1;
        bytes += written;
        count -= (size_t)written;
    }
    return 0;
}

static int extract_file(sqfs *fs, sqfs_inode *inode, const char *path)
{
    static char block[1 << 17]; /* a multiple of the image's blocks */
    unlink(path);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, inode->base.mode & 0777);
    if (descriptor < 0)
        return complain(path);
    for (uint64_t done = 0; done < inode->xtra.reg.file_size;) {
        sqfs_off_t count = sizeof block;
        if (sqfs_read_range(fs, inode, (sqfs_off_t)done, &count, block) || count <= 0)
            errno = EIO;
        else if (write_all(descriptor, block, (size_t)count) == 0) {
            done += (uint64_t)count;
            continue;
        }
        close(descriptor);
        return complain(path);
    }
    return close(descriptor) < 0 ? complain(path) : 0;
}

static int extract_link(sqfs *fs, sqfs_inode *inode, const char *path)
{
    char target[PATH_MAX];
    size_t room = sizeof target;
    unlink(path);
    if (sqfs_readlink(fs, inode, target, &room) || symlink(target, path) < 0)
        return complain(path);
    return 0;
}

static int extract_entry(sqfs *fs, const sqfs_dir_entry *entry, const char *path)
{
    sqfs_inode inode;
    if (sqfs_inode_get(fs, &inode, sqfs_dentry_inode((sqfs_dir_entry *)entry))) {
        errno = EIO;
        return complain(path);
    }
    if (S_ISDIR(inode.base.mode))
        return mkdir(path, 0755) < 0 && errno != EEXIST ? complain(path) : 0;
    if (S_ISREG(inode.base.mode))
        return extract_file(fs, &inode, path);
    if (S_ISLNK(inode.base.mode))
        return extract_link(fs, &inode, path);
    return 0; /* we put no other kinds in */
}

/* The folders above `path`, as far as they are missing; those up to `from` are there. */
static void make_parents(char *path, size_t from)
{
    for (char *slash = strchr(path + from, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
}

int extract(const struct image *image, const char *target, const char *pattern, int told)
{
    sqfs fs;
    sqfs_traverse walk;
    sqfs_err error = SQFS_OK;
    int result = 0;
    if (sqfs_open_image(&fs, image->path, image->offset)) /* it says why */
        return -1;
    if (sqfs_traverse_open(&walk, &fs, sqfs_inode_root(&fs))) {
        fprintf(stderr, "AppImage: %s is damaged.\n", image->path);
        return -1;
    }
    while (result == 0 && sqfs_traverse_next(&walk, &error)) {
        char path[PATH_MAX];
        if (walk.dir_end || (pattern != NULL && fnmatch(pattern, walk.path, FNM_LEADING_DIR)))
            continue;
        if (snprintf(path, sizeof path, "%s/%s", target, walk.path) >= (int)sizeof path) {
            errno = ENAMETOOLONG;
            result = complain(walk.path);
        } else {
            if (told)
                puts(path);
            make_parents(path, strlen(target) + 1);
            result = extract_entry(&fs, &walk.entry, path);
        }
    }
    if (error) {
        fprintf(stderr, "AppImage: %s is damaged.\n", image->path);
        result = -1;
    }
    sqfs_traverse_close(&walk);
    sqfs_fd_close(fs.fd);
    sqfs_destroy(&fs);
    return result;
}

static int remove_one(const char *path, const struct stat *what, int kind, struct FTW *where)
{
    (void)what, (void)kind, (void)where;
    remove(path);
    return 0;
}

void remove_tree(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
