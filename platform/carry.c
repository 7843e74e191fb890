/* carry.c - a queue brought by a stick, judged and kept by the office as if it had been posted. */
#include "platform/carry.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/base/stick.h"
#include "hal/wire_carry.h"
#include "platform/office_part.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_CAP = 16 << 20, STATES = 1000 };

/* One queue on its way in. */
struct bearer {
    struct office *office;
    struct wire_carry *queue;
    struct terminal terminal;
    int dir;
    struct carried *out;
};

static void complain(struct bearer *b, const char *why)
{
    if (!b->out->why)
        b->out->why = why;
}

static const char *stick_why(enum err e)
{
    return e == ERR_READONLY ? "the stick cannot be written"
           : e == ERR_FULL   ? "the stick is full"
                             : "the stick cannot be read or written";
}

/* --- who ----------------------------------------------------------------------------------------
 */

static const char *manifest_why(enum err e)
{
    switch (e) {
    case OK:
        return NULL;
    case ERR_NOT_FOUND:
        return "no manifest: it was not written to its end";
    case ERR_SIGNATURE:
        return "the manifest is not signed by its terminal, or was changed";
    case ERR_FORMAT:
    case ERR_TYPE:
    case ERR_TOO_BIG:
        return "the manifest is damaged";
    default:
        return stick_why(e);
    }
}

static bool read_manifest(struct bearer *b, struct arena *a, int stick, const char *name)
{
    char *text = NULL;
    size_t n = 0;
    enum err e = stick_open(stick, name, &b->dir);
    if (e == OK)
        e = stick_read(a, b->dir, "manifest", WIRE_CARRY_MAX, &text, &n);
    if (e == OK)
        e = wire_carry_read(a, text, n, &b->queue);
    if (e != OK)
        complain(b, manifest_why(e));
    return e == OK;
}

static bool identify(struct bearer *b)
{
    enum err e = db_terminal_of_line(b->office->db, b->queue->line, &b->terminal);
    if (e == ERR_NOT_FOUND)
        complain(b, "no terminal of ours has this key");
    else if (e != OK)
        complain(b, "the database does not answer");
    else if (b->terminal.revoked)
        complain(b, "this terminal is revoked: nothing of it is taken");
    if (e == OK)
        snprintf(b->out->terminal, sizeof b->out->terminal, "%s", b->terminal.name);
    return e == OK && !b->terminal.revoked;
}

/* --- items --------------------------------------------------------------------------------------
 */

/* The same desk, the same transaction. No request brought it, so it gets a nonce of its own: what
 * comes twice is told by its ids. */
static int post(struct bearer *b, struct arena *a, const char *body, size_t n, const char **out)
{
    struct office_request q = { .method = "POST", .path = "/v1/outbox", .body = body, .body_n = n };
    struct office_reply reply = { .status = 503 };
    unsigned char random[16];
    struct asking k = { .office = b->office,
                        .arena = a,
                        .q = &q,
                        .terminal = b->terminal,
                        .now_ms = clock_wall_ms(),
                        .time_ms = clock_wall_ms(),
                        .reply = &reply };
    struct asking *task = &k;
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, k.nonce);
    office_post_judge(&k);
    if (!k.answered)
        office_write(b->office, &task, 1);
    if (!k.answered)
        office_post_finish(&k);
    *out = reply.body;
    return reply.status;
}

/* One that cannot be kept holds up no other: each by itself. What is left out stays on the stick.
 */
static int post_apart(struct bearer *b, struct arena *a, const char *body, size_t n,
                      const char **out)
{
    struct wire_item *item = NULL;
    struct wire_ack *acks = NULL, *one = NULL;
    const char *answer = NULL;
    char *text = NULL;
    int count = 0, kept = 0, got = 0;
    if (wire_post_read(a, body, n, &item, &count) == OK)
        acks = arena_array(a, struct wire_ack, count + 1);
    for (int i = 0; acks && i < count; i++)
        if (wire_post_write(a, &item[i], 1, &text) == OK &&
            post(b, a, text, strlen(text), &answer) == 200 &&
            wire_acks_read(a, answer, strlen(answer), &one, &got) == OK && got == 1)
            acks[kept++] = *one;
    if (!acks || wire_acks_write(a, acks, kept, &text) != OK)
        return 503;
    if (kept < count)
        complain(b, "an item cannot be kept here: look into the log");
    *out = text;
    return 200;
}

