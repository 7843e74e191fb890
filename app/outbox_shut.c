/* outbox_shut.c - that the platform has shut this terminal out is kept beside what it kept for it.
 */
#include "app/outbox_part.h"

enum err outbox_line_shut(struct outbox_line *o, bool *out)
{
    struct query *q = store_query(o->store, "SELECT value FROM meta WHERE key = 'shut'");
    bool shut = query_step(q) && query_col_int(q, 0) != 0;
    enum err e = query_done(q);
    if (e == OK)
        *out = shut;
    return e;
}

enum err outbox_line_set_shut(struct outbox_line *o, bool shut)
{
    struct query *q = store_query(o->store, "INSERT INTO meta(key, value) VALUES('shut', ?1)"
                                            " ON CONFLICT(key) DO UPDATE SET value = ?1");
    query_int(q, 1, shut);
    query_step(q);
    return query_done(q);
}
