/* qr.c - makes the square of dark and light modules that a phone or a clerk's scanner reads. */
#include "hal/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

enum err qr_make(const char *text, struct qr *out)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return errno == ENOMEM ? ERR_NOMEM : errno == ERANGE ? ERR_TOO_BIG : ERR_FORMAT;
    enum err e = code->width <= QR_SIDE ? OK : ERR_TOO_BIG;
    if (e == OK) {
        memset(out, 0, sizeof *out);
        out->side = code->width;
        for (int i = 0; i < code->width * code->width; i++)
            out->dark[i] = code->data[i] & 1; /* the other bits say what a module is for */
    }
    QRcode_free(code);
    return e;
}
