/* account_check.c - does an account agree with itself: every sum, every rate, every bill. */
#include "platform/account.h"

#include <stdio.h>
#include <string.h>

static const char *check_year(const struct account_sheet *s, const struct account_rules *rules,
                              int i, int64_t before)
{
    const struct account_year *y = &s->year[i];
    const struct account_rule *r =
        account_rule_find(rules, "interest", account_part_name(s->part), y->year);
    if (y->own < 0 || y->other < 0 || y->interest < 0 || y->paid < 0 || y->balance < 0)
        return "a sum below nothing";
    if (i > 0 && y->year != s->year[i - 1].year + 1)
        return "a year is missing";
    if (s->part == ACCOUNT_UNEMPLOYMENT)
        return y->balance == 0 && y->paid == 0 ? NULL : "a balance in a common fund";
    if (y->rate != 0 && (!r || r->a != y->rate))
        return "a rate of interest that was not published";
    if (y->rate == 0 && r && r->a != 0 && i + 1 < s->year_count)
        return "a year without its interest";
    if (y->interest != before * y->rate / 10000)
        return "interest is not balance times rate";
    if (y->balance != before + y->own + y->other + y->interest - y->paid)
        return "a year's balance is not the sum of its parts";
    return NULL;
}

static const char *check_bill(const struct account_sheet *s, const struct account_rules *rules,
                              const struct account_settle *b)
{
    char key[ACCOUNT_WORD * 2 + 2];
    snprintf(key, sizeof key, "%s.%s", s->scheme, b->kind);
    const struct account_rule *r = account_rule_find(rules, "settle", key, b->level);
    if (!r || b->deductible != r->a || b->fund != account_fund(b->total, r->a, r->b))
        return "the fund's part of a bill is not by the rule";
    if (b->account < 0 || b->cash < 0 || b->fund + b->account + b->cash != b->total)
        return "the parts of a bill are not its total";
    return NULL;
}

/* Whatever left the account for bills is what the bills say. */
static const char *check_bills(const struct account_sheet *s, const struct account_rules *rules)
{
    int64_t paid = 0, billed = 0;
    for (int i = 0; i < s->year_count; i++)
        paid += s->year[i].paid;
    for (int i = 0; i < s->settle_count; i++) {
        const char *why = check_bill(s, rules, &s->settle[i]);
        if (why)
            return why;
        if (i > 0 && s->settle[i].day < s->settle[i - 1].day)
            return "bills out of order";
        billed += s->settle[i].account;
    }
    return paid == billed ? NULL : "what was paid out is not what the bills took";
}

const char *account_check(const struct account_sheet *s, const struct account_rules *rules)
{
    int64_t balance = 0, own = 0, out = 0;
    int months = 0;
    for (int i = 0; i < s->year_count; i++) {
        const char *why = check_year(s, rules, i, balance);
        if (why)
            return why;
        balance = s->year[i].balance;
        months += s->year[i].months;
        own += s->year[i].own + s->year[i].other + s->year[i].interest;
        out += s->year[i].paid;
    }
    const char *entries = account_check_entries(s);
    if (entries || s->part == ACCOUNT_CREDIT)
        return entries;
    if (s->part == ACCOUNT_UNEMPLOYMENT)
        own = out = 0;
    if (s->balance != balance || s->balance != own - out)
        return "the balance is not contributions and interest less payments";
    if (s->months != months)
        return "the months are not those of the years";
    return s->part == ACCOUNT_MEDICAL ? check_bills(s, rules) : NULL;
}
