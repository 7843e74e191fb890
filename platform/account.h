/* account.h - what a citizen has in social security: years, balances, bills, and why they agree. */
#ifndef PLATFORM_ACCOUNT_H
#define PLATFORM_ACCOUNT_H

#include "hal/base/arena.h"
#include "hal/base/err.h"
#include "hal/crypto.h"
#include "hal/json.h"

#include <stdbool.h>
#include <stdint.h>

/* Money: fen. Days since 1970-01-01 in Asia/Shanghai. Interest rates: 1/10000 a year. */
enum account_part {
    ACCOUNT_PENSION,
    ACCOUNT_MEDICAL,
    ACCOUNT_UNEMPLOYMENT,
    ACCOUNT_HOUSING,
    ACCOUNT_CREDIT, /* no insurance: the credit report, its balance is what is owed */
    ACCOUNT_PARTS
};
enum {
    ACCOUNT_YEARS = 48,
    ACCOUNT_SETTLES = 64,
    ACCOUNT_ENTRIES = 24,
    ACCOUNT_WORD = 16,
    ACCOUNT_NAME = 96
};
const char *account_part_name(enum account_part p);
/* ACCOUNT_PARTS: no such part. */
enum account_part account_part_of(const char *name);

/* balance = that of the year before + own + other + interest - paid. Interest is credited at the
 * end of a year on the balance it began with; the year that is not over has none yet. */
struct account_year {
    int year, months, rate;
    int64_t own, other, interest, paid, balance;
};
/* total = fund + account + cash; fund = (total - deductible) x percent, by the rule of the scheme,
 * the kind and the hospital's level. */
struct account_settle {
    int n, day, level;
    char kind[ACCOUNT_WORD]; /* outpatient, inpatient */
    char hospital[ACCOUNT_NAME];
    int64_t total, deductible, fund, account, cash;
};
/* medical: referral (to `place`, for `title`, by `who`); credit: loan (of `who`), look (by `who`,
 * because of `title`). until: the last day; looks have none. late: months paid too late. */
struct account_entry {
    char kind[ACCOUNT_WORD];
    int day, until;
    char title[ACCOUNT_NAME], who[ACCOUNT_NAME], place[ACCOUNT_NAME];
    int64_t total, owed;
    int late;
};
/* One kind of insurance of one citizen. balance is that of the last year. */
struct account_sheet {
    enum account_part part;
    char scheme[ACCOUNT_WORD]; /* resident, worker */
    char state[ACCOUNT_WORD];  /* paying, drawing, stopped */
    int since, months;         /* first year; months paid for in all */
    int64_t monthly;           /* paid in (paying) or drawn (drawing) each month, 0: yearly */
    int64_t from_account;      /* of what is drawn: out of the account, until it is empty */
    int64_t balance;
    struct account_year year[ACCOUNT_YEARS]; /* oldest first */
    int year_count;
    struct account_settle settle[ACCOUNT_SETTLES]; /* medical only, oldest first */
    int settle_count;
    struct account_entry entry[ACCOUNT_ENTRIES]; /* newest first in each kind */
    int entry_count;
};
/* A citizen: recognised by keyed hashes only. facts: what the rules of the feed ask for, JSON. */
struct account {
    unsigned char person[CRYPTO_MAC], card[CRYPTO_MAC];
    int certified_day; /* last time it was seen that they live; 0 = never */
    char facts[1024];
};

/* The published rules: interest of a year, share of a bill, hospitals. Lives in the arena. */
struct account_rule {
    const char *kind; /* interest, settle, hospital, certify */
    const char *key;  /* part · scheme.kind · "" · id of a service */
    int n;            /* year · level · number */
    int64_t a, b;     /* rate · deductible and percent · level */
    const char *name; /* hospital */
};
enum { ACCOUNT_RULES = 512 };
struct account_rules {
    struct account_rule *row;
    int count;
};
/* Lines of JSON into the arena; a fault is told with its line. ERR_FORMAT, ERR_NOMEM. */
MUST_CHECK enum err account_rules_read(struct arena *a, char *text, const char *file,
                                       struct account_rules *out);
const struct account_rule *account_rule_find(const struct account_rules *r, const char *kind,
                                             const char *key, int n); /* NULL: none */

/* The sheet of a citizen from their line of the seed (see seed/README.md), up to `today`. chance
 * makes their bills: the same seed gives the same bills. ERR_FORMAT: a key is missing or wrong;
 * ERR_NOT_FOUND: they have no such part; ERR_TOO_BIG. */
MUST_CHECK enum err account_ledger(const struct json *person, enum account_part part,
                                   const struct account_rules *rules, uint64_t chance, int today,
                                   struct account_sheet *out);
/* The referrals of a patient, the report of a borrower, from the same line; account_ledger calls
 * them. ERR_NOT_FOUND (credit), ERR_TOO_BIG. */
MUST_CHECK enum err account_referrals(const struct json *person, int today,
                                      struct account_sheet *out);
MUST_CHECK enum err account_credit(const struct json *person, int today, struct account_sheet *out);
/* NULL: everything agrees with itself and with the rules; else what does not. */
const char *account_check(const struct account_sheet *s, const struct account_rules *rules);
const char *account_check_entries(const struct account_sheet *s); /* its part of that */
/* (total - deductible) x percent, not below 0, whole fen. */
int64_t account_fund(int64_t total, int64_t deductible, int64_t percent);

#endif
