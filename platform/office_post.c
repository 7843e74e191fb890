/* office_post.c - items that come in: judged before, acknowledged after they are on the disk. */
#include "platform/office_post.h"

#include "hal/base/log.h"
#include "platform/booking.h"
#include "platform/metrics.h"
#include "platform/rating.h"

#include <stdio.h>
#include <string.h>

static const int64_t year_3000 = 32503680000000; /* beyond it a time is no time */

void verdict_reject(struct said *s, const char *why)
{
    s->outcome = WIRE_REJECTED;
    snprintf(s->why, sizeof s->why, "%s", why);
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
        verdict_reject(&v->judged, "cannot_open");
        return;
    }
    size_t n = item->box_n - CRYPTO_SEAL_EXTRA;
    unsigned char *plain = arena_alloc(&o->secret, n);
    if (!plain)
        v->judged.outcome = WIRE_RETRY;
    else if (crypto_open(item->box, item->box_n, o->keys.seal.pub, o->keys.seal_secret, plain) !=
             OK)
        verdict_reject(&v->judged, "cannot_open");
    else if (item->at_ms > year_3000 || read_plain(o, item, (const char *)plain, n, v) != OK)
        verdict_reject(&v->judged, "bad_item");
    arena_reset(&o->secret);
}

static void judge(struct asking *k, const struct wire_item *item, struct verdict *v)
{
    crypto_hash_of(item->box, item->box_n, v->box_hash);
    v->judged = (struct said){ .outcome = WIRE_ACCEPTED };
    v->forged = wire_item_verify(item, k->terminal.item) != OK;
    if (v->forged)
        verdict_reject(&v->judged, "bad_signature");
    else
        open_and_read(k->office, item, v);
}

void office_post_judge(struct asking *k)
{
    struct posted *p = arena_new(k->arena, struct posted);
    enum err e =
        p ? wire_post_read(k->arena, k->q->body, k->q->body_n, &p->item, &p->count) : ERR_NOMEM;
    if (e == OK)
        p->v = arena_array(k->arena, struct verdict, p->count + 1);
    if (e == OK && !p->v)
        e = ERR_NOMEM;
    if (e != OK) {
        office_fault(k, e);
        return;
    }
    for (int i = 0; i < p->count; i++)
        judge(k, &p->item[i], &p->v[i]);
    k->post = p;
}

static void sign_acks(struct asking *k, struct wire_ack *acks)
{
    const struct posted *p = k->post;
    for (int i = 0; i < p->count; i++) {
        const struct said *said = &p->v[i].said;
        struct wire_ack *ack = &acks[i];
        *ack = (struct wire_ack){ .outcome = said->outcome, .at_ms = k->now_ms };
        memcpy(ack->id, p->item[i].id, sizeof ack->id);
        memcpy(ack->ref, said->ref, sizeof ack->ref);
        memcpy(ack->why, said->why, sizeof ack->why);
        memcpy(ack->kid, k->office->keys.feed.kid, sizeof ack->kid);
        wire_ack_sign(ack, p->v[i].box_hash, k->office->keys.feed_secret);
        metrics_item(ack->outcome);
        log_info("item", "terminal=%s id=%s outcome=%s why=%s ref=%s", k->terminal.name, ack->id,
                 wire_outcome_name(ack->outcome), ack->why, ack->ref);
    }
}

void office_post_finish(struct asking *k)
{
    char *json = NULL;
    struct wire_ack *acks = arena_array(k->arena, struct wire_ack, k->post->count + 1);
    if (acks)
        sign_acks(k, acks);
    if (!acks || wire_acks_write(k->arena, acks, k->post->count, &json) != OK) {
        office_fault(k, ERR_NOMEM);
        return;
    }
    k->reply->status = 200;
    k->reply->later = false;
    k->reply->body = json;
}
