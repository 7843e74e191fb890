/* disk.c - a virtual disk for each machine: unsynced writes can be lost, torn or kept. */
#include "tests/model/disk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 400, JOURNAL = 4000, SECTOR = 512, SLOTS = 4 };
static const int64_t whole_disk = 1 << 30;

struct name {
    char path[DISK_PATH];
    struct inode *file;
};
/* A change of names that is not on the disk yet; file NULL: the name goes. Power loss keeps the
 * first few of them, in order, as a journalling file system does. */
struct names {
    struct name name[NAMES];
    int count;
};
struct disk {
    struct names now, hard;
    struct name journal[JOURNAL];
    int journal_count;
    struct inode *files;
    int64_t used, limit;
    int error_in;
};
static struct disk disk[MACHINES];
static struct disk kept[SLOTS];
static const char letters[] = "tpsc";

bool disk_ours(const char *path, enum machine *out)
{
    if (!path || path[0] != '/' || path[1] != '@' || !path[2])
        return false;
    const char *p = strchr(letters, path[2]);
    if (!p || path[3] != '/')
        return false;
    *out = (enum machine)(p - letters);
    return true;
}

static struct disk *of(const char *path)
{
    enum machine m = CHECKER;
    must(disk_ours(path, &m), path);
    return &disk[m];
}

static void power_loss(enum machine m);

/* --- who may, and who dies -------------------------------------------------------------------- */

static void each_shm(enum machine m, void (*act)(struct share *s, int i))
{
    for (struct inode *f = disk[m].files; f; f = f->next)
        for (int i = 0; i < SHM_REGIONS; i++)
            if (f->share.region[i] || f->share.kept[i])
                act(&f->share, i);
}

static void keep_region(struct share *s, int i)
{
    if (!s->region[i] || s->kept[i])
        return;
    s->kept[i] = malloc(SHM_BYTES);
    must(s->kept[i] != NULL, "memory");
    memcpy(s->kept[i], s->region[i], SHM_BYTES);
}

static bool lost_power[MACHINES];

static void restore_region(struct share *s, int i)
{
    if (s->region[i] && s->kept[i])
        memcpy(s->region[i], s->kept[i], SHM_BYTES);
    free(s->kept[i]);
    s->kept[i] = NULL;
}

void disk_die(void)
{
    struct prog *p = &prog[running];
    if (p->dead)
        return;
    p->fuse = 0;
    for (int i = 0; i < PROGRAMS; i++)
        if (i == (int)running || (p->power && prog[i].on == p->on && prog[i].up))
            prog[i].dead = true;
    lost_power[p->on] |= p->power;
    each_shm(p->on, keep_region);
    trace(p->power ? "power goes" : "killed");
}

bool disk_bury(enum machine m)
{
    bool lost = lost_power[m];
    each_shm(m, restore_region);
    if (lost)
        power_loss(m);
    lost_power[m] = false;
    return lost;
}

bool disk_call(void)
{
    struct prog *p = &prog[running];
    struct disk *d = &disk[p->on];
    if (running == OUTSIDE)
        return true;
    if (!p->dead && p->fuse > 0 && --p->fuse == 0)
        disk_die();
    bool fault = !p->dead && d->error_in > 0 && --d->error_in == 0;
    if (fault)
        trace("an error of the disk");
    errno = EIO;
    return !p->dead && !fault;
}

/* --- names ------------------------------------------------------------------------------------ */

static int place(const struct names *n, const char *path)
{
    for (int i = 0; i < n->count; i++)
        if (strcmp(n->name[i].path, path) == 0)
            return i;
    return -1;
}

static void set_name(struct names *n, const char *path, struct inode *file)
{
    int i = place(n, path);
    if (i < 0 && !file)
        return;
    if (i < 0) {
        i = n->count++;
        must(n->count <= NAMES && strlen(path) < DISK_PATH, "room for names");
        snprintf(n->name[i].path, DISK_PATH, "%s", path);
        n->name[i].file = NULL;
    }
    if (!file)
        n->name[i] = n->name[--n->count];
    else
        n->name[i].file = file;
}

