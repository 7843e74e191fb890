/* office_verdict.c - how a verdict is written, with the token it gives; and that on an e-card. */
#include "platform/office_part.h"

#include "platform/ecard.h"
#include "platform/token.h"

#include <stdio.h>
#include <string.h>

void office_note_verdict(const struct office_verdict *v, struct answer *a)
{
    a->refused = strcmp(v->word, "refused") == 0 ? v->why : NULL;
    snprintf(a->note, sizeof a->note, " verdict=%s why=%s", v->word, v->why);
}

enum err office_put_verdict_of(struct asking *k, const struct visitor *visitor,
                               const struct office_verdict *v, const unsigned char *person,
                               struct answer *a)
{
    struct office *o = k->office;
    char token[TOKEN + 1];
    int64_t until_ms = 0;
    json_put_str(&a->w, "verdict", v->word);
    json_put_str(&a->w, "why", v->why);
    if (strcmp(v->word, "refused") == 0)
        return OK;
    enum err e = token_make(o->db, o->keys.person, visitor, person, k->now_ms, token, &until_ms);
    if (e == OK) {
        json_put_str(&a->w, "token", token);
        json_put_int(&a->w, "until", until_ms);
        a->rows = 1;
    }
    explicit_bzero(token, sizeof token);
    return e;
}

/* --- electronic social security card ---------------------------------------------------------- */

static enum err refuse(struct asking *k, const struct visitor *visitor, const char *why,
                       struct answer *a)
{
    struct office_verdict v = { .word = "refused", .why = why };
    office_note_verdict(&v, a);
    return office_put_verdict_of(k, visitor, &v, NULL, a);
}

/* Nonces of terminals are 32 hex digits as well; no terminal's name has a space in it. */
static enum err first_time(struct asking *k, const struct ecard *c)
{
    return db_nonce_add(k->office->db, "ecard code", c->once, c->at_ms,
                        k->now_ms - 2 * WIRE_CLOCK_MS);
}

static enum err grant(struct asking *k, struct visitor *visitor, const struct ecard *c,
                      struct answer *a)
{
    static const struct office_verdict v = { .word = "genuine", .why = "" };
    unsigned char person[CRYPTO_MAC];
    visitor->card = c->card;
    if (!visitor_ok(visitor) || !person_mac(k->office->keys.person, c->id, person))
        return refuse(k, visitor, "code", a);
    office_note_verdict(&v, a);
    enum err e = office_put_verdict_of(k, visitor, &v, person, a);
    json_open(&a->w, "holder", '{');
    json_put_str(&a->w, "name", c->name);
    json_put_str(&a->w, "id", c->id);
    json_put_str(&a->w, "card", c->card);
    json_close(&a->w, '}');
    return e;
}

enum err office_put_ecard(struct asking *k, const struct question *q, struct answer *a)
{
    struct office *o = k->office;
    struct visitor visitor = { .terminal = k->terminal.name, .card = "" };
    struct ecard c;
    const char *code = NULL;
    if (json_get_str(q->root, "code", &code) != OK || strlen(code) > ECARD_CODE ||
        json_get_str(q->root, "visit", &visitor.visit) != OK || !visitor_ok(&visitor))
        return ERR_FORMAT;
    enum err e = ecard_read(&o->keys, &o->secret, code, k->now_ms, &c);
    if (e == OK)
        e = first_time(k, &c);
    if (e == OK)
        return grant(k, &visitor, &c, a);
    if (e == ERR_FORMAT || e == ERR_EXPIRED || e == ERR_REPLAYED)
        return refuse(k, &visitor,
                      e == ERR_FORMAT    ? "code"
                      : e == ERR_EXPIRED ? "expired"
                                         : "used",
                      a);
    return e;
}
