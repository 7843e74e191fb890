/* vfs.c - SQLite on the virtual disks: reads, writes, locks and the shared index of a WAL. */
#include "tests/model/vfs.h"

#include "tests/model/disk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* One open file of one program. new_name: with its first sync its name must be on the disk, too, as
 * SQLite's own file layer does for each journal and WAL it opens, new or left behind by a killed
 * one. */
struct vfs_file {
    sqlite3_file base;
    struct inode *file;
    enum program owner;
    bool new_name, drop, mapped;
    int lock;
    unsigned shared, exclusive; /* of the shm: bits */
    unsigned seen;              /* changes of the file at the last release of the write lock */
    char path[DISK_PATH];
};
static void (*on_commit)(const char *db_path);

void vfs_on_commit(void (*seen)(const char *db_path))
{
    on_commit = seen;
}

static struct vfs_file *of(sqlite3_file *f)
{
    return (struct vfs_file *)(void *)f;
}

/* A dead program's calls do nothing. */
static bool may(const struct vfs_file *f)
{
    return !prog[f->owner].dead && disk_call();
}

static int do_unlock(sqlite3_file *file, int level);
static int do_shm_unmap(sqlite3_file *file, int drop);

static int do_close(sqlite3_file *file)
{
    struct vfs_file *f = of(file);
    (void)do_unlock(file, SQLITE_LOCK_NONE);
    (void)do_shm_unmap(file, 0);
    if (f->drop && f->path[0] && !prog[f->owner].dead)
        (void)disk_remove(f->path);
    file->pMethods = NULL;
    return SQLITE_OK;
}

static int do_read(sqlite3_file *file, void *buf, int n, sqlite3_int64 at)
{
    struct vfs_file *f = of(file);
    if (!may(f))
        return SQLITE_IOERR_READ;
    size_t got = disk_read(f->file, at, buf, (size_t)n);
    if (got == (size_t)n)
        return SQLITE_OK;
    memset((char *)buf + got, 0, (size_t)n - got);
    return SQLITE_IOERR_SHORT_READ;
}

static int do_write(sqlite3_file *file, const void *buf, int n, sqlite3_int64 at)
{
    struct vfs_file *f = of(file);
    if (!may(f))
        return SQLITE_IOERR_WRITE;
    return disk_write(f->file, at, buf, (size_t)n) == (size_t)n ? SQLITE_OK : SQLITE_FULL;
}

static int do_truncate(sqlite3_file *file, sqlite3_int64 n)
{
    struct vfs_file *f = of(file);
    if (!may(f))
        return SQLITE_IOERR_TRUNCATE;
    return disk_truncate(f->file, n) ? SQLITE_OK : SQLITE_FULL;
}

static int do_sync(sqlite3_file *file, int flags)
{
    struct vfs_file *f = of(file);
    (void)flags;
    if (!may(f))
        return SQLITE_IOERR_FSYNC;
    disk_sync(f->file);
    if (f->new_name)
        disk_sync_names(f->file->on);
    f->new_name = false;
    return SQLITE_OK;
}

static int do_size(sqlite3_file *file, sqlite3_int64 *out)
{
    *out = of(file)->file->n;
    return SQLITE_OK;
}

/* --- locks of the file ------------------------------------------------------------------------ */

static int do_lock(sqlite3_file *file, int level)
{
    struct vfs_file *f = of(file);
    struct share *s = &f->file->share;
    if (f->lock >= level)
        return SQLITE_OK;
    if (!may(f))
        return SQLITE_IOERR_LOCK;
    bool others_want = (s->pending && s->pending != f) || (s->exclusive && s->exclusive != f);
    if (level == SQLITE_LOCK_SHARED) {
        if (others_want)
            return SQLITE_BUSY;
        s->readers++;
    } else if (level == SQLITE_LOCK_RESERVED) {
        if (others_want || (s->reserved && s->reserved != f))
            return SQLITE_BUSY;
        s->reserved = f;
    } else {
        if (others_want || (s->reserved && s->reserved != f))
            return SQLITE_BUSY;
        s->pending = f;
        if (s->readers > 1) {
            f->lock = SQLITE_LOCK_PENDING;
            return SQLITE_BUSY;
        }
        s->exclusive = f;
    }
    f->lock = level;
    return SQLITE_OK;
}

