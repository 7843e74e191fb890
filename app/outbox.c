/* outbox.c - huimin's end of the outbox: a thread that puts sealed items on the disk, one by one.
 */
#include "app/outbox.h"

#include "app/keys.h"
#include "app/outbox_part.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { INBOX = 4 };

struct slot {
    struct wire_item item;      /* item.box = box */
    struct outbox_blobs *pages; /* its own; NULL: none */
    unsigned char box[WIRE_BOX_MAX];
};

/* Owner: main.c. write, key are the store thread's (the key does not change); read is the UI
 * thread's; the ring is under the lock. A slot belongs to the store thread until it is counted off.
 */
struct outbox {
    char dir[OUTBOX_PATH], reserve[OUTBOX_PATH];
    void (*post)(const struct event *ev);
    struct store *write, *read;
    struct terminal_key key;
    pthread_t thread;
    bool started;

    pthread_mutex_t lock;
    pthread_cond_t more;
    bool stop;
    int head, count;
    struct slot slot[INBOX];
};

/* --- the reserve: space that nobody else gets, for what is handed in on a full disk ---------- */

static int64_t free_bytes(const char *dir)
{
    struct statvfs fs;
    if (statvfs(dir, &fs) != 0)
        return -1;
    return (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}

/* Made only where there is plenty of room beside it; half made it is no reserve. */
static void make_reserve(struct outbox *o)
{
    if (access(o->reserve, F_OK) == 0 || free_bytes(o->dir) < 4 * (int64_t)OUTBOX_RESERVE)
        return;
    int fd = open(o->reserve, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    int rc = posix_fallocate(fd, 0, OUTBOX_RESERVE);
    close(fd);
    if (rc != 0)
        (void)unlink(o->reserve);
}

/* --- the store thread ------------------------------------------------------------------------ */

static enum err put(struct outbox *o, struct slot *slot, char receipt[WIRE_RECEIPT + 1])
{
    const unsigned char *secret = o->key.secret;
    enum err e = outbox_db_put_pages(o->write, secret, &slot->item, slot->pages, receipt);
    if (e == ERR_FULL && outbox_db_free_reserve(o->dir))
        e = outbox_db_put_pages(o->write, secret, &slot->item, slot->pages, receipt);
    else if (e == OK)
        make_reserve(o);
    if (e == OK)
        outbox_number_keep(o->dir, slot->item.n);
    return e;
}

static void put_and_tell(struct outbox *o, struct slot *slot)
{
    struct event ev = { .type = EV_SAVED };
    char receipt[WIRE_RECEIPT + 1] = "";
    enum err e = put(o, slot, receipt);
    outbox_blobs_free(slot->pages);
    if (e == OK) {
        ev.n = slot->item.n;
        snprintf(ev.s, sizeof ev.s, "%s", receipt);
    } else {
        log_error("item_not_saved", "err=%s", err_name(e));
        ev.type = EV_NOT_SAVED;
        ev.n = e;
    }
    explicit_bzero(slot, sizeof *slot);
    o->post(&ev);
}

static void *work(void *arg)
{
    struct outbox *o = arg;
    pthread_mutex_lock(&o->lock);
    for (;;) {
        while (o->count == 0 && !o->stop)
            pthread_cond_wait(&o->more, &o->lock);
        if (o->count == 0)
            break;
        struct slot *slot = &o->slot[o->head];
        pthread_mutex_unlock(&o->lock);
        put_and_tell(o, slot);
        pthread_mutex_lock(&o->lock);
        o->head = (o->head + 1) % INBOX;
        o->count--;
    }
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

/* --- the UI thread --------------------------------------------------------------------------- */

static enum err open_all(struct outbox *o, const char *data_dir)
{
    char path[OUTBOX_PATH];
    snprintf(o->dir, sizeof o->dir, "%s", data_dir);
    enum err e = outbox_db_path(data_dir, "outbox.reserve", o->reserve);
    if (e == OK)
        e = outbox_db_path(data_dir, "outbox.db", path);
    if (e == OK)
        e = outbox_db_open(data_dir, &o->write);
    if (e == OK)
        e = outbox_number_check(o->write, data_dir);
    if (e == OK)
        e = key_load_item(data_dir, &o->key);
    if (e == OK)
        e = store_open(path, STORE_READ, &o->read);
    if (e == OK)
        make_reserve(o);
    return e;
}

enum err outbox_create(const char *data_dir, void (*post)(const struct event *ev),
                       struct outbox **out)
{
    struct outbox *o = calloc(1, sizeof *o);
    if (!o)
        return ERR_NOMEM;
    o->post = post;
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->more, NULL);
    enum err e = open_all(o, data_dir);
    if (e == OK && pthread_create(&o->thread, NULL, work, o) != 0)
        e = ERR_NOMEM;
    if (e != OK) {
        outbox_destroy(o);
        return e;
    }
    o->started = true;
    *out = o;
    return OK;
}

void outbox_destroy(struct outbox *o)
{
    if (!o)
        return;
    if (o->started) {
        pthread_mutex_lock(&o->lock);
        o->stop = true;
        pthread_cond_signal(&o->more);
        pthread_mutex_unlock(&o->lock);
        pthread_join(o->thread, NULL);
    }
    store_close(o->read);
    store_close(o->write);
    pthread_cond_destroy(&o->more);
    pthread_mutex_destroy(&o->lock);
    key_finish(&o->key);
    free(o);
}

enum err outbox_put(struct outbox *o, const struct wire_item *item)
{
    return outbox_put_pages(o, item, NULL, 0);
}

static enum err fits(const struct wire_item *item, const struct outbox_page *pages, int count)
{
    int64_t all = 0;
    if (item->box_n == 0 || item->box_n > WIRE_BOX_MAX)
        return item->box_n ? ERR_TOO_BIG : ERR_ARG;
    for (int i = 0; i < count; i++) {
        if (pages[i].page.bytes > WIRE_BLOB_MAX)
            return ERR_TOO_BIG;
        all += pages[i].page.bytes;
    }
    return count > WIRE_BLOB_PAGES || all > OUTBOX_PAGES_BYTES ? ERR_TOO_BIG : OK;
}

enum err outbox_put_pages(struct outbox *o, const struct wire_item *item,
                          const struct outbox_page *pages, int count)
{
    enum err e = fits(item, pages, count);
    if (e != OK)
        return e;
    struct outbox_blobs *copies = outbox_blobs_copy(pages, count);
    if (count > 0 && !copies)
        return ERR_NOMEM;
    e = ERR_BUSY;
    pthread_mutex_lock(&o->lock);
    if (o->count < INBOX && !o->stop) {
        struct slot *slot = &o->slot[(o->head + o->count) % INBOX];
        slot->item = *item;
        slot->item.box = slot->box;
        slot->pages = copies;
        memcpy(slot->box, item->box, item->box_n);
        o->count++;
        pthread_cond_signal(&o->more);
        e = OK;
    }
    pthread_mutex_unlock(&o->lock);
    if (e != OK)
        outbox_blobs_free(copies);
    return e;
}

const struct terminal_key *outbox_key(const struct outbox *o)
{
    return &o->key;
}

enum err outbox_counts(struct outbox *o, struct outbox_counts *out)
{
    return outbox_db_counts(o->read, clock_wall_ms(), out);
}

enum err outbox_list(struct outbox *o, struct arena *a, struct outbox_row **out_rows,
                     int *out_count)
{
    return outbox_db_list(o->read, clock_wall_ms(), a, out_rows, out_count);
}

enum err outbox_find(struct outbox *o, const char *receipt, struct outbox_row *out)
{
    return outbox_db_find(o->read, clock_wall_ms(), receipt, out);
}

/* The reserve is not counted: it is for those who have begun already. */
enum err outbox_room(struct outbox *o)
{
    if (access(o->dir, W_OK) != 0)
        return ERR_READONLY;
    return free_bytes(o->dir) < OUTBOX_SPARE ? ERR_FULL : OK;
}

/* Each page beside what an application itself may need; what waits already is counted against the
 * line, which may be down for weeks. */
enum err outbox_pages_room(struct outbox *o, int64_t bytes)
{
    int64_t waiting = 0;
    if (access(o->dir, W_OK) != 0)
        return ERR_READONLY;
    if (free_bytes(o->dir) < 2 * (int64_t)OUTBOX_SPARE + bytes)
        return ERR_FULL;
    enum err e = outbox_blobs_waiting(o->read, &waiting);
    return e == OK && waiting + bytes > OUTBOX_BLOBS_BYTES ? ERR_FULL : e;
}
