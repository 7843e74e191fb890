/* csv.h - reading tables that people make in a spreadsheet (RFC 4180, UTF-8). */
#ifndef PLATFORM_CSV_H
#define PLATFORM_CSV_H

#include "hal/base/err.h"

#include <stddef.h>

enum { CSV_FIELDS = 32 };

/* Reads from a text it may change; fields live as long as that text. */
struct csv {
    char *p;
    int line; /* of the record handed out last, from 1 */
    int next_line;
};

/* text is NUL-terminated; a byte order mark is skipped. */
void csv_start(struct csv *c, char *text);
/* The next record that is not blank: n fields, 0 at the end. ERR_FORMAT: an open quote, text after
 * a closing quote, or more than CSV_FIELDS fields. */
MUST_CHECK enum err csv_next(struct csv *c, char *field[CSV_FIELDS], int *out_n);

#endif
