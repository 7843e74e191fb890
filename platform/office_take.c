/* office_take.c - keeps the items of many POSTs in one transaction: first asked about all at once,
 * then each taken in its order, then put in all at once. */
#include "platform/office_post.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/db_group.h"
#include "platform/db_part.h"
#include "platform/db_blob.h"
#include "platform/deadline.h"

#include <stdio.h>
#include <string.h>

/* One item of all. */
struct entry {
    struct asking *k;
    struct db_seen *seen; /* its terminal */
    const struct wire_item *item;
    struct verdict *v;
    struct deadline due;
    bool fresh; /* became a case, or a rating, in this transaction */
};
/* All of them; in the writer's scratch arena, for one try. */
struct taking {
    struct office *office;
    struct entry *entry;
    int count, terminals;
    struct db_seen **terminal;
    struct db_pair *nonce; /* of each request */
    struct inbox_row *before;
    char (*open)[WIRE_NAME_MAX];
};

/* --- asked about all at once ------------------------------------------------------------------ */

static struct db_seen *seen_of(struct taking *t, const struct terminal *is)
{
    for (int i = 0; i < t->terminals; i++)
        if (strcmp(t->terminal[i]->is->name, is->name) == 0 &&
            memcmp(t->terminal[i]->is->line, is->line, sizeof is->line) == 0)
            return t->terminal[i];
    struct db_seen *s = arena_new(&t->office->scratch, struct db_seen);
    if (s) {
        *s = (struct db_seen){ .is = is };
        t->terminal[t->terminals++] = s;
    }
    return s;
}

static enum err see_terminals(struct taking *t, struct asking *const *tasks, int n)
{
    t->terminal = arena_array(&t->office->scratch, struct db_seen *, n + 1);
    for (int i = 0; t->terminal && i < n; i++)
        if (tasks[i]->post && !seen_of(t, &tasks[i]->terminal))
            return ERR_NOMEM;
    return t->terminal ? db_terminals_seen(t->office->db, t->terminal, t->terminals) : ERR_NOMEM;
}

/* Each request once: also of two that are in the same transaction. */
static enum err see_nonces(struct taking *t, struct asking *const *tasks, int n)
{
    struct office *o = t->office;
    struct db_pair *p = arena_array(&o->scratch, struct db_pair, n + 1);
    bool *known = arena_array(&o->scratch, bool, n + 1);
    t->nonce = p;
    if (!p || !known)
        return ERR_NOMEM;
    for (int i = 0; i < n; i++)
        p[i] = (struct db_pair){ tasks[i]->terminal.name, tasks[i]->nonce };
    enum err e = db_nonces_known(o->db, p, n, known);
    for (int i = 0; i < n && e == OK; i++) {
        for (int j = 0; j < i && !known[i]; j++)
            known[i] = strcmp(p[i].id, p[j].id) == 0 && strcmp(p[i].terminal, p[j].terminal) == 0;
        if (known[i])
            office_error(tasks[i], 401, "replayed");
    }
    return e;
}

static enum err keep_nonces(struct taking *t, struct asking *const *tasks, int n)
{
    enum err e = OK;
    for (int i = 0; i < n && e == OK; i++)
        if (!tasks[i]->answered)
            e = db_nonce_put(t->office->db, &t->nonce[i], tasks[i]->time_ms);
    return e;
}

static enum err add_entries(struct taking *t, struct asking *k)
{
    struct db_seen *seen = seen_of(t, &k->terminal);
    if (seen->revoked)
        office_error(k, 403, "revoked"); /* since it was judged */
    for (int i = 0; i < k->post->count && !seen->revoked; i++) {
        struct verdict *v = &k->post->v[i];
        v->said = v->judged;
        t->entry[t->count++] = (struct entry){ k, seen, &k->post->item[i], v, { 0 }, false };
    }
    return OK;
}

static enum err list_entries(struct taking *t, struct asking *const *tasks, int n)
{
    int most = 1;
    for (int i = 0; i < n; i++)
        most += tasks[i]->post->count;
    t->entry = arena_array(&t->office->scratch, struct entry, most);
    enum err e = t->entry ? OK : ERR_NOMEM;
    for (int i = 0; i < n && e == OK; i++)
        if (!tasks[i]->answered)
            e = add_entries(t, tasks[i]);
    return e;
}