static void change_name(struct disk *d, const char *path, struct inode *file)
{
    int i = place(&d->now, path);
    struct inode *before = i >= 0 ? d->now.name[i].file : NULL;
    if (before && --before->names == 0)
        d->used -= before->n;
    if (file && file->names++ == 0)
        d->used += file->n;
    set_name(&d->now, path, file);
    must(d->journal_count < JOURNAL, "room for changes of names");
    struct name *j = &d->journal[d->journal_count++];
    snprintf(j->path, DISK_PATH, "%s", path);
    j->file = file;
}

static void names_to_disk(struct disk *d, int count)
{
    for (int i = 0; i < count; i++)
        set_name(&d->hard, d->journal[i].path, d->journal[i].file);
    d->journal_count = 0;
}

void disk_sync_names(enum machine m)
{
    names_to_disk(&disk[m], disk[m].journal_count);
}

struct inode *disk_find(const char *path)
{
    struct disk *d = of(path);
    int i = place(&d->now, path);
    return i < 0 ? NULL : d->now.name[i].file;
}

struct inode *disk_nameless(enum machine m)
{
    struct inode *f = calloc(1, sizeof *f);
    must(f != NULL, "memory");
    f->on = m;
    f->next = disk[m].files;
    disk[m].files = f;
    return f;
}

struct inode *disk_make(const char *path, bool dir)
{
    struct disk *d = of(path);
    struct inode *f = disk_nameless((enum machine)(d - disk));
    f->dir = dir;
    change_name(d, path, f);
    return f;
}

bool disk_remove(const char *path)
{
    struct disk *d = of(path);
    if (place(&d->now, path) < 0)
        return false;
    change_name(d, path, NULL);
    return true;
}

/* One change for the journal: power never finds it half done. */
bool disk_rename(const char *from, const char *to)
{
    struct inode *f = disk_find(from);
    if (!f)
        return false;
    struct disk *d = of(to);
    change_name(d, to, f);
    change_name(d, from, NULL);
    return true;
}

bool disk_link(const char *from, const char *to)
{
    struct inode *f = disk_find(from);
    if (!f)
        return false;
    change_name(of(to), to, f);
    return true;
}

/* From the newest name down: what is removed meanwhile hides no other. */
const char *disk_entry(const char *dir, int *from)
{
    const struct names *names = &of(dir)->now;
    size_t len = strlen(dir);
    int i = *from < 0 || *from > names->count ? names->count : *from;
    while (i-- > 0) {
        const char *p = names->name[i].path;
        *from = i;
        if (strncmp(p, dir, len) == 0 && p[len] == '/' && !strchr(p + len + 1, '/'))
            return p + len + 1;
    }
    *from = 0;
    return NULL;
}

/* --- bytes ------------------------------------------------------------------------------------ */

size_t disk_read(const struct inode *f, int64_t at, void *buf, size_t n)
{
    if (at >= f->n)
        return 0;
    if ((int64_t)n > f->n - at)
        n = (size_t)(f->n - at);
    size_t there = at < (int64_t)f->cap ? f->cap - (size_t)at : 0;
    there = there < n ? there : n;
    if (there)
        memcpy(buf, f->data + at, there);
    memset((char *)buf + there, 0, n - there);
    return n;
}

static void reach(struct inode *f, int64_t n)
{
    if (n <= (int64_t)f->cap)
        return;
    size_t cap = (size_t)n + (size_t)n / 2 + 1024;
    f->data = realloc(f->data, cap);
    must(f->data != NULL, "memory");
    memset(f->data + f->cap, 0, cap - f->cap);
    f->cap = cap;
}

static void remember(struct inode *f, int64_t at, size_t n)
{
    struct undo *u = malloc(sizeof *u);
    must(u != NULL, "memory");
    *u = (struct undo){ .older = f->undo, .at = at, .n_before = f->n, .n = n };
    u->old = n ? malloc(n) : NULL;
    must(!n || u->old, "memory");
    if (n) {
        memset(u->old, 0, n);
        (void)disk_read(f, at, u->old, n);
    }
    f->undo = u;
}

