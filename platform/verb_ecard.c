/* verb_ecard.c - "ecard make": a code as an invented citizen's telephone would show it. */
#include "hal/base/clock.h"
#include "platform/ecard.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <string.h>

int verb_ecard(const struct verb_order *o, const struct conf *c)
{
    char code[ECARD_CODE + 1];
    struct keys keys;
    if (strcmp(o->word[0], "make") != 0 || o->words != 4)
        return verb_wrong("ecard", "expected make NAME IDNO CARDNO");
    struct ecard card = {
        .name = o->word[1], .id = o->word[2], .card = o->word[3], .at_ms = clock_wall_ms()
    };
    enum err e = crypto_init();
    if (e == OK)
        e = keys_load(c->keys, &keys);
    if (e != OK)
        return verb_failed("ecard make", e);
    e = ecard_make(&keys, &card, code);
    keys_finish(&keys);
    if (e != OK)
        return verb_failed("ecard make", e);
    puts(code);
    return 0;
}
