/* rating.h - 好差评: how a citizen found it, once for each application, and only who wants to. */
#ifndef APP_RATING_H
#define APP_RATING_H

#include "app/store.h"
#include "hal/base/err.h"
#include "hal/wire_item.h"

#include <stdbool.h>

struct app;

enum {
    RATING_LEVELS = 5,
    RATING_BAD = 2, /* up to here it is asked why */
    RATING_WORD = 192,
    RATING_GIVEN = 8,
    RATING_REASONS = 8,
    RATING_CODE = 24
};

/* Owner: the app. [ui] The words are the platform's (table `rating`, GB/T 39734 五级), nobody here
 * may change them. given: the applications rated in this visit; wiped with it. */
struct rating {
    bool there; /* all the words were published */
    char ask[RATING_WORD], secret[RATING_WORD], thanks[RATING_WORD];
    char word[RATING_LEVELS + 1][RATING_WORD]; /* [1] … [5] */
    char given[RATING_GIVEN][WIRE_RECEIPT + 1];
    int given_count;
    struct {
        char code[RATING_CODE], word[RATING_WORD];
        bool chosen;
    } reason[RATING_REASONS]; /* table reason: why it was bad; none published = not asked */
    int reason_count;
    char open[WIRE_RECEIPT + 1]; /* rated badly, still being asked why; "" = none */
    int open_level;
    enum err err; /* the last one could not be saved: it may be given again */
};
struct rating *rating_create(void); /* NULL: no memory */
void rating_destroy(struct rating *r);
void rating_forget(struct rating *r);
/* In the language chosen now. */
MUST_CHECK enum err rating_load(struct rating *r, struct store *store);
bool rating_was_given(const struct rating *r, const char *receipt);
/* Seals the level as an item of its own and hands it to the outbox, also without a line. A second
 * one for the same application does nothing. A bad one is asked for its reasons first. */
void rating_give(struct app *app, const char *receipt, int level);
bool rating_asks_why(const struct rating *r, const char *receipt);
void rating_reason(struct app *app, int i); /* chosen, or not any more */
/* Hands over the one that is open, with the reasons chosen, maybe none: 交上去, or the visit ends.
 */
void rating_finish(struct app *app);
/* The events of the card on the screen: true when it was one. */
struct event;
bool rating_event(struct app *app, const struct event *ev, const char *receipt);
/* EV_NOT_SAVED of such an item. */
void rating_not_saved(struct app *app, enum err why);

#endif
