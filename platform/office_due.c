/* office_due.c - what a case is promised, worked out once for each service, day and publication. */
#include "platform/office_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum err office_know_index(struct office *o)
{
    char *text = NULL;
    enum err e = db_meta_get(o->db, &o->scratch, "index_n", &text);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (!o->due)
        o->due = calloc(DUES, sizeof *o->due);
    const char *now = e == OK ? text : "";
    if (o->due && strcmp(now, o->published) != 0)
        memset(o->due, 0, sizeof *o->due * DUES);
    snprintf(o->published, sizeof o->published, "%s", now);
    return o->due ? OK : ERR_NOMEM;
}

static struct due *place_of(struct office *o, const char *service)
{
    uint32_t h = 2166136261u;
    for (const char *p = service; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return &o->due[h % DUES];
}

enum err office_due(struct office *o, const char *service, int day, struct deadline *out)
{
    struct due *d = place_of(o, service);
    if (d->day == day && strcmp(d->service, service) == 0) {
        *out = d->deadline;
        return OK;
    }
    enum err e = deadline_of(o->db, service, day, out);
    if (e == OK) {
        snprintf(d->service, sizeof d->service, "%s", service);
        d->day = day;
        d->deadline = *out;
    }
    return e;
}
