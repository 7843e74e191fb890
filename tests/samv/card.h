/* card.h - what is written on an invented identity card: a file of `key = value` lines. */
#ifndef TESTS_SAMV_CARD_H
#define TESTS_SAMV_CARD_H

#include <stdbool.h>
#include <stddef.h>

enum { CARD_TEXT = 256 };

/* The 256 bytes of text as the chip keeps them: UTF-16LE, blanks where nothing is said. */
struct card {
    unsigned char text[CARD_TEXT];
};

/* False: why says "line N: …". out is then unchanged. */
bool card_load(const char *path, struct card *out, char *why, size_t cap);

#endif
