/* rating.h - 好差评: how a citizen found it, once for each application, and only who wants to. */
#ifndef APP_RATING_H
#define APP_RATING_H

#include "app/store.h"
#include "hal/base/err.h"
#include "hal/wire_item.h"

#include <stdbool.h>

struct app;

enum { RATING_LEVELS = 5, RATING_WORD = 192, RATING_GIVEN = 8 };

/* Owner: the app. [ui] The words are the platform's (table `rating`, GB/T 39734 五级), nobody here
 * may change them. given: the applications rated in this visit; wiped with it. */
struct rating {
    bool there; /* all the words were published */
    char ask[RATING_WORD], secret[RATING_WORD], thanks[RATING_WORD];
    char word[RATING_LEVELS + 1][RATING_WORD]; /* [1] … [5] */
    char given[RATING_GIVEN][WIRE_RECEIPT + 1];
    int given_count;
    enum err err; /* the last one could not be saved: it may be given again */
};
struct rating *rating_create(void); /* NULL: no memory */
void rating_destroy(struct rating *r);
void rating_forget(struct rating *r);
/* In the language chosen now. */
MUST_CHECK enum err rating_load(struct rating *r, struct store *store);
bool rating_was_given(const struct rating *r, const char *receipt);
/* Seals the level as an item of its own and hands it to the outbox, also without a line. A second
 * one for the same application does nothing. */
void rating_give(struct app *app, const char *receipt, int level);
/* EV_NOT_SAVED of such an item. */
void rating_not_saved(struct app *app, enum err why);

#endif
