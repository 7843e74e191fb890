/* booking.h - appointments: a place at an office, on a day, at a time, as long as there is room. */
#ifndef PLATFORM_BOOKING_H
#define PLATFORM_BOOKING_H

#include "hal/json.h"
#include "platform/db.h"

/* What the citizen chose, in the words the terminal offered. place "": no appointment is asked for.
 */
struct booking_wish {
    char place[128], day[48], time[24];
};
/* Out of the fields slot_place, slot_day and slot_time of an application. */
void booking_read(const struct json *application, struct booking_wish *out);

/* state: booked, full, or none (no such place, day or time). */
struct booking {
    char state[8];
    int64_t place;
    int day, minute;
};
/* Inside the transaction that makes the case: no slot gets more than its capacity. */
MUST_CHECK enum err booking_make(struct db *db, const char *ref, const struct booking_wish *w,
                                 int today, struct booking *out);
/* The next free ones at the same place, at most max. */
MUST_CHECK enum err booking_free(struct db *db, int64_t place, int today, struct booking *out,
                                 int max, int *out_n);

MUST_CHECK enum err db_booking_put(struct db *db, const char *ref, const struct booking *b);
MUST_CHECK enum err db_booking_get(struct db *db, const char *ref, struct booking *out);
/* How many are booked there and were not returned since. */
MUST_CHECK enum err db_booking_count(struct db *db, int64_t place, int day, int minute, int *out);

#endif
