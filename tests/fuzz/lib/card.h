/* card.h - a card made of any bytes, and what must hold of every face that was read from one. */
#ifndef TESTS_FUZZ_LIB_CARD_H
#define TESTS_FUZZ_LIB_CARD_H

#include "hal/card.h"
#include "hal/card_task.h"

#include <stddef.h>
#include <stdint.h>

/* The first byte says what manner of card it is (FUZZ_…); then one answer after another: a byte of
 * form and status, what they ask for, the data. At the end it is gone. */
enum {
    FUZZ_CONTACTLESS = 0x01,
    FUZZ_LE = 0x02,
    FUZZ_LE_SETTLED = 0x04,
    FUZZ_NUMBER = 0x08, /* for the target: only the number is read */
    FUZZ_OTHER = 0x10,  /* for the target: its own choice */
    FUZZ_ENDLESS = 0xe0 /* all three bits: never gone, it begins again */
};
struct fuzz_card {
    const uint8_t *from, *p, *end;
    const char *may;  /* instructions it may be asked; any other is a fault of ours */
    const char *only; /* if set: names without this in them are refused, which costs no bytes */
    uint8_t manner;
    int asked;
};
void fuzz_card_init(struct fuzz_card *c, struct apdu_channel *ch, const char *may,
                    const uint8_t *data, size_t size);

/* Keeps iconv's tables loaded; without it they are loaded and dropped at each run. */
void fuzz_hold_tables(void);

/* What a card may fail with: an error of the exchange, or of the card's own words. */
bool fuzz_failure(enum err e);
/* Is it still the same? */
enum err fuzz_confirm(struct apdu_channel *ch, const char *card_no);
bool fuzz_blank(const void *p, size_t n);
/* Aborts where a face has something that no screen may be given. */
void fuzz_face(const struct card_face *f);

/* One kind alone: identified, then read, or its number, or both. face: what else must hold of it.
 */
struct fuzz_kind {
    const struct card_driver *driver;
    const char *may;
    void (*face)(const struct card_face *f);
};
enum err fuzz_kind(const struct fuzz_kind *k, const uint8_t *data, size_t size);

#endif
