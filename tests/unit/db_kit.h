/* db_kit.h - the same test on every back end of the database: TEST_BOTH(name) { … }. */
#ifndef TESTS_UNIT_DB_KIT_H
#define TESTS_UNIT_DB_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/test.h"

/* From here on databases are PostgreSQL's, of one private server for the whole run, until
 * dbkit_file(). False: no server is installed here (said), or it does not start (a failure). */
bool dbkit_postgres(void);
void dbkit_file(void);
bool dbkit_is_file(void);
/* Where a database that does not exist yet would be: a file of the test's directory, or the address
 * of a schema of its own. */
void dbkit_path(const char *name, char *out, size_t cap);
/* As somebody who is no platform would do it: changes something; asks for a number (-1: a fault).
 */
bool dbkit_sql(const char *path, const char *sql);
int64_t dbkit_number(const char *path, const char *sql);
/* Cuts every connection that is open but this kit's own. */
void dbkit_cut(void);

#define TEST_BOTH(name)            \
    static void both_##name(void); \
    TEST(name)                     \
    {                              \
        both_##name();             \
    }                              \
    TEST(name##_on_postgres)       \
    {                              \
        if (dbkit_postgres())      \
            both_##name();         \
        dbkit_file();              \
    }                              \
    static void both_##name(void)

#endif
