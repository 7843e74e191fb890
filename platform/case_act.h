/* case_act.h - what a clerk does with a case, from the command line and from the console. */
#ifndef PLATFORM_CASE_ACT_H
#define PLATFORM_CASE_ACT_H

#include "platform/db_case.h"

/* order: accept, return, ask (for a document: the reason says which), finish. */
struct case_order {
    const char *name, *state;
    bool reason; /* it needs one */
};
extern const struct case_order case_orders[];
enum { CASE_ORDERS = 4 };
const struct case_order *case_order_find(const char *name); /* NULL */
/* received and asked can be accepted, returned, asked; accepted can be finished. */
bool case_may(const struct case_order *o, const char *state);
/* Not empty, and short enough to be kept. */
bool case_reason_ok(const char *reason);

/* As people type it: a receipt number in any shape, or "2026-12" for 2026-000012. ERR_HASH: one
 * digit or letter is mistyped. */
MUST_CHECK enum err case_find(struct db *db, const char *typed, struct case_row *out);
/* State, audit and status number in one transaction. ERR_REFUSED: not in the state it is in. The
 * reason may say anything, so the audit has its hash only. */
MUST_CHECK enum err case_act(struct db *db, const char *who, const char *ref,
                             const struct case_order *o, const char *reason, int64_t now_ms);
/* This paper was seen. One that was ticked before stays ticked. */
MUST_CHECK enum err case_tick(struct db *db, const char *who, const char *ref, const char *paper,
                              int64_t now_ms);

#endif
