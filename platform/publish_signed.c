/* publish_signed.c - rows that their own publisher signs: what changed, and how all of them stand.
 */
#include "platform/publish_part.h"

#include "hal/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The signature of a scope's state stands in meta "pub/CHANNEL/SCOPE", as the line above its rows
 * in a base: packing those anew needs nobody's key. */
static void state_name(const char *channel, const char *scope, char out[96])
{
    snprintf(out, 96, "pub/%.31s/%.31s", channel, scope);
}

/* NULL: nobody must sign rows with this first key. */
static const struct wire_publisher *publisher_of(const struct wire_keyset *set, const char *channel,
                                                 const char *key)
{
    for (int i = 0; i < set->publisher_count; i++) {
        const struct wire_publisher *p = &set->publisher[i];
        if (strcmp(p->channel, channel) == 0 && (!p->scope[0] || strcmp(p->scope, key) == 0))
            return p;
    }
    return NULL;
}

static struct scope_text *scope_named(struct scopes *s, const char *name, bool is_signed)
{
    for (int i = 0; i < s->count; i++)
        if (s->scope[i].is_signed == is_signed && strcmp(s->scope[i].name, name) == 0)
            return &s->scope[i];
    struct scope_text *all = realloc(s->scope, sizeof *all * (size_t)(s->count + 1));
    if (!all)
        return NULL;
    s->scope = all;
    struct scope_text *one = &all[s->count++];
    *one = (struct scope_text){ .is_signed = is_signed };
    snprintf(one->name, sizeof one->name, "%s", name);
    return one;
}

enum err scopes_add(struct scopes *s, const struct wire_keyset *set, const char *channel,
                    const char *line)
{
    char key[WIRE_NAME_MAX];
    enum err e = wire_row_key(line, strlen(line), key);
    if (e != OK)
        return e;
    const struct wire_publisher *p = publisher_of(set, channel, key);
    struct scope_text *one = scope_named(s, p ? p->scope : "", p != NULL);
    if (!one)
        return ERR_NOMEM;
    one->rows++;
    return object_add_line(&one->text, line);
}

void scopes_free(struct scopes *s)
{
    for (int i = 0; i < s->count; i++)
        free(s->scope[i].text.buf);
    free(s->scope);
    *s = (struct scopes){ .count = 0 };
}

enum err publish_signer(struct db *db, struct arena *a, const char *channel, const char **out_kid)
{
    struct wire_keyset *set = arena_new(a, struct wire_keyset);
    enum err e = set ? keyset_newest(db, a, set) : ERR_NOMEM;
    const struct wire_publisher *p = e == OK ? publisher_of(set, channel, "") : NULL;
    *out_kid = p ? p->key.kid : "";
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err scope_may_change(struct publication *p, const struct row *r)
{
    char key[WIRE_NAME_MAX];
    const char *kid = p->as ? p->as->kid : "";
    enum err e = wire_row_key(r->line, strlen(r->line), key);
    if (e != OK)
        return e;
    const struct wire_publisher *who = publisher_of(&p->set, r->table->channel, key);
    if (!who && !p->as)
        return OK;
    for (int i = 0; who && i < p->set.publisher_count; i++) {
        const struct wire_publisher *one = &p->set.publisher[i];
        if (strcmp(one->channel, who->channel) == 0 && strcmp(one->scope, who->scope) == 0 &&
            strcmp(one->key.kid, kid) == 0)
            return OK;
    }
    snprintf(p->elsewhere, sizeof p->elsewhere, "%s", who ? who->key.kid : "");
    if (!p->signing)
        fprintf(stderr, "%s:%d: %s: %s%s\n", r->file ? r->file : "-", r->line_no, r->table->name,
                who ? "is published by " : "is not published by ", who ? who->key.kid : kid);
    return ERR_REFUSED;
}

/* --- signing ---------------------------------------------------------------------------------- */

/* 0 when nothing was signed yet. */
static enum err last_number(struct publication *p, const char *channel, const char *scope,
                            int64_t *out)
{
    char name[96], *line = NULL;
    struct wire_rows rows;
    state_name(channel, scope, name);
    enum err e = db_meta_get(p->db, &p->arena, name, &line);
    *out = 0;
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e == OK)
        e = wire_rows_read(line, strlen(line), &rows);
    if (e == OK)
        *out = rows.to;
    return e;
}

static enum err sign_text(struct publication *p, const char *channel, struct wire_rows *r,
                          const struct scope_text *text, char **out_line)
{
    char hash[65];
    crypto_hash_of(text->text.len ? text->text.buf : "", text->text.len, hash);
    struct wire_rows_place at = { p->conf->area, channel, hash };
    r->rows = text->rows;
    snprintf(r->kid, sizeof r->kid, "%s", p->as->kid);
    snprintf(r->scope, sizeof r->scope, "%s", text->name);
    if (p->as->without)
        return signatures_find(p, &at, r, out_line);
    wire_rows_sign(r, &at, p->as->secret);
    enum err e = wire_rows_write(&p->arena, r, out_line);
    return e == OK && p->signing ? signatures_add(p, channel, *out_line) : e;
}

struct gathered {
    struct publication *p;
    const char *channel;
    struct scopes all;
};

static enum err gather(void *ctx, const char *line)
{
    struct gathered *g = ctx;
    return scopes_add(&g->all, &g->p->set, g->channel, line);
}

static enum err gather_all(struct publication *p, const char *channel, struct gathered *g)
{
    int first, last;
    *g = (struct gathered){ .p = p, .channel = channel };
    channel_tables(channel, &first, &last);
    return db_row_walk(p->db, first, last, gather, g);
}

