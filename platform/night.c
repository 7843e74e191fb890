/* night.c - what the feed's publisher does while nobody publishes: packs tighter, tidies up. */
#include "platform/night.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/publish_part.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NIGHT_LEVEL = 19, KEPT_DAYS = 30, MISSED_DAYS = 2 };
#define DAY_S 86400LL

/* A base that was packed at night is known by its hash: meta "night/CHANNEL". */
static enum err packed_before(struct publication *p, const struct wire_channel *ch, bool *out)
{
    char name[64], *hash = NULL;
    snprintf(name, sizeof name, "night/%.31s", ch->name);
    enum err e = db_meta_get(p->db, &p->arena, name, &hash);
    *out = e == OK && ch->has_base && ch->base.to == ch->head && strcmp(hash, ch->base.hash) == 0;
    return e == ERR_NOT_FOUND ? OK : e;
}

static struct wire_channel *channel_named(struct publication *p, const char *name)
{
    for (int i = 0; i < p->channel_count; i++)
        if (strcmp(p->channel[i].name, name) == 0)
            return &p->channel[i];
    return NULL;
}

/* A channel as it stands and its text, of one moment; nothing is held afterwards. */
static enum err read_channel(struct publication *p, struct wire_channel *ch,
                             struct object_text *text, int64_t *lines)
{
    enum err e = db_begin(p->db);
    if (e == OK)
        e = signed_keyset(p);
    if (e == OK)
        e = db_channels(p->db, &p->arena, p->channel, WIRE_CHANNELS, &p->channel_count);
    struct wire_channel *now = e == OK ? channel_named(p, ch->name) : NULL;
    if (e == OK && !now)
        e = ERR_NOT_FOUND;
    if (now)
        *ch = *now;
    if (e == OK)
        e = scopes_base(p, ch->name, text, lines);
    db_rollback(p->db);
    return e;
}

static bool still_fits(const struct wire_channel *now, const struct wire_channel *then)
{
    if (strcmp(now->epoch, then->epoch) != 0 || strcmp(now->base.hash, then->base.hash) != 0)
        return false;
    bool fits = now->head == then->head;
    for (int i = 0; i < now->seg_count; i++)
        fits = fits || now->seg[i].from == then->head;
    return fits;
}

/* What was published meanwhile stands in segments behind the new base. */
static enum err put_base(struct publication *p, const struct wire_channel *then,
                         const struct wire_object *base, bool *out_put)
{
    char name[64];
    *out_put = false;
    enum err e = db_channels(p->db, &p->arena, p->channel, WIRE_CHANNELS, &p->channel_count);
    struct wire_channel *now = e == OK ? channel_named(p, then->name) : NULL;
    if (!now || !still_fits(now, then))
        return e;
    now->base = *base;
    now->has_base = true;
    e = db_object_add(p->db, now->name, true, base);
    if (e == OK)
        e = channel_drop_old(p, now);
    snprintf(name, sizeof name, "night/%.31s", now->name);
    *out_put = e == OK;
    return e == OK ? db_meta_set(p->db, name, base->hash) : e;
}

static enum err keep_base(struct publication *p, const struct wire_channel *then,
                          const struct wire_object *base, bool *out_put)
{
    enum err e = db_begin(p->db);
    if (e == OK)
        e = put_base(p, then, base, out_put);
    if (e == OK)
        e = db_commit(p->db);
    if (e != OK)
        db_rollback(p->db);
    return e;
}

static enum err pack_channel(struct publication *p, struct wire_channel *ch,
                             struct night_result *out)
{
    struct object_text text = { 0 };
    struct wire_object base = { .from = 0 };
    struct wire_segment_head head = { .from = 0 };
    bool put = false;
    enum err e = read_channel(p, ch, &text, &head.rows);
    int64_t before = ch->has_base ? ch->base.size : 0;
    head.schema = ch->schema;
    head.to = ch->head;
    snprintf(head.channel, sizeof head.channel, "%s", ch->name);
    snprintf(head.epoch, sizeof head.epoch, "%s", ch->epoch);
    if (e == OK)
        e = object_write(p, &head, &text, &base);
    free(text.buf);
    if (e == OK)
        e = keep_base(p, ch, &base, &put);
    if (e != OK || !put)
        return e;
    out->packed++;
    out->bytes += base.size;
    out->bytes_before += before;
    log_info("base_packed", "ch=%s size=%lld was=%lld", head.channel, (long long)base.size,
             (long long)before);
    return OK;
}

