/* outbox_carry.c - the outbox and a stick: what was written to one, and whether it is still wanted.
 */
#include "app/outbox_part.h"

static enum err mark_carried(struct store *s, const char *id, int64_t now_ms)
{
    struct query *q = store_query(s, "INSERT INTO mark(n, carried)"
                                     " SELECT n, ?2 FROM item WHERE id = ?1"
                                     " ON CONFLICT(n) DO UPDATE SET carried = ?2");
    query_text(q, 1, id);
    query_int(q, 2, now_ms);
    query_step(q);
    return query_done(q);
}

enum err outbox_line_carried(struct outbox_line *o, char (*id)[WIRE_ID + 1], int count,
                             int64_t now_ms)
{
    enum err e = store_begin(o->store);
    if (e != OK)
        return e;
    for (int i = 0; i < count && e == OK; i++)
        e = mark_carried(o->store, id[i], now_ms);
    return outbox_line_end(o, e);
}

enum err outbox_line_over(struct outbox_line *o, const char *id, bool *out_over)
{
    struct query *q =
        store_query(o->store, "SELECT count(*) FROM item WHERE id = ?1 AND state < 2");
    query_text(q, 1, id);
    bool over = query_step(q) && query_col_int(q, 0) == 0;
    enum err e = query_done(q);
    if (e == OK)
        *out_over = over;
    return e;
}

enum err outbox_line_sending(struct outbox_line *o, int64_t n, int64_t m, int *out)
{
    struct query *q =
        store_query(o->store, "SELECT count(*) FROM item WHERE state = 1 AND n BETWEEN ?1 AND ?2");
    query_int(q, 1, n);
    query_int(q, 2, m);
    int count = query_step(q) ? (int)query_col_int(q, 0) : 0;
    enum err e = query_done(q);
    if (e == OK)
        *out = count;
    return e;
}
