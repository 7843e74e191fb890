/* disk.h - a virtual disk for each machine: what was written is not what is on it until it is
 * synced, and power can go at any moment. */
#ifndef TESTS_MODEL_DISK_H
#define TESTS_MODEL_DISK_H

#include "tests/model/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A path begins with its machine: /@t/…, /@p/…, /@s/…, /@c/… ; every other path is not ours. */
enum { DISK_PATH = 192, SHM_REGIONS = 4, SHM_BYTES = 32768, SHM_LOCKS = 8 };

/* One write that may not be on the disk yet: what was there before it. */
struct undo {
    struct undo *older;
    int64_t at, n_before; /* place; length of the file before */
    size_t n;
    unsigned char *old;
};
/* What SQLite shares through the file: locks and the index of the WAL. */
struct vfs_file;
struct share {
    int readers;
    struct vfs_file *reserved, *pending, *exclusive;
    int maps;
    unsigned char *region[SHM_REGIONS], *kept[SHM_REGIONS]; /* kept: as it was when its user died */
    struct vfs_file *shm_exclusive[SHM_LOCKS];
    int shm_shared[SHM_LOCKS];
};
/* A file's contents. Lives until its disk is emptied. Bytes beyond cap are zero. */
struct inode {
    struct inode *next;
    enum machine on;
    int64_t n;
    size_t cap;
    unsigned char *data;
    struct undo *undo; /* newest first; NULL: all of it is on the disk */
    int names;
    bool dir;
    unsigned changes;
    struct share share;
};

bool disk_ours(const char *path, enum machine *out);
/* Each call of a program to its disk comes by here: may it? False: dead, or dies here, or an error
 * of the device; errno is EIO. */
bool disk_call(void);
/* The running program has died with this call. */
void disk_die(void);
/* After the dead were taken apart: what they shared is as it was when they died; and if the power
 * went (true), the disk is as the device left it. */
bool disk_bury(enum machine m);

struct inode *disk_find(const char *path);
struct inode *disk_make(const char *path, bool dir); /* its name, not synced */
struct inode *disk_nameless(enum machine m);
bool disk_remove(const char *path);
bool disk_rename(const char *from, const char *to);
bool disk_link(const char *from, const char *to);
/* The next name directly in the directory; from: -1 to begin with; NULL: no more. */
const char *disk_entry(const char *dir, int *from);

size_t disk_read(const struct inode *f, int64_t at, void *buf, size_t n);
/* How much went on; less: the disk is full. */
size_t disk_write(struct inode *f, int64_t at, const void *buf, size_t n);
bool disk_truncate(struct inode *f, int64_t n); /* longer, too: with zeros */
void disk_sync(struct inode *f);
void disk_sync_names(enum machine m);

int64_t disk_free(enum machine m);
/* From now on this much more goes on it; -1: plenty. */
void disk_room(enum machine m, int64_t bytes);
/* The n-th call from now fails, once; 0: none. */
void disk_error_in(enum machine m, int n);

void disk_empty(enum machine m);
/* All of `from` (which has nothing unsynced) as the whole of `to`; names keep their tails. */
void disk_keep(enum machine m, int slot);
void disk_load(enum machine m, int slot);
/* The contents of one file, and what its users share, as those of another that nobody uses. */
void disk_copy(const char *from, const char *to);

#endif
