/* platform.c - the platform's side of the model: the product's own office, publisher and clerk. */
#include "tests/model/platform.h"

#include "hal/base/clock.h"
#include "platform/backup.h"
#include "platform/input.h"
#include "platform/office.h"
#include "platform/publish.h"
#include "platform/verbs.h"
#include "tests/model/check.h"
#include "tests/model/disk.h"
#include "tests/model/programs.h"
#include "tests/model/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 20780, DAYS = 4, GOODS = 5, PLACES = 3, NOTICES = 6, LONGEST = 150000 };
static struct conf conf;
static struct keys keys;
static struct office *office;
static struct arena arena;
static int64_t clerk_fuse;
static bool clerk_power;
static int backups, longest;
static char newest_backup[DISK_PATH];

const struct keys *platform_keys(void)
{
    return &keys;
}

/* --- the clerk: programs of their own, one order each ----------------------------------------- */

static void clerk_comes(void)
{
    check_published();
    prog[CLERK].up = true;
    prog[CLERK].dead = false;
    prog[CLERK].fuse = clerk_fuse;
    prog[CLERK].power = clerk_power;
    clerk_fuse = 0;
    running = CLERK;
}

static void clerk_goes(void)
{
    prog[CLERK].up = false;
    prog[CLERK].fuse = 0;
    running = OUTSIDE;
    if (prog[CLERK].dead)
        programs_bury();
    prog[CLERK].dead = false;
}

void platform_long_notices(bool on)
{
    longest = on ? LONGEST : 0;
}

void platform_clerk_dies(int64_t fuse, bool power)
{
    clerk_fuse = fuse;
    clerk_power = power;
}

static enum err add(struct input *in, const char *table, bool put, char *const *values)
{
    return input_table_row(in, "model", 0, table_find(table), values, put, false);
}

static enum err add_price(struct input *in)
{
    char day[12], good[12], place[12], fen[12];
    char *values[] = { day, good, place, fen };
    bool put = !one_in(5);
    snprintf(day, sizeof day, "%d", DAY + below(DAYS));
    snprintf(good, sizeof good, "%d", between(1, GOODS));
    snprintf(place, sizeof place, "%d", between(1, PLACES));
    snprintf(fen, sizeof fen, "%d", between(1, 2000));
    if (!put || one_in(8))
        values[3] = NULL;
    return add(in, "price", put, values);
}

/* Words that a search would have to keep one by one. */
static void long_words(char *out, int bytes)
{
    int n = snprintf(out, 64, "No water from %d to %d", below(24), below(24));
    while (n + 24 < bytes)
        n += snprintf(out + n, 24, " %llx", (unsigned long long)chance_next() >> 24);
}

static enum err add_notice(struct input *in)
{
    static char body[LONGEST];
    char id[12], day[12], at[12];
    char title[] = "Water", kind[] = "village", sender[] = "Office", pinned[] = "0";
    char *values[] = { id, day, at, sender, NULL, title, NULL, body, NULL, kind, pinned };
    snprintf(id, sizeof id, "%d", between(1, NOTICES));
    snprintf(day, sizeof day, "%d", DAY);
    snprintf(at, sizeof at, "%d", below(1440));
    long_words(body, between(longest / 2, longest));
    return add(in, "notice", !one_in(3), values);
}

static enum err what_there_is(struct input *in)
{
    char no[12], name[24], empty[] = "Jin", kind[] = "market", meat[] = "meat", zero[] = "0";
    char *township[] = { no, name, NULL };
    char *category[] = { meat, meat, NULL, zero };
    char *good[] = { no, name, NULL, empty, NULL, empty, NULL, meat, zero, NULL, NULL };
    char *place[] = { no, kind, name, NULL, zero, empty, NULL, NULL, NULL, NULL };
    snprintf(no, sizeof no, "0");
    snprintf(name, sizeof name, "Town");
    enum err e = add(in, "township", true, township);
    if (e == OK)
        e = add(in, "category", true, category);
    for (int i = 1; i <= GOODS && e == OK; i++) {
        snprintf(no, sizeof no, "%d", i);
        snprintf(name, sizeof name, "Good %d", i);
        e = add(in, "good", true, good);
    }
    for (int i = 1; i <= PLACES && e == OK; i++) {
        snprintf(no, sizeof no, "%d", i);
        snprintf(name, sizeof name, "Place %d", i);
        e = add(in, "place", true, place);
    }
    return e;
}

