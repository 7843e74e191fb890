/* publish.c - one publication: read, compare, number, write objects, commit, show the index. */
#include "platform/publish_part.h"

#include "hal/base/log.h"
#include "platform/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct wire_channel *find_channel(struct publication *p, const char *name)
{
    for (int i = 0; i < p->channel_count; i++)
        if (strcmp(p->channel[i].name, name) == 0)
            return &p->channel[i];
    return NULL;
}

/* An epoch is the life of one database: after a restore from backup it must be another. */
static enum err epoch_of(struct publication *p, char out[WIRE_NAME_MAX])
{
    char *text = NULL;
    enum err e = db_meta_get(p->db, &p->arena, "epoch", &text);
    if (e == ERR_NOT_FOUND) {
        uint32_t r = 0;
        crypto_random(&r, sizeof r);
        text = arena_printf(&p->arena, "e%08x", r);
        e = text ? db_meta_set(p->db, "epoch", text) : ERR_NOMEM;
    }
    if (e == OK)
        snprintf(out, WIRE_NAME_MAX, "%s", text);
    return e;
}

static enum err new_channel(struct publication *p, const char *name, struct wire_channel **out)
{
    if (p->channel_count == WIRE_CHANNELS)
        return ERR_TOO_BIG;
    struct wire_channel *ch = &p->channel[p->channel_count];
    *ch = (struct wire_channel){ .schema = TABLE_SCHEMA };
    snprintf(ch->name, sizeof ch->name, "%s", name);
    ch->seg = arena_array(&p->arena, struct wire_object, WIRE_SEGMENTS);
    enum err e = ch->seg ? epoch_of(p, ch->epoch) : ERR_NOMEM;
    if (e != OK)
        return e;
    p->channel_count++;
    *out = ch;
    return OK;
}

struct same {
    const char *line;
    bool is;
};

static enum err compare(void *ctx, const char *line)
{
    struct same *s = ctx;
    s->is = strcmp(line, s->line) == 0;
    return OK;
}

/* Stores the row when it says something new; then its line goes into the segment. */
static enum err apply_row(struct publication *p, const struct row *r, struct scopes *changed,
                          int64_t *changes)
{
    struct same same = { .line = r->line };
    bool put = r->line[2] == 'p';
    enum err e = db_row_get(p->db, r->table->id, r->key, compare, &same);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    bool there = e == OK;
    if (put ? there && (r->weak || same.is) : !there)
        return OK;
    enum err may = scope_may_change(p, r);
    bool others = may == ERR_REFUSED && p->signing;
    e = others ? OK : may;
    if (e == OK)
        e = put ? db_row_put(p->db, r->table->id, r->key, r->line)
                : db_row_delete(p->db, r->table->id, r->key);
    if (e == OK && others)
        return OK;
    if (e == OK)
        e = scopes_add(changed, &p->set, r->table->channel, r->line);
    *changes += e == OK;
    return e;
}

static struct wire_segment_head next_head(const struct wire_channel *ch, int64_t lines)
{
    struct wire_segment_head head = {
        .schema = ch->schema, .from = ch->head, .to = ch->head + lines, .rows = lines
    };
    snprintf(head.channel, sizeof head.channel, "%s", ch->name);
    snprintf(head.epoch, sizeof head.epoch, "%s", ch->epoch);
    if (ch->seg_count > 0)
        snprintf(head.prev, sizeof head.prev, "%s", ch->seg[ch->seg_count - 1].hash);
    else if (ch->has_base)
        snprintf(head.prev, sizeof head.prev, "%s", ch->base.hash);
    return head;
}

/* The first publication of a channel, and of a publisher, is written as a base: a segment would
 * hold the same rows, or rows that were there before anybody signed them. */
static enum err write_changes(struct publication *p, struct wire_channel *ch, struct scopes *c)
{
    int first, last;
    struct object_text text = { 0 };
    int64_t lines = 0;
    bool base = false;
    enum err e = scopes_sign(p, ch->name, c, &text, &lines, &base);
    struct wire_segment_head head = next_head(ch, lines);
    bool begin = ch->head == 0;
    ch->head += lines;
    channel_tables(ch->name, &first, &last);
    if (e == OK)
        e = db_row_count(p->db, first, last, &ch->rows);
    if (e == OK && base)
        e = channel_drop_segments(p, ch);
    if (e == OK && (begin || base)) {
        e = channel_rebase(p, ch);
    } else if (e == OK) {
        struct wire_object *seg = &ch->seg[ch->seg_count++];
        e = object_write(p, &head, &text, seg);
        if (e == OK)
            e = db_object_add(p->db, ch->name, false, seg);
        if (e == OK && channel_wants_base(ch))
            e = channel_rebase(p, ch);
    }
    free(text.buf);
    return e;
}