static int do_unlock(sqlite3_file *file, int level)
{
    struct vfs_file *f = of(file);
    struct share *s = &f->file->share;
    if (f->lock <= level)
        return SQLITE_OK;
    s->reserved = s->reserved == f ? NULL : s->reserved;
    s->pending = s->pending == f ? NULL : s->pending;
    s->exclusive = s->exclusive == f ? NULL : s->exclusive;
    if (level == SQLITE_LOCK_NONE && f->lock >= SQLITE_LOCK_SHARED)
        s->readers--;
    f->lock = level;
    return SQLITE_OK;
}

static int do_reserved(sqlite3_file *file, int *out)
{
    const struct share *s = &of(file)->file->share;
    *out = s->reserved != NULL || s->exclusive != NULL;
    return SQLITE_OK;
}

/* --- the shared index of a WAL ---------------------------------------------------------------- */

static int do_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    struct vfs_file *f = of(file);
    struct share *s = &f->file->share;
    must(region < SHM_REGIONS && size == SHM_BYTES, "regions of the shared index");
    *out = NULL;
    if (!s->region[region] && !extend)
        return SQLITE_OK;
    if (!s->region[region] && !may(f))
        return SQLITE_IOERR_SHMMAP;
    if (!f->mapped)
        s->maps++;
    f->mapped = true;
    if (!s->region[region])
        s->region[region] = calloc(1, SHM_BYTES);
    must(s->region[region] != NULL, "memory");
    *out = s->region[region];
    return SQLITE_OK;
}

/* The write lock of a WAL goes: if there was a commit, everybody can see it from here on. */
static void released(struct vfs_file *f)
{
    unsigned now = 0;
    char wal[DISK_PATH + 8];
    enum machine m;
    if (!on_commit || prog[f->owner].dead || f->owner == OUTSIDE)
        return;
    memcpy(wal, f->path, strlen(f->path) + 1);
    memcpy(wal + strlen(wal), "-wal", 5);
    const struct inode *log = disk_ours(wal, &m) ? disk_find(wal) : NULL;
    now = log ? log->changes : 0;
    if (now == f->seen)
        return;
    f->seen = now;
    on_commit(f->path);
}

static int do_shm_lock(sqlite3_file *file, int at, int n, int flags)
{
    struct vfs_file *f = of(file);
    struct share *s = &f->file->share;
    unsigned bits = ((1u << n) - 1) << at;
    bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if (!(flags & SQLITE_SHM_UNLOCK) && prog[f->owner].dead)
        return SQLITE_IOERR_SHMLOCK;
    for (int i = at; i < at + n && !(flags & SQLITE_SHM_UNLOCK); i++) {
        bool own = (f->shared >> i & 1) != 0;
        if ((s->shm_exclusive[i] && s->shm_exclusive[i] != f) ||
            (exclusive && s->shm_shared[i] > own))
            return SQLITE_BUSY;
    }
    for (int i = at; i < at + n; i++) {
        bool mine = (f->shared >> i & 1) != 0;
        if (flags & SQLITE_SHM_UNLOCK) {
            s->shm_exclusive[i] = s->shm_exclusive[i] == f ? NULL : s->shm_exclusive[i];
            s->shm_shared[i] -= mine;
        } else if (exclusive) {
            s->shm_exclusive[i] = f;
        } else if (!mine) {
            s->shm_shared[i]++;
        }
    }
    if (flags & SQLITE_SHM_UNLOCK) {
        bool wrote = (f->exclusive & bits & 1) != 0;
        f->shared &= ~bits;
        f->exclusive &= ~bits;
        if (wrote)
            released(f);
    } else {
        *(exclusive ? &f->exclusive : &f->shared) |= bits;
    }
    return SQLITE_OK;
}

static void do_barrier(sqlite3_file *file)
{
    (void)file;
}

