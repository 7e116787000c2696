/* What the parts of the runtime say to each other. */
#ifndef SKYNET_RUNTIME_H
#define SKYNET_RUNTIME_H

#include <limits.h>
#include <stddef.h>

/* This very file: where it lies, and where in it the file system begins. */
struct image {
    char path[PATH_MAX];
    size_t offset;
};

/* extract.c: unpack what matches `pattern` (all, if NULL) below the existing folder `target`.
   With `told`, name each file. 0, or -1 after saying why. */
int extract(const struct image *image, const char *target, const char *pattern, int told);

/* extract.c: remove a folder with all that is in it. */
void remove_tree(const char *folder);

/* mount.c: whether this system could mount it at all. */
int can_mount(void);

/* mount.c: mount it at the existing folder `point`, in a process of its own that ends, and
   unmounts, when every copy of the returned descriptor is closed. -1 if it cannot be mounted. */
int mount_image(const struct image *image, const char *point);

#endif
