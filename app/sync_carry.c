/* sync_carry.c - a stick comes back: acknowledgements and states from the platform, by signature.
 */
#include "app/sync_carry_part.h"

#include "hal/base/log.h"
#include "hal/base/stick.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void carry_prefix(const struct carry *c, char out[CARRY_NAME])
{
    char key[WIRE_CARRY_KEY + 1];
    wire_carry_key(c->line->pub, key);
    snprintf(out, CARRY_NAME, WIRE_CARRY_PREFIX "%s-", key);
}

static bool is_part(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".part") == 0;
}

enum err carry_list(const struct carry *c, struct arena *a, int stick, char ***out, int *out_n)
{
    char prefix[CARRY_NAME];
    int n = 0;
    carry_prefix(c, prefix);
    enum err e = stick_list(a, stick, prefix, CARRY_QUEUES, out, out_n);
    for (int i = 0; e == OK && i < *out_n; i++) {
        if (is_part((*out)[i]))
            stick_remove(stick, (*out)[i]); /* the stick was pulled out while it was written */
        else
            (*out)[n++] = (*out)[i];
    }
    if (e == OK)
        *out_n = n;
    return e;
}

/* The manifest names this terminal's key and is signed with it: nobody else can have written it. */
enum err carry_open(const struct carry *c, struct arena *a, int stick, const char *name,
                    struct wire_carry **out, int *out_dir)
{
    char *text = NULL;
    size_t n = 0;
    int dir = -1;
    enum err e = stick_open(stick, name, &dir);
    if (e == OK)
        e = stick_read(a, dir, "manifest", WIRE_CARRY_MAX, &text, &n);
    if (e == OK)
        e = wire_carry_read(a, text, n, out);
    if (e == OK && memcmp((*out)->line, c->line->pub, sizeof c->line->pub) != 0)
        e = ERR_SIGNATURE;
    if (e == OK)
        *out_dir = dir;
    else if (dir >= 0)
        close(dir);
    return e;
}

void carry_fault(struct carry_result *r, enum err e)
{
    if (r->err == OK)
        r->err = e;
}

/* --- acknowledgements ---------------------------------------------------------------------------
 */

/* "Later" of days ago says nothing about now. */
static int without_retries(struct wire_ack *acks, int count)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        if (acks[i].outcome != WIRE_RETRY)
            acks[n++] = acks[i];
    return n;
}

static enum err take_acks(const struct carry *c, struct arena *a, int dir, int part)
{
    struct wire_ack *acks = NULL;
    char name[32], *text = NULL;
    size_t n = 0;
    int count = 0;
    snprintf(name, sizeof name, "acks-%d", part);
    enum err e = stick_read(a, dir, name, WIRE_POST_MAX, &text, &n);
    if (e == ERR_NOT_FOUND)
        return OK; /* it has not been there yet */
    if (e == OK)
        e = wire_acks_read(a, text, n, &acks, &count);
    if (e == OK)
        e = outbox_line_acks(c->box, acks, without_retries(acks, count), c->keys, c->now_ms);
    return e;
}

static enum err count_over(const struct carry *c, const struct wire_carry *q, int *out)
{
    enum err e = OK;
    *out = 0;
    for (int i = 0; i < q->part_count; i++)
        for (int j = 0; j < q->part[i].count && e == OK; j++) {
            bool over = false;
            e = outbox_line_over(c->box, q->part[i].id[j], &over);
            *out += over;
        }
    return e;
}

/* --- states -------------------------------------------------------------------------------------
 */

/* How far we have asked goes on only from where we stood when this was written. */
static enum err take_states(const struct carry *c, struct arena *a, int dir,
                            const struct wire_carry *q, struct carry_result *r)
{
    struct wire_status *rows = NULL;
    const char *json = NULL;
    char *text = NULL;
    size_t n = 0;
    int count = 0;
    int64_t seq = 0, have = 0;
    bool more = false;
    enum err e = stick_read(a, dir, "states", WIRE_POST_MAX, &text, &n);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e == OK)
        e = wire_states_open(text, n, c->keys, c->line->pub, q->since, &json, &n);
    if (e == OK)
        e = wire_statuses_read(a, json, n, &seq, &more, &rows, &count);
    if (e == OK)
        e = outbox_line_status_seq(c->box, &have);
    if (e == OK && (have != q->since || seq == have))
        return OK; /* told before, or the line was quicker */
    if (e == OK)
        e = outbox_line_statuses(c->box, rows, count, seq);
    r->states |= e == OK;
    return e;
}

/* --- one queue, all queues ----------------------------------------------------------------------
 */

static int ids_of(const struct wire_carry *q)
{
    int n = 0;
    for (int i = 0; i < q->part_count; i++)
        n += q->part[i].count;
    return n;
}

/* What is good in it counts, whatever is not. */
static enum err take_parts(const struct carry *c, struct arena *a, int dir,
                           const struct wire_carry *q, struct carry_result *r)
{
    enum err first = OK;
    for (int i = 0; i <= q->part_count; i++) {
        struct arena part;
        arena_init(&part, 64 * 1024, CARRY_ARENA);
        enum err e =
            i < q->part_count ? take_acks(c, &part, dir, i + 1) : take_states(c, &part, dir, q, r);
        arena_finish(&part);
        first = first == OK ? e : first;
    }
    (void)a;
    return first;
}

static enum err take_queue(const struct carry *c, struct arena *a, int stick, const char *name,
                           struct carry_result *r)
{
    struct wire_carry *q = NULL;
    int dir = -1, before = 0, after = 0;
    enum err e = carry_open(c, a, stick, name, &q, &dir);
    if (e != OK)
        return e;
    e = count_over(c, q, &before);
    enum err taken = e == OK ? take_parts(c, a, dir, q, r) : e;
    if (e == OK)
        e = count_over(c, q, &after);
    close(dir);
    r->taken += after - before;
    if (e == OK && taken == OK && after == ids_of(q))
        stick_remove(stick, name); /* nobody waits for any of it */
    return e == OK ? taken : e;
}

static void take_all(const struct carry *c, struct arena *a, int stick, struct carry_result *r)
{
    char **name = NULL;
    int n = 0;
    enum err e = carry_list(c, a, stick, &name, &n);
    if (e != OK)
        carry_fault(r, e);
    for (int i = 0; e == OK && i < n; i++) {
        enum err one = take_queue(c, a, stick, name[i], r);
        if (one == OK)
            continue;
        log_warn("carry_spoilt", "queue=%.60s err=%s", name[i], err_name(one));
        r->spoilt++;
        carry_fault(r, one);
    }
    if (r->taken > 0)
        outbox_line_scrub(c->box);
}

void carry_take(const struct carry *c, struct carry_result *out)
{
    struct arena a;
    int stick = -1;
    if (!c->keys) {
        carry_fault(out, ERR_NO_KEY);
        return;
    }
    enum err e = stick_open(AT_FDCWD, c->dir, &stick);
    if (e != OK) {
        carry_fault(out, e);
        return;
    }
    arena_init(&a, 64 * 1024, CARRY_ARENA);
    take_all(c, &a, stick, out);
    arena_finish(&a);
    close(stick);
    if (out->taken > 0)
        log_info("carry_taken", "items=%d", out->taken);
}
