/* codec.h - other people's characters: GBK of cards, GB18030 of printers, BCD numbers and days. */
#ifndef HAL_CODEC_H
#define HAL_CODEC_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* [any] GBK to UTF-8 (NUL-terminated). Bytes that are no GBK become U+FFFD. ERR_TOO_BIG. */
MUST_CHECK enum err codec_gbk(const void *gbk, size_t n, char *out, size_t cap);
/* [any] UTF-8 to GB18030. ERR_TOO_BIG, ERR_FORMAT (not UTF-8). */
MUST_CHECK enum err codec_gb18030(const char *utf8, void *out, size_t cap, size_t *out_n);
/* [any] Text field of a card (an): without its padding of 00, 20 or FF at the right. */
size_t codec_unpadded(const unsigned char *p, size_t n);
/* [any] BCD digits until an F or the end; out has 2n + 1 bytes. ERR_FORMAT for A-E. */
MUST_CHECK enum err codec_bcd(const unsigned char *p, size_t n, char *out);
/* [any] YYYYMMDD in four BCD bytes to a day since 1970; false: no such date, or empty. */
bool codec_bcd_day(const unsigned char p[4], int *out_day);

#endif