static enum err see_items(struct taking *t)
{
    struct arena *a = &t->office->scratch;
    struct db_pair *p = arena_array(a, struct db_pair, t->count + 1);
    struct db_wish *w = arena_array(a, struct db_wish, t->count + 1);
    t->before = arena_array(a, struct inbox_row, t->count + 1);
    t->open = arena_alloc(a, sizeof *t->open * ((size_t)t->count + 1));
    if (!p || !w || !t->before || !t->open)
        return ERR_NOMEM;
    enum err e = OK;
    for (int i = 0; i < t->count && e == OK; i++) {
        struct entry *x = &t->entry[i];
        bool new_case = !x->v->rates && x->v->judged.outcome == WIRE_ACCEPTED;
        p[i] = (struct db_pair){ x->seen->is->name, x->item->id };
        w[i] = (struct db_wish){ new_case && x->v->app.has_person ? x->v->app.person : NULL,
                                 x->v->app.service };
        t->open[i][0] = '\0';
        if (new_case)
            e = office_due(t->office, x->v->app.service, clock_day_of(x->k->now_ms), &x->due);
    }
    if (e == OK)
        e = db_inbox_known(t->office->db, p, t->count, t->before);
    return e == OK ? db_cases_open(t->office->db, w, t->count, t->open) : e;
}

/* --- taken, each in its order ----------------------------------------------------------------- */

/* Numbers have no gaps: one that is left out means that an outbox was lost. */
static enum err note_number(struct entry *x)
{
    struct db_seen *t = x->seen;
    int64_t n = x->item->n, first = t->last_n + 1;
    enum err e = OK;
    if (n > first) {
        log_warn("item_gap", "terminal=%s from=%lld to=%lld", t->is->name, (long long)first,
                 (long long)n - 1);
        e = db_audit_add(x->k->office->db, x->k->now_ms, t->is->name, "gap %lld %lld",
                         (long long)first, (long long)n - 1);
    }
    if (n > t->last_n)
        t->last_n = n;
    return e;
}

/* The same person again, while the first is undecided: a case all the same, and both are told. */
static const char *open_case(const struct taking *t, int at)
{
    const struct application *app = &t->entry[at].v->app;
    if (t->open[at][0] || !app->has_person)
        return t->open[at];
    for (int i = 0; i < at; i++) {
        const struct entry *x = &t->entry[i];
        if (x->fresh && !x->v->rates && x->v->app.has_person &&
            memcmp(x->v->app.person, app->person, sizeof app->person) == 0 &&
            strcmp(x->v->app.service, app->service) == 0)
            return x->v->said.ref;
    }
    return "";
}

/* An appointment that was asked for: there is room, or there is none; both are told. */
static enum err book(struct asking *k, const struct case_row *c, struct verdict *v)
{
    struct booking b;
    if (!*v->wish.place)
        return OK;
    enum err e = booking_make(k->office->db, c->ref, &v->wish, clock_day_of(k->now_ms), &b);
    if (e == OK)
        snprintf(v->said.why, sizeof v->said.why, "slot_%s", b.state);
    return e;
}

static void fill_case(const struct taking *t, int at, struct case_row *c)
{
    const struct entry *x = &t->entry[at];
    const struct application *app = &x->v->app;
    *c = (struct case_row){ .has_person = app->has_person,
                            .has_card = app->has_card,
                            .at_ms = x->item->at_ms,
                            .received_ms = x->k->now_ms };
    memcpy(c->person, app->person, sizeof c->person);
    memcpy(c->card, app->card, sizeof c->card);
    snprintf(c->terminal, sizeof c->terminal, "%s", x->seen->is->name);
    snprintf(c->id, sizeof c->id, "%s", x->item->id);
    snprintf(c->receipt, sizeof c->receipt, "%s", app->receipt);
    snprintf(c->service, sizeof c->service, "%s", app->service);
    snprintf(c->service_name, sizeof c->service_name, "%s", app->service_name);
    snprintf(c->identity, sizeof c->identity, "%s", app->identity);
    snprintf(c->state, sizeof c->state, "received");
    snprintf(c->duplicate_of, sizeof c->duplicate_of, "%s", open_case(t, at));
}

/* Its photographs follow in parts of their own: from now on each is waited for. */
static enum err name_pages(struct office *o, const struct case_row *c, const struct entry *x)
{
    enum err e = OK;
    for (int i = 0; i < x->v->app.page_count && e == OK; i++) {
        struct blob_row b = { .page = x->v->app.page[i], .no = i + 1 };
        memcpy(b.terminal, c->terminal, sizeof b.terminal);
        memcpy(b.ref, c->ref, sizeof b.ref);
        e = db_blob_name(o->db, &b, x->k->now_ms);
    }
    return e;
}

static enum err make_case(const struct taking *t, int at)
{
    const struct entry *x = &t->entry[at];
    struct office *o = t->office;
    struct case_row c;
    fill_case(t, at, &c);
    if (c.duplicate_of[0])
        snprintf(x->v->said.why, sizeof x->v->said.why, "again");
    enum err e = db_case_add(o->db, &c);
    if (e == OK)
        e = db_deadline_put(o->db, c.ref, &x->due);
    if (e == OK)
        e = name_pages(o, &c, x);
    if (e == OK)
        e = book(x->k, &c, x->v);
    if (e == OK)
        e = db_audit_add(o->db, x->k->now_ms, x->seen->is->name, "received %s %s%s%s", x->item->id,
                         c.ref, c.duplicate_of[0] ? " again " : "", c.duplicate_of);
    snprintf(x->v->said.ref, sizeof x->v->said.ref, "%s", c.ref);
    return e;
}

