/* case_act.c - a case goes from one state to the next, and the audit knows who did it. */
#include "platform/case_act.h"

#include "hal/base/clock.h"
#include "platform/db_account.h"

#include <stdio.h>
#include <string.h>

const struct case_order case_orders[CASE_ORDERS] = {
    { "accept", "accepted", false },
    { "return", "returned", true },
    { "ask", "asked", true },
    { "finish", "finished", false },
};

const struct case_order *case_order_find(const char *name)
{
    for (int i = 0; i < CASE_ORDERS; i++)
        if (strcmp(case_orders[i].name, name) == 0)
            return &case_orders[i];
    return NULL;
}

bool case_may(const struct case_order *o, const char *state)
{
    if (strcmp(o->state, "finished") == 0)
        return strcmp(state, "accepted") == 0;
    return strcmp(state, "received") == 0 || strcmp(state, "asked") == 0;
}

bool case_reason_ok(const char *reason)
{
    return reason && *reason && strlen(reason) < sizeof((struct case_row *)0)->reason;
}

enum err case_find(struct db *db, const char *typed, struct case_row *out)
{
    char ref[WIRE_NAME_MAX];
    int year = 0, no = 0, end = 0;
    enum err e = wire_receipt_clean(typed, ref);
    if (e == OK)
        return db_case_find(db, ref, out);
    if (sscanf(typed, "%4d-%8d%n", &year, &no, &end) != 2 || typed[end])
        return e == ERR_HASH ? e : ERR_NOT_FOUND;
    snprintf(ref, sizeof ref, "%d-%06d", year, no);
    return db_case_find(db, ref, out);
}

static enum err act(struct db *db, const char *who, const char *ref, const struct case_order *o,
                    const char *reason, int64_t now_ms)
{
    struct case_row row = { 0 };
    char hash[65];
    enum err e = db_case_find(db, ref, &row);
    if (e == OK && !case_may(o, row.state))
        e = ERR_REFUSED;
    if (e == OK)
        e = db_case_decide(db, ref, o->state, reason, now_ms);
    if (e == OK && strcmp(o->state, "accepted") == 0 && row.has_card)
        e = db_account_certify(db, row.person, row.service, clock_day_of(now_ms));
    crypto_hash_of(reason, strlen(reason), hash);
    return e == OK ? db_audit_add(db, now_ms, who, "%s %s reason=%.16s", o->state, ref,
                                  *reason ? hash : "-")
                   : e;
}

enum err case_act(struct db *db, const char *who, const char *ref, const struct case_order *o,
                  const char *reason, int64_t now_ms)
{
    enum err e = db_begin(db);
    if (e == OK)
        e = act(db, who, ref, o, o->reason ? reason : "", now_ms);
    if (e == OK)
        return db_commit(db);
    db_rollback(db);
    return e;
}

enum err case_tick(struct db *db, const char *who, const char *ref, const char *paper,
                   int64_t now_ms)
{
    char hash[65];
    enum err e = db_begin(db);
    if (e == OK)
        e = db_case_tick(db, ref, paper, now_ms);
    crypto_hash_of(paper, strlen(paper), hash);
    if (e == OK)
        e = db_audit_add(db, now_ms, who, "tick %s paper=%.16s", ref, hash);
    if (e == OK)
        return db_commit(db);
    db_rollback(db);
    return e == ERR_REPLAYED ? OK : e;
}
