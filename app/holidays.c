/* holidays.c - the holidays the platform published, to count working days by. */
#include "app/holidays.h"

enum err holidays_load(struct holidays *h, struct store *store)
{
    struct query *q = store_query(store, "SELECT day, work FROM holiday ORDER BY day");
    int n = 0;
    while (n < HOLIDAYS_MAX && query_step(q)) {
        h->list[n].day = (int)query_col_int(q, 0);
        h->list[n++].work = query_col_int(q, 1) != 0;
    }
    h->days = (struct workdays){ h->list, n };
    return query_done(q);
}