static int do_shm_unmap(sqlite3_file *file, int drop)
{
    struct vfs_file *f = of(file);
    struct share *s = &f->file->share;
    (void)drop;
    if (!f->mapped)
        return SQLITE_OK;
    (void)do_shm_lock(file, 0, SHM_LOCKS, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
    f->mapped = false;
    if (--s->maps > 0)
        return SQLITE_OK;
    for (int i = 0; i < SHM_REGIONS; i++) {
        free(s->region[i]);
        free(s->kept[i]);
        s->region[i] = s->kept[i] = NULL;
    }
    return SQLITE_OK;
}

static int do_control(sqlite3_file *file, int op, void *arg)
{
    (void)file;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int do_sector(sqlite3_file *file)
{
    (void)file;
    return 512;
}

/* As SQLite takes it of any disk: what lies beside a write survives it. */
static int do_character(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = { .iVersion = 2,
                                            .xClose = do_close,
                                            .xRead = do_read,
                                            .xWrite = do_write,
                                            .xTruncate = do_truncate,
                                            .xSync = do_sync,
                                            .xFileSize = do_size,
                                            .xLock = do_lock,
                                            .xUnlock = do_unlock,
                                            .xCheckReservedLock = do_reserved,
                                            .xFileControl = do_control,
                                            .xSectorSize = do_sector,
                                            .xDeviceCharacteristics = do_character,
                                            .xShmMap = do_shm_map,
                                            .xShmLock = do_shm_lock,
                                            .xShmBarrier = do_barrier,
                                            .xShmUnmap = do_shm_unmap };

/* --- files by name ---------------------------------------------------------------------------- */

static int do_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                   int *out_flags)
{
    struct vfs_file *f = of(file);
    enum machine m = prog[running].on;
    (void)vfs;
    memset(f, 0, sizeof *f);
    if (path && !disk_ours(path, &m))
        return SQLITE_CANTOPEN;
    if (!disk_call())
        return prog[running].dead ? SQLITE_CANTOPEN : SQLITE_IOERR;
    f->owner = running;
    f->file = path ? disk_find(path) : disk_nameless(m);
    if (f->file && f->file->dir)
        return SQLITE_CANTOPEN;
    if (!f->file && !(flags & SQLITE_OPEN_CREATE))
        return SQLITE_CANTOPEN;
    if (!f->file)
        f->file = disk_make(path, false);
    f->new_name = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    if (path)
        memcpy(f->path, path, strlen(path) + 1);
    f->drop = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    file->pMethods = &methods;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int do_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    enum machine m;
    (void)vfs;
    if (!disk_ours(path, &m) || !disk_call())
        return SQLITE_IOERR_DELETE;
    if (!disk_remove(path))
        return SQLITE_IOERR_DELETE_NOENT;
    if (sync)
        disk_sync_names(m);
    return SQLITE_OK;
}

static int do_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    enum machine m;
    (void)vfs;
    (void)flags;
    *out = disk_ours(path, &m) && disk_find(path) != NULL;
    return SQLITE_OK;
}

static int do_full(sqlite3_vfs *vfs, const char *path, int n, char *out)
{
    (void)vfs;
    size_t len = strlen(path);
    if ((int)len >= n)
        return SQLITE_CANTOPEN;
    memcpy(out, path, len + 1);
    return SQLITE_OK;
}

static int do_random(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs;
    keys_draw(out, n);
    return n;
}

static int do_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    world_us += us;
    return us;
}

static int do_now(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    *out = 210866760000000 + world_ms() + skew_ms[prog[running].on];
    return SQLITE_OK;
}

static int do_now_days(sqlite3_vfs *vfs, double *out)
{
    sqlite3_int64 ms;
    (void)do_now(vfs, &ms);
    *out = (double)ms / 86400000.0;
    return SQLITE_OK;
}

static int do_last_error(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs;
    (void)n;
    (void)out;
    return 0;
}

void vfs_install(void)
{
    static sqlite3_vfs vfs = { .iVersion = 2,
                               .szOsFile = sizeof(struct vfs_file),
                               .mxPathname = DISK_PATH - 8,
                               .zName = "model",
                               .xOpen = do_open,
                               .xDelete = do_delete,
                               .xAccess = do_access,
                               .xFullPathname = do_full,
                               .xRandomness = do_random,
                               .xSleep = do_sleep,
                               .xCurrentTime = do_now_days,
                               .xGetLastError = do_last_error,
                               .xCurrentTimeInt64 = do_now };
    /* Threads take turns: the one that hands over waits. */
    must(sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) == SQLITE_OK &&
             sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK,
         "SQLite without locks of its own");
    must(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "SQLite takes the model's disk");
}
