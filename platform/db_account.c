/* db_account.c - citizens' accounts in the platform's database: sheets, years, bills, rules.
 */
#include "platform/db_account.h"
#include "platform/db_part.h"

#include <string.h>

#define MAC (size_t) CRYPTO_MAC

enum err db_account_forget(struct db *db)
{
    return db_script(
        db, "DELETE FROM account_rule; DELETE FROM account_settle; DELETE FROM account_entry;"
            "DELETE FROM account_year; DELETE FROM account_sheet;"
            "DELETE FROM account; DELETE FROM holder;");
}

enum err db_account_rules_put(struct db *db, const struct account_rules *rules)
{
    enum err e = OK;
    for (int i = 0; i < rules->count && e == OK; i++) {
        const struct account_rule *r = &rules->row[i];
        e = db_put(
            db, "INSERT INTO account_rule(kind, key, n, a, b, name) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
            "ttiiit", r->kind, r->key, (int64_t)r->n, r->a, r->b, r->name);
    }
    return e;
}

enum err db_account_rules(struct db *db, struct arena *a, struct account_rules *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT kind, key, n, a, b, name FROM account_rule ORDER BY kind, key, n", "");
    enum err e = OK;
    out->count = 0;
    out->row = arena_array(a, struct account_rule, ACCOUNT_RULES);
    while (out->row && out->count < ACCOUNT_RULES && (e = db_next(db, st)) == OK) {
        struct account_rule *r = &out->row[out->count++];
        r->kind = arena_strdup(a, db_str(st, 0));
        r->key = arena_strdup(a, db_str(st, 1));
        r->n = db_int(st, 2);
        r->a = db_int(st, 3);
        r->b = db_int(st, 4);
        r->name = arena_strdup(a, db_str(st, 5));
        if (!r->kind || !r->key || !r->name)
            out->row = NULL;
    }
    if (!out->row)
        return ERR_NOMEM;
    db_end(st);
    return out->count == ACCOUNT_RULES ? ERR_TOO_BIG : e == ERR_NOT_FOUND ? OK : e;
}

enum err db_account_put(struct db *db, const struct account *p)
{
    return db_put(db, "INSERT INTO account(person, card, certified, facts) VALUES(?1, ?2, ?3, ?4)",
                  "bbit", p->person, MAC, p->card, MAC, (int64_t)p->certified_day, p->facts);
}

static enum err put_year(struct db *db, const struct account *p, const char *part,
                         const struct account_year *y)
{
    return db_put(db,
                  "INSERT INTO account_year(person, part, year, months, own, other, rate, "
                  "interest, paid, balance) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                  "btiiiiiiii", p->person, MAC, part, (int64_t)y->year, (int64_t)y->months, y->own,
                  y->other, (int64_t)y->rate, y->interest, y->paid, y->balance);
}

static enum err put_settle(struct db *db, const struct account *p, const struct account_settle *s)
{
    return db_put(
        db,
        "INSERT INTO account_settle(person, n, day, kind, hospital, level, total, deductible, "
        "fund, account, cash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        "biittiiiiii", p->person, MAC, (int64_t)s->n, (int64_t)s->day, s->kind, s->hospital,
        (int64_t)s->level, s->total, s->deductible, s->fund, s->account, s->cash);
}

static enum err put_entry(struct db *db, const struct account *p, const char *part, int n,
                          const struct account_entry *e)
{
    return db_put(db,
                  "INSERT INTO account_entry(person, part, n, kind, day, until, title, who, place, "
                  "total, owed, late) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                  " ?12)",
                  "btitiitttiii", p->person, MAC, part, (int64_t)n, e->kind, (int64_t)e->day,
                  (int64_t)e->until, e->title, e->who, e->place, e->total, e->owed,
                  (int64_t)e->late);
}

enum err db_account_sheet_put(struct db *db, const struct account *p, const struct account_sheet *s)
{
    const char *part = account_part_name(s->part);
    enum err e =
        db_put(db,
               "INSERT INTO account_sheet(person, part, scheme, state, since, months, monthly, "
               "from_account, balance) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
               "btttiiiii", p->person, MAC, part, s->scheme, s->state, (int64_t)s->since,
               (int64_t)s->months, s->monthly, s->from_account, s->balance);
    for (int i = 0; i < s->year_count && e == OK; i++)
        e = put_year(db, p, part, &s->year[i]);
    for (int i = 0; i < s->settle_count && e == OK; i++)
        e = put_settle(db, p, &s->settle[i]);
    for (int i = 0; i < s->entry_count && e == OK; i++)
        e = put_entry(db, p, part, i, &s->entry[i]);
    return e;
}

static void read_account(struct db_rows *st, struct account *out)
{
    *out = (struct account){ .certified_day = db_int(st, 2) };
    (void)db_blob(st, 0, out->person, sizeof out->person);
    (void)db_blob(st, 1, out->card, sizeof out->card);
    db_text(st, 3, out->facts, sizeof out->facts);
}