static enum err news(void *ctx, struct db *db, struct input *in)
{
    (void)db;
    bool *first = ctx;
    enum err e = *first ? what_there_is(in) : OK;
    for (int n = between(1, 6); n > 0 && e == OK; n--)
        e = one_in(longest ? 2 : 4) ? add_notice(in) : add_price(in);
    return e;
}

static void publish_one(bool first)
{
    struct publish_result r = { 0 };
    clerk_comes();
    enum err e = publish_changed(&conf, news, &first, &r);
    trace("publish: %s, index %lld, %lld rows", err_name(e), (long long)r.n, (long long)r.changed);
    if (first)
        must(e == OK, "the first publication");
    clerk_goes();
}

void platform_publish(void)
{
    publish_one(false);
}

static enum err some_case(void *ctx, const struct case_row *c)
{
    char *ref = ctx;
    static int met;
    met = ref[0] ? met + 1 : 1;
    if (strcmp(c->state, "received") == 0 && (!ref[0] || one_in(met)))
        snprintf(ref, WIRE_NAME_MAX, "%s", c->ref);
    return OK;
}

void platform_decide(void)
{
    char ref[WIRE_NAME_MAX] = "";
    struct db *db = NULL;
    bool accept = one_in(2);
    clerk_comes();
    enum err e = db_open(conf.db, &db);
    if (e == OK)
        e = db_cases(db, some_case, ref);
    db_close(db);
    if (e == OK && ref[0]) {
        struct verb_order o = { .verb = "case", .word = { accept ? "accept" : "return", ref } };
        o.words = 2;
        o.reason = accept ? NULL : "a paper is missing";
        int code = verb_case(&o, &conf);
        trace("%s %s: exit %d", o.word[0], ref, code);
    }
    clerk_goes();
}

void platform_backup(void)
{
    char file[DISK_PATH];
    struct backup b;
    snprintf(file, sizeof file, "/@s/b%d.db", ++backups);
    clerk_comes();
    enum err e = backup_make(conf.db, file, "clerk/0", &b);
    trace("backup: %s", err_name(e));
    if (e == OK && !prog[CLERK].dead)
        snprintf(newest_backup, sizeof newest_backup, "%s", file);
    clerk_goes();
}

static void lose_disk(void)
{
    static const char *const file[] = { PLATFORM_DB, PLATFORM_DB "-wal", PLATFORM_DB "-journal" };
    static const char *const dir[] = { "/@p/feed/o", "/@p/feed/root", "/@p/feed/420506" };
    char path[2 * DISK_PATH];
    for (int i = 0; i < 3; i++)
        (void)disk_remove(file[i]);
    for (int i = 0; i < 3; i++) {
        int from = -1;
        for (const char *name; (name = disk_entry(dir[i], &from));) {
            snprintf(path, sizeof path, "%s/%s", dir[i], name);
            (void)disk_remove(path);
        }
    }
    disk_sync_names(PLATFORM);
    disk_room(PLATFORM, -1); /* the new one is good */
    disk_error_in(PLATFORM, 0);
}

void platform_restore(void)
{
    struct backup b;
    if (!newest_backup[0])
        return;
    programs_stop(OFFICE);
    lose_disk();
    for (int i = 0; i < 5 && !disk_find(PLATFORM_DB); i++) {
        clerk_comes();
        enum err e = backup_restore(newest_backup, conf.db, "clerk/0", &b);
        trace("restore: %s", err_name(e));
        clerk_goes();
    }
    must(disk_find(PLATFORM_DB) != NULL, "a restored platform");
    check_restored();
    publish_one(false);
    programs_start(OFFICE);
}

/* --- the server ------------------------------------------------------------------------------- */

enum err platform_open(void)
{
    running = OFFICE;
    enum err e = office_create(&conf, &office);
    running = OUTSIDE;
    return e;
}

void platform_close(void)
{
    running = OFFICE;
    office_destroy(office);
    office = NULL;
    running = OUTSIDE;
}

static char *bytes_of(const struct inode *f, int64_t from, size_t *out_n)
{
    *out_n = f->n > from ? (size_t)(f->n - from) : 0;
    char *p = malloc(*out_n + 1);
    must(p != NULL, "memory");
    (void)disk_read(f, from, p, *out_n);
    return p;
}

