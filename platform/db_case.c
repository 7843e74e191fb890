/* db_case.c - cases: what became of an item, and how far the clerk is. */
#include "platform/db_case.h"
#include "platform/db_part.h"

#include "hal/base/clock.h"

#include <stdio.h>
#include <string.h>

#define CASE                                                                                \
    "SELECT no, ref, terminal, id, receipt, service, service_name, person, card, identity," \
    " state, reason, at, received_at, decided_at, duplicate_of, seq FROM cases "

static void read_case(struct db_rows *st, struct case_row *c)
{
    *c = (struct case_row){ .no = db_int(st, 0) };
    db_text(st, 1, c->ref, sizeof c->ref);
    db_text(st, 2, c->terminal, sizeof c->terminal);
    db_text(st, 3, c->id, sizeof c->id);
    db_text(st, 4, c->receipt, sizeof c->receipt);
    db_text(st, 5, c->service, sizeof c->service);
    db_text(st, 6, c->service_name, sizeof c->service_name);
    c->has_person = db_blob(st, 7, c->person, sizeof c->person);
    c->has_card = db_blob(st, 8, c->card, sizeof c->card);
    db_text(st, 9, c->identity, sizeof c->identity);
    db_text(st, 10, c->state, sizeof c->state);
    db_text(st, 11, c->reason, sizeof c->reason);
    c->at_ms = db_int(st, 12);
    c->received_ms = db_int(st, 13);
    c->decided_ms = db_int(st, 14);
    db_text(st, 15, c->duplicate_of, sizeof c->duplicate_of);
    c->seq = db_int(st, 16);
}

static enum err number(struct db *db, const char *sql, int64_t *out)
{
    struct db_rows *st = db_ask(db, sql, "");
    enum err e = db_next(db, st);
    if (e == OK) {
        *out = db_int(st, 0);
        db_end(st);
    }
    return e;
}

enum err db_seq_newest(struct db *db, int64_t *out)
{
    return number(db, "SELECT " DB_SEQ_NEWEST, out);
}

enum err db_case_add(struct db *db, struct case_row *c)
{
    struct db_numbers *n = db_numbers(db);
    enum err e = db_numbers_read(db);
    if (e != OK)
        return e;
    c->no = ++n->no;
    c->seq = ++n->seq;
    snprintf(c->ref, sizeof c->ref, "%d-%06lld", clock_civil(c->received_ms).year,
             (long long)c->no);
    return db_put(db,
                  "INSERT INTO cases(no, ref, terminal, id, receipt, service, service_name, person,"
                  " card, identity, state, reason, at, received_at, decided_at, duplicate_of, seq)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
                  " ?17)",
                  "ittttttbbtttiiiti", c->no, c->ref, c->terminal, c->id, c->receipt, c->service,
                  c->service_name, c->has_person ? c->person : NULL, sizeof c->person,
                  c->has_card ? c->card : NULL, sizeof c->card, c->identity, c->state, "", c->at_ms,
                  c->received_ms, (int64_t)0, c->duplicate_of, c->seq);
}

/* The state goes on under the next number. */
static enum err restate(struct db *db, const char *ref)
{
    struct db_numbers *n = db_numbers(db);
    enum err e = db_numbers_read(db);
    return e == OK ? db_do(db, "UPDATE cases SET seq = ?2 WHERE ref = ?1", "ti", ref, ++n->seq) : e;
}

/* Reads to the end, or to the fault of the visitor. */
static enum err walk(struct db *db, struct db_rows *st, db_case_visit *visit, void *ctx)
{
    struct case_row c;
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        read_case(st, &c);
        e = visit(ctx, &c);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_cases(struct db *db, db_case_visit *visit, void *ctx)
{
    return walk(db, db_walk(db, CASE "ORDER BY no", ""), visit, ctx);
}

enum err db_cases_of(struct db *db, const unsigned char person[CRYPTO_MAC],
                     const unsigned char *card, int max, db_case_visit *visit, void *ctx)
{
    return walk(db,
                db_ask(db,
                       CASE "WHERE person = ?1 AND (card IS NULL OR card = ?2)"
                            " ORDER BY no DESC LIMIT ?3",
                       "bbi", person, (size_t)CRYPTO_MAC, card, (size_t)CRYPTO_MAC, (int64_t)max),
                visit, ctx);
}

enum err db_case_find(struct db *db, const char *ref_or_receipt, struct case_row *out)
{
    struct db_rows *st =
        db_ask(db, CASE "WHERE ref = ?1 OR receipt = ?1 ORDER BY no LIMIT 1", "t", ref_or_receipt);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    read_case(st, out);
    db_end(st);
    return OK;
}

enum err db_case_decide(struct db *db, const char *ref, const char *state, const char *reason,
                        int64_t now_ms)
{
    enum err e =
        db_do(db, "UPDATE cases SET state = ?2, reason = ?3, decided_at = ?4 WHERE ref = ?1",
              "ttti", ref, state, reason, now_ms);
    return e == OK ? restate(db, ref) : e;
}

enum err db_case_tick(struct db *db, const char *ref, const char *material, int64_t now_ms)
{
    enum err e =
        db_do(db, "INSERT INTO tick(ref, material, at) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING",
              "tti", ref, material, now_ms);
    if (e == OK && db_changed(db) == 0)
        return ERR_REPLAYED;
    return e == OK ? restate(db, ref) : e;
}

enum err db_case_ticked(struct db *db, const char *ref, const char *material, bool *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT 1 FROM tick WHERE ref = ?1 AND material = ?2", "tt", ref, material);
    enum err e = db_next(db, st);
    if (e == OK)
        db_end(st);
    *out = e == OK;
    return e == ERR_NOT_FOUND ? OK : e;
}

static void read_status(struct db_rows *st, struct wire_status *s, int64_t *out_seq)
{
    db_text(st, 0, s->id, sizeof s->id);
    db_text(st, 1, s->state, sizeof s->state);
    s->at_ms = db_int(st, 2);
    *out_seq = db_int(st, 3);
}

enum err db_status(struct db *db, const char *terminal, int64_t since, struct wire_status *out,
                   int max, int *out_count, int64_t *out_seq, bool *out_more)
{
    int64_t newest = 0;
    int n = 0;
    enum err e = db_seq_newest(db, &newest);
    if (e != OK)
        return e;
    *out_seq = since > newest ? 0 : since;
    struct db_rows *st =
        db_ask(db,
               "SELECT id, state, CASE decided_at WHEN 0 THEN received_at ELSE decided_at END, seq"
               " FROM cases WHERE terminal = ?1 AND seq > ?2 ORDER BY seq",
               "ti", terminal, *out_seq);
    while ((e = db_next(db, st)) == OK && n < max)
        read_status(st, &out[n++], out_seq);
    db_end(st);
    *out_more = e == OK;
    *out_count = n;
    return e == ERR_NOT_FOUND ? OK : e;
}
