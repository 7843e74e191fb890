/* control_words.h - cuts one line of the control port into words and quoted strings. */
#ifndef APP_CONTROL_WORDS_H
#define APP_CONTROL_WORDS_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { CONTROL_WORDS = 8 };

/* The texts lie in the line they were cut from. */
struct control_words {
    int count;
    char *text[CONTROL_WORDS];
    bool quoted[CONTROL_WORDS];
};

/* [any] Changes line. Words are parted by spaces; "…" holds JSON escapes. ERR_FORMAT: an open
 * quote, a wrong escape, something right behind a quote, not UTF-8, too many words. */
MUST_CHECK enum err control_cut(char *line, struct control_words *out);
/* [any] A whole decimal number, nothing else. ERR_FORMAT. */
MUST_CHECK enum err control_number(const char *s, int64_t *out);

#endif
