/* office_post.c - takes items in: judged one by one, kept together, acknowledged with a signature.
 */
#include "platform/office_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/booking.h"
#include "platform/db_blob.h"
#include "platform/deadline.h"
#include "platform/metrics.h"
#include "platform/rating.h"

#include <stdio.h>
#include <string.h>

static const int64_t year_3000 = 32503680000000; /* beyond it a time is no time */

/* What we think of one item. why is a code; forged: nothing in it counts, not even its number. */
struct verdict {
    enum wire_outcome outcome;
    bool forged;
    char box_hash[WIRE_HASH_HEX + 1], ref[WIRE_NAME_MAX], why[WIRE_WHY];
    struct application app;
    bool rates; /* a rating, not an application */
    struct rating rating;
    struct booking_wish wish;
};

static void reject(struct verdict *v, const char *why)
{
    v->outcome = WIRE_REJECTED;
    snprintf(v->why, sizeof v->why, "%s", why);
}

static enum err read_plain(struct office *o, const struct wire_item *item, const char *plain,
                           size_t n, struct verdict *v)
{
    v->rates = strcmp(item->kind, "rating") == 0;
    if (v->rates)
        return rating_read(plain, n, &v->rating);
    if (strcmp(item->kind, "apply") != 0)
        return ERR_FORMAT;
    struct json *root = NULL;
    enum err e = application_read(plain, n, item->id, o->keys.person, &v->app, &root);
    if (e == OK)
        booking_read(root, &v->wish);
    json_free(root);
    return e;
}

/* Opens the box in locked memory and reads it; what was opened is wiped before this returns. */
static void open_and_read(struct office *o, const struct wire_item *item, struct verdict *v)
{
    if (strcmp(item->suite, "x25519") != 0 || strcmp(item->kid, o->keys.seal.kid) != 0 ||
        item->box_n <= CRYPTO_SEAL_EXTRA) {
        reject(v, "cannot_open");
        return;
    }
    size_t n = item->box_n - CRYPTO_SEAL_EXTRA;
    unsigned char *plain = arena_alloc(&o->secret, n);
    if (!plain)
        v->outcome = WIRE_RETRY;
    else if (crypto_open(item->box, item->box_n, o->keys.seal.pub, o->keys.seal_secret, plain) !=
             OK)
        reject(v, "cannot_open");
    else if (item->at_ms > year_3000 || read_plain(o, item, (const char *)plain, n, v) != OK)
        reject(v, "bad_item");
    arena_reset(&o->secret);
}

static void judge(struct asking *k, const struct wire_item *item, struct verdict *v)
{
    crypto_hash_of(item->box, item->box_n, v->box_hash);
    v->forged = wire_item_verify(item, k->terminal.item) != OK;
    if (v->forged)
        reject(v, "bad_signature");
    else
        open_and_read(k->office, item, v);
}

/* Numbers have no gaps: one that is left out means that an outbox was lost. */
static enum err note_number(struct asking *k, const struct wire_item *item)
{
    struct terminal *t = &k->terminal;
    enum err e = OK;
    if (item->n - 1 > t->last_n) {
        log_warn("item_gap", "terminal=%s from=%lld to=%lld", t->name, (long long)t->last_n + 1,
                 (long long)item->n - 1);
        e = db_audit_add(k->office->db, k->now_ms, t->name, "gap %lld %lld",
                         (long long)t->last_n + 1, (long long)item->n - 1);
    }
    if (e != OK || item->n <= t->last_n)
        return e;
    t->last_n = item->n;
    return db_terminal_saw(k->office->db, t->name, item->n);
}

/* The same person again, while the first is undecided: a case all the same, and both are told. */
static enum err note_again(struct office *o, struct case_row *c, struct verdict *v)
{
    if (!c->has_person)
        return OK;
    enum err e = db_case_open(o->db, c->person, c->service, c->duplicate_of);
    if (e == OK)
        snprintf(v->why, sizeof v->why, "again");
    return e == ERR_NOT_FOUND ? OK : e;
}

/* An appointment that was asked for: there is room, or there is none; both are told. */
static enum err book(struct asking *k, const struct case_row *c, struct verdict *v)
{
    struct booking b;
    if (!*v->wish.place)
        return OK;
    enum err e = booking_make(k->office->db, c->ref, &v->wish, clock_day_of(k->now_ms), &b);
    if (e == OK)
        snprintf(v->why, sizeof v->why, "slot_%s", b.state);
    return e;
}

