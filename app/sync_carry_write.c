/* sync_carry_write.c - what waits goes to a stick: sealed and signed as it lies in the outbox. */
#include "app/sync_carry_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/stick.h"
#include "hal/crypto.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IDS_FIRST = 256 };

/* Ids that are on the stick already, in a queue of ours that is whole. Sorted once all are in. */
struct ids {
    char (*id)[WIRE_ID + 1];
    int count, cap;
};

static enum err ids_add(struct arena *a, struct ids *s, const char *id)
{
    if (s->count == s->cap) {
        int cap = s->cap ? s->cap * 2 : IDS_FIRST;
        char(*more)[WIRE_ID + 1] = arena_alloc(a, sizeof *more * (size_t)cap);
        if (!more)
            return ERR_NOMEM;
        if (s->count)
            memcpy(more, s->id, sizeof *more * (size_t)s->count);
        s->id = more;
        s->cap = cap;
    }
    memcpy(s->id[s->count++], id, WIRE_ID + 1);
    return OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool ids_have(const struct ids *s, const char *id)
{
    return s->count && bsearch(id, s->id, (size_t)s->count, sizeof *s->id, by_text);
}

/* --- what is there already -----------------------------------------------------------------------
 */

static bool part_whole(int dir, int number, const struct wire_carry_part *p)
{
    struct arena a;
    char name[32], hash[WIRE_HASH_HEX + 1] = "", *text = NULL;
    size_t n = 0;
    arena_init(&a, 64 * 1024, CARRY_ARENA);
    snprintf(name, sizeof name, "items-%d", number);
    enum err e = stick_read(&a, dir, name, WIRE_POST_MAX, &text, &n);
    if (e == OK)
        crypto_hash_of(text, n, hash);
    arena_finish(&a);
    return e == OK && (int64_t)n == p->size && strcmp(hash, p->hash) == 0;
}

/* A damaged part does not count: its items go once more. */
static enum err note_queue(const struct carry *c, struct arena *a, int stick, const char *name,
                           struct ids *out)
{
    struct wire_carry *q = NULL;
    int dir = -1;
    enum err e = OK;
    if (carry_open(c, a, stick, name, &q, &dir) != OK)
        return OK;
    for (int i = 0; i < q->part_count && e == OK; i++) {
        if (!part_whole(dir, i + 1, &q->part[i]))
            continue;
        for (int j = 0; j < q->part[i].count && e == OK; j++)
            e = ids_add(a, out, q->part[i].id[j]);
    }
    close(dir);
    return e;
}

static enum err note_all(const struct carry *c, struct arena *a, int stick, struct ids *out)
{
    char **name = NULL;
    int n = 0;
    enum err e = carry_list(c, a, stick, &name, &n);
    for (int i = 0; i < n && e == OK; i++)
        e = note_queue(c, a, stick, name[i], out);
    if (e == OK && out->count)
        qsort(out->id, (size_t)out->count, sizeof *out->id, by_text);
    return e;
}

/* --- what goes to it -----------------------------------------------------------------------------
 */

/* A queue being written: its parts, and where it stands in the outbox. */
struct draft {
    const struct carry *c;
    struct arena *a;
    const struct ids *there;
    int dir;
    int64_t after_n;
    bool more;
    struct wire_carry *q;
    int written;
};

static int leave_out(struct wire_item *items, int count, const struct ids *there)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        if (!ids_have(there, items[i].id))
            items[n++] = items[i];
    return n;
}

static enum err put_part(struct draft *d, struct arena *a, const struct wire_item *items, int count)
{
    struct wire_carry_part *p = &d->q->part[d->q->part_count];
    char name[32], *body = NULL;
    enum err e = wire_post_write(a, items, count, &body);
    if (e != OK)
        return e;
    snprintf(name, sizeof name, "items-%d", d->q->part_count + 1);
    p->size = (int64_t)strlen(body);
    p->count = count;
    p->id = arena_alloc(d->a, sizeof *p->id * (size_t)count);
    crypto_hash_of(body, (size_t)p->size, p->hash);
    for (int i = 0; p->id && i < count; i++)
        memcpy(p->id[i], items[i].id, sizeof p->id[i]);
    e = p->id ? stick_write(d->dir, name, body, (size_t)p->size) : ERR_NOMEM;
    if (e != OK)
        return e;
    d->q->part_count++;
    d->written += count;
    return OK;
}

