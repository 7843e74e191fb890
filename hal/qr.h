/* qr.h - a QR code as a square of dark and light modules; the only door to libqrencode. */
#ifndef HAL_QR_H
#define HAL_QR_H

#include "hal/base/err.h"

#include <stdbool.h>

enum { QR_SIDE = 97 }; /* version 20 at most */
struct qr {
    int side;                              /* modules, without the quiet zone of 4 */
    unsigned char dark[QR_SIDE * QR_SIDE]; /* 1 = dark; row by row */
};
/* [any] Bytes as UTF-8, error correction M. ERR_TOO_BIG. */
MUST_CHECK enum err qr_make(const char *text, struct qr *out);

#endif
