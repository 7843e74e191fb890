/* verb_mirror.c - "mirror DIR" and "night": what is done to the feed's files, not to its content.
 */
#include "platform/mirror.h"
#include "platform/night.h"
#include "platform/verbs.h"

#include <stdio.h>

int verb_mirror(const struct verb_order *o, const struct conf *c)
{
    struct mirror_result r;
    const char *dir = o->word[0];
    enum err e = mirror(c, dir, &r);
    if (e == ERR_ROLLBACK)
        fprintf(stderr, "%s: holds a newer feed (index %lld) than %s (index %lld)\n", dir,
                (long long)r.there_n, c->feed, (long long)r.n);
    else if (e == ERR_NOT_FOUND)
        fprintf(stderr, "%s: no such directory; is the stick plugged in and mounted?\n", dir);
    else if (e == ERR_FULL)
        fprintf(stderr, "%s: full after %lld of the feed's objects; what lay there is still good\n",
                dir, (long long)r.objects);
    if (e != OK)
        return verb_failed("mirror", e);
    printf("index %lld: %lld objects, %lld copied (%lld bytes), %lld removed\n", (long long)r.n,
           (long long)r.objects, (long long)r.copied, (long long)r.bytes, (long long)r.removed);
    return 0;
}

int verb_night(const struct verb_order *o, const struct conf *c)
{
    struct night_result r;
    (void)o;
    enum err e = night(c, &r);
    if (e != OK)
        return verb_failed("night", e);
    printf("%d bases packed anew (%lld bytes, were %lld), %lld objects removed\n", r.packed,
           (long long)r.bytes, (long long)r.bytes_before, (long long)r.removed);
    return 0;
}
