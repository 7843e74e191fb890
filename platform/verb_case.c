/* verb_case.c - the clerk's desk: list, accept, return, ask, finish; verify a receipt. */
#include "hal/base/clock.h"
#include "platform/case_act.h"
#include "platform/verbs.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void verb_put_case(struct json_out *w, const struct case_row *c)
{
    json_put_str(w, "case", c->ref);
    json_put_str(w, "receipt", c->receipt);
    json_put_str(w, "id", c->id);
    json_put_str(w, "terminal", c->terminal);
    json_put_str(w, "service", c->service);
    json_put_str(w, "service_name", c->service_name);
    json_put_str(w, "identity", c->identity);
    json_put_str(w, "state", c->state);
    json_put_str(w, "reason", c->reason);
    json_put_int(w, "at", c->at_ms);
    json_put_int(w, "received_at", c->received_ms);
    json_put_int(w, "decided_at", c->decided_ms);
    json_put_str(w, "duplicate_of", c->duplicate_of[0] ? c->duplicate_of : NULL);
}

static enum err list_json(void *ctx, const struct case_row *c)
{
    json_open(ctx, NULL, '{');
    verb_put_case(ctx, c);
    json_close(ctx, '}');
    return OK;
}

static enum err list_line(void *ctx, const struct case_row *c)
{
    (void)ctx;
    char at[32];
    clock_format_rfc3339(at, sizeof at, c->received_ms);
    printf("%s  %s  %-8s  %-5s  %.16s  %s%s%s\n", c->ref, c->receipt, c->state, c->identity, at,
           c->service_name, c->duplicate_of[0] ? "  again: " : "", c->duplicate_of);
    return OK;
}

static int do_list(const struct verb_order *o, struct db *db)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_open(&w, "cases", '[');
    enum err e = db_cases(db, o->json ? list_json : list_line, &w);
    json_close(&w, ']');
    json_close(&w, '}');
    if (e == OK && o->json)
        return verb_print_json(&w);
    json_out_finish(&w);
    return e == OK ? 0 : verb_failed("case list", e);
}

static int do_decide(const struct verb_order *o, struct db *db, struct case_row *row)
{
    const struct case_order *order = case_order_find(o->word[0]);
    if (order->reason && !case_reason_ok(o->reason))
        return verb_wrong(order->name, "expected --reason TEXT, up to 250 characters");
    enum err e = case_act(db, verb_who(), row->ref, order, o->reason, clock_wall_ms());
    if (e == ERR_REFUSED) {
        fprintf(stderr, "%s: already %s\n", row->ref,
                db_case_find(db, row->ref, row) == OK ? row->state : "decided");
        return 1;
    }
    if (e != OK)
        return verb_failed(row->ref, e);
    if (!o->json) {
        printf("%s %s %s\n", row->ref, row->receipt, order->state);
        return 0;
    }
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    if (db_case_find(db, row->ref, row) == OK)
        verb_put_case(&w, row);
    json_close(&w, '}');
    return verb_print_json(&w);
}

struct verifying {
    struct wire_qr qr;
    char terminal[WIRE_NAME_MAX];
    bool revoked;
};

static enum err try_terminal(void *ctx, const struct terminal *t)
{
    struct verifying *v = ctx;
    char hash[65];
    crypto_hash_of(t->item, sizeof t->item, hash);
    if (strncmp(hash, v->qr.key, 8) != 0 || wire_qr_verify(&v->qr, t->item) != OK)
        return OK;
    snprintf(v->terminal, sizeof v->terminal, "%s", t->name);
    v->revoked = t->revoked;
    return OK;
}

/* Without a line to anybody: the keys of the terminals are enough. */
static int do_verify(const struct verb_order *o, struct db *db)
{
    struct verifying v = { .terminal = "" };
    struct case_row row;
    char at[32];
    if (wire_qr_read(o->word[1], &v.qr) != OK) {
        fputs("this is not the code of a receipt\n", stderr);
        return 1;
    }
    enum err e = db_terminals(db, try_terminal, &v);
    if (e != OK)
        return verb_failed("case verify", e);
    if (!v.terminal[0]) {
        fputs("no terminal of ours has signed this\n", stderr);
        return 1;
    }
    clock_format_rfc3339(at, sizeof at, v.qr.at_s * 1000);
    e = db_case_find(db, v.qr.receipt, &row);
    printf("genuine: %s from %s%s at %s, %s%s\n", v.qr.receipt, v.terminal,
           v.revoked ? " (revoked since)" : "", at, e == OK ? "case " : "not arrived yet",
           e == OK ? row.ref : "");
    return 0;
}

static int with_case(const struct verb_order *o, const struct conf *c, struct db *db)
{
    static const struct {
        const char *name;
        int words;
    } orders[] = { { "show", 2 },   { "tick", 3 }, { "paper", 4 }, { "accept", 2 },
                   { "return", 2 }, { "ask", 2 },  { "finish", 2 } };
    enum { ORDERS = sizeof orders / sizeof *orders };
    struct case_row row;
    int i = 0;
    while (i < ORDERS && (strcmp(orders[i].name, o->word[0]) != 0 || orders[i].words != o->words))
        i++;
    if (i == ORDERS)
        return verb_wrong("case", "expected list, show REF, accept REF, return REF --reason TEXT,"
                                  " ask REF --reason TEXT, finish REF, tick REF MATERIAL,"
                                  " paper REF N FILE or verify QRTEXT");
    enum err e = case_find(db, o->word[1], &row);
    if (e == ERR_HASH)
        fputs("a digit or letter of this receipt number is mistyped\n", stderr);
    if (e != OK)
        return verb_failed(o->word[1], e);
    if (i == 0)
        return verb_case_show(o, c, db, &row);
    if (i == 1)
        return verb_case_tick(o, c, db, &row);
    return i == 2 ? verb_case_paper(o, c, db, &row) : do_decide(o, db, &row);
}

int verb_case(const struct verb_order *o, const struct conf *c)
{
    struct db *db = NULL;
    if (crypto_init() != OK)
        return verb_failed("case", ERR_IO);
    int code = verb_open(c, &db);
    if (code)
        return code;
    if (strcmp(o->word[0], "list") == 0 && o->words == 1)
        code = do_list(o, db);
    else if (strcmp(o->word[0], "verify") == 0 && o->words == 2)
        code = do_verify(o, db);
    else
        code = with_case(o, c, db);
    db_close(db);
    return code;
}