/* Rows of one channel stand together: the input is sorted by table id. */
static enum err apply_channel(struct publication *p, int *at, struct scopes *changed,
                              int64_t *changes)
{
    const char *name = p->input.row[*at]->table->channel;
    enum err e = OK;
    while (e == OK && *at < p->input.count && strcmp(p->input.row[*at]->table->channel, name) == 0)
        e = apply_row(p, p->input.row[(*at)++], changed, changes);
    return e == OK && p->as ? scopes_first(p, name, changed, changes) : e;
}

static enum err publish_channel(struct publication *p, int *at)
{
    const char *name = p->input.row[*at]->table->channel;
    struct scopes changed = { 0 };
    int64_t changes = 0;
    enum err e = apply_channel(p, at, &changed, &changes);
    struct wire_channel *ch = find_channel(p, name);
    if (e == OK && changes > 0 && !ch)
        e = new_channel(p, name, &ch);
    if (e == OK && changes > 0)
        e = write_changes(p, ch, &changed);
    if (e == OK && changes > 0)
        e = db_channel_put(p->db, ch);
    scopes_free(&changed);
    p->changed += changes;
    return e;
}

/* The index is one small file: when all channels together outgrow it, the longest gets a base. */
static enum err fit_index(struct publication *p)
{
    for (;;) {
        int total = 0;
        struct wire_channel *longest = NULL;
        for (int i = 0; i < p->channel_count; i++) {
            total += p->channel[i].seg_count;
            if (!longest || p->channel[i].seg_count > longest->seg_count)
                longest = &p->channel[i];
        }
        if (total <= SEGMENTS_IN_INDEX || longest->seg_count == 0)
            return OK;
        int before = longest->seg_count;
        enum err e = channel_rebase(p, longest);
        if (e != OK)
            return e;
        if (longest->seg_count == before) { /* all young and small: let the oldest go */
            e = db_segments_drop(p->db, longest->name, longest->seg[0].to);
            longest->seg_count--;
            memmove(longest->seg, longest->seg + 1,
                    sizeof *longest->seg * (size_t)longest->seg_count);
        }
        if (e != OK)
            return e;
    }
}

/* A database that was restored has rows and no objects of them; and after a change of publishers
 * nothing must be left that only one who is gone has signed. */
static enum err give_bases(struct publication *p)
{
    enum err e = OK;
    for (int i = 0; i < p->channel_count && e == OK; i++) {
        struct wire_channel *ch = &p->channel[i];
        bool due = false;
        e = scopes_base_due(p, ch->name, &due);
        if (e == OK && due && ch->has_base)
            e = channel_drop_segments(p, ch);
        if (e != OK || ch->head == 0 || ((ch->has_base || ch->seg_count > 0) && !due))
            continue;
        e = channel_rebase(p, ch);
        p->new_bases = true;
    }
    return e;
}

/* What is to be published: a directory, or what one command changes. */
struct source {
    const char *dir;
    publish_change *change;
    void *ctx;
    bool renew;
    const struct publish_as *as;
};

/* The own database takes the rows; what comes out is signatures. */
static enum err sign_channel(struct publication *p, int *at)
{
    const char *name = p->input.row[*at]->table->channel;
    struct scopes changed = { 0 };
    struct object_text text = { 0 };
    int64_t changes = 0, lines = 0;
    bool base = false;
    enum err e = apply_channel(p, at, &changed, &changes);
    if (e == OK && changes > 0)
        e = scopes_sign(p, name, &changed, &text, &lines, &base);
    free(text.buf);
    scopes_free(&changed);
    p->changed += changes;
    return e;
}

static enum err sign_input(struct publication *p, const char *dir)
{
    enum err e = keyset_of_feed(&p->arena, p->conf->feed, &p->set);
    if (e == ERR_NOT_FOUND)
        fprintf(stderr, "%s: no feed here; give --feed a mirror of it\n", p->conf->feed);
    if (e == OK)
        e = db_begin(p->db);
    if (e != OK)
        return e;
    e = input_read(&p->input, dir, p->db);
    for (int at = 0; e == OK && at < p->input.count;)
        e = sign_channel(p, &at);
    if (e == OK)
        e = signatures_write(p, dir); /* killed here: the same input is signed again */
    if (e == OK)
        return db_commit(p->db);
    db_rollback(p->db);
    return e;
}