static void set_length(struct inode *f, int64_t n)
{
    if (n < f->n && n < (int64_t)f->cap) {
        int64_t end = f->n < (int64_t)f->cap ? f->n : (int64_t)f->cap;
        memset(f->data + n, 0, (size_t)(end - n));
    }
    if (f->names)
        disk[f->on].used += n - f->n;
    f->n = n;
}

size_t disk_write(struct inode *f, int64_t at, const void *buf, size_t n)
{
    int64_t more = at + (int64_t)n - f->n, room = disk_free(f->on);
    if (more > 0 && more > room) {
        int64_t cut = more - room;
        n = cut < (int64_t)n ? n - (size_t)cut : 0;
        trace("the disk is full");
    }
    if (n == 0)
        return 0;
    remember(f, at, n);
    reach(f, at + (int64_t)n);
    if (at + (int64_t)n > f->n)
        set_length(f, at + (int64_t)n);
    memcpy(f->data + at, buf, n);
    f->changes++;
    return n;
}

bool disk_truncate(struct inode *f, int64_t n)
{
    if (n - f->n > disk_free(f->on))
        return false;
    int64_t lost = f->n - n, end = (int64_t)f->cap < f->n ? (int64_t)f->cap : f->n;
    lost = end > n ? end - n : 0;
    remember(f, n, (size_t)lost);
    set_length(f, n);
    f->changes++;
    return true;
}

static void forget(struct inode *f)
{
    for (struct undo *u = f->undo, *older; u; u = older) {
        older = u->older;
        free(u->old);
        free(u);
    }
    f->undo = NULL;
}

void disk_sync(struct inode *f)
{
    forget(f);
}

/* --- power ------------------------------------------------------------------------------------ */

/* Newest first: each takes back what it did and keeps it, so that it can be done again. */
static struct undo *take_back(struct inode *f)
{
    struct undo *oldest = NULL;
    for (struct undo *u = f->undo, *older; u; u = older) {
        older = u->older;
        int64_t n_after = f->n;
        unsigned char *done = malloc(u->n + 1);
        must(done != NULL, "memory");
        memset(done, 0, u->n + 1);
        (void)disk_read(f, u->at, done, u->n);
        if (u->n_before > f->n)
            set_length(f, u->n_before);
        reach(f, u->at + (int64_t)u->n);
        if (u->n)
            memcpy(f->data + u->at, u->old, u->n);
        set_length(f, u->n_before);
        free(u->old);
        u->old = done;
        u->n_before = n_after;
        u->older = oldest;
        oldest = u;
    }
    f->undo = NULL;
    return oldest;
}

/* How the device got on with it: done, not at all, or some sectors of it. */
static void do_again(struct inode *f, struct undo *u, int luck)
{
    int64_t end = u->at + (int64_t)u->n;
    bool shorter = u->n_before < f->n, all = luck == 0;
    if (luck == 1)
        return;
    if (shorter) {
        set_length(f, u->n_before);
        return;
    }
    for (int64_t at = u->at; at < end;) {
        int64_t sector_end = (at / SECTOR + 1) * SECTOR, to = sector_end < end ? sector_end : end;
        if (to > u->n_before)
            to = u->n_before;
        if (to <= at)
            break;
        if (all || one_in(2)) {
            reach(f, to);
            if (to > f->n)
                set_length(f, to);
            memcpy(f->data + at, u->old + (at - u->at), (size_t)(to - at));
        }
        at = to;
    }
    if (all && u->n_before > f->n)
        set_length(f, u->n_before);
}

static void settle(struct inode *f, int mood)
{
    struct undo *u = take_back(f), *newer;
    for (; u; u = newer) {
        newer = u->older;
        do_again(f, u, mood == 3 ? below(3) : mood);
        free(u->old);
        free(u);
    }
}

/* Mood 0: the device was quick, all is there; 1: slow, nothing is; 2, 3: in between. */
static void power_loss(enum machine m)
{
    struct disk *d = &disk[m];
    int mood = below(5);
    mood = mood > 3 ? 1 : mood;
    for (struct inode *f = d->files; f; f = f->next)
        settle(f, mood);
    int stay = mood == 0 ? d->journal_count : mood == 1 ? 0 : below(d->journal_count + 1);
    names_to_disk(d, stay);
    d->now = d->hard;
    for (struct inode *f = d->files; f; f = f->next)
        f->names = 0;
    d->used = 0;
    for (int i = 0; i < d->now.count; i++)
        if (d->now.name[i].file->names++ == 0)
            d->used += d->now.name[i].file->n;
    trace("after power loss: mood %d, %d names", mood, d->now.count);
}

