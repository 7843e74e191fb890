/* card.c - the kinds of card we can read, tried one after another. */
#include "hal/card.h"

#include <string.h>

static const struct card_driver *const kinds[] = { &card_ssc };

/* A card that refuses one kind's name is asked for the next; one that left or fell silent is not.
 */
static enum err identify(struct apdu_channel *ch, const struct card_driver **out)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        enum err e = kinds[i]->identify(ch);
        if (e == OK) {
            *out = kinds[i];
            return OK;
        }
        if (e != ERR_NOT_FOUND && e != ERR_CARD_GUARDED && e != ERR_FORMAT)
            return e;
    }
    return ERR_CARD_UNKNOWN;
}

enum err card_read(struct apdu_channel *ch, struct card_face *out_face)
{
    const struct card_driver *kind = NULL;
    enum err e = identify(ch, &kind);
    if (e == OK)
        e = kind->read(ch, out_face);
    if (e != OK)
        explicit_bzero(out_face, sizeof *out_face);
    return e;
}

enum err card_confirm(struct apdu_channel *ch, const char *card_no)
{
    const struct card_driver *kind = NULL;
    char no[CARD_NO] = "";
    enum err e = identify(ch, &kind);
    if (e == OK)
        e = kind->number(ch, no);
    if (e == OK && (!no[0] || strcmp(no, card_no) != 0))
        e = ERR_REFUSED;
    explicit_bzero(no, sizeof no);
    return e == ERR_CARD_UNKNOWN ? ERR_REFUSED : e;
}
