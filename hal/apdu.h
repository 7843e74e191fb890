/* apdu.h - one command to a card, one answer back: the loops of 61xx and 6Cxx, and status words.
 *
 * ISO/IEC 7816-3/-4, T=0. libpcsclite does not fetch the rest of an answer by itself. */
#ifndef HAL_APDU_H
#define HAL_APDU_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { APDU_COMMAND = 261, APDU_ANSWER = 258, APDU_DATA = 4096, APDU_ATR = 33 };

/* How bytes get to the card: filled by the reader that holds it. transmit: one exchange; out_n of
 * 0 or 1 bytes is possible (a card torn out). ERR_CARD_GONE, ERR_CARD_MUTE, ERR_NO_DEVICE, ERR_IO.
 */
struct apdu_channel {
    enum err (*transmit)(void *ctx, const unsigned char *cmd, size_t n, unsigned char *out,
                         size_t cap, size_t *out_n);
    void *ctx;
    bool contactless; /* by its ATR */
    bool le;          /* SELECT by name says how much is wanted (T=1 does, T=0 must not) */
    bool le_settled;  /* … and that was changed once: a card that still says 6700 means something
                         else */
    unsigned char atr[APDU_ATR];
    size_t atr_n; /* 0: not known */
};

/* The whole answer without its status word. Invariant: n <= APDU_DATA. */
struct apdu_answer {
    unsigned char data[APDU_DATA];
    size_t n;
    uint16_t sw; /* the last one: 0x9000 … */
};

/* [reader] Takes the ATR in, and what follows from it. t1: the protocol is T=1. */
void apdu_channel_atr(struct apdu_channel *ch, const unsigned char *atr, size_t n, bool t1);
/* [reader] Follows 61xx by GET RESPONSE and 6Cxx by asking again (each at most 32 times). Err is of
 * the exchange; what the card thinks is in sw. An answer under 2 bytes is ERR_CARD_GONE. */
MUST_CHECK enum err apdu_exchange(struct apdu_channel *ch, const unsigned char *cmd, size_t n,
                                  struct apdu_answer *out);
/* [reader] The same once, whatever comes: for what a card counts (a PIN). 61xx and 6Cxx are its sw.
 */
MUST_CHECK enum err apdu_once(struct apdu_channel *ch, const unsigned char *cmd, size_t n,
                              struct apdu_answer *out);
/* [reader] SELECT by name or by file id. out may be NULL. ERR_NOT_FOUND for 6A82, 6A83, 6A86,
 * 6D00, 6E00; ERR_CARD_GUARDED for 6982; ERR_LOCKED for 6283, 6A81, 9303; ERR_FORMAT for any other
 * status. */
MUST_CHECK enum err apdu_select_name(struct apdu_channel *ch, const void *name, size_t n,
                                     struct apdu_answer *out);
MUST_CHECK enum err apdu_select_file(struct apdu_channel *ch, uint16_t fid,
                                     struct apdu_answer *out);
/* [reader] READ RECORD; mode = P2 & 7 (4 by number, 5 from P1 to the last, 0 by tag). */
MUST_CHECK enum err apdu_read_record(struct apdu_channel *ch, unsigned p1, unsigned mode,
                                     unsigned sfi, struct apdu_answer *out);

#endif
