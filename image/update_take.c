/* update_take.c - which bundle is installed, and in which order: at every instant of a power cut
 * the machine can start.
 *
 * Until the new kernel is seen on the ESP the running version is the only one there, untouched; it
 * is seen after its root was read back from the disk. */
#include "image/update.h"

#include "hal/base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUNDLES = 64 };
enum outcome { GO_ON, NOTHING, REFUSED, DONE };

/* A file whose head is signed: nothing of the rest is believed yet. */
struct bundle {
    char path[UPDATE_PATH];
    int fd;
    struct wire_update say;
};

/* One run: the bundles found, newest first. */
struct take {
    const struct update *u;
    unsigned char pub[CRYPTO_PUB];
    struct esp esp;
    struct bundle bundle[BUNDLES];
    int count, refused;
};

/* --- what there is ------------------------------------------------------------------------------
 */

static enum err read_key(const struct update *u, unsigned char pub[CRYPTO_PUB])
{
    char text[WIRE_UPDATE_KEY_FILE];
    int fd = open(u->key, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return io_error(errno);
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    return n < 0 ? ERR_IO : wire_update_key(text, (size_t)n, pub, CRYPTO_PUB);
}

static const char *why_not(enum err e)
{
    switch (e) {
    case ERR_SIGNATURE:
        return "is not signed by the deployer";
    case ERR_CUT:
        return "is shorter than it says: perhaps it is still being copied; it is tried again";
    case ERR_FORMAT:
        return "is no bundle of this kind";
    case ERR_NOT_FOUND:
        return "is no file";
    default:
        return "cannot be read";
    }
}

static enum err open_bundle(const struct take *t, struct bundle *b)
{
    unsigned char head[WIRE_UPDATE_HEAD];
    struct stat st;
    b->fd = open(b->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (b->fd < 0)
        return errno == ELOOP ? ERR_NOT_FOUND : io_error(errno);
    if (fstat(b->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return ERR_NOT_FOUND;
    ssize_t n = pread(b->fd, head, sizeof head, 0);
    return n < 0 ? ERR_IO : wire_update_read(head, (size_t)n, t->pub, &b->say);
}

static void add_file(struct take *t, const char *dir, const char *name)
{
    struct bundle *b = &t->bundle[t->count];
    if (t->count == BUNDLES)
        return;
    int n = snprintf(b->path, sizeof b->path, "%s%s%s", dir, *dir ? "/" : "", name);
    enum err e = n < (int)sizeof b->path ? open_bundle(t, b) : ERR_NOT_FOUND;
    if (e == OK) {
        t->count++;
        return;
    }
    if (n < (int)sizeof b->path && b->fd >= 0)
        close(b->fd);
    t->refused++;
    update_outcome(t->u, "refused: %.300s %s", name, why_not(e));
}

static void add_dir(struct take *t, const char *path, DIR *d)
{
    for (struct dirent *f; (f = readdir(d));) {
        size_t n = strlen(f->d_name), end = strlen(WIRE_UPDATE_SUFFIX);
        if (f->d_name[0] != '.' && n > end && strcmp(f->d_name + n - end, WIRE_UPDATE_SUFFIX) == 0)
            add_file(t, path, f->d_name);
    }
}

static int newest_first(const void *a, const void *b)
{
    int64_t x = ((const struct bundle *)a)->say.version,
            y = ((const struct bundle *)b)->say.version;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* A directory that is not there is a stick that is not in. */
static void gather(struct take *t, char **paths, int count)
{
    for (int i = 0; i < count; i++) {
        DIR *d = opendir(paths[i]);
        if (d) {
            add_dir(t, paths[i], d);
            closedir(d);
        } else if (errno == ENOTDIR) {
            add_file(t, "", paths[i]);
        }
    }
    qsort(t->bundle, (size_t)t->count, sizeof t->bundle[0], newest_first);
}

/* --- whether ------------------------------------------------------------------------------------
 */

static enum outcome refuse(const struct take *t, const struct bundle *b, const char *why)
{
    update_outcome(t->u, "refused: version %lld %s", (long long)b->say.version, why);
    return REFUSED;
}

static enum outcome nothing(const struct bundle *b, const char *why)
{
    update_say("version %lld %s", (long long)b->say.version, why);
    return NOTHING;
}

/* The word that it waits comes last and may have been lost to a power cut. */
static enum outcome already(const struct take *t, const struct bundle *b)
{
    if (state_set_waiting(t->u, b->say.version) != OK)
        update_say("what waits cannot be remembered: the restart may be late");
    return nothing(b, "is there already and starts with the next restart");
}

/* By its number alone. */
static enum outcome by_version(const struct take *t, const struct bundle *b)
{
    int64_t v = b->say.version, waiting = esp_waiting(&t->esp, t->u->running);
    const struct esp_entry *x = esp_find(&t->esp, v);
    bool failed = false;
    if (v == t->u->running)
        return nothing(b, "is the one that runs");
    if (v < t->u->running)
        return refuse(t, b, "is older than the one that runs");
    if (state_failed(t->u, v, &failed) != OK)
        return refuse(t, b, "may have failed here before: what is remembered cannot be read");
    if (failed || (x && x->counted && x->left == 0))
        return refuse(t, b, "did not start well here before");
    if (x &&
        x->counted) /* without a count it was never started well: what is left of a broken one */
        return already(t, b);
    if (v < waiting)
        return refuse(t, b, "is older than the one that waits for a restart");
    return GO_ON;
}

/* The one that runs must be able to start again by itself, whatever happens to the other slot. */
static enum outcome by_machine(const struct take *t, const struct bundle *b)
{
    const struct esp_entry *own = esp_find(&t->esp, t->u->running);
    if (!own)
        return refuse(t, b, "is not installed: the running version has no kernel on the ESP");
    for (int i = 0; i < t->esp.count; i++)
        if (t->esp.entry[i].version == t->u->running && t->esp.entry[i].counted)
            return refuse(t, b, "is not installed yet: the running version is still on trial");
    if (t->u->current < 0)
        return refuse(t, b, "is not installed: it is not known which slot is running");
    return GO_ON;
}

/* Whole, and all of it what was signed, before anything on this machine is touched. */
static enum outcome by_content(const struct take *t, const struct bundle *b)
{
    const struct wire_update *s = &b->say;
    struct stat st;
    if (fstat(b->fd, &st) != 0)
        return refuse(t, b, why_not(ERR_IO));
    if (st.st_size < wire_update_size(s))
        return refuse(t, b, why_not(ERR_CUT));
    if (st.st_size > wire_update_size(s))
        return refuse(t, b, "is longer than it says");
    enum err e = image_check(b->fd, s->head_size, s->uki_size, s->uki_hash);
    if (e == ERR_HASH)
        return refuse(t, b, "has a kernel that is not what was signed");
    if (e == OK)
        e = image_check(b->fd, s->head_size + s->uki_size, s->root_size, s->root_hash);
    if (e == ERR_HASH)
        return refuse(t, b, "has a root image that is not what was signed");
    return e == OK ? GO_ON : refuse(t, b, why_not(e));
}

/* --- how ----------------------------------------------------------------------------------------
 */

/* O_EXCL: a slot somebody has open as his root, as we have ours, is busy, whatever the names say.
 */
static enum err open_slot(const struct update *u, int *out_fd)
{
    struct stat mine, idle;
    int fd = open(u->slot[!u->current], O_RDWR | O_EXCL | O_CLOEXEC);
    if (fd < 0)
        return errno == EBUSY ? ERR_BUSY : io_error(errno);
    bool same = fstat(fd, &idle) != 0 || (stat(u->slot[u->current], &mine) == 0 &&
                                          mine.st_ino == idle.st_ino && mine.st_dev == idle.st_dev);
    if (same) {
        close(fd);
        return ERR_BUSY;
    }
    *out_fd = fd;
    return OK;
}

/* From here on only the running version can start; whoever failed is remembered before it goes. */
static enum err clear_esp(struct take *t)
{
    enum err e = state_set_waiting(t->u, 0);
    for (int i = 0; i < t->esp.count && e == OK; i++) {
        const struct esp_entry *x = &t->esp.entry[i];
        if (x->counted && x->left == 0 && x->version != t->u->running)
            e = state_add_failed(t->u, x->version);
    }
    return e == OK ? esp_keep_only(&t->esp, t->u->running) : e;
}

static enum err fill_slot(const struct bundle *b, int slot, int64_t *written)
{
    const struct wire_update *s = &b->say;
    enum err e =
        image_copy(b->fd, s->head_size + s->uki_size, s->root_size, s->root_hash, slot, written);
    return e == OK ? image_check_written(slot, s->root_size, s->root_hash) : e;
}

static enum outcome failed(const struct take *t, const struct bundle *b, const char *step,
                           enum err e)
{
    update_outcome(t->u, "failed: version %lld: %s: %s", (long long)b->say.version, step,
                   err_name(e));
    return REFUSED;
}

static enum outcome install_into(struct take *t, const struct bundle *b, int slot)
{
    int64_t written = 0;
    if (lseek(slot, 0, SEEK_END) < b->say.root_size)
        return refuse(t, b, "is larger than its slot");
    enum err e = clear_esp(t);
    if (e != OK)
        return failed(t, b, "the other entries of the ESP", e);
    e = fill_slot(b, slot, &written);
    if (e != OK)
        return failed(t, b, "writing the slot", e);
    e = esp_install(&t->esp, b->fd, &b->say);
    if (e != OK)
        return failed(t, b, "writing the kernel to the ESP", e);
    if (state_set_waiting(t->u, b->say.version) != OK)
        update_say("what waits cannot be remembered: the restart may be late");
    update_outcome(t->u,
                   "installed: version %lld in slot %c (%lld of %lld bytes written); it starts "
                   "with the next restart",
                   (long long)b->say.version, "ba"[t->u->current], (long long)written,
                   (long long)b -> say.root_size);
    return DONE;
}

static enum outcome install(struct take *t, const struct bundle *b)
{
    int slot = -1;
    enum err e = open_slot(t->u, &slot);
    if (e == ERR_BUSY)
        return refuse(t, b, "is not installed: its slot is the running one");
    if (e != OK)
        return failed(t, b, "opening the slot", e);
    enum outcome o = install_into(t, b, slot);
    close(slot);
    return o;
}

/* The newest that may be installed is; those below it do not matter then. */
static int consider_all(struct take *t)
{
    for (int i = 0; i < t->count; i++) {
        const struct bundle *b = &t->bundle[i];
        enum outcome o = by_version(t, b);
        if (o == GO_ON)
            o = by_machine(t, b);
        if (o == GO_ON)
            o = by_content(t, b);
        if (o == GO_ON)
            o = install(t, b);
        if (o == DONE || o == NOTHING)
            return 0;
        t->refused++;
    }
    return t->refused ? 1 : 0;
}

static int take(struct take *t, char **paths, int count)
{
    enum err e = read_key(t->u, t->pub);
    if (e != OK) {
        update_outcome(t->u, "failed: no key of the deployer in %s: %s", t->u->key, err_name(e));
        return 1;
    }
    gather(t, paths, count);
    if (t->count == 0) {
        if (!t->refused)
            update_say("nothing to do: no bundle");
        return t->refused ? 1 : 0;
    }
    e = esp_open(t->u->esp, &t->esp);
    if (e != OK) {
        update_outcome(t->u, "failed: the ESP at %s: %s", t->u->esp, err_name(e));
        return 1;
    }
    int code = consider_all(t);
    esp_close(&t->esp);
    return code;
}

int update_take(const struct update *u, char **paths, int count)
{
    static struct take t;
    int lock = -1;
    enum err e = state_lock(u, &lock);
    if (e == ERR_BUSY)
        update_say("refused: another one is at work");
    else if (e != OK)
        update_say("failed: %s: %s", u->state, err_name(e));
    if (e != OK)
        return 1;
    t = (struct take){ .u = u, .esp.dir = -1 };
    int code = take(&t, paths, count);
    for (int i = 0; i < t.count; i++)
        close(t.bundle[i].fd);
    close(lock);
    return code;
}
