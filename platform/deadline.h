/* deadline.h - by which day a case is promised to be done, and by which it must be. */
#ifndef PLATFORM_DEADLINE_H
#define PLATFORM_DEADLINE_H

#include "platform/db.h"

/* Days since 1970-01-01; 0: the service does not say. working: counted in working days. */
struct deadline {
    int promised_day, legal_day;
    bool working;
};
/* By the service and the holidays as published now, counted from the day after `day`. A service
 * nobody published has none (OK). */
MUST_CHECK enum err deadline_of(struct db *db, const char *service, int day, struct deadline *out);

/* Whether offices work on this day. */
MUST_CHECK enum err deadline_workday(struct db *db, int day, bool *out);

/* What was reckoned when the case was received stays, whatever is published later. */
MUST_CHECK enum err db_deadline_put(struct db *db, const char *ref, const struct deadline *d);
MUST_CHECK enum err db_deadline_get(struct db *db, const char *ref, struct deadline *out);

#endif
