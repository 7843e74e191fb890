/* sync_space.c - when the disk gets short: what can be fetched again goes, oldest first; what
 * citizens handed in never does.
 *
 * First what lies about (the spool, a damaged cache that was put aside), then old prices, then old
 * notices; each a little at a time, since deleting needs room of its own. With room again the
 * channels are fetched anew. */
#include "app/sync_part.h"

#include "app/outbox.h"
#include "app/sync_cache.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { LOOK_MS = 30000 };

static int64_t free_bytes(const struct sync *s)
{
    struct statvfs fs;
    if (statvfs(s->config->data_dir, &fs) != 0)
        return INT64_MAX; /* nobody knows: nothing is thrown away for that */
    return (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}

static bool enough(const struct sync *s)
{
    return free_bytes(s) >= OUTBOX_LOW;
}

/* --- what lies about ---------------------------------------------------------------------------
 */

static void drop_leftovers(const struct sync *s)
{
    static const char *const name[] = { "cache.db.bad", "cache.db.bad-wal", "cache.db.bad-shm",
                                        "cache.db.new" };
    char path[SYNC_PATH];
    cache_spool_empty(s->config);
    sync_update_give_way(s->update);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        snprintf(path, sizeof path, "%s/%s", s->config->data_dir, name[i]);
        (void)unlink(path);
    }
}

/* --- rows ---------------------------------------------------------------------------------------
 */

/* Free pages go back to the disk, and the log file with them. */
static enum err give_back(struct store *s)
{
    int64_t left = 0, before = -1;
    enum err e = OK;
    do {
        e = store_exec(s, "PRAGMA wal_checkpoint(TRUNCATE)");
        if (e == OK)
            e = store_exec(s, "PRAGMA incremental_vacuum(200)");
        before = left;
        struct query *q = store_query(s, "SELECT freelist_count FROM pragma_freelist_count");
        left = query_step(q) ? query_col_int(q, 0) : 0;
        enum err done = query_done(q);
        e = e == OK ? done : e;
    } while (e == OK && left > 0 && left != before);
    return e == OK ? store_exec(s, "PRAGMA wal_checkpoint(TRUNCATE)") : e;
}

static enum err run(struct store *s, const char *sql, int day)
{
    struct query *q = store_query(s, sql);
    if (strchr(sql, '?'))
        query_int(q, 1, day);
    query_step(q);
    return query_done(q);
}

static enum err number(struct store *s, const char *sql, int day, int *out)
{
    struct query *q = store_query(s, sql);
    if (strchr(sql, '?'))
        query_int(q, 1, day);
    *out = query_step(q) ? (int)query_col_int(q, 0) : 0;
    return query_done(q);
}

/* Prices go a week at a time. Notices go at once with their index made anew: taken out of it one by
 * one they would make it larger first. Age is counted from the newest row, not from a clock that
 * may be wrong by years. */
struct thing {
    const char *channel, *newest, *older; /* older: is there anything before day ?1 */
    const char *sql[3];
};
static const struct thing price = {
    "price",
    "SELECT max(day) FROM price",
    "SELECT count(*) FROM price WHERE day < ?1",
    { "DELETE FROM price WHERE day < ?1 AND day < (SELECT min(day) + 7 FROM price)",
      "DELETE FROM sheet WHERE day < (SELECT min(day) FROM price)" },
};
static const struct thing notice = {
    "notice",
    "SELECT max(day) FROM notice",
    "SELECT count(*) FROM notice WHERE day < ?1 AND pinned = 0",
    { "INSERT INTO notice_fts(notice_fts) VALUES('delete-all')",
      "DELETE FROM notice WHERE day < ?1 AND pinned = 0",
      "INSERT INTO notice_fts(notice_fts) VALUES('rebuild')" },
};
/* In this order, until there is enough. */
static const struct {
    const struct thing *thing;
    int keep_days;
} order[] = { { &price, 90 },   { &price, 30 },  { &price, 7 },
              { &notice, 365 }, { &notice, 90 }, { &notice, 30 } };

static enum err bite(struct store *s, const struct thing *t, int day)
{
    enum err e = store_begin(s);
    if (e != OK)
        return e;
    for (int i = 0; i < 3 && t->sql[i] && e == OK; i++)
        e = run(s, t->sql[i], day);
    if (e == OK)
        e = store_exec(s, "INSERT OR REPLACE INTO meta(key, value) VALUES('thinned', '1')");
    if (e == OK)
        return store_commit(s);
    store_rollback(s);
    return e;
}

/* True: rows of it went. */
static bool thin(struct sync *s, const struct thing *t, int keep_days)
{
    int day = 0, older = 0, bites = 0;
    enum err e = number(s->store, t->newest, 0, &day);
    day -= keep_days;
    while (e == OK && !enough(s)) {
        e = number(s->store, t->older, day, &older);
        if (e != OK || older == 0)
            break;
        e = bite(s->store, t, day);
        bites += e == OK;
        enum err given = give_back(s->store); /* what was tried in vain has left its log, too */
        e = e == OK ? given : e;
    }
    if (bites > 0)
        log_warn("space_thinned", "ch=%s older_than_days=%d free_kb=%lld", t->channel, keep_days,
                 (long long)(free_bytes(s) / 1024));
    if (e != OK)
        log_warn("space_not_made", "ch=%s err=%s", t->channel, err_name(e));
    return bites > 0;
}

static void make_space(struct sync *s)
{
    drop_leftovers(s);
    for (size_t i = 0; i < sizeof order / sizeof *order && !enough(s); i++)
        if (thin(s, order[i].thing, order[i].keep_days))
            sync_tell_changed(s, order[i].thing->channel);
}

/* --- room again ---------------------------------------------------------------------------------
 */

static bool was_thinned(struct sync *s)
{
    struct query *q = store_query(s->store, "SELECT 1 FROM meta WHERE key = 'thinned'");
    bool yes = query_step(q);
    return query_done(q) == OK && yes;
}

/* An epoch that no platform gives: the next poll takes the base. What is there is shown till then.
 */
static void fetch_again(struct sync *s)
{
    enum err e = store_begin(s->store);
    if (e == OK)
        e = store_exec(s->store, "UPDATE channel SET epoch = '-' WHERE name IN ('price', 'notice');"
                                 "DELETE FROM meta WHERE key = 'thinned'"
                                 " OR key GLOB 'pub/price/*' OR key GLOB 'pub/notice/*'");
    if (e == OK)
        e = store_commit(s->store);
    else
        store_rollback(s->store);
    if (e != OK)
        return;
    log_info("space_again", "free_kb=%lld", (long long)(free_bytes(s) / 1024));
    s->etag[0] = '\0';
    s->restart = true;
}

void sync_space_turn(struct sync *s)
{
    if (s->phase != RESTING || !s->store || clock_timer_ms() < s->space_look_ms)
        return;
    s->space_look_ms = clock_timer_ms() + LOOK_MS;
    int64_t left = free_bytes(s);
    if (left < OUTBOX_LOW)
        make_space(s);
    else if (left > OUTBOX_PLENTY && was_thinned(s))
        fetch_again(s);
}