enum err db_account_find(struct db *db, const unsigned char person[CRYPTO_MAC],
                         const unsigned char *card, struct account *out)
{
    struct db_rows *st = db_ask(db,
                                "SELECT person, card, certified, facts FROM account"
                                " WHERE person = ?1 AND (card = ?2 OR ?2 IS NULL)",
                                "bb", person, MAC, card, MAC);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    read_account(st, out);
    db_end(st);
    return OK;
}

enum err db_account_certify(struct db *db, const unsigned char person[CRYPTO_MAC],
                            const char *service, int day)
{
    return db_do(db,
                 "UPDATE account SET certified = ?3 WHERE person = ?1 AND EXISTS"
                 "(SELECT 1 FROM account_rule WHERE kind = 'certify' AND key = ?2)",
                 "bti", person, MAC, service, (int64_t)day);
}

static enum err read_years(struct db *db, const struct account *p, struct account_sheet *s)
{
    struct db_rows *st = db_ask(db,
                                "SELECT year, months, own, other, rate, interest, paid, balance"
                                " FROM account_year WHERE person = ?1 AND part = ?2 ORDER BY year",
                                "bt", p->person, MAC, account_part_name(s->part));
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        if (s->year_count == ACCOUNT_YEARS) {
            db_end(st);
            return ERR_TOO_BIG;
        }
        s->year[s->year_count++] = (struct account_year){ .year = db_int(st, 0),
                                                          .months = db_int(st, 1),
                                                          .own = db_int(st, 2),
                                                          .other = db_int(st, 3),
                                                          .rate = db_int(st, 4),
                                                          .interest = db_int(st, 5),
                                                          .paid = db_int(st, 6),
                                                          .balance = db_int(st, 7) };
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err read_settles(struct db *db, const struct account *p, struct account_sheet *s)
{
    struct db_rows *st = db_ask(db,
                                "SELECT n, day, level, kind, hospital, total, deductible, fund,"
                                " account, cash FROM account_settle WHERE person = ?1 ORDER BY n",
                                "b", p->person, MAC);
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        if (s->settle_count == ACCOUNT_SETTLES) {
            db_end(st);
            return ERR_TOO_BIG;
        }
        struct account_settle *b = &s->settle[s->settle_count++];
        b->n = db_int(st, 0);
        b->day = db_int(st, 1);
        b->level = db_int(st, 2);
        db_text(st, 3, b->kind, sizeof b->kind);
        db_text(st, 4, b->hospital, sizeof b->hospital);
        b->total = db_int(st, 5);
        b->deductible = db_int(st, 6);
        b->fund = db_int(st, 7);
        b->account = db_int(st, 8);
        b->cash = db_int(st, 9);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

static enum err read_entries(struct db *db, const struct account *p, struct account_sheet *s)
{
    struct db_rows *st = db_ask(db,
                                "SELECT kind, day, until, title, who, place, total, owed, late"
                                " FROM account_entry WHERE person = ?1 AND part = ?2 ORDER BY n",
                                "bt", p->person, MAC, account_part_name(s->part));
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        if (s->entry_count == ACCOUNT_ENTRIES) {
            db_end(st);
            return ERR_TOO_BIG;
        }
        struct account_entry *x = &s->entry[s->entry_count++];
        db_text(st, 0, x->kind, sizeof x->kind);
        x->day = db_int(st, 1);
        x->until = db_int(st, 2);
        db_text(st, 3, x->title, sizeof x->title);
        db_text(st, 4, x->who, sizeof x->who);
        db_text(st, 5, x->place, sizeof x->place);
        x->total = db_int(st, 6);
        x->owed = db_int(st, 7);
        x->late = db_int(st, 8);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_account_sheet(struct db *db, const struct account *p, enum account_part part,
                          struct account_sheet *out)
{
    struct db_rows *st =
        db_ask(db,
               "SELECT scheme, state, since, months, monthly, from_account, balance"
               " FROM account_sheet WHERE person = ?1 AND part = ?2",
               "bt", p->person, MAC, account_part_name(part));
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    *out = (struct account_sheet){ .part = part,
                                   .since = db_int(st, 2),
                                   .months = db_int(st, 3),
                                   .monthly = db_int(st, 4),
                                   .from_account = db_int(st, 5),
                                   .balance = db_int(st, 6) };
    db_text(st, 0, out->scheme, sizeof out->scheme);
    db_text(st, 1, out->state, sizeof out->state);
    db_end(st);
    e = read_years(db, p, out);
    if (e == OK)
        e = read_entries(db, p, out);
    return e == OK && part == ACCOUNT_MEDICAL ? read_settles(db, p, out) : e;
}

enum err db_accounts(struct db *db, db_account_visit *visit, void *ctx)
{
    struct account p;
    struct db_rows *st =
        db_walk(db, "SELECT person, card, certified, facts FROM account ORDER BY person", "");
    enum err e;
    while ((e = db_next(db, st)) == OK) {
        read_account(st, &p);
        e = visit(ctx, &p);
        if (e != OK)
            break;
    }
    db_end(st);
    return e == ERR_NOT_FOUND ? OK : e;
}
