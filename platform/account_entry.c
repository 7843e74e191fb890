/* account_entry.c - papers of an account: referrals of a patient, loans and enquiries of a
 * borrower.
 */
#include "platform/account.h"

#include "hal/base/clock.h"

#include <stdio.h>
#include <string.h>

enum { REFERRAL_DAYS = 30, YEAR_DAYS = 365 };

static void copy(const struct json *o, const char *key, char *out, size_t cap)
{
    const char *s = "";
    snprintf(out, cap, "%s", json_get_str(o, key, &s) == OK ? s : "");
}

static int64_t number(const struct json *o, const char *key)
{
    int64_t v = 0;
    return json_get_int(o, key, &v) == OK && v >= 0 ? v : 0;
}

static void read_entry(const struct json *o, const char *kind, int today, struct account_entry *e)
{
    *e = (struct account_entry){ .day = today - (int)number(o, "days_ago"),
                                 .total = number(o, "total"),
                                 .owed = number(o, "owed"),
                                 .late = (int)number(o, "late") };
    snprintf(e->kind, sizeof e->kind, "%s", kind);
    copy(o, "title", e->title, sizeof e->title);
    copy(o, "who", e->who, sizeof e->who);
    copy(o, "place", e->place, sizeof e->place);
    if (strcmp(kind, "referral") == 0)
        e->until = e->day + REFERRAL_DAYS;
    else if (strcmp(kind, "loan") == 0)
        e->until = e->day + (int)number(o, "years") * YEAR_DAYS;
}

static enum err read_list(const struct json *o, const char *key, const char *kind, int today,
                          struct account_sheet *out)
{
    const struct json *list = NULL;
    enum err e = json_get(o, key, &list);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    for (size_t i = 0; i < json_count(list); i++) {
        if (out->entry_count == ACCOUNT_ENTRIES)
            return ERR_TOO_BIG;
        read_entry(json_at(list, i), kind, today, &out->entry[out->entry_count++]);
    }
    return OK;
}

enum err account_referrals(const struct json *person, int today, struct account_sheet *out)
{
    return read_list(person, "referrals", "referral", today, out);
}

enum err account_credit(const struct json *person, int today, struct account_sheet *out)
{
    const struct json *o = NULL;
    enum err e = json_get(person, "credit", &o);
    if (e == OK)
        e = read_list(o, "loans", "loan", today, out);
    if (e == OK)
        e = read_list(o, "looks", "look", today, out);
    if (e != OK)
        return e;
    for (int i = 0; i < out->entry_count; i++)
        out->balance += out->entry[i].owed;
    out->since = (int)number(o, "since");
    snprintf(out->scheme, sizeof out->scheme, "personal");
    snprintf(out->state, sizeof out->state, "%s", out->balance > 0 ? "paying" : "stopped");
    return OK;
}

static const char *check_entry(const struct account_entry *e)
{
    bool loan = strcmp(e->kind, "loan") == 0, referral = strcmp(e->kind, "referral") == 0;
    if (!*e->who || !*e->title || e->late < 0)
        return "an entry that does not say whose it is";
    if (e->owed < 0 || e->owed > e->total || (!loan && e->total != 0))
        return "more is owed than was lent";
    if (loan && e->until <= e->day)
        return "a loan that ends before it begins";
    if (referral && (!*e->place || e->until != e->day + REFERRAL_DAYS))
        return "a referral to nowhere, or for another time";
    return NULL;
}

const char *account_check_entries(const struct account_sheet *s)
{
    int64_t owed = 0;
    for (int i = 0; i < s->entry_count; i++) {
        const char *why = check_entry(&s->entry[i]);
        if (why)
            return why;
        owed += s->entry[i].owed;
    }
    return s->part == ACCOUNT_CREDIT && owed != s->balance ? "what is owed is not the sum of loans"
                                                           : NULL;
}