static enum err read_source(struct publication *p, const struct source *from)
{
    if (from->dir)
        return input_read(&p->input, from->dir, p->db);
    input_begin(&p->input, "");
    enum err e = from->change(from->ctx, p->db, &p->input);
    return e == OK ? input_settle(&p->input, p->db) : e;
}

static enum err in_transaction(struct publication *p, const struct source *from,
                               struct publish_result *out)
{
    enum err e = read_source(p, from);
    if (e == OK && p->as && p->as->without)
        e = signatures_read(p, from->dir);
    if (e == OK)
        e = signed_keyset(p);
    if (e == OK)
        e = db_channels(p->db, &p->arena, p->channel, WIRE_CHANNELS, &p->channel_count);
    for (int at = 0; e == OK && at < p->input.count;)
        e = publish_channel(p, &at);
    if (e == OK)
        e = give_bases(p);
    if (e == OK)
        e = fit_index(p);
    if (e != OK)
        return e;
    out->changed = p->changed;
    out->issued = p->changed > 0 || from->renew || p->new_root || p->new_bases;
    return out->issued ? signed_index(p, &out->n) : OK;
}

static enum err run(struct publication *p, const struct source *from, struct publish_result *out)
{
    enum err e = keys_load(p->conf->keys, &p->keys);
    if (e == OK)
        e = dir_make(p->conf->feed);
    if (e == OK)
        e = db_open(p->conf->db, &p->db);
    if (e == OK)
        e = db_begin(p->db);
    if (e != OK)
        return e;
    e = in_transaction(p, from, out);
    if (e == OK)
        e = db_commit(p->db);
    if (e != OK) {
        db_rollback(p->db);
        return e;
    }
    /* Killed here, the index file is behind the database; the next publish brings it up. Under the
     * lock again, so that of two publishers the later one also writes last. */
    e = db_begin(p->db);
    if (e == OK)
        e = files_follow(p);
    db_rollback(p->db);
    return e;
}

enum err publish_sign(const struct conf *c, const char *input_dir, const struct publish_as *as,
                      struct publish_result *out)
{
    struct publication *p = calloc(1, sizeof *p);
    enum err e = p ? crypto_init() : ERR_NOMEM;
    if (e != OK) {
        free(p);
        return e;
    }
    p->conf = c;
    p->as = as;
    p->signing = true;
    arena_init(&p->arena, 65536, 64 << 20);
    e = db_open(c->db, &p->db);
    if (e == OK)
        e = sign_input(p, input_dir);
    if (e == OK)
        *out = (struct publish_result){ .changed = p->changed };
    db_close(p->db);
    input_close(&p->input);
    arena_finish(&p->arena);
    free(p);
    return e;
}

static enum err publish_from(const struct conf *c, const struct source *from,
                             struct publish_result *out)
{
    struct publication *p = calloc(1, sizeof *p);
    struct publish_result r = { 0 };
    enum err e = p ? crypto_init() : ERR_NOMEM;
    if (e == OK) {
        p->conf = c;
        p->as = from->as;
        arena_init(&p->arena, 65536, 64 << 20);
        e = run(p, from, &r);
        memcpy(r.elsewhere, p->elsewhere, sizeof r.elsewhere);
        db_close(p->db);
        input_close(&p->input);
        arena_finish(&p->arena);
        keys_finish(&p->keys);
    }
    free(p);
    if (e == OK || e == ERR_REFUSED)
        *out = r;
    return e;
}

enum err publish(const struct conf *c, const char *input_dir, bool renew,
                 struct publish_result *out)
{
    return publish_from(c, &(struct source){ .dir = input_dir, .renew = renew }, out);
}

enum err publish_by(const struct conf *c, const char *input_dir, const struct publish_as *as,
                    struct publish_result *out)
{
    return publish_from(c, &(struct source){ .dir = input_dir, .as = as }, out);
}

static enum err no_change(void *ctx, struct db *db, struct input *in)
{
    (void)ctx, (void)db, (void)in;
    return OK;
}

enum err publish_again(const struct conf *c, struct publish_result *out)
{
    return publish_from(c, &(struct source){ .change = no_change, .renew = true }, out);
}

enum err publish_changed(const struct conf *c, publish_change *change, void *ctx,
                         struct publish_result *out)
{
    return publish_from(c, &(struct source){ .change = change, .ctx = ctx }, out);
}
