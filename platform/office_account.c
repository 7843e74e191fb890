/* office_account.c - one part of a citizen's account as the answer to their question. */
#include "platform/office_part.h"

#include "hal/base/clock.h"
#include "platform/db_account.h"

#include <string.h>

enum { BILLS_DAYS = 366 };

static void put_years(struct json_out *w, const struct account_sheet *s)
{
    json_open(w, "years", '[');
    for (int i = s->year_count - 1; i >= 0; i--) {
        const struct account_year *y = &s->year[i];
        const int64_t column[] = { y->year, y->months,   y->own,  y->other,
                                   y->rate, y->interest, y->paid, y->balance };
        json_open(w, NULL, '[');
        for (size_t c = 0; c < sizeof column / sizeof *column; c++)
            json_put_int(w, NULL, column[c]);
        json_close(w, ']');
    }
    json_close(w, ']');
}

static void put_bill(struct json_out *w, const struct account_settle *b)
{
    json_open(w, NULL, '{');
    json_put_int(w, "day", b->day);
    json_put_str(w, "kind", b->kind);
    json_put_str(w, "hospital", b->hospital);
    json_put_int(w, "total", b->total);
    json_put_int(w, "fund", b->fund);
    json_put_int(w, "account", b->account);
    json_put_int(w, "cash", b->cash);
    json_close(w, '}');
}

/* The last twelve months, newest first. */
static int put_bills(struct json_out *w, const struct account_sheet *s, int today)
{
    int n = 0;
    json_open(w, "bills", '[');
    for (int i = s->settle_count - 1; i >= 0; i--)
        if (s->settle[i].day > today - BILLS_DAYS) {
            put_bill(w, &s->settle[i]);
            n++;
        }
    json_close(w, ']');
    return n;
}

static void put_entry(struct json_out *w, const struct account_entry *e)
{
    json_open(w, NULL, '{');
    json_put_str(w, "kind", e->kind);
    json_put_int(w, "day", e->day);
    json_put_int(w, "until", e->until);
    json_put_str(w, "title", e->title);
    json_put_str(w, "who", e->who);
    json_put_str(w, "place", e->place);
    json_put_int(w, "total", e->total);
    json_put_int(w, "owed", e->owed);
    json_put_int(w, "late", e->late);
    json_close(w, '}');
}

static int put_entries(struct json_out *w, const struct account_sheet *s)
{
    json_open(w, "entries", '[');
    for (int i = 0; i < s->entry_count; i++)
        put_entry(w, &s->entry[i]);
    json_close(w, ']');
    return s->entry_count;
}

enum err office_account_put(struct office *o, const struct account *p, enum account_part part,
                            struct json_out *w, int *out_rows)
{
    struct account_sheet s;
    enum err e = db_account_sheet(o->db, p, part, &s);
    if (e != OK)
        return e;
    json_open(w, "account", '{');
    json_put_str(w, "part", account_part_name(part));
    json_put_int(w, "as_of", clock_today());
    json_put_str(w, "scheme", s.scheme);
    json_put_str(w, "state", s.state);
    json_put_int(w, "since", s.since);
    json_put_int(w, "months", s.months);
    json_put_int(w, "monthly", s.monthly);
    json_put_int(w, "from_account", s.from_account);
    json_put_int(w, "balance", s.balance);
    json_put_int(w, "certified", part == ACCOUNT_PENSION ? p->certified_day : 0);
    put_years(w, &s);
    *out_rows = s.year_count + put_bills(w, &s, clock_today()) + put_entries(w, &s);
    json_close(w, '}');
    explicit_bzero(&s, sizeof s);
    return OK;
}
