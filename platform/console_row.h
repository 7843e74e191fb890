/* console_row.h - what was published, as the console shows it: rows by their keys, names. */
#ifndef PLATFORM_CONSOLE_ROW_H
#define PLATFORM_CONSOLE_ROW_H

#include "platform/console_part.h"

/* The columns of a published row in the call's arena, or NULL. Text and numbers are texts, null is
 * NULL; out has TABLE_COLUMNS places. key: the key columns, as tables.h makes them. */
bool console_row(struct call *c, const char *table, const char *key, const char **out);
/* Puts the name of this row (its column "name"), or what was asked for when there is none. */
void console_put_name(struct call *c, const char *key, const char *table, const char *id);
/* The columns of a line as it stands in the database. */
bool console_columns(struct call *c, const char *line, const char **out);

/* Rows that another's key signs cannot be published at the page: 409, this code, and whose key. */
MUST_CHECK enum err console_elsewhere(struct call *c, const char *code, const char *kid);
/* What a publication has come to: ERR_REFUSED is answered with the code, the rest is returned. */
struct publish_result;
MUST_CHECK enum err console_published(struct call *c, enum err e, const struct publish_result *r,
                                      const char *code);

#endif
