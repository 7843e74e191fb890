/* card.c - the kinds of card we can tell apart, tried one after another. */
#include "hal/card.h"
#include "hal/card_task.h"

#include <string.h>

/* At most one SELECT each, so that a card is told within six. */
static const struct card_driver *const kinds[] = { &card_ssc, &card_health, &card_transit,
                                                   &card_city, &card_bank };

const char *card_kind_name(enum card_kind k)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i]->kind == k)
            return kinds[i]->name;
    /* What speaks no APDUs is not among the kinds. */
    return k == CARD_IDCARD ? "idcard" : k == CARD_ECARD ? "ecard" : "none";
}

/* Whatever a card says to one kind's name, it is asked for the next; one that left or fell silent
 * is not. */
static bool is_other(enum err e)
{
    return e == ERR_NOT_FOUND || e == ERR_CARD_GUARDED || e == ERR_FORMAT || e == ERR_TOO_BIG;
}

/* That it is locked is believed when it is nothing else. One that declines some names and mumbles
 * at others was misheard: then once more may help. */
static enum err identify(struct apdu_channel *ch, const struct card_driver **out,
                         struct apdu_answer *fci)
{
    enum err none = ERR_CARD_UNKNOWN;
    bool declined = false, mumbled = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        enum err e = kinds[i]->identify(ch, fci);
        if (e == OK) {
            *out = kinds[i];
            return OK;
        }
        declined |= e == ERR_NOT_FOUND;
        mumbled |= e == ERR_FORMAT;
        if (e == ERR_LOCKED)
            none = ERR_LOCKED;
        else if (!is_other(e))
            return e;
    }
    return none == ERR_CARD_UNKNOWN && declined && mumbled ? ERR_FORMAT : none;
}

static void begin(struct card_face *face, enum card_kind kind)
{
    explicit_bzero(face, sizeof *face);
    face->kind = kind;
    face->birth_day = face->issued_day = face->expires_day = INT32_MIN;
}

enum err card_read(struct apdu_channel *ch, struct card_face *out_face)
{
    const struct card_driver *kind = NULL;
    struct apdu_answer fci = { .n = 0 };
    enum err e = identify(ch, &kind, &fci);
    begin(out_face, kind ? kind->kind : CARD_NONE);
    if (e == OK)
        e = kind->read ? kind->read(ch, &fci, out_face) : ERR_CARD_UNKNOWN;
    if (e != OK)
        explicit_bzero(out_face, sizeof *out_face);
    if (e == ERR_CARD_UNKNOWN && kind)
        out_face->kind = kind->kind;
    explicit_bzero(&fci, sizeof fci);
    return e;
}

static enum err confirm(struct apdu_channel *ch, const struct card_driver *kind,
                        const struct apdu_answer *fci, const char *card_no)
{
    char no[CARD_NO] = "";
    enum err e = kind->number ? kind->number(ch, fci, no) : ERR_REFUSED;
    if (e == OK && (!no[0] || strcmp(no, card_no) != 0))
        e = ERR_REFUSED;
    explicit_bzero(no, sizeof no);
    return e;
}

/* A card that keeps its number to itself cannot be the one that was read. */
static bool tells_no_number(enum err e)
{
    return e == ERR_CARD_UNKNOWN || e == ERR_CARD_GUARDED || e == ERR_NOT_FOUND || e == ERR_LOCKED;
}

/* A task without an own step of its kind is done with the number; else the kind goes on. */
enum err card_task_run(struct apdu_channel *ch, struct card_task *t)
{
    const struct card_driver *kind = NULL;
    struct apdu_answer fci = { .n = 0 };
    t->said = CARD_SAID_UNABLE;
    t->tries = -1;
    if (t->kind == CARD_TASK_EXTERNAL)
        return card_ssc_task(ch, t);
    enum err e = identify(ch, &kind, &fci);
    if (e == OK)
        e = confirm(ch, kind, &fci, t->card_no);
    if (tells_no_number(e))
        e = ERR_REFUSED;
    if (e == OK && t->kind != CARD_TASK_CONFIRM && kind->task)
        e = kind->task(ch, t);
    explicit_bzero(&fci, sizeof fci);
    return e;
}