/* As platform/server.c gives out the feed's files. */
static void give_file(const struct line_ask *ask, struct line_told *out)
{
    char path[LINE_TEXT + 8], hash[65];
    snprintf(path, sizeof path, "/@p%s", ask->path);
    const struct inode *f = disk_find(path);
    out->status = !f || f->dir ? 404 : ask->from > 0 ? ask->from < f->n ? 206 : 416 : 200;
    if (out->status == 404 || out->status == 416)
        return;
    out->body = bytes_of(f, ask->from, &out->n);
    crypto_hash_of(out->body, out->n, hash);
    snprintf(out->etag, sizeof out->etag, "\"%.32s\"", hash);
    if (ask->etag[0] && strcmp(ask->etag, out->etag) == 0) {
        out->status = 304;
        out->n = 0;
    }
}

static struct office_request request_of(const struct line_ask *ask)
{
    return (struct office_request){ .method = ask->post ? "POST" : "GET",
                                    .path = ask->path,
                                    .line = ask->line[0] ? ask->line : NULL,
                                    .time = ask->time[0] ? ask->time : NULL,
                                    .nonce = ask->nonce[0] ? ask->nonce : NULL,
                                    .signature = ask->signature[0] ? ask->signature : NULL,
                                    .body = ask->body ? ask->body : "",
                                    .body_n = ask->body_n };
}

/* As platform/server_work.c does it: judged one by one, kept together, then signed. */
static void ask_office(const struct line_ask *const *ask, struct line_told *out, int n)
{
    struct office_request q[PLATFORM_GROUP];
    struct office_reply reply[PLATFORM_GROUP];
    struct asking *task[PLATFORM_GROUP];
    int kept = 0;
    arena_reset(&arena);
    for (int i = 0; i < n; i++) {
        q[i] = request_of(ask[i]);
        struct asking *k = office_judge(office, &arena, &q[i], &reply[i]);
        if (k)
            task[kept++] = k;
    }
    if (kept > 0)
        office_write(office, task, kept);
    for (int i = 0; i < kept; i++)
        office_finish(office, task[i]);
    for (int i = 0; i < n; i++) {
        out[i].status = reply[i].status;
        out[i].retry_after_s = reply[i].later ? 5 : 0;
        out[i].body = strdup(reply[i].body ? reply[i].body : "");
        must(out[i].body != NULL, "memory");
        out[i].n = strlen(out[i].body);
    }
}

bool platform_answer(const struct line_ask *const *ask, struct line_told *out, int n)
{
    if (!prog[OFFICE].up)
        return false;
    running = OFFICE;
    if (strncmp(ask[0]->path, "/feed/", 6) == 0)
        give_file(ask[0], out);
    else
        ask_office(ask, out, n);
    for (int i = 0; i < n; i++)
        talk("answers %s %d %zu%s", ask[i]->path, out[i].status, out[i].n,
             n > 1 ? " with others" : "");
    bool good = !prog[OFFICE].dead;
    running = OUTSIDE;
    for (int i = 0; i < n; i++)
        if (good && out[i].status == 200 && ask[i]->post)
            check_answered(out[i].body, out[i].n);
    programs_bury();
    return good;
}

/* --- once ------------------------------------------------------------------------------------- */

void platform_make(void)
{
    conf_default(&conf);
    snprintf(conf.db, sizeof conf.db, PLATFORM_DB);
    snprintf(conf.keys, sizeof conf.keys, "/@p/keys");
    snprintf(conf.feed, sizeof conf.feed, "/@p/feed");
    arena_init(&arena, 65536, 8 << 20);
    must(keys_load(conf.keys, &keys) == OK, "keys");
    publish_one(true);
}

void platform_knows(const unsigned char item[CRYPTO_PUB], const unsigned char line[CRYPTO_PUB])
{
    struct terminal t = { .name = "hall-1", .added_ms = world_ms() };
    struct db *db = NULL;
    memcpy(t.item, item, sizeof t.item);
    memcpy(t.line, line, sizeof t.line);
    bool ok = db_open(conf.db, &db) == OK && db_begin(db) == OK && db_terminal_add(db, &t) == OK &&
              db_commit(db) == OK;
    must(ok, "the terminal is known");
    db_close(db);
}

void platform_reset(void)
{
    clerk_fuse = 0;
    clerk_power = false;
    backups = longest = 0;
    newest_backup[0] = '\0';
}