static enum err add_all(struct object_text *out, const struct object_text *text)
{
    for (size_t at = 0; at < text->len;) {
        char *end = memchr(text->buf + at, '\n', text->len - at);
        *end = '\0';
        enum err e = object_add_line(out, text->buf + at);
        *end = '\n';
        if (e != OK)
            return e;
        at = (size_t)(end - text->buf) + 1;
    }
    return OK;
}

/* A number that rises, and that nobody who lost a database gives out again: the time. */
static int64_t next_number(int64_t last)
{
    int64_t now = clock_wall_ms();
    return now > last ? now : last + 1;
}

/* What changed, signed; and all that is there now, signed. The first time there is only the latter:
 * a base carries it. */
static enum err sign_scope(struct publication *p, const char *channel,
                           const struct scope_text *changed, struct scopes *all,
                           struct object_text *out, bool *out_base)
{
    char name[96], *line = NULL, *state = NULL;
    struct wire_rows delta = { .from = 0 }, whole = { .from = 0 };
    struct scope_text *now = scope_named(all, changed->name, true);
    enum err e = now ? last_number(p, channel, changed->name, &delta.from) : ERR_NOMEM;
    if (e != OK)
        return e;
    whole.to = delta.to = next_number(delta.from);
    *out_base = *out_base || delta.from == 0;
    e = delta.from > 0 ? sign_text(p, channel, &delta, changed, &line) : OK;
    if (e == OK && line)
        e = object_add_line(out, line);
    if (e == OK && line)
        e = add_all(out, &changed->text);
    whole.to = line ? delta.to : whole.to;
    if (e == OK)
        e = sign_text(p, channel, &whole, now, &state);
    state_name(channel, changed->name, name);
    return e == OK ? db_meta_set(p->db, name, state) : e;
}

enum err scopes_sign(struct publication *p, const char *channel, struct scopes *changed,
                     struct object_text *out, int64_t *out_lines, bool *out_base)
{
    struct gathered g = { .p = p };
    enum err e = p->as ? gather_all(p, channel, &g) : OK;
    *out_base = false;
    for (int i = 0; i < changed->count && e == OK; i++) {
        struct scope_text *one = &changed->scope[i];
        e = one->is_signed ? sign_scope(p, channel, one, &g.all, out, out_base)
                           : add_all(out, &one->text);
        *out_lines += one->rows + one->is_signed;
    }
    scopes_free(&g.all);
    return e;
}

enum err scopes_first(struct publication *p, const char *channel, struct scopes *changed,
                      int64_t *changes)
{
    for (int i = 0; i < p->set.publisher_count; i++) {
        const struct wire_publisher *one = &p->set.publisher[i];
        int64_t last = 0;
        if (strcmp(one->channel, channel) != 0 || strcmp(one->key.kid, p->as->kid) != 0)
            continue;
        enum err e = last_number(p, channel, one->scope, &last);
        if (e != OK)
            return e;
        if (last != 0)
            continue;
        if (!scope_named(changed, one->scope, true))
            return ERR_NOMEM;
        *changes += 1;
    }
    return OK;
}

enum err scopes_base(struct publication *p, const char *channel, struct object_text *out,
                     int64_t *out_lines)
{
    struct gathered g;
    enum err e = gather_all(p, channel, &g);
    for (int i = 0; i < p->set.publisher_count && e == OK; i++) /* those without rows, too */
        if (strcmp(p->set.publisher[i].channel, channel) == 0 &&
            !scope_named(&g.all, p->set.publisher[i].scope, true))
            e = ERR_NOMEM;
    for (int i = 0; i < g.all.count && e == OK; i++) {
        struct scope_text *one = &g.all.scope[i];
        char name[96], *line = NULL;
        state_name(channel, one->name, name);
        enum err got = one->is_signed ? db_meta_get(p->db, &p->arena, name, &line) : ERR_NOT_FOUND;
        if (got != OK && got != ERR_NOT_FOUND)
            e = got;
        if (e == OK && got == OK)
            e = object_add_line(out, line);
        if (e == OK)
            e = add_all(out, &one->text);
        *out_lines += one->rows + (got == OK);
    }
    scopes_free(&g.all);
    return e;
}

/* --- another key set -------------------------------------------------------------------------- */

static bool in_set(const struct wire_publisher *p, const struct wire_keyset *set)
{
    for (int i = 0; i < set->publisher_count; i++)
        if (memcmp(&set->publisher[i], p, sizeof *p) == 0)
            return true;
    return false;
}

static enum err mark(struct db *db, const struct wire_keyset *a, const struct wire_keyset *b)
{
    enum err e = OK;
    for (int i = 0; i < a->publisher_count && e == OK; i++) {
        char name[96];
        snprintf(name, sizeof name, "rebase/%.31s", a->publisher[i].channel);
        if (!in_set(&a->publisher[i], b))
            e = db_meta_set(db, name, "1");
    }
    return e;
}

enum err scopes_follow_set(struct db *db, const struct wire_keyset *old,
                           const struct wire_keyset *now)
{
    enum err e = mark(db, old, now);
    return e == OK ? mark(db, now, old) : e;
}

enum err scopes_base_due(struct publication *p, const char *channel, bool *out)
{
    char name[96], *text = NULL;
    snprintf(name, sizeof name, "rebase/%.31s", channel);
    enum err e = db_meta_get(p->db, &p->arena, name, &text);
    *out = e == OK && strcmp(text, "1") == 0;
    if (e == ERR_NOT_FOUND || (e == OK && !*out))
        return OK;
    return e == OK ? db_meta_set(p->db, name, "0") : e;
}
