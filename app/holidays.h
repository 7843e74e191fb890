/* holidays.h - the holidays the platform published, to count working days by. */
#ifndef APP_HOLIDAYS_H
#define APP_HOLIDAYS_H

#include "app/store.h"
#include "hal/base/workday.h"

enum { HOLIDAYS_MAX = 400 };
/* Owner: the app's services. [ui] days is empty when nothing was published: weekends only. */
struct holidays {
    struct workday_except list[HOLIDAYS_MAX];
    struct workdays days;
};
MUST_CHECK enum err holidays_load(struct holidays *h, struct store *store);

#endif
