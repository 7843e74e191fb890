/* db_visit.c - challenges, tokens and whose a card is, in the platform's database. */
#include "platform/db_part.h"
#include "platform/db_visit.h"

#include <stdio.h>
#include <string.h>

#define MAC (size_t) CRYPTO_MAC

enum err db_challenge_add(struct db *db, const struct db_challenge *c, int64_t forget_ms)
{
    enum err e = db_do(db, "DELETE FROM challenge WHERE at < ?1", "i", forget_ms);
    return e == OK ? db_do(db,
                           "INSERT INTO challenge(id, bound, factor, orig, at) VALUES(?1, ?2, ?3, "
                           "?4, ?5)",
                           "tbbbi", c->id, c->bound, MAC, c->factor, sizeof c->factor, c->orig,
                           sizeof c->orig, c->at_ms)
                   : e;
}

enum err db_challenge_take(struct db *db, const char *id, const unsigned char bound[CRYPTO_MAC],
                           struct db_challenge *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT factor, orig, at FROM challenge WHERE id = ?1 AND bound = ?2", "tb", id,
               bound, MAC);
    struct db_challenge c = { .at_ms = 0 };
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    bool whole = db_blob(st, 0, c.factor, sizeof c.factor) && db_blob(st, 1, c.orig, sizeof c.orig);
    c.at_ms = db_int(st, 2);
    db_end(st);
    snprintf(c.id, sizeof c.id, "%s", id);
    memcpy(c.bound, bound, sizeof c.bound);
    e = whole ? db_do(db, "DELETE FROM challenge WHERE id = ?1", "t", id) : ERR_CORRUPT;
    if (e == OK)
        *out = c;
    return e;
}

enum err db_token_add(struct db *db, const struct db_token *t, int64_t now_ms)
{
    enum err e = db_do(db, "DELETE FROM token WHERE until < ?1", "i", now_ms);
    return e == OK ? db_do(db,
                           "INSERT INTO token(hash, bound, person, made, until) VALUES(?1, ?2, ?3, "
                           "?4, ?5)",
                           "tbbii", t->hash, t->bound, MAC, t->has_person ? t->person : NULL, MAC,
                           t->made_ms, t->until_ms)
                   : e;
}

enum err db_token_find(struct db *db, const char *hash, struct db_token *out)
{
    struct db_rows *st =
        db_ask(db, "SELECT bound, person, made, until FROM token WHERE hash = ?1", "t", hash);
    struct db_token t = { .made_ms = 0 };
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    bool whole = db_blob(st, 0, t.bound, sizeof t.bound);
    t.has_person = !db_null(st, 1);
    if (t.has_person) /* half a person is not nobody */
        whole = db_blob(st, 1, t.person, sizeof t.person) && whole;
    t.made_ms = db_int(st, 2);
    t.until_ms = db_int(st, 3);
    db_end(st);
    snprintf(t.hash, sizeof t.hash, "%s", hash);
    if (!whole)
        return ERR_CORRUPT;
    *out = t;
    return OK;
}

enum err db_token_used(struct db *db, const struct db_token *t)
{
    return db_do(db, "UPDATE token SET person = ?2, until = ?3 WHERE hash = ?1", "tbi", t->hash,
                 t->has_person ? t->person : NULL, MAC, t->until_ms);
}

enum err db_holder_put(struct db *db, const unsigned char card[CRYPTO_MAC],
                       const unsigned char person[CRYPTO_MAC], const void *box, size_t box_n)
{
    return db_do(db, "INSERT INTO holder(card, person, box) VALUES(?1, ?2, ?3)", "bbb", card, MAC,
                 person, MAC, box, box_n);
}

enum err db_holder_find(struct db *db, struct arena *a, const unsigned char card[CRYPTO_MAC],
                        unsigned char out_person[CRYPTO_MAC], unsigned char **out_box,
                        size_t *out_box_n)
{
    struct db_rows *st =
        db_ask(db, "SELECT person, box FROM holder WHERE card = ?1", "b", card, MAC);
    enum err e = db_next(db, st);
    if (e != OK)
        return e;
    size_t n = 0;
    const void *data = db_bytes(st, 1, &n);
    unsigned char *box = n > 0 ? arena_alloc(a, n) : NULL;
    if (box)
        memcpy(box, data, n);
    bool whole = db_blob(st, 0, out_person, CRYPTO_MAC);
    db_end(st);
    if (!whole)
        return ERR_CORRUPT;
    *out_box = box;
    *out_box_n = n;
    return n > 0 && !box ? ERR_NOMEM : OK;
}
