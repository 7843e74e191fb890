/* verb_update.c - "update publish BUNDLE": the next system of the appliances, for all of them. */
#include "platform/update.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>

static const char *why(enum err e)
{
    switch (e) {
    case ERR_CUT:
        return "it is shorter than it says; was it copied to its end?";
    case ERR_TOO_BIG:
        return "it is longer than it says";
    case ERR_HASH:
        return "its content is not what was signed";
    case ERR_ROLLBACK:
        return "a newer one is published; terminals never go back";
    default:
        return NULL;
    }
}

int verb_update(const struct verb_order *o, const struct conf *c)
{
    struct wire_update u;
    if (strcmp(o->word[0], "publish") != 0)
        return verb_wrong("update", "wanted publish BUNDLE");
    enum err e = update_publish(c->feed, o->word[1], &u);
    if (e != OK && why(e))
        fprintf(stderr, "%s: %s\n", o->word[1], why(e));
    if (e != OK)
        return verb_failed("update", e);
    printf("version %lld: %lld bytes; terminals fetch it within some hours\n", (long long)u.version,
           (long long)wire_update_size(&u));
    return 0;
}
