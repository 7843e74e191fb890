/* idreader_frame.h - what an identity card module (SAM_V) is asked and answers, byte by byte. */
#ifndef HAL_IDREADER_FRAME_H
#define HAL_IDREADER_FRAME_H

#include "hal/base/err.h"
#include "hal/card.h"

#include <stdbool.h>
#include <stddef.h>

/* Pure functions, [any]. A frame is AA AA AA 96 69, two bytes of length (big-endian, of all that
 * follows), the body, and the XOR of length and body. The body of a command is CMD PARA, that of an
 * answer SW1 SW2 SW3 and data. */
enum {
    IDREADER_HEAD = 7,
    IDREADER_BODY = 1288, /* the longest answer to what is asked here: text and photo */
    IDREADER_FRAME = IDREADER_HEAD + IDREADER_BODY,
    IDREADER_COMMAND = 10,
    IDREADER_TEXT = 256
};

/* CMD and PARA */
enum idreader_ask {
    IDREADER_STATUS = 0x11ff,
    IDREADER_FIND = 0x2001,
    IDREADER_SELECT = 0x2002,
    IDREADER_READ = 0x3001 /* text and photo; the fingerprints are never asked for */
};
void idreader_command(enum idreader_ask ask, unsigned char out[IDREADER_COMMAND]);

/* Bytes as they come. Personal: wipe with idreader_clear. Invariant: whole <= n <= IDREADER_FRAME,
 * and b[0..n) is empty, the beginning of a frame, or a whole frame of `whole` bytes and what came
 * behind it. */
struct idreader_input {
    unsigned char b[IDREADER_FRAME];
    size_t n, whole;
    unsigned spoilt; /* frames thrown away: their length or their sum was wrong */
};
void idreader_clear(struct idreader_input *in);
/* Takes bytes up to the end of the first whole frame and returns how many; *out_whole says whether
 * there is one. It is good until the next call, which looks behind it first. Noise is skipped. */
size_t idreader_take(struct idreader_input *in, const unsigned char *p, size_t n, bool *out_whole);

/* Points into the input. */
struct idreader_answer {
    unsigned char sw[3];
    const unsigned char *data;
    size_t n;
};
/* Of a whole frame. */
struct idreader_answer idreader_answer(const struct idreader_input *in);
/* Whether it can answer that question: what comes late answers an older one. */
bool idreader_fits(enum idreader_ask ask, const struct idreader_answer *a);
/* What SW3 means: a word for the log, and OK, ERR_IO (try again), ERR_CARD_GONE, ERR_CARD_UNKNOWN
 * or ERR_NO_DEVICE (the module refuses to work). */
const char *idreader_sw_name(unsigned char sw3);
enum err idreader_sw_err(unsigned char sw3);

/* The data of an answer to IDREADER_READ. Fills all of face; the photo is not looked at. card_no
 * stays "", an identity card has none. ERR_FORMAT, ERR_CARD_UNKNOWN (a kind of card with another
 * record): face is then wiped but for its kind. */
MUST_CHECK enum err idreader_face(const unsigned char *data, size_t n, struct card_face *out_face);

#endif