/* Its photographs follow in parts of their own: from now on each is waited for. */
static enum err name_pages(struct asking *k, const struct case_row *c, const struct verdict *v)
{
    enum err e = OK;
    for (int i = 0; i < v->app.page_count && e == OK; i++) {
        struct blob_row b = { .page = v->app.page[i], .no = i + 1 };
        memcpy(b.terminal, c->terminal, sizeof b.terminal);
        memcpy(b.ref, c->ref, sizeof b.ref);
        e = db_blob_name(k->office->db, &b, k->now_ms);
    }
    return e;
}

static enum err make_case(struct asking *k, const struct wire_item *item, struct verdict *v)
{
    struct office *o = k->office;
    struct case_row c = { .has_person = v->app.has_person,
                          .has_card = v->app.has_card,
                          .at_ms = item->at_ms,
                          .received_ms = k->now_ms };
    memcpy(c.person, v->app.person, sizeof c.person);
    memcpy(c.card, v->app.card, sizeof c.card);
    snprintf(c.terminal, sizeof c.terminal, "%s", k->terminal.name);
    snprintf(c.id, sizeof c.id, "%s", item->id);
    snprintf(c.receipt, sizeof c.receipt, "%s", v->app.receipt);
    snprintf(c.service, sizeof c.service, "%s", v->app.service);
    snprintf(c.service_name, sizeof c.service_name, "%s", v->app.service_name);
    snprintf(c.identity, sizeof c.identity, "%s", v->app.identity);
    snprintf(c.state, sizeof c.state, "received");
    struct deadline due = { .promised_day = 0 };
    enum err e = note_again(o, &c, v);
    if (e == OK)
        e = db_case_add(o->db, &c);
    if (e == OK)
        e = deadline_of(o->db, c.service, clock_day_of(k->now_ms), &due);
    if (e == OK)
        e = db_deadline_put(o->db, c.ref, &due);
    if (e == OK)
        e = name_pages(k, &c, v);
    if (e == OK)
        e = book(k, &c, v);
    if (e == OK)
        e = db_audit_add(o->db, k->now_ms, k->terminal.name, "received %s %s%s%s", item->id, c.ref,
                         c.duplicate_of[0] ? " again " : "", c.duplicate_of);
    snprintf(v->ref, sizeof v->ref, "%s", c.ref);
    return e;
}

static enum err accept(struct asking *k, const struct wire_item *item, struct verdict *v)
{
    struct inbox_row row = { .ref = "" };
    enum err e = make_case(k, item, v);
    if (e != OK)
        return e;
    memcpy(row.box_hash, v->box_hash, sizeof row.box_hash);
    memcpy(row.ref, v->ref, sizeof row.ref);
    memcpy(row.why, v->why, sizeof row.why);
    v->outcome = WIRE_ACCEPTED;
    return db_inbox_add(k->office->db, k->terminal.name, item, &row, k->now_ms);
}

/* Counted apart from the level: what one person disliked together is not kept together. */
static enum err count_reasons(struct db *db, const char *service, const struct rating *r, int month)
{
    enum err e = OK;
    for (int i = 0; i < r->reason_count && e == OK; i++)
        e = db_rating_reason(db, service, r->reason[i], month);
    return e;
}

/* One rating for each case there is. What was said is kept without the case it was said of. */
static enum err rate(struct asking *k, struct verdict *v)
{
    struct office *o = k->office;
    unsigned char who[CRYPTO_MAC];
    struct case_row c;
    struct civil now = clock_civil(k->now_ms);
    enum err e = db_case_find(o->db, v->rating.receipt, &c);
    if (e == ERR_NOT_FOUND) {
        reject(v, "no_case");
        return OK;
    }
    if (e != OK)
        return e;
    rating_who(o->keys.person, v->rating.receipt, who);
    int month = now.year * 12 + now.month - 1;
    e = db_rating_add(o->db, who, c.service, v->rating.level, month);
    if (e == OK)
        return count_reasons(o->db, c.service, &v->rating, month);
    if (e != ERR_REPLAYED)
        return e;
    reject(v, "rated");
    return OK;
}

