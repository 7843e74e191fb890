/* db_desk.h - what the console asks of cases, terminals and the audit, a page at a time. */
#ifndef PLATFORM_DB_DESK_H
#define PLATFORM_DB_DESK_H

#include "platform/db_case.h"

/* Which cases: "" and 0 mean all. state may be "open": received or asked. ref: this case or receipt
 * only. due_day: promised until then, and not finished or returned. */
struct desk_filter {
    const char *state, *service, *terminal, *ref;
    int64_t due_day, from, count;
};
/* One line of the list; total: how many there are in all. */
struct desk_row {
    char ref[WIRE_NAME_MAX], receipt[WIRE_RECEIPT + 1], service_name[192], terminal[WIRE_NAME_MAX];
    char state[16], duplicate_of[WIRE_NAME_MAX];
    int64_t received_ms, decided_ms, promised_day, legal_day, total;
};
typedef enum err db_desk_visit(void *ctx, const struct desk_row *r);
/* What waits for the clerk first, the nearest last day before others; then the newest. */
MUST_CHECK enum err db_desk(struct db *db, const struct desk_filter *f, db_desk_visit *visit,
                            void *ctx);
/* The services that have cases: id and name. */
typedef enum err db_pair_visit(void *ctx, const char *id, const char *name);
MUST_CHECK enum err db_desk_services(struct db *db, db_pair_visit *visit, void *ctx);

/* Lines of the audit. */
struct audit_entry {
    int64_t n, at_ms;
    char who[64], what[256];
};
typedef enum err db_audit_visit(void *ctx, const struct audit_entry *a);
/* Those that name this case, since it was received, oldest first, at most 200. */
MUST_CHECK enum err db_audit_of(struct db *db, const char *ref, int64_t since_ms,
                                db_audit_visit *visit, void *ctx);
/* The newest, newest first. */
MUST_CHECK enum err db_audit_last(struct db *db, int64_t count, db_audit_visit *visit, void *ctx);

#endif