/* --- room and errors -------------------------------------------------------------------------- */

int64_t disk_free(enum machine m)
{
    int64_t limit = disk[m].limit ? disk[m].limit : whole_disk;
    return limit > disk[m].used ? limit - disk[m].used : 0;
}

void disk_room(enum machine m, int64_t bytes)
{
    disk[m].limit = bytes < 0 ? 0 : disk[m].used + bytes;
}

void disk_error_in(enum machine m, int n)
{
    disk[m].error_in = n;
}

/* --- whole disks ------------------------------------------------------------------------------ */

static void free_files(struct disk *d)
{
    for (struct inode *f = d->files, *next; f; f = next) {
        next = f->next;
        forget(f);
        for (int i = 0; i < SHM_REGIONS; i++) {
            free(f->share.region[i]);
            free(f->share.kept[i]);
        }
        free(f->data);
        free(f);
    }
    d->files = NULL;
}

void disk_empty(enum machine m)
{
    free_files(&disk[m]);
    disk[m].now.count = disk[m].hard.count = disk[m].journal_count = 0;
    disk[m].used = disk[m].limit = 0;
    disk[m].error_in = 0;
    lost_power[m] = false;
}

static struct inode *same_file(struct disk *to, const struct inode *f, enum machine m)
{
    struct inode *g = calloc(1, sizeof *g);
    must(g != NULL, "memory");
    int64_t bytes = f->n < (int64_t)f->cap ? f->n : (int64_t)f->cap;
    g->on = m;
    g->dir = f->dir;
    g->n = f->n;
    g->next = to->files;
    to->files = g;
    reach(g, bytes);
    if (bytes)
        memcpy(g->data, f->data, (size_t)bytes);
    return g;
}

/* Files with two names become two: nobody keeps such over a start. */
static void copy_disk(const struct disk *from, struct disk *to, enum machine m)
{
    free_files(to);
    to->now.count = to->journal_count = 0;
    to->used = to->limit = 0;
    to->error_in = 0;
    for (int i = 0; i < from->now.count; i++) {
        struct inode *g = same_file(to, from->now.name[i].file, m);
        to->now.name[to->now.count] = from->now.name[i];
        to->now.name[to->now.count++].file = g;
        g->names = 1;
        to->used += g->n;
    }
    to->hard = to->now;
}

void disk_keep(enum machine m, int slot)
{
    must(slot < SLOTS, "slots");
    copy_disk(&disk[m], &kept[slot], m);
}

void disk_load(enum machine m, int slot)
{
    copy_disk(&kept[slot], &disk[m], m);
}

/* What a WAL's readers see is what its shared index says, not all that lies in its file. */
static void copy_shared(const struct inode *from, struct inode *to)
{
    for (int i = 0; i < SHM_REGIONS; i++) {
        if (!from->share.region[i])
            continue; /* what the copy has of it, its index calls unused */
        if (!to->share.region[i])
            to->share.region[i] = malloc(SHM_BYTES);
        must(to->share.region[i] != NULL, "memory");
        memcpy(to->share.region[i], from->share.region[i], SHM_BYTES);
    }
}

void disk_copy(const char *from, const char *to)
{
    const struct inode *f = disk_find(from);
    struct inode *g = disk_find(to);
    if (!f) {
        if (g)
            change_name(of(to), to, NULL);
        return;
    }
    if (!g)
        g = disk_make(to, false);
    int64_t bytes = f->n < (int64_t)f->cap ? f->n : (int64_t)f->cap;
    set_length(g, 0);
    reach(g, bytes);
    if (bytes)
        memcpy(g->data, f->data, (size_t)bytes);
    set_length(g, f->n);
    forget(g);
    disk_sync_names(g->on);
    copy_shared(f, g);
}