static enum err channels_now(struct publication *p, struct wire_channel *out, int *out_n)
{
    enum err e = db_begin(p->db);
    if (e == OK)
        e = signed_keyset(p);
    if (e == OK)
        e = db_channels(p->db, &p->arena, out, WIRE_CHANNELS, out_n);
    db_rollback(p->db);
    return e;
}

static enum err pack_all(struct publication *p, struct night_result *out)
{
    static struct wire_channel ch[WIRE_CHANNELS];
    int n = 0;
    enum err e = channels_now(p, ch, &n);
    for (int i = 0; i < n && e == OK; i++) {
        bool done = false;
        e = packed_before(p, &ch[i], &done);
        if (e == OK && !done && ch[i].head > 0)
            e = pack_channel(p, &ch[i], out);
    }
    return e;
}

/* --- objects nobody needs any more ------------------------------------------------------------ */

static bool listed(const struct wire_channel *ch, int count, const char *hash)
{
    for (int i = 0; i < count; i++) {
        if (ch[i].has_base && strcmp(ch[i].base.hash, hash) == 0)
            return true;
        for (int k = 0; k < ch[i].seg_count; k++)
            if (strcmp(ch[i].seg[k].hash, hash) == 0)
                return true;
    }
    return false;
}

/* A file's time says when it was last named by an index, as long as no night was missed. */
static void tidy_file(int dir, const char *name, bool is_listed, bool missed, int64_t now_s,
                      struct night_result *out)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return;
    struct timespec at[2] = { { .tv_sec = now_s }, { .tv_sec = now_s } };
    if (is_listed || missed)
        (void)utimensat(dir, name, at, 0);
    else if (st.st_mtim.tv_sec + KEPT_DAYS * DAY_S < now_s && unlinkat(dir, name, 0) == 0)
        out->removed++;
}

static enum err missed_a_night(struct publication *p, int64_t now_s, bool *out)
{
    char *text = NULL, now[32];
    enum err e = db_meta_get(p->db, &p->arena, "night_at", &text);
    *out = e != OK || strtoll(text, NULL, 10) + MISSED_DAYS * DAY_S < now_s;
    snprintf(now, sizeof now, "%lld", (long long)now_s);
    return e == OK || e == ERR_NOT_FOUND ? db_meta_set(p->db, "night_at", now) : e;
}

/* Under the publisher's lock: a file that is written now is named by an index only afterwards. */
static enum err tidy(struct publication *p, struct night_result *out)
{
    bool missed = true;
    int64_t now_s = clock_wall_ms() / 1000;
    char *path = arena_printf(&p->arena, "%s/o", p->conf->feed);
    enum err e = path ? missed_a_night(p, now_s, &missed) : ERR_NOMEM;
    if (e == OK)
        e = db_channels(p->db, &p->arena, p->channel, WIRE_CHANNELS, &p->channel_count);
    DIR *d = e == OK ? opendir(path) : NULL;
    for (struct dirent *f; d && (f = readdir(d));)
        if (f->d_name[0] != '.')
            tidy_file(dirfd(d), f->d_name, listed(p->channel, p->channel_count, f->d_name), missed,
                      now_s, out);
    if (d)
        closedir(d);
    return e;
}

static enum err tidy_up(struct publication *p, struct night_result *out)
{
    enum err e = db_begin(p->db);
    if (e == OK)
        e = tidy(p, out);
    if (e == OK)
        return db_commit(p->db);
    db_rollback(p->db);
    return e;
}

enum err night(const struct conf *c, struct night_result *out)
{
    struct publish_result r;
    struct publication *p = calloc(1, sizeof *p);
    if (!p)
        return ERR_NOMEM;
    *out = (struct night_result){ .packed = 0 };
    p->conf = c;
    p->level = NIGHT_LEVEL;
    arena_init(&p->arena, 65536, 64 << 20);
    enum err e = crypto_init();
    if (e == OK)
        e = keys_load(c->keys, &p->keys);
    if (e == OK)
        e = db_open(c->db, &p->db);
    if (e == OK)
        e = pack_all(p, out);
    if (e == OK && out->packed > 0)
        e = publish_again(c, &r);
    if (e == OK)
        e = tidy_up(p, out);
    db_close(p->db);
    arena_finish(&p->arena);
    keys_finish(&p->keys);
    free(p);
    return e;
}
