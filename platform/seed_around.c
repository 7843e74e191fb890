/* seed_around.c - air, water, rivers, warnings: the files as they are, each {N} the date N days on.
 */
#include "platform/seed.h"

#include <stdlib.h>
#include <string.h>

static void put_dated(struct seed *s, FILE *f, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "{");
        fwrite(text, 1, n, f);
        text += n;
        char *end = NULL, day[16];
        long on = *text ? strtol(text + 1, &end, 10) : 0;
        if (!end || *end != '}')
            break;
        seed_date(day, s->today + (int)on);
        fputs(day, f);
        text = end + 1;
    }
}

enum err seed_around(struct seed *s)
{
    static const char *const names[] = { "air_levels.csv", "air.csv", "water.csv", "rivers.csv",
                                         "warnings.csv" };
    enum err e = OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && e == OK; i++) {
        char *text;
        e = seed_read(s, names[i], &text);
        FILE *f = e == OK ? seed_create(s, names[i]) : NULL;
        if (!f)
            return e == OK ? ERR_IO : e;
        put_dated(s, f, text);
        e = seed_close(f);
    }
    return e;
}
