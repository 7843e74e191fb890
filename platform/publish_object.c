/* publish_object.c - segments and bases: packed, named by their hash, never changed again. */
#include "platform/publish_part.h"

#include "hal/base/log.h"
#include "hal/zstd.h"
#include "platform/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum err object_add_line(struct object_text *t, const char *line)
{
    size_t n = strlen(line);
    if (t->len + n + 1 > t->cap) {
        size_t cap = t->cap * 2 + n + 65536;
        char *buf = realloc(t->buf, cap);
        if (!buf)
            return ERR_NOMEM;
        t->buf = buf;
        t->cap = cap;
    }
    memcpy(t->buf + t->len, line, n);
    t->buf[t->len + n] = '\n';
    t->len += n + 1;
    return OK;
}

void channel_tables(const char *channel, int *out_first, int *out_last)
{
    *out_first = INT32_MAX;
    *out_last = -1;
    for (int i = 0; i < table_count; i++) {
        if (strcmp(tables[i].channel, channel) != 0)
            continue;
        if (*out_last < 0)
            *out_first = tables[i].id;
        *out_last = tables[i].id;
    }
}

/* The address is the hash of the bytes: a file that is there with this size is this file. */
static enum err store_object(struct publication *p, const void *packed, size_t n,
                             struct wire_object *out)
{
    crypto_hash_of(packed, n, out->hash);
    char *dir = arena_printf(&p->arena, "%s/o", p->conf->feed);
    char *path = arena_printf(&p->arena, "%s/o/%s", p->conf->feed, out->hash);
    enum err e = dir && path ? dir_make(dir) : ERR_NOMEM;
    return e == OK ? file_write(path, packed, n, 0644) : e;
}

enum err object_write(struct publication *p, const struct wire_segment_head *head,
                      const struct object_text *rows, struct wire_object *out)
{
    char *line = NULL;
    void *packed = NULL;
    struct object_text all = { 0 };
    struct wire_object o = { .from = head->from, .to = head->to };
    size_t n = 0;
    enum err e = wire_segment_head_write(&p->arena, head, &line);
    if (e == OK)
        e = object_add_line(&all, line);
    if (e == OK && all.len + rows->len > WIRE_RAW_MAX)
        e = ERR_TOO_BIG;
    char *whole = e == OK ? realloc(all.buf, all.len + rows->len) : NULL;
    if (e == OK && !whole)
        e = ERR_NOMEM;
    if (e == OK) {
        all.buf = whole;
        if (rows->len)
            memcpy(all.buf + all.len, rows->buf, rows->len);
        o.raw = (int64_t)(all.len + rows->len);
        e = zstd_pack(all.buf, (size_t)o.raw, p->level ? p->level : SEGMENT_LEVEL, &packed, &n);
    }
    free(all.buf);
    o.size = (int64_t)n;
    if (e == OK)
        e = n > WIRE_SEGMENT_MAX ? ERR_TOO_BIG : store_object(p, packed, n, &o);
    free(packed);
    if (e == OK)
        *out = o;
    return e;
}

static int64_t segment_bytes(const struct wire_channel *ch, int from)
{
    int64_t sum = 0;
    for (int i = from; i < ch->seg_count; i++)
        sum += ch->seg[i].size;
    return sum;
}

bool channel_wants_base(const struct wire_channel *ch)
{
    int64_t allowed = ch->base.size / 2 > SMALL_BASE / 2 ? ch->base.size / 2 : SMALL_BASE / 2;
    return !ch->has_base || ch->seg_count >= SEGMENTS_IN_INDEX || segment_bytes(ch, 0) > allowed;
}

enum err channel_drop_old(struct publication *p, struct wire_channel *ch)
{
    int from = ch->seg_count > KEPT_SEGMENTS ? ch->seg_count - KEPT_SEGMENTS : 0;
    while (from < ch->seg_count && segment_bytes(ch, from) > ch->base.size / 4 + SMALL_BASE / 4)
        from++;
    if (from == 0)
        return OK;
    enum err e = db_segments_drop(p->db, ch->name, ch->seg[from - 1].to);
    memmove(ch->seg, ch->seg + from, sizeof *ch->seg * (size_t)(ch->seg_count - from));
    ch->seg_count -= from;
    return e;
}

enum err channel_drop_segments(struct publication *p, struct wire_channel *ch)
{
    ch->seg_count = 0;
    return db_segments_drop(p->db, ch->name, INT64_MAX);
}

enum err channel_rebase(struct publication *p, struct wire_channel *ch)
{
    struct object_text text = { 0 };
    struct wire_segment_head head = { .schema = ch->schema, .from = 0, .to = ch->head };
    snprintf(head.channel, sizeof head.channel, "%s", ch->name);
    snprintf(head.epoch, sizeof head.epoch, "%s", ch->epoch);
    enum err e = scopes_base(p, ch->name, &text, &head.rows);
    if (e == OK)
        e = object_write(p, &head, &text, &ch->base);
    free(text.buf);
    if (e == OK)
        e = db_object_add(p->db, ch->name, true, &ch->base);
    if (e != OK)
        return e;
    ch->has_base = true;
    log_info("base_written", "ch=%s seq=%lld rows=%lld size=%lld", ch->name, (long long)ch->head,
             (long long)head.rows, (long long)ch->base.size);
    return channel_drop_old(p, ch);
}
