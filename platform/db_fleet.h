/* db_fleet.h - terminals as they are: when each was heard last, and what it said of itself. */
#ifndef PLATFORM_DB_FLEET_H
#define PLATFORM_DB_FLEET_H

#include "hal/wire.h"
#include "platform/db.h"

/* PROTOCOL.md "Report". No personal data. at_ms: when it came (0: never); -1: not known. */
struct terminal_report {
    char version[32], reader[24], printer[24];
    int64_t at_ms, up_s, waiting, stuck, rejected, oldest_ms, disk_mb, index_n, temp_c;
};
MUST_CHECK enum err db_report_put(struct db *db, const char *terminal,
                                  const struct terminal_report *r);
/* A signed request came, by a clock that is skew_ms ahead of ours. Written at most once a minute.
 */
MUST_CHECK enum err db_heard(struct db *db, const char *terminal, int64_t now_ms, int64_t skew_ms);

struct fleet_row {
    char name[WIRE_NAME_MAX];
    bool revoked;
    int64_t added_ms, seen_ms, skew_ms; /* seen 0: never */
    struct terminal_report report;
};
typedef enum err db_fleet_visit(void *ctx, const struct fleet_row *r);
MUST_CHECK enum err db_fleet(struct db *db, db_fleet_visit *visit, void *ctx);

#endif
