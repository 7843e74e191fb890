/* tlv.h - records of cards: simple-TLV (one byte tag, one byte length) and BER-TLV. */
#ifndef HAL_TLV_H
#define HAL_TLV_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct tlv {
    unsigned tag;
    const unsigned char *value;
    size_t n;
};
/* [any] The next simple-TLV at *at; false at the end or when it stands out of the bytes. Padding of
 * 00 and FF between records is skipped. */
bool tlv_simple_next(const unsigned char *p, size_t n, size_t *at, struct tlv *out);
/* [any] The same for BER-TLV (tags up to 3 bytes, lengths up to 3). */
bool tlv_ber_next(const unsigned char *p, size_t n, size_t *at, struct tlv *out);
/* [any] Looks for a tag, also inside constructed ones. */
bool tlv_ber_find(const unsigned char *p, size_t n, unsigned tag, struct tlv *out);

#endif
