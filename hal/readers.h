/* readers.h - the readers of a terminal seen as one: the one that has a card is the one in use. */
#ifndef HAL_READERS_H
#define HAL_READERS_H

#include "hal/reader.h"

enum { READERS_MAX = 2 };

/* Owner: main.c. Cards in two of them at once are READER_MANY, as two in slots of one are; without
 * a card it is said of the best one: empty before absent. Serials are of all of them. */
struct readers;
/* `changed` as in reader.h. ERR_NOMEM. */
MUST_CHECK enum err readers_create(void (*changed)(void *ctx), void *ctx, struct readers **out);
void readers_destroy(struct readers *rs); /* accepts NULL; never blocks longer than 1 s a reader */
/* [ui] before the first question. Errors of reader_create; ERR_FULL. */
MUST_CHECK enum err readers_add(struct readers *rs, const char *driver, const char *want_name);

/* As their namesakes of reader.h, of the reader in use. [any] */
void readers_status(struct readers *rs, struct reader_status *out);
/* [ui] */
bool readers_face(struct readers *rs, uint32_t serial, struct card_face *out);
/* [ui] The order goes to the reader whose card `serial` is. */
void readers_order(struct readers *rs, uint32_t serial, struct card_task *t);
MUST_CHECK enum err readers_ordered(struct readers *rs, struct card_task *out);
void readers_forget(struct readers *rs);
MUST_CHECK enum err readers_sim_card(struct readers *rs, const char *file);
/* [ui] Each one's own, for the staff page: false behind the last. */
bool readers_each(struct readers *rs, int i, struct reader_status *out);

#endif
