/* card_fields.h - the records of one file of a card, by tag: however the card gives them. */
#ifndef HAL_CARD_FIELDS_H
#define HAL_CARD_FIELDS_H

#include "hal/apdu.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CARD_FIELD = 64 }; /* the longest is a name of 30 bytes; a longer record is malformed */

/* The records that were asked for. Personal: wiped by whoever made it. */
struct card_fields {
    const unsigned char *wanted; /* tags, ended by 0; at most 8 */
    struct {
        bool seen;
        size_t n;
        unsigned char b[CARD_FIELD];
    } f[8];
};
/* [reader] Selects file fid and fills s: all records at once, one by one, or tag by tag. OK also
 * where some are missing; ERR_CARD_GUARDED, ERR_CARD_GONE, ERR_CARD_MUTE and what else ends the
 * reading. */
MUST_CHECK enum err card_fields_read(struct apdu_channel *ch, uint16_t fid, struct card_fields *s);
/* [any] Of a tag that was wanted: its place in f. */
int card_fields_at(const struct card_fields *s, unsigned tag);
/* [any] Its bytes without the padding. */
size_t card_fields_bytes(const struct card_fields *s, unsigned tag, const unsigned char **out);
/* [any] Numbers and letters; anything else, or more than max of them, makes it "". */
void card_fields_ascii(const struct card_fields *s, unsigned tag, size_t max, char *out);
/* [any] Days since 1970; INT32_MIN where there is no date. */
int card_fields_day(const struct card_fields *s, unsigned tag);

#endif