static enum err next_part(struct draft *d)
{
    struct arena a;
    struct wire_item *items = NULL;
    int count = 0;
    arena_init(&a, 64 * 1024, CARRY_ARENA);
    enum err e = outbox_line_waiting(d->c->box, &a, d->after_n, &items, &count);
    d->more = e == OK && count > 0;
    if (d->more) {
        d->after_n = items[count - 1].n;
        count = leave_out(items, count, d->there);
    }
    if (e == OK && count > 0)
        e = put_part(d, &a, items, count);
    arena_finish(&a);
    return e;
}

static enum err put_manifest(struct draft *d)
{
    char *text = NULL;
    d->q->at_ms = d->c->now_ms;
    memcpy(d->q->line, d->c->line->pub, sizeof d->q->line);
    enum err e = outbox_line_status_seq(d->c->box, &d->q->since);
    if (e == OK)
        e = wire_carry_write(d->a, d->q, d->c->line->secret, &text);
    return e == OK ? stick_write(d->dir, "manifest", text, strlen(text)) : e;
}

/* More than one queue can hold goes with the next. */
static enum err put_all(struct draft *d)
{
    enum err e = OK;
    d->more = true;
    while (e == OK && d->more && d->q->part_count < WIRE_CARRY_PARTS)
        e = next_part(d);
    return e == OK && d->q->part_count > 0 ? put_manifest(d) : e;
}

/* The stick has it whole: each item says so from now on. */
static enum err mark_all(const struct carry *c, const struct wire_carry *q)
{
    enum err e = OK;
    for (int i = 0; i < q->part_count && e == OK; i++)
        e = outbox_line_carried(c->box, q->part[i].id, q->part[i].count, c->now_ms);
    return e;
}

static void name_of(const struct carry *c, char out[CARRY_NAME])
{
    unsigned char random[2];
    char prefix[CARRY_NAME], hex[5];
    struct civil t = clock_civil(c->now_ms);
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, hex);
    carry_prefix(c, prefix);
    snprintf(out, CARRY_NAME, "%.32s%04d%02d%02d-%02d%02d%02d-%s", prefix, t.year % 10000,
             t.month % 100, t.day % 100, t.hour % 100, t.minute % 100, t.second % 100, hex);
}

static enum err write_queue(const struct carry *c, struct arena *a, int stick,
                            const struct ids *there, struct carry_result *r)
{
    char name[CARRY_NAME], part[CARRY_NAME + 8];
    struct draft d = {
        .c = c, .a = a, .there = there, .dir = -1, .q = arena_new(a, struct wire_carry)
    };
    if (!d.q)
        return ERR_NOMEM;
    memset(d.q, 0, sizeof *d.q);
    name_of(c, name);
    snprintf(part, sizeof part, "%s.part", name);
    enum err e = stick_make(stick, part, &d.dir);
    if (e != OK)
        return e;
    e = put_all(&d);
    close(d.dir);
    if (e == OK && d.q->part_count > 0)
        e = stick_rename(stick, part, name);
    if (e != OK || d.q->part_count == 0) {
        stick_remove(stick, part);
        return e;
    }
    r->written += d.written;
    log_info("carry_written", "queue=%s items=%d", name, d.written);
    return mark_all(c, d.q);
}

void carry_write(const struct carry *c, struct carry_result *out)
{
    struct arena a;
    struct ids there = { 0 };
    int stick = -1;
    enum err e = stick_open(AT_FDCWD, c->dir, &stick);
    if (e != OK) {
        carry_fault(out, e);
        return;
    }
    arena_init(&a, 64 * 1024, CARRY_ARENA);
    e = note_all(c, &a, stick, &there);
    if (e == OK)
        e = write_queue(c, &a, stick, &there, out);
    if (e != OK)
        carry_fault(out, e);
    arena_finish(&a);
    close(stick);
}