static bool post_part(struct bearer *b, struct arena *a, const char *body, size_t n,
                      const char **out)
{
    int status = post(b, a, body, n, out);
    if (status == 500)
        status = post_apart(b, a, body, n, out);
    if (status != 200)
        complain(b, status == 503 ? "the database does not answer: try again"
                                  : "a part is not what the contract says");
    return status == 200;
}

static void count(struct bearer *b, struct arena *a, const char *answer)
{
    struct wire_ack *acks = NULL;
    int n = 0;
    if (wire_acks_read(a, answer, strlen(answer), &acks, &n) != OK)
        return;
    for (int i = 0; i < n; i++)
        b->out->outcome[acks[i].outcome]++;
}

/* The manifest says what is in it: a part that is something else was not signed by anybody. */
static bool read_part(struct bearer *b, struct arena *a, int number, char **out, size_t *out_n)
{
    const struct wire_carry_part *p = &b->queue->part[number - 1];
    char name[32], hash[WIRE_HASH_HEX + 1];
    snprintf(name, sizeof name, "items-%d", number);
    enum err e = stick_read(a, b->dir, name, WIRE_POST_MAX, out, out_n);
    if (e != OK) {
        complain(b, e == ERR_NOT_FOUND ? "a part is missing" : stick_why(e));
        return false;
    }
    crypto_hash_of(*out, *out_n, hash);
    if ((int64_t)*out_n == p->size && strcmp(hash, p->hash) == 0)
        return true;
    complain(b, "a part was changed or is damaged: nothing of that part was taken");
    return false;
}

static void take_part(struct bearer *b, int number)
{
    struct arena a;
    char name[32], *body = NULL;
    const char *answer = NULL;
    size_t n = 0;
    arena_init(&a, 64 * 1024, ARENA_CAP);
    snprintf(name, sizeof name, "acks-%d", number);
    if (read_part(b, &a, number, &body, &n) && post_part(b, &a, body, n, &answer)) {
        enum err e = stick_write(b->dir, name, answer, strlen(answer));
        count(b, &a, answer);
        if (e != OK)
            complain(b, stick_why(e));
    }
    arena_finish(&a);
}

/* --- states -------------------------------------------------------------------------------------
 */

static enum err states_json(struct bearer *b, struct arena *a, char **out)
{
    struct wire_status *rows = arena_array(a, struct wire_status, STATES);
    int n = 0;
    int64_t seq = 0;
    bool more = false;
    enum err e = rows ? db_begin(b->office->db) : ERR_NOMEM;
    if (e != OK)
        return e;
    e = db_status(b->office->db, b->terminal.name, b->queue->since, rows, STATES, &n, &seq, &more);
    db_rollback(b->office->db); /* nothing was written */
    return e == OK ? wire_statuses_write(a, seq, more, rows, n, out) : e;
}

static void put_states(struct bearer *b)
{
    struct arena a;
    const struct keys *keys = &b->office->keys;
    char *json = NULL, *text = NULL;
    arena_init(&a, 64 * 1024, ARENA_CAP);
    enum err e = states_json(b, &a, &json);
    if (e == OK)
        e = wire_states_seal(&a, json, keys->feed.kid, b->queue->line, b->queue->since,
                             keys->feed_secret, &text);
    if (e != OK)
        complain(b, "the database does not answer: try again");
    else if ((e = stick_write(b->dir, "states", text, strlen(text))) != OK)
        complain(b, stick_why(e));
    arena_finish(&a);
}

void carry_in(struct office *o, int stick, const char *name, struct carried *out)
{
    struct arena a;
    struct bearer b = { .office = o, .dir = -1, .out = out };
    *out = (struct carried){ .why = NULL };
    enum err e = office_open(o);
    if (e != OK) {
        complain(&b, e == ERR_NO_KEY ? "no keys yet: publish first" : err_name(e));
        return;
    }
    arena_init(&a, 64 * 1024, ARENA_CAP);
    if (read_manifest(&b, &a, stick, name) && identify(&b)) {
        for (int i = 1; i <= b.queue->part_count; i++)
            take_part(&b, i);
        put_states(&b);
    }
    if (b.dir >= 0)
        close(b.dir);
    arena_finish(&a);
    log_info("carried", "terminal=%s accepted=%d duplicate=%d rejected=%d",
             out->terminal[0] ? out->terminal : "-", out->outcome[WIRE_ACCEPTED],
             out->outcome[WIRE_DUPLICATE], out->outcome[WIRE_REJECTED]);
}
