/* db_audit.c - the chain of what was done: a changed or missing line breaks it. */
#include "platform/db_case.h"
#include "platform/db_part.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WHO = 64, WHAT = 256 };

struct audit_line {
    int64_t n, at_ms;
    char who[WHO], what[WHAT], prev[65], hash[65];
};

static void hash_line(const struct audit_line *l, char out[65])
{
    char text[WHO + WHAT + 256];
    int n = snprintf(text, sizeof text, "huimin-audit-1\n%lld\n%lld\n%s\n%s\n%s\n", (long long)l->n,
                     (long long)l->at_ms, l->who, l->what, l->prev);
    crypto_hash_of(text, (size_t)n, out);
}

enum err db_audit_add(struct db *db, int64_t at_ms, const char *who, const char *fmt, ...)
{
    struct audit_line l = { .at_ms = at_ms };
    struct db_numbers *n = db_numbers(db);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(l.what, sizeof l.what, fmt, ap);
    va_end(ap);
    snprintf(l.who, sizeof l.who, "%s", who);
    enum err e = db_numbers_read(db);
    if (e != OK)
        return e;
    l.n = ++n->line;
    memcpy(l.prev, n->hash, sizeof l.prev);
    hash_line(&l, l.hash);
    memcpy(n->hash, l.hash, sizeof n->hash);
    return db_put(db,
                  "INSERT INTO audit(n, at, who, what, prev, hash)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                  "iitttt", l.n, l.at_ms, l.who, l.what, l.prev, l.hash);
}

enum err db_audit_verify(struct db *db, int64_t *out_n, char out_hash[65])
{
    struct db_rows *st =
        db_walk(db, "SELECT n, at, who, what, prev, hash FROM audit ORDER BY n", "");
    char want[65];
    struct audit_line l;
    enum err e;
    *out_n = 0;
    out_hash[0] = '\0';
    while ((e = db_next(db, st)) == OK) {
        l = (struct audit_line){ .n = db_int(st, 0), .at_ms = db_int(st, 1) };
        db_text(st, 2, l.who, sizeof l.who);
        db_text(st, 3, l.what, sizeof l.what);
        db_text(st, 4, l.prev, sizeof l.prev);
        db_text(st, 5, l.hash, sizeof l.hash);
        hash_line(&l, want);
        bool good = l.n == *out_n + 1 && strcmp(l.prev, out_hash) == 0 && strcmp(l.hash, want) == 0;
        *out_n += 1;
        if (!good) {
            db_end(st);
            return ERR_HASH;
        }
        memcpy(out_hash, l.hash, sizeof l.hash);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}
