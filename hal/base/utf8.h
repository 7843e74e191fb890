/* utf8.h - walking and checking UTF-8. */
#ifndef HAL_BASE_UTF8_H
#define HAL_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* [any] Reads one code point at *p (NUL-terminated string), moves *p past it. A broken byte gives
 * U+FFFD and moves one byte; at the end gives 0 and does not move. */
uint32_t utf8_next(const char **p);
/* [any] Writes cp to buf (at least 5 bytes, NUL added), returns the byte count 1..4. */
int utf8_put(char *buf, uint32_t cp);
/* [any] Strict: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_valid(const char *s, size_t n);
/* [any] Number of code points. */
size_t utf8_count(const char *s);
/* [any] Byte length of s without its last code point. */
size_t utf8_without_last(const char *s, size_t n);
/* [any] Hanzi and their extensions (not punctuation, not kana). */
bool utf8_is_hanzi(uint32_t cp);

#endif
