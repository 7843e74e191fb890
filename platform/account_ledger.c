/* account_ledger.c - works out a citizen's years and bills from how much they pay and since when.
 */
#include "platform/account.h"

#include "hal/base/clock.h"

#include <stdio.h>
#include <string.h>

/* How somebody pays and draws, as their line of the seed says it. */
struct plan {
    int64_t from, to;         /* years paid for; to 0: still paying */
    int64_t own, other, grow; /* a month (worker) or a year (resident); own grows by that a year */
    int64_t draw, draw_month; /* the year and month the pension began; 0: not yet */
    int64_t base;             /* drawn a month beside what comes out of the account */
    int64_t visits;           /* to a doctor, a year */
    bool resident;
};

enum { DRAW_MONTHS = 139, BILL_YEARS = 3, PAID_UP_MONTH = 7 };

static int64_t number(const struct json *o, const char *key)
{
    int64_t v = 0;
    return json_get_int(o, key, &v) == OK && v >= 0 ? v : 0;
}

static enum err read_plan(const struct json *o, struct plan *p, struct account_sheet *out)
{
    const char *scheme = NULL;
    if (json_get_str(o, "scheme", &scheme) != OK)
        return ERR_FORMAT;
    *p = (struct plan){ .from = number(o, "from"),
                        .to = number(o, "to"),
                        .own = number(o, "own"),
                        .other = number(o, "other"),
                        .grow = number(o, "grow"),
                        .draw = number(o, "draw"),
                        .draw_month = number(o, "draw_month"),
                        .base = number(o, "base"),
                        .visits = number(o, "visits"),
                        .resident = strcmp(scheme, "resident") == 0 };
    snprintf(out->scheme, sizeof out->scheme, "%s", scheme);
    return p->from < 1980 || (p->to && p->to < p->from) || p->draw_month > 12 ? ERR_FORMAT : OK;
}

/* A resident pays once a year, before July is over; a worker each month. */
static int months_paid(const struct plan *p, int year, const struct civil *today)
{
    bool over = year < today->year;
    if (year < p->from || (p->to && year > p->to))
        return 0;
    if (p->resident)
        return over || today->month > PAID_UP_MONTH ? 12 : 0;
    return over ? 12 : today->month - 1;
}

static int months_drawn(const struct plan *p, int year, const struct civil *today)
{
    if (!p->draw || year < p->draw)
        return 0;
    int first = year == p->draw ? (int)p->draw_month : 1;
    int last = year < today->year ? 12 : today->month;
    return last >= first ? last - first + 1 : 0;
}

static int chance(uint64_t *c, int n)
{
    *c = *c * 6364136223846793005u + 1442695040888963407u;
    return (int)((*c >> 33) % (unsigned)n);
}

/* --- bills ------------------------------------------------------------------------------------ */

static enum err fill_bill(struct account_settle *s, const struct account_sheet *sheet,
                          const struct account_rules *rules, uint64_t *c)
{
    char key[ACCOUNT_WORD * 2 + 2];
    int hospitals = 0;
    while (account_rule_find(rules, "hospital", "", hospitals + 1))
        hospitals++;
    if (hospitals == 0)
        return ERR_FORMAT;
    const struct account_rule *h =
        account_rule_find(rules, "hospital", "", 1 + chance(c, hospitals));
    bool bed = chance(c, 7) == 0;
    snprintf(s->kind, sizeof s->kind, "%s", bed ? "inpatient" : "outpatient");
    snprintf(key, sizeof key, "%s.%s", sheet->scheme, s->kind);
    snprintf(s->hospital, sizeof s->hospital, "%s", h->name);
    s->level = (int)h->a;
    const struct account_rule *share = account_rule_find(rules, "settle", key, s->level);
    if (!share)
        return ERR_FORMAT;
    s->total = bed ? 180000 + chance(c, 520000) * (int64_t)s->level : 3200 + chance(c, 26000);
    s->deductible = share->a;
    s->fund = account_fund(s->total, s->deductible, share->b);
    return OK;
}

/* What the fund leaves comes out of the account as far as last year's balance goes, then in cash.
 */