/* The box is not kept: with the seal key somebody could read what was said, and by whom. */
static enum err accept_rating(struct asking *k, const struct wire_item *item, struct verdict *v)
{
    struct inbox_row row = { .ref = "" };
    struct wire_item empty = *item;
    empty.box = (const unsigned char *)"";
    empty.box_n = 0;
    memcpy(row.box_hash, v->box_hash, sizeof row.box_hash);
    v->outcome = WIRE_ACCEPTED;
    return db_inbox_add(k->office->db, k->terminal.name, &empty, &row, k->now_ms);
}

/* One item, in the transaction that is open. What was taken before is answered as then, whatever
 * has become of keys and rules since. */
static enum err take(struct asking *k, const struct wire_item *item, struct verdict *v)
{
    struct inbox_row before;
    enum err e = v->forged ? OK : note_number(k, item);
    if (e != OK || v->outcome == WIRE_RETRY)
        return e;
    e = v->forged ? ERR_NOT_FOUND
                  : db_inbox_get(k->office->db, k->terminal.name, item->id, &before);
    if (e == OK && strcmp(before.box_hash, v->box_hash) == 0) {
        v->outcome = WIRE_DUPLICATE;
        memcpy(v->ref, before.ref, sizeof v->ref);
        memcpy(v->why, before.why, sizeof v->why);
        return OK;
    }
    if (e == OK)
        reject(v, "id_reuse");
    else if (e != ERR_NOT_FOUND)
        return e;
    if (v->outcome != WIRE_REJECTED && v->rates) {
        e = rate(k, v);
        if (e != OK)
            return e;
    }
    if (v->outcome == WIRE_REJECTED)
        return db_audit_add(k->office->db, k->now_ms, k->terminal.name, "rejected %s %s", item->id,
                            v->why);
    return v->rates ? accept_rating(k, item, v) : accept(k, item, v);
}

/* All or nothing: either every accepted item of the request is on the disk, or none. */
static bool take_all(struct asking *k, const struct wire_item *items, struct verdict *v, int count)
{
    struct db *db = k->office->db;
    enum err e = db_begin(db);
    if (e == OK && !office_first_time(k)) {
        db_rollback(db);
        return false;
    }
    for (int i = 0; i < count && e == OK; i++)
        e = take(k, &items[i], &v[i]);
    if (e == OK)
        e = db_commit(db);
    if (e != OK) {
        db_rollback(db);
        office_fault(k, ERR_IO);
    }
    return e == OK;
}

static void sign_acks(struct asking *k, const struct wire_item *items, const struct verdict *v,
                      struct wire_ack *acks, int count)
{
    for (int i = 0; i < count; i++) {
        struct wire_ack *ack = &acks[i];
        ack->outcome = v[i].outcome;
        ack->at_ms = k->now_ms;
        memcpy(ack->id, items[i].id, sizeof ack->id);
        memcpy(ack->ref, v[i].ref, sizeof ack->ref);
        memcpy(ack->why, v[i].why, sizeof ack->why);
        memcpy(ack->kid, k->office->keys.feed.kid, sizeof ack->kid);
        wire_ack_sign(ack, v[i].box_hash, k->office->keys.feed_secret);
        metrics_item(ack->outcome);
        log_info("item", "terminal=%s id=%s outcome=%s why=%s ref=%s", k->terminal.name, ack->id,
                 wire_outcome_name(ack->outcome), ack->why, ack->ref);
    }
}

void office_post(struct asking *k)
{
    struct wire_item *items = NULL;
    char *json = NULL;
    int count = 0;
    enum err e = wire_post_read(k->arena, k->q->body, k->q->body_n, &items, &count);
    struct verdict *v = arena_array(k->arena, struct verdict, count + 1);
    struct wire_ack *acks = arena_array(k->arena, struct wire_ack, count + 1);
    if (e == OK && (!v || !acks))
        e = ERR_NOMEM;
    if (e != OK) {
        office_fault(k, e);
        return;
    }
    for (int i = 0; i < count; i++) {
        v[i].outcome = WIRE_ACCEPTED;
        judge(k, &items[i], &v[i]);
    }
    if (!take_all(k, items, v, count))
        return;
    sign_acks(k, items, v, acks, count);
    e = wire_acks_write(k->arena, acks, count, &json);
    if (e != OK) {
        office_fault(k, ERR_NOMEM);
        return;
    }
    k->reply->status = 200;
    k->reply->body = json;
}
