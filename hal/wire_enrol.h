/* wire_enrol.h - what a new terminal is told on paper, and what it says to be known by its keys.
 *
 * Pure functions, [any] thread; the text of the contract is platform/PROTOCOL.md, "Enrolment". */
#ifndef HAL_WIRE_ENROL_H
#define HAL_WIRE_ENROL_H

#include "hal/wire_item.h"

/* The words of an enrolment sheet: twice twelve characters, each twelve written as a receipt is and
 * with a check character of its own. code: good once; print: whose answers to believe. */
struct wire_sheet {
    char code[WIRE_RECEIPT + 1], print[WIRE_RECEIPT + 1];
};
enum { WIRE_SHEET = 2 * WIRE_RECEIPT + 1 /* "7KQ3-M2XD-94TF-…-…-…" */ };
void wire_sheet_write(const struct wire_sheet *s, char out[WIRE_SHEET + 1]);
/* What people type, as wire_receipt_clean takes it. ERR_FORMAT (not 24 characters), ERR_HASH. */
MUST_CHECK enum err wire_sheet_read(const char *typed, struct wire_sheet *out);

/* The print of a platform's anchors: its root file and its CA certificate, as they are sent. Takes
 * some hundredths of a second, so that looking for others with the same print takes centuries. */
void wire_anchor_print(const char *roots, const char *ca, char out[WIRE_RECEIPT + 1]);

/* The item key says that it and this line key are one terminal's, for this code:
 *   "huimin-enrol-1\n" code "\n" base64(item) "\n" base64(line) "\n" */
struct wire_enrol {
    char code[WIRE_RECEIPT + 1];
    unsigned char item[CRYPTO_PUB], line[CRYPTO_PUB];
    unsigned char sig[CRYPTO_SIG];
};
void wire_enrol_sign(struct wire_enrol *e, const unsigned char item_secret[CRYPTO_SECRET]);
MUST_CHECK enum err wire_enrol_verify(const struct wire_enrol *e);

#endif
