/* office_query.c - a citizen's question, sealed there and back: who may ask it, and who answers. */
#include "platform/office_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/wire_proof.h"
#include "platform/account_facts.h"
#include "platform/metrics.h"
#include "platform/token.h"

#include <stdio.h>
#include <string.h>

enum { QUESTION_MAX = 4096 };

/* One line a kind of question: which texts it needs beside `at` and `reply`, and who answers.
 * person: also visit and token, without which nothing is told. */
static enum err put_account(struct asking *k, const struct question *q, struct answer *a);
static enum err put_suggest(struct asking *k, const struct question *q, struct answer *a);
static enum err put_proof(struct asking *k, const struct question *q, struct answer *a);
static const struct kind {
    const char *name;
    bool person, receipt, part, purpose;
    enum err (*put)(struct asking *k, const struct question *q, struct answer *a);
} kinds[] = {
    { .name = "cases", .person = true, .put = office_put_cases },
    { .name = "receipt", .receipt = true, .put = office_put_receipt },
    { .name = "account", .person = true, .part = true, .put = put_account },
    { .name = "suggest", .person = true, .put = put_suggest },
    { .name = "proof", .person = true, .part = true, .purpose = true, .put = put_proof },
    { .name = "challenge", .put = office_put_challenge },
    { .name = "verdict", .put = office_put_verdict },
    { .name = "ecard", .put = office_put_ecard },
};

/* {"v":1,"kid","box","sig"}: box and signature as bytes, the box in the arena. */
struct sealed_question {
    char kid[WIRE_NAME_MAX];
    unsigned char box[QUESTION_MAX], sig[CRYPTO_SIG];
    size_t box_n;
};

static enum err read_sealed(const struct json *root, struct sealed_question *out)
{
    const char *kid = NULL, *box = NULL, *sig = NULL;
    int64_t v = 0;
    size_t sig_n = 0;
    if (json_get_int(root, "v", &v) != OK || json_get_str(root, "kid", &kid) != OK ||
        json_get_str(root, "box", &box) != OK || json_get_str(root, "sig", &sig) != OK)
        return ERR_TYPE;
    if (v != 1 || strlen(kid) >= sizeof out->kid)
        return ERR_FORMAT;
    snprintf(out->kid, sizeof out->kid, "%s", kid);
    enum err e = crypto_unbase64(box, out->box, sizeof out->box, &out->box_n);
    if (e == OK)
        e = crypto_unbase64(sig, out->sig, sizeof out->sig, &sig_n);
    return e == OK && sig_n != sizeof out->sig ? ERR_FORMAT : e;
}

static const struct kind *kind_of(const char *ask)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, ask) == 0)
            return &kinds[i];
    return NULL;
}

static enum err read_question(const struct json *root, struct question *out)
{
    const char *ask = NULL, *reply = NULL;
    int64_t v = 0;
    size_t n = 0;
    if (json_get_int(root, "v", &v) != OK || json_get_str(root, "ask", &ask) != OK ||
        json_get_int(root, "at", &out->at_ms) != OK || json_get_str(root, "reply", &reply) != OK)
        return ERR_TYPE;
    if (v != 1 || crypto_unbase64(reply, out->reply, sizeof out->reply, &n) != OK ||
        n != sizeof out->reply)
        return ERR_FORMAT;
    out->kind = kind_of(ask);
    if (!out->kind)
        return ERR_FORMAT;
    out->root = root;
    enum err e = OK;
    if (out->kind->receipt)
        e = json_get_str(root, "receipt", &out->receipt);
    if (out->kind->part && e == OK)
        e = json_get_str(root, "part", &out->part);
    if (out->kind->purpose && e == OK)
        e = json_get_str(root, "purpose", &out->purpose);
    if (out->kind->person && e == OK)
        e = json_get_str(root, "id", &out->id);
    if (out->kind->person && e == OK)
        e = json_get_str(root, "card", &out->card);
    return e;
}

/* Only with the card that belongs to the account, or with the identity card of the person (the
 * token says which it was). ERR_NOT_FOUND: there is none. */
