/* db_catalogue.c - what cases were promised, how they were rated, what was booked. */
#include "platform/db_part.h"
#include "platform/booking.h"
#include "platform/deadline.h"
#include "platform/rating.h"

enum err db_deadline_put(struct db *db, const char *ref, const struct deadline *d)
{
    return db_put(db,
                  "INSERT INTO case_day(ref, promised, legal, working) VALUES(?1, ?2, ?3, ?4) ON "
                  "CONFLICT(ref)"
                  " DO UPDATE SET promised = excluded.promised, legal = excluded.legal,"
                  " working = excluded.working",
                  "tiii", ref, (int64_t)d->promised_day, (int64_t)d->legal_day,
                  (int64_t)d->working);
}

enum err db_deadline_get(struct db *db, const char *ref, struct deadline *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT promised, legal, working FROM case_day WHERE ref = ?1", "t", ref);
    enum err e = db_next(db, st);
    struct deadline d = { .promised_day = 0 };
    if (e == OK) {
        d = (struct deadline){ db_int(st, 0), db_int(st, 1), db_int(st, 2) != 0 };
        db_end(st);
    }
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *out = d;
    return OK;
}

enum err db_rating_there(struct db *db, const unsigned char who[CRYPTO_MAC], bool *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT 1 FROM rating WHERE who = ?1", "b", who, (size_t)CRYPTO_MAC);
    enum err e = db_next(db, st);
    if (e == OK)
        db_end(st);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *out = e == OK;
    return OK;
}

enum err db_rating_add(struct db *db, const unsigned char who[CRYPTO_MAC], const char *service,
                       int level, int month)
{
    bool there = false;
    enum err e = db_rating_there(db, who, &there);
    if (e != OK || there)
        return e != OK ? e : ERR_REPLAYED;
    return db_do(db, "INSERT INTO rating(who, service, level, month) VALUES(?1, ?2, ?3, ?4)",
                 "btii", who, (size_t)CRYPTO_MAC, service, (int64_t)level, (int64_t)month);
}

enum err db_rating_reason(struct db *db, const char *service, const char *reason, int month)
{
    return db_do(db,
                 "INSERT INTO rating_reason(service, reason, month, n) VALUES(?1, ?2, ?3, 1)"
                 " ON CONFLICT(service, reason, month) DO UPDATE SET n = rating_reason.n + 1",
                 "tti", service, reason, (int64_t)month);
}

enum err db_rating_reasons(struct db *db, const char *service, db_reason_visit *visit, void *ctx)
{
    struct db_rows *st = db_ask(db,
                                "SELECT reason, sum(n) FROM rating_reason WHERE service = ?1"
                                " GROUP BY reason ORDER BY 2 DESC, 1",
                                "t", service);
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        char reason[RATING_REASON];
        db_text(st, 0, reason, sizeof reason);
        e = visit(ctx, reason, db_int(st, 1));
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_ratings(struct db *db, db_rating_visit *visit, void *ctx)
{
    struct db_rows *st =
        db_ask(db,
               "SELECT service, count(CASE level WHEN 1 THEN 1 END),"
               " count(CASE level WHEN 2 THEN 1 END), count(CASE level WHEN 3 THEN 1 END),"
               " count(CASE level WHEN 4 THEN 1 END), count(CASE level WHEN 5 THEN 1 END) FROM "
               "rating GROUP BY service ORDER BY service",
               "");
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        char service[64];
        int64_t count[6] = { 0 };
        db_text(st, 0, service, sizeof service);
        for (int level = 1; level <= 5; level++)
            count[level] = db_int(st, level);
        e = visit(ctx, service, count);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_booking_put(struct db *db, const char *ref, const struct booking *b)
{
    return db_do(db,
                 "INSERT INTO booking(ref, place, day, minute, state) VALUES(?1, ?2, ?3, ?4, ?5) "
                 "ON CONFLICT(ref)"
                 " DO UPDATE SET place = ?2, day = ?3, minute = ?4, state = ?5",
                 "tiiit", ref, b->place, (int64_t)b->day, (int64_t)b->minute, b->state);
}

enum err db_booking_get(struct db *db, const char *ref, struct booking *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT state, place, day, minute FROM booking WHERE ref = ?1", "t", ref);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    db_text(st, 0, out->state, sizeof out->state);
    out->place = db_int(st, 1);
    out->day = db_int(st, 2);
    out->minute = db_int(st, 3);
    db_end(st);
    return OK;
}

enum err db_booking_count(struct db *db, int64_t place, int day, int minute, int *out)
{
    struct db_rows *st = db_ask(db,
                                "SELECT count(*) FROM booking b JOIN cases c ON c.ref = b.ref"
                                " WHERE b.place = ?1 AND b.day = ?2 AND b.minute = ?3"
                                " AND b.state = 'booked' AND c.state <> 'returned'",
                                "iii", place, (int64_t)day, (int64_t)minute);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    *out = db_int(st, 0);
    db_end(st);
    return OK;
}
