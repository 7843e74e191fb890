/* cache_fixture.h - a small cache.db with a few goods, places and notices, for the model tests. */
#ifndef TESTS_UNIT_CACHE_FIXTURE_H
#define TESTS_UNIT_CACHE_FIXTURE_H

#include "app/feed_tables.h"
#include "app/store.h"
#include "tests/test.h"

#include <stdio.h>

enum { FIXTURE_TODAY = 20780 };

/* An empty cache with every table, open for writing; NULL when it could not be made. */
static inline struct store *fixture_open(void)
{
    static int n;
    char path[512];
    struct store *s = NULL;
    snprintf(path, sizeof path, "%s/cache%d.db", test_dir(), n++);
    if (store_open(path, STORE_WRITE, &s) != OK || feed_schema_ensure(s) != OK) {
        store_close(s);
        return NULL;
    }
    return s;
}

static inline bool fixture_run(struct store *s, const char *sql)
{
    return s && store_exec(s, sql) == OK;
}

#endif
