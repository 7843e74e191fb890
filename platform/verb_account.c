/* verb_account.c - invented citizens' social security: worked out from the seed, and checked. */
#include "hal/base/clock.h"
#include "platform/account_facts.h"
#include "platform/application.h"
#include "platform/db_account.h"
#include "platform/files.h"
#include "platform/holder.h"
#include "platform/keys.h"
#include "platform/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED_MAX = 1 << 20 };

/* One run of a verb. */
struct run {
    struct db *db;
    struct arena arena;
    struct account_rules rules;
    struct keys keys;
    struct account_sheet sheet;
    int people, sheets, faults;
};

/* --- seed ------------------------------------------------------------------------------------- */

static enum err put_sheets(struct run *r, const struct json *o, const struct account *p,
                           const char *idno)
{
    char hash[65];
    crypto_hash_of(idno, strlen(idno), hash);
    hash[16] = '\0';
    uint64_t chance = strtoull(hash, NULL, 16);
    for (int part = 0; part < ACCOUNT_PARTS; part++) {
        enum err e =
            account_ledger(o, (enum account_part)part, &r->rules, chance, clock_today(), &r->sheet);
        if (e == ERR_NOT_FOUND)
            continue;
        if (e == OK && account_check(&r->sheet, &r->rules))
            e = ERR_FORMAT;
        if (e == OK)
            e = db_account_sheet_put(r->db, p, &r->sheet);
        if (e != OK)
            return e;
        r->sheets++;
    }
    return OK;
}

static enum err put_person(struct run *r, const struct json *o)
{
    const char *idno = NULL, *card = NULL, *name = NULL;
    struct account p = { .certified_day = 0 };
    if (json_get_str(o, "idno", &idno) != OK || json_get_str(o, "card", &card) != OK ||
        !person_mac(r->keys.person, idno, p.person) ||
        !card_mac(r->keys.person, idno, card, p.card))
        return ERR_FORMAT;
    if (json_get_str(o, "name", &name) == ERR_TYPE)
        return ERR_FORMAT;
    enum err e = account_facts_seed(o, clock_today(), &p);
    if (e == OK)
        e = db_account_put(r->db, &p);
    if (e == OK)
        e = holder_put(r->db, &r->keys, card, idno, name);
    r->people++;
    return e == OK ? put_sheets(r, o, &p, idno) : e;
}

static enum err put_people(struct run *r, const char *text, const char *file)
{
    int line = 0;
    enum err e = OK;
    for (const char *p = text, *end; *p && e == OK; p = end + (*end == '\n')) {
        struct json *o = NULL;
        end = strchrnul(p, '\n');
        line++;
        if (p == end)
            continue;
        e = json_parse(p, (size_t)(end - p), &o);
        if (e == OK)
            e = put_person(r, o);
        json_free(o);
        if (e != OK)
            fprintf(stderr, "%s:%d: not a citizen's account: %s\n", file, line, err_name(e));
    }
    return e;
}

static enum err seed_file(struct run *r, const char *dir, const char *name, char **path,
                          char **text)
{
    size_t n = 0;
    *path = arena_printf(&r->arena, "%s/%s", dir, name);
    enum err e = *path ? file_read(&r->arena, *path, SEED_MAX, text, &n) : ERR_NOMEM;
    if (e != OK)
        fprintf(stderr, "%s/%s: %s\n", dir, name, err_name(e));
    return e;
}

static enum err replace_all(struct run *r, const char *dir)
{
    char *path = NULL, *text = NULL, *rules = NULL;
    enum err e = seed_file(r, dir, "account_rules.jsonl", &path, &rules);
    if (e == OK)
        e = account_rules_read(&r->arena, rules, path, &r->rules);
    if (e == OK)
        e = seed_file(r, dir, "account_people.jsonl", &path, &text);
    if (e == OK)
        e = db_account_forget(r->db);
    if (e == OK)
        e = db_account_rules_put(r->db, &r->rules);
    if (e == OK)
        e = put_people(r, text, path);
    return e == OK ? db_audit_add(r->db, clock_wall_ms(), verb_who(), "account seed people=%d",
                                  r->people)
                   : e;
}

static int do_seed(struct run *r, const struct conf *c, const char *dir)
{
    enum err e = keys_load(c->keys, &r->keys);
    if (e == OK)
        e = db_begin(r->db);
    if (e == OK) {
        e = replace_all(r, dir);
        if (e == OK)
            e = db_commit(r->db);
        if (e != OK)
            db_rollback(r->db);
    }
    keys_finish(&r->keys);
    if (e != OK)
        return verb_failed("account seed", e);
    printf("%d citizens, %d accounts\n", r->people, r->sheets);
    return 0;
}

/* --- check ------------------------------------------------------------------------------------ */

/* Whose it is is told by the first digits of the hash only. */
static enum err check_person(void *ctx, const struct account *p)
{
    struct run *r = ctx;
    char who[CRYPTO_MAC * 2 + 1];
    crypto_hex(p->person, sizeof p->person, who);
    r->people++;
    for (int part = 0; part < ACCOUNT_PARTS; part++) {
        enum err e = db_account_sheet(r->db, p, (enum account_part)part, &r->sheet);
        if (e == ERR_NOT_FOUND)
            continue;
        if (e != OK)
            return e;
        const char *why = account_check(&r->sheet, &r->rules);
        r->sheets++;
        r->faults += why != NULL;
        if (why)
            fprintf(stderr, "%.8s %s: %s\n", who, account_part_name((enum account_part)part), why);
    }
    return OK;
}

static int do_check(struct run *r)
{
    enum err e = db_account_rules(r->db, &r->arena, &r->rules);
    if (e == OK)
        e = db_accounts(r->db, check_person, r);
    if (e != OK)
        return verb_failed("account check", e);
    printf("%d citizens, %d accounts, %d faults\n", r->people, r->sheets, r->faults);
    return r->faults == 0 ? 0 : 1;
}

int verb_account(const struct verb_order *o, const struct conf *c)
{
    struct run r = { .db = NULL };
    bool seed = strcmp(o->word[0], "seed") == 0 && o->words == 2;
    if (!seed && (strcmp(o->word[0], "check") != 0 || o->words != 1))
        return verb_wrong("account", "expected seed DIR or check");
    if (crypto_init() != OK)
        return verb_failed("account", ERR_IO);
    int code = verb_open(c, &r.db);
    if (code)
        return code;
    arena_init(&r.arena, 1 << 16, 8 << 20);
    code = seed ? do_seed(&r, c, o->word[1]) : do_check(&r);
    arena_finish(&r.arena);
    db_close(r.db);
    return code;
}
