/* feed_row.h - the values of a row line in JSON's plainest spelling, read without a JSON parser. */
#ifndef APP_FEED_ROW_H
#define APP_FEED_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum feed_kind { FEED_NULL, FEED_NUMBER, FEED_TEXT };
struct feed_value {
    enum feed_kind kind;
    int64_t n;
    const char *s; /* in the line, or in the buffer when it had escapes; len bytes */
    size_t len;
};

/* [any] Exactly count values from p to the closing bracket at end. buf has room for end - p bytes.
 * Anything else (a fraction, \u, more values or fewer, an object): false, and JSON's own parser
 * judges. The caller has looked at the UTF-8. */
bool feed_row_scan(const char *p, const char *end, int count, struct feed_value *out, char *buf);

#endif
