/* outbox_read.c - the outbox as screens see it: how many, which, how far. */
#include "app/outbox_part.h"

#include <stdio.h>
#include <string.h>

const char *outbox_state_name(enum outbox_state s)
{
    static const char *const names[] = { "waiting", "sending", "accepted", "rejected", "stuck" };
    return (int)s >= 0 && s <= OUTBOX_STUCK ? names[s] : "";
}

/* ?1 = now - OUTBOX_STUCK_MS; 5 = OUTBOX_STUCK_FAULTS */
#define STATE                                                                     \
    "CASE WHEN state = 0 AND ((first_try > 0 AND first_try < ?1) OR faults >= 5)" \
    " THEN 4 ELSE state END"
#define FROM " FROM item LEFT JOIN mark ON mark.n = item.n "

enum err outbox_db_counts(struct store *s, int64_t now_ms, struct outbox_counts *out)
{
    struct outbox_counts c = { 0 };
    int *const place[] = { &c.waiting, &c.sending, &c.accepted, &c.rejected, &c.stuck };
    struct query *q = store_query(s, "SELECT " STATE " AS st, count(*)" FROM "GROUP BY st");
    query_int(q, 1, now_ms - OUTBOX_STUCK_MS);
    while (query_step(q)) {
        int64_t state = query_col_int(q, 0);
        if (state >= OUTBOX_WAITING && state <= OUTBOX_STUCK)
            *place[state] = (int)query_col_int(q, 1);
    }
    enum err e = query_done(q);
    if (e == OK)
        *out = c;
    return e;
}

#define COLUMNS                                                                                \
    STATE ", item.n, at, id, receipt, kind, tries, next_at, reason, ref, case_state, case_at," \
          " delivered, coalesce(faults, 0), coalesce(carried, 0),"                             \
          " (SELECT count(*) FROM blob WHERE item_n = item.n),"                                \
          " (SELECT count(*) FROM blob WHERE item_n = item.n AND done > 0)" FROM

static void copy(char *out, size_t cap, const struct query *q, int col)
{
    snprintf(out, cap, "%s", query_col_text(q, col));
}

static struct outbox_row row_of(const struct query *q)
{
    struct outbox_row r = { .state = (enum outbox_state)query_col_int(q, 0),
                            .n = query_col_int(q, 1),
                            .at_ms = query_col_int(q, 2),
                            .tries = (int)query_col_int(q, 6),
                            .faults = (int)query_col_int(q, 13),
                            .carried_ms = query_col_int(q, 14),
                            .next_ms = query_col_int(q, 7),
                            .case_at_ms = query_col_int(q, 11),
                            .delivered_ms = query_col_int(q, 12),
                            .pages = (int)query_col_int(q, 15),
                            .pages_done = (int)query_col_int(q, 16) };
    copy(r.id, sizeof r.id, q, 3);
    copy(r.receipt, sizeof r.receipt, q, 4);
    copy(r.kind, sizeof r.kind, q, 5);
    copy(r.reason, sizeof r.reason, q, 8);
    copy(r.ref, sizeof r.ref, q, 9);
    copy(r.case_state, sizeof r.case_state, q, 10);
    return r;
}

enum err outbox_db_list(struct store *s, int64_t now_ms, struct arena *a,
                        struct outbox_row **out_rows, int *out_count)
{
    struct outbox_row *rows = arena_array(a, struct outbox_row, OUTBOX_ROWS);
    int count = 0;
    if (!rows)
        return ERR_NOMEM;
    struct query *q = store_query(s, "SELECT " COLUMNS "ORDER BY item.n DESC LIMIT ?2");
    query_int(q, 1, now_ms - OUTBOX_STUCK_MS);
    query_int(q, 2, OUTBOX_ROWS);
    while (count < OUTBOX_ROWS && query_step(q))
        rows[count++] = row_of(q);
    enum err e = query_done(q);
    if (e != OK)
        return e;
    *out_rows = rows;
    *out_count = count;
    return OK;
}

enum err outbox_db_find(struct store *s, int64_t now_ms, const char *receipt,
                        struct outbox_row *out)
{
    struct query *q =
        store_query(s, "SELECT " COLUMNS "WHERE receipt = ?2 ORDER BY item.n DESC LIMIT 1");
    query_int(q, 1, now_ms - OUTBOX_STUCK_MS);
    query_text(q, 2, receipt);
    struct outbox_row row;
    bool found = query_step(q);
    if (found)
        row = row_of(q);
    enum err e = query_done(q);
    if (e != OK || !found)
        return e == OK ? ERR_NOT_FOUND : e;
    *out = row;
    return OK;
}
