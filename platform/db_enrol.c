/* db_enrol.c - codes on paper, and the certificates that were given for them. */
#include "platform/db_enrol.h"
#include "platform/db_part.h"

#include <stdio.h>

#define CERT "SELECT serial, terminal, line, made, until, revoked, pem FROM certificate "

enum err db_code_add(struct db *db, const struct enrol_code *c)
{
    enum err e = db_do(db, "DELETE FROM enrol_code WHERE name = ?1 AND used = 0", "t", c->name);
    return e == OK ? db_do(db,
                           "INSERT INTO enrol_code(hash, name, village, until, used) VALUES(?1, "
                           "?2, ?3, ?4, 0)",
                           "ttti", c->hash, c->name, c->village, c->until_ms)
                   : e;
}

enum err db_code_find(struct db *db, const char *hash, struct enrol_code *out)
{
    struct db_rows *r =
        db_ask(db, "SELECT name, village, until, used FROM enrol_code WHERE hash = ?1", "t", hash);
    enum err e = db_next(db, r);
    if (e != OK)
        return e;
    *out = (struct enrol_code){ .until_ms = db_int(r, 2), .used_ms = db_int(r, 3) };
    snprintf(out->hash, sizeof out->hash, "%s", hash);
    db_text(r, 0, out->name, sizeof out->name);
    db_text(r, 1, out->village, sizeof out->village);
    db_end(r);
    return OK;
}

enum err db_code_use(struct db *db, const char *hash, int64_t now_ms)
{
    return db_do(db, "UPDATE enrol_code SET used = ?2 WHERE hash = ?1", "ti", hash, now_ms);
}

enum err db_code_village(struct db *db, const char *name, char out[WIRE_NAME_MAX])
{
    struct db_rows *r = db_ask(db,
                               "SELECT village FROM enrol_code WHERE name = ?1 AND used > 0"
                               " ORDER BY used DESC LIMIT 1",
                               "t", name);
    enum err e = db_next(db, r);
    out[0] = '\0';
    if (e == OK) {
        db_text(r, 0, out, WIRE_NAME_MAX);
        db_end(r);
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err db_cert_add(struct db *db, const struct certificate *c, const char *pem)
{
    return db_do(db,
                 "INSERT INTO certificate(serial, terminal, line, made, until, revoked, pem) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, 0, ?6)",
                 "ttbiit", c->serial, c->terminal, c->line, sizeof c->line, c->from_ms, c->until_ms,
                 pem);
}

static enum err read_cert(struct db_rows *r, struct certificate *out)
{
    struct certificate c = { .from_ms = db_int(r, 3),
                             .until_ms = db_int(r, 4),
                             .revoked_ms = db_int(r, 5) };
    db_text(r, 0, c.serial, sizeof c.serial);
    db_text(r, 1, c.terminal, sizeof c.terminal);
    if (!db_blob(r, 2, c.line, sizeof c.line))
        return ERR_CORRUPT;
    *out = c;
    return OK;
}

enum err db_cert_find(struct db *db, const char *serial, struct certificate *out)
{
    struct db_rows *r = db_ask(db, CERT "WHERE serial = ?1", "t", serial);
    enum err e = db_next(db, r);
    if (e != OK)
        return e;
    e = read_cert(r, out);
    db_end(r);
    return e;
}

enum err db_cert_newest(struct db *db, struct arena *a, const char *terminal,
                        struct certificate *out, char **out_pem)
{
    struct db_rows *r =
        db_ask(db, CERT "WHERE terminal = ?1 ORDER BY until DESC LIMIT 1", "t", terminal);
    enum err e = db_next(db, r);
    if (e != OK)
        return e;
    const char *pem = db_str(r, 6);
    char *copy = pem ? arena_strdup(a, pem) : NULL;
    e = read_cert(r, out);
    db_end(r);
    if (e == OK && !copy)
        e = ERR_NOMEM;
    if (e == OK)
        *out_pem = copy;
    return e;
}

enum err db_certs_revoke(struct db *db, const char *terminal, int64_t now_ms)
{
    return db_do(db, "UPDATE certificate SET revoked = ?2 WHERE terminal = ?1 AND revoked = 0",
                 "ti", terminal, now_ms);
}

enum err db_certs_revoked(struct db *db, int64_t now_ms, struct x509_revoked *out, int max,
                          int *out_count)
{
    struct db_rows *r = db_ask(db,
                               "SELECT serial, revoked FROM certificate WHERE revoked > 0"
                               " AND until > ?1 ORDER BY revoked DESC",
                               "i", now_ms);
    char serial[2 * X509_SERIAL + 1];
    int n = 0;
    enum err e = OK;
    while (n < max && (e = db_next(db, r)) == OK) {
        db_text(r, 0, serial, sizeof serial);
        out[n].at_ms = db_int(r, 1);
        if (crypto_unhex(serial, out[n].serial, X509_SERIAL) == OK)
            n++;
    }
    if (e == OK) /* there may be more of them */
        db_end(r);
    *out_count = n;
    return e == ERR_NOT_FOUND ? OK : e;
}
