/* office_proof.c - 参保证明: what the account says today, signed, so that anybody can check it. */
#include "platform/office_part.h"

#include "hal/base/clock.h"
#include "hal/wire_proof.h"
#include "platform/db_account.h"

#include <stdio.h>
#include <string.h>

static void say_what(const struct account_sheet *s, const char *purpose, struct wire_proof *out)
{
    *out = (struct wire_proof){ .from = clock_today(), .since = s->since, .months = s->months };
    out->until = out->from + WIRE_PROOF_VALID;
    snprintf(out->part, sizeof out->part, "%s", account_part_name(s->part));
    snprintf(out->scheme, sizeof out->scheme, "%s", s->scheme);
    snprintf(out->state, sizeof out->state, "%s", s->state);
    snprintf(out->purpose, sizeof out->purpose, "%s", purpose);
}

enum err office_proof_put(struct office *o, const struct account *p, enum account_part part,
                          const char *purpose, const char *idno, struct json_out *w)
{
    struct account_sheet s;
    struct wire_proof proof;
    char code[WIRE_PROOF];
    enum err e = db_account_sheet(o->db, p, part, &s);
    if (e != OK)
        return e;
    say_what(&s, purpose, &proof);
    explicit_bzero(&s, sizeof s);
    e = db_proof_issue(o->db, p, &proof);
    if (e != OK)
        return e;
    wire_proof_who(proof.number, idno, proof.who);
    snprintf(proof.kid, sizeof proof.kid, "%s", o->keys.feed.kid);
    e = wire_proof_write(&proof, o->keys.feed_secret, code);
    if (e == OK)
        json_put_str(w, "proof", code);
    return e;
}
