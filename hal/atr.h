/* atr.h - the first words of a card, its Answer To Reset: is it whole, and what history it tells.
 *
 * ISO/IEC 7816-3 §8.2: TS, T0, interface bytes, historical bytes, and a check byte TCK wherever
 * another protocol than T=0 is offered. */
#ifndef HAL_ATR_H
#define HAL_ATR_H

#include <stdbool.h>
#include <stddef.h>

enum { ATR_MAX = 33, ATR_HISTORICAL = 15 };

enum atr_fault {
    ATR_OK,
    ATR_TS,       /* begins with neither 3B nor 3F */
    ATR_SHORT,    /* ends before the bytes it announces */
    ATR_NO_TCK,   /* the check byte is missing */
    ATR_TCK,      /* the check byte is wrong */
    ATR_TRAILING, /* something stands behind the end */
    ATR_FAULTS
};
const char *atr_fault_name(enum atr_fault f); /* "ts", "short", "no_tck", "tck", "trailing" */

/* historical points into the bytes read; what of it is there, when the rest is cut off. */
struct atr {
    const unsigned char *historical;
    size_t historical_n;
    bool contactless; /* made up by the reader for a card without contacts: 3B 8n 80 01 … */
};
/* [any] Never reads beyond n; out is filled as far as the bytes go, whatever the verdict. */
enum atr_fault atr_read(const unsigned char *p, size_t n, struct atr *out);
/* [any] Two hex digits a byte, spaces and colons between them; false: anything else, or more than
 * cap bytes. */
bool atr_hex(const char *text, unsigned char *out, size_t cap, size_t *out_n);

#endif