static enum err bills_of(struct account_sheet *sheet, const struct plan *p,
                         const struct account_rules *rules, uint64_t *c, int year, int today,
                         int64_t have, int64_t *out_paid)
{
    int first = clock_day_from_civil(year, 1, 1), slot = p->visits ? 365 / (int)p->visits : 0;
    *out_paid = 0;
    for (int i = 0; i < p->visits; i++) {
        int day = first + i * slot + chance(c, slot > 1 ? slot : 1);
        if (day >= today)
            return OK;
        if (sheet->settle_count == ACCOUNT_SETTLES)
            return ERR_TOO_BIG;
        struct account_settle *s = &sheet->settle[sheet->settle_count];
        *s = (struct account_settle){ .n = ++sheet->settle_count, .day = day };
        enum err e = fill_bill(s, sheet, rules, c);
        if (e != OK)
            return e;
        int64_t left = s->total - s->fund;
        s->account = left < have ? left : have;
        s->cash = left - s->account;
        have -= s->account;
        *out_paid += s->account;
    }
    return OK;
}

/* --- years ------------------------------------------------------------------------------------ */

static void pay_in(const struct plan *p, struct account_year *y)
{
    int64_t grown = p->grow * (y->year - p->from);
    int64_t times = p->resident ? y->months / 12 : y->months;
    y->own = (p->own + grown) * times;
    y->other = p->other * times;
}

/* Only a year that is over has its interest, on what it began with. */
static void add_interest(struct account_year *y, const struct account_sheet *s,
                         const struct account_rules *rules, int64_t before, int this_year)
{
    const struct account_rule *r =
        account_rule_find(rules, "interest", account_part_name(s->part), y->year);
    if (!r || y->year >= this_year)
        return;
    y->rate = (int)r->a;
    y->interest = before * r->a / 10000;
}

static void draw(struct account_sheet *s, const struct plan *p, struct account_year *y,
                 int64_t before, const struct civil *today)
{
    int months = months_drawn(p, y->year, today);
    if (months == 0)
        return;
    if (y->year == p->draw)
        s->from_account = before / DRAW_MONTHS;
    int64_t all = s->from_account * months, have = before + y->own + y->other + y->interest;
    y->paid = all < have ? all : have;
    snprintf(s->state, sizeof s->state, "drawing");
}

static enum err add_year(struct account_sheet *s, const struct plan *p,
                         const struct account_rules *rules, uint64_t *c, int year, int today)
{
    struct civil now = clock_civil_of_day(today);
    int64_t before = s->balance;
    enum err e = OK;
    if (s->year_count == ACCOUNT_YEARS)
        return ERR_TOO_BIG;
    struct account_year *y = &s->year[s->year_count++];
    *y = (struct account_year){ .year = year, .months = months_paid(p, year, &now) };
    pay_in(p, y);
    s->months += y->months;
    if (s->part == ACCOUNT_UNEMPLOYMENT)
        return OK; /* a common fund: nobody has an account in it */
    add_interest(y, s, rules, before, now.year);
    if (s->part == ACCOUNT_PENSION)
        draw(s, p, y, before, &now);
    if (s->part == ACCOUNT_MEDICAL && year > now.year - BILL_YEARS)
        e = bills_of(s, p, rules, c, year, today, before, &y->paid);
    y->balance = before + y->own + y->other + y->interest - y->paid;
    s->balance = y->balance;
    return e;
}

enum err account_ledger(const struct json *person, enum account_part part,
                        const struct account_rules *rules, uint64_t seed, int today,
                        struct account_sheet *out)
{
    const struct json *o = NULL;
    struct plan p;
    *out = (struct account_sheet){ .part = part };
    if (part == ACCOUNT_CREDIT)
        return account_credit(person, today, out);
    enum err e = json_get(person, account_part_name(part), &o);
    if (e == OK)
        e = read_plan(o, &p, out);
    if (e != OK)
        return e;
    int this_year = clock_civil_of_day(today).year;
    out->since = (int)p.from;
    snprintf(out->state, sizeof out->state, "%s", p.to ? "stopped" : "paying");
    for (int y = out->since; y <= this_year && e == OK; y++)
        e = add_year(out, &p, rules, &seed, y, today);
    bool drawing = strcmp(out->state, "drawing") == 0;
    int64_t now = p.own + p.grow * (this_year - p.from) + p.other;
    out->monthly = drawing ? p.base + out->from_account : p.to || p.resident ? 0 : now;
    return e == OK && part == ACCOUNT_MEDICAL ? account_referrals(person, today, out) : e;
}