/* Counted apart from the level: what one person disliked together is not kept together. */
static enum err count_reasons(struct db *db, const char *service, const struct rating *r, int month)
{
    enum err e = OK;
    for (int i = 0; i < r->reason_count && e == OK; i++)
        e = db_rating_reason(db, service, r->reason[i], month);
    return e;
}

/* One rating for each case there is. What was said is kept without the case it was said of. */
static enum err rate(struct office *o, int64_t now_ms, struct verdict *v)
{
    unsigned char who[CRYPTO_MAC];
    struct case_row c;
    struct civil now = clock_civil(now_ms);
    enum err e = db_case_find(o->db, v->rating.receipt, &c);
    if (e == ERR_NOT_FOUND) {
        verdict_reject(&v->said, "no_case");
        return OK;
    }
    if (e != OK)
        return e;
    rating_who(o->keys.person, v->rating.receipt, who);
    int month = now.year * 12 + now.month - 1;
    e = db_rating_add(o->db, who, c.service, v->rating.level, month);
    if (e == OK)
        return count_reasons(o->db, c.service, &v->rating, month);
    if (e != ERR_REPLAYED)
        return e;
    verdict_reject(&v->said, "rated");
    return OK;
}

/* The box of a rating is not kept: with the seal key somebody could read what was said, and by
 * whom. */
static enum err keep_item(const struct entry *x)
{
    struct inbox_row row = { .ref = "" };
    struct wire_item item = *x->item;
    if (x->v->rates) {
        item.box = (const unsigned char *)"";
        item.box_n = 0;
    }
    memcpy(row.box_hash, x->v->box_hash, sizeof row.box_hash);
    memcpy(row.ref, x->v->said.ref, sizeof row.ref);
    memcpy(row.why, x->v->said.why, sizeof row.why);
    return db_inbox_add(x->k->office->db, x->seen->is->name, &item, &row, x->k->now_ms);
}

/* How it was taken before: in the database, or before it in this transaction. */
static const struct inbox_row *taken_before(struct taking *t, int at)
{
    const struct entry *x = &t->entry[at];
    struct inbox_row *row = &t->before[at];
    for (int i = 0; i < at && !row->box_hash[0]; i++) {
        const struct entry *y = &t->entry[i];
        if (!y->fresh || memcmp(y->item->id, x->item->id, WIRE_ID) != 0 || y->seen != x->seen)
            continue;
        memcpy(row->box_hash, y->v->box_hash, sizeof row->box_hash);
        memcpy(row->ref, y->v->said.ref, sizeof row->ref);
        memcpy(row->why, y->v->said.why, sizeof row->why);
    }
    return row->box_hash[0] ? row : NULL;
}

/* What was taken before is answered as then, whatever has become of keys and rules since. */
static bool answer_as_before(struct taking *t, int at)
{
    struct verdict *v = t->entry[at].v;
    const struct inbox_row *before = v->forged ? NULL : taken_before(t, at);
    if (!before)
        return false;
    if (strcmp(before->box_hash, v->box_hash) != 0) {
        verdict_reject(&v->said, "id_reuse");
        return false;
    }
    v->said.outcome = WIRE_DUPLICATE;
    memcpy(v->said.ref, before->ref, sizeof v->said.ref);
    memcpy(v->said.why, before->why, sizeof v->said.why);
    return true;
}

static enum err take(struct taking *t, int at)
{
    struct entry *x = &t->entry[at];
    struct said *said = &x->v->said;
    enum err e = x->v->forged ? OK : note_number(x);
    if (e != OK || said->outcome == WIRE_RETRY || answer_as_before(t, at))
        return e;
    if (said->outcome != WIRE_REJECTED)
        e = x->v->rates ? rate(t->office, x->k->now_ms, x->v) : make_case(t, at);
    if (e == OK && said->outcome == WIRE_REJECTED)
        return db_audit_add(t->office->db, x->k->now_ms, x->seen->is->name, "rejected %s %s",
                            x->item->id, said->why);
    x->fresh = e == OK;
    return e == OK ? keep_item(x) : e;
}

enum err office_take(struct office *o, struct asking *const *tasks, int n)
{
    struct taking t = { .office = o };
    if (n == 0)
        return OK;
    enum err e = see_nonces(&t, tasks, n);
    if (e == OK)
        e = see_terminals(&t, tasks, n);
    if (e == OK)
        e = list_entries(&t, tasks, n);
    if (e == OK)
        e = see_items(&t);
    if (e == OK)
        e = db_numbers_read(o->db);
    if (e == OK)
        e = keep_nonces(&t, tasks, n);
    for (int i = 0; i < t.count && e == OK; i++)
        e = take(&t, i);
    return e == OK ? db_terminals_saw(o->db, t.terminal, t.terminals) : e;
}