static enum err find_account(struct office *o, const struct question *q, struct account *out)
{
    unsigned char person[CRYPTO_MAC], card[CRYPTO_MAC];
    bool with_card = *q->card;
    if (!person_mac(o->keys.person, q->id, person) ||
        (with_card && !card_mac(o->keys.person, q->id, q->card, card)))
        return ERR_FORMAT;
    return db_account_find(o->db, person, with_card ? card : NULL, out);
}

static enum err put_account(struct asking *k, const struct question *q, struct answer *a)
{
    struct office *o = k->office;
    struct account p;
    if (account_part_of(q->part) == ACCOUNT_PARTS)
        return ERR_FORMAT;
    enum err e = find_account(o, q, &p);
    if (e == OK)
        e = office_account_put(o, &p, account_part_of(q->part), &a->w, &a->rows);
    if (e != ERR_NOT_FOUND)
        return e;
    json_put_null(&a->w, "account");
    return OK;
}

static enum err put_suggest(struct asking *k, const struct question *q, struct answer *a)
{
    struct office *o = k->office;
    struct account p;
    enum err e = find_account(o, q, &p);
    if (e == OK)
        e = account_facts_put(o->db, &p, clock_today(), &a->w);
    a->rows = e == OK;
    explicit_bzero(&p, sizeof p);
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err put_proof(struct asking *k, const struct question *q, struct answer *a)
{
    struct office *o = k->office;
    struct account p;
    if (account_part_of(q->part) >= ACCOUNT_CREDIT || !wire_proof_known_purpose(q->purpose))
        return ERR_FORMAT;
    enum err e = find_account(o, q, &p);
    if (e == OK)
        e = office_proof_put(o, &p, account_part_of(q->part), q->purpose, q->id, &a->w);
    a->rows = e == OK;
    explicit_bzero(&p, sizeof p);
    if (e != ERR_NOT_FOUND)
        return e;
    json_put_null(&a->w, "proof");
    return OK;
}

/* Seals the text to the asker's key of this visit and makes the reply of it. */
static enum err seal_answer(struct asking *k, const struct question *q, const char *text, size_t n)
{
    size_t box_n = n + CRYPTO_SEAL_EXTRA, cap = box_n / 3 * 4 + 8;
    unsigned char *box = arena_alloc(k->arena, box_n);
    char *base64 = arena_alloc(k->arena, cap);
    if (!box || !base64)
        return ERR_NOMEM;
    enum err e = crypto_seal(text, n, q->reply, box);
    if (e != OK)
        return e;
    crypto_base64(box, box_n, base64, cap);
    k->reply->status = 200;
    k->reply->later = false;
    k->reply->body = arena_printf(k->arena, "{\"v\":1,\"box\":\"%s\"}", base64);
    return k->reply->body ? OK : ERR_NOMEM;
}

static enum err write_answer(struct asking *k, const struct question *q, struct answer *a)
{
    json_out_start(&a->w);
    json_open(&a->w, NULL, '{');
    json_put_int(&a->w, "v", 1);
    json_put_int(&a->w, "at", k->now_ms);
    enum err e = q->kind->put(k, q, a);
    json_close(&a->w, '}');
    const char *text = json_out_text(&a->w);
    if (e == OK)
        e = text ? seal_answer(k, q, text, a->w.len) : ERR_NOMEM;
    explicit_bzero(a->w.buf, text ? a->w.len : 0);
    json_out_finish(&a->w);
    return e;
}

/* ERR_REFUSED: no token, or not one for this terminal, visit, card and person. */
static enum err may_ask(struct asking *k, const struct question *q)
{
    const char *token = NULL;
    struct visitor v = { .terminal = k->terminal.name, .card = q->card };
    unsigned char person[CRYPTO_MAC];
    if (!q->kind->person)
        return OK;
    if (!person_mac(k->office->keys.person, q->id, person))
        return ERR_FORMAT;
    if (json_get_str(q->root, "visit", &v.visit) != OK ||
        json_get_str(q->root, "token", &token) != OK)
        return ERR_REFUSED;
    return token_use(k->office->db, k->office->keys.person, &v, token, person, k->now_ms);
}

/* Nothing is told, but that somebody tried is remembered. */
static enum err refuse(struct asking *k, const struct question *q, bool *out_refused)
{
    *out_refused = true;
    return db_audit_add(k->office->db, k->now_ms, k->terminal.name, "no_token %s", q->kind->name);
}

static enum err answer_and_note(struct asking *k, const struct question *q, struct answer *a,
                                bool *out_refused)
{
    enum err e = may_ask(k, q);
    if (e == ERR_REFUSED)
        return refuse(k, q, out_refused);
    if (e == OK)
        e = write_answer(k, q, a);
    return e == OK ? db_audit_add(k->office->db, k->now_ms, k->terminal.name, "asked %s rows=%d%s",
                                  q->kind->name, a->rows, a->note)
                   : e;
}

/* The nonce, and a line that somebody asked: nobody looks unseen. */
static enum err answer_question(struct asking *k, const struct question *q)
{
    struct answer a = { .full = false, .db = k->office->db, .key = k->office->keys.person };
    bool refused = false;
    if (!office_first_time(k))
        return OK;
    enum err e = answer_and_note(k, q, &a, &refused);
    if (e == OK && refused)
        office_error(k, 403, "no_token");
    if (e == ERR_FORMAT)
        office_error(k, 400, "bad_item");
    if (e != OK || refused)
        return e;
    k->noted = (struct noted){ .kind = q->kind->name, .refused = a.refused, .rows = a.rows };
    memcpy(k->noted.text, a.note, sizeof k->noted.text);
    return OK;
}

void office_query_finish(struct asking *k)
{
    const struct noted *n = &k->noted;
    if (!n->kind)
        return;
    metrics_question(n->kind);
    if (n->refused)
        metrics_refused_card(n->refused);
    log_info("question", "terminal=%s ask=%s rows=%d%s", k->terminal.name, n->kind, n->rows,
             n->text);
}

/* The plain text of the question lies in locked memory, wiped by the caller. */
static enum err open_question(struct asking *k, const struct sealed_question *s,
                              unsigned char *plain)
{
    enum err e = OK;
    struct office *o = k->office;
    struct json *root = NULL;
    struct question q = { .kind = NULL };
    size_t n = s->box_n - CRYPTO_SEAL_EXTRA;
    if (crypto_open(s->box, s->box_n, o->keys.seal.pub, o->keys.seal_secret, plain) != OK) {
        office_error(k, 400, "cannot_open");
        return OK;
    }
    if (json_parse((const char *)plain, n, &root) != OK || read_question(root, &q) != OK)
        office_error(k, 400, "bad_item");
    else if (q.at_ms > k->now_ms + WIRE_CLOCK_MS || q.at_ms < k->now_ms - WIRE_CLOCK_MS)
        office_error(k, 401, "clock");
    else
        e = answer_question(k, &q);
    json_free(root);
    return e;
}

enum err office_query(struct asking *k)
{
    struct json *root = NULL;
    struct office *o = k->office;
    struct sealed_question *s = arena_new(k->arena, struct sealed_question);
    enum err e = s ? json_parse(k->q->body, k->q->body_n, &root) : ERR_NOMEM;
    if (e == OK)
        e = read_sealed(root, s);
    json_free(root);
    if (e != OK)
        return e;
    if (wire_query_verify(s->kid, s->box, s->box_n, k->terminal.item, s->sig) != OK) {
        office_error(k, 401, "bad_signature");
        return OK;
    }
    unsigned char *plain = arena_alloc(&o->secret, QUESTION_MAX);
    if (strcmp(s->kid, o->keys.seal.kid) != 0 || s->box_n <= CRYPTO_SEAL_EXTRA)
        office_error(k, 400, "cannot_open");
    else
        e = plain ? open_question(k, s, plain) : ERR_NOMEM;
    arena_reset(&o->secret);
    return e;
}
