/* db_fleet.c - when a terminal was heard last, and its last report. */
#include "platform/db_fleet.h"
#include "platform/db_part.h"

enum { SEEN_EVERY_MS = 60000 };

enum err db_heard(struct db *db, const char *terminal, int64_t now_ms, int64_t skew_ms)
{
    return db_do(db,
                 "INSERT INTO terminal_seen(terminal, at, skew)"
                 " VALUES(?1, ?2, ?3) ON CONFLICT(terminal) DO UPDATE"
                 " SET at = ?2, skew = ?3 WHERE terminal_seen.at <= ?4 OR terminal_seen.at > ?2",
                 "tiii", terminal, now_ms, skew_ms, now_ms - SEEN_EVERY_MS);
}

enum err db_report_put(struct db *db, const char *terminal, const struct terminal_report *r)
{
    return db_do(db,
                 "INSERT INTO terminal_report(terminal, at, version, up_s, waiting, stuck, "
                 "rejected, oldest, reader, printer,"
                 " disk_mb, idx, temp)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                 " ?12, ?13) ON CONFLICT(terminal) DO UPDATE SET at = ?2, version = ?3, up_s = ?4,"
                 " waiting = ?5, stuck = ?6, rejected = ?7, oldest = ?8, reader = ?9,"
                 " printer = ?10, disk_mb = ?11, idx = ?12, temp = ?13",
                 "titiiiiittiii", terminal, r->at_ms, r->version, r->up_s, r->waiting, r->stuck,
                 r->rejected, r->oldest_ms, r->reader, r->printer, r->disk_mb, r->index_n,
                 r->temp_c);
}

static void read_row(struct db_rows *st, struct fleet_row *r)
{
    *r = (struct fleet_row){ .revoked = db_int(st, 1) != 0,
                             .added_ms = db_int(st, 2),
                             .seen_ms = db_int(st, 3),
                             .skew_ms = db_int(st, 4),
                             .report = { .at_ms = db_int(st, 5),
                                         .up_s = db_int(st, 7),
                                         .waiting = db_int(st, 8),
                                         .stuck = db_int(st, 9),
                                         .rejected = db_int(st, 10),
                                         .oldest_ms = db_int(st, 11),
                                         .disk_mb = db_int(st, 14),
                                         .index_n = db_int(st, 15),
                                         .temp_c = db_int(st, 16) } };
    db_text(st, 0, r->name, sizeof r->name);
    db_text(st, 6, r->report.version, sizeof r->report.version);
    db_text(st, 12, r->report.reader, sizeof r->report.reader);
    db_text(st, 13, r->report.printer, sizeof r->report.printer);
}

enum err db_fleet(struct db *db, db_fleet_visit *visit, void *ctx)
{
    struct db_rows *st = db_ask(
        db,
        "SELECT t.name, t.revoked, t.added_at, s.at, s.skew, r.at, r.version, r.up_s, r.waiting,"
        " r.stuck, r.rejected, r.oldest, r.reader, r.printer, r.disk_mb, r.idx, r.temp"
        " FROM terminal t LEFT JOIN terminal_seen s ON s.terminal = t.name"
        " LEFT JOIN terminal_report r ON r.terminal = t.name ORDER BY t.name",
        "");
    struct fleet_row r;
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        read_row(st, &r);
        e = visit(ctx, &r);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}
