/* db_dialect.h - the SQL of platform/db_*.c as PostgreSQL wants it. */
#ifndef PLATFORM_DB_DIALECT_H
#define PLATFORM_DB_DIALECT_H

#include "platform/db_driver.h"

/* ?1 becomes $1, INTEGER bigint, BLOB bytea; STRICT and WITHOUT ROWID go. tables: TEXT becomes text
 * in the order of its bytes, as in SQLite. The caller frees it; NULL: no memory. */
char *dialect_of(const char *sql, bool tables);
/* INSERT INTO t(a, b) VALUES(?1, ?2) … for many rows at once: each value is an array of what is in
 * its column. NULL: no memory, or the text is not of this form. */
char *dialect_of_put(const char *sql, const struct db_value *v, int n);

#endif
