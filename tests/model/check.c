/* check.c - what must be true of items: none lost, none doubled, none believed delivered that is
 * not. */
#include "tests/model/check.h"

#include "app/outbox.h"
#include "hal/wire_item.h"
#include "platform/db_copy.h"
#include "tests/model/check_feed.h"
#include "tests/model/look.h"
#include "tests/model/platform.h"
#include "tests/model/terminal.h"
#include "tests/model/world.h"

#include <stdio.h>
#include <string.h>

enum { THINGS = 300, REFS = 3 };

/* One item, as the world knows it. promised: the platform has said it has it, and must. lost: it
 * had, and its disk was lost. */
struct thing {
    char id[WIRE_ID + 1];
    int64_t n;
    bool poison, saved, answered, promised, rejected, lost;
    int refs;
    char ref[REFS][WIRE_NAME_MAX];
    int cases, row_state;
    char case_state[WIRE_NAME_MAX], row_case_state[WIRE_NAME_MAX];
};
static struct thing things[THINGS];
static int count;
static char missing[200];

static struct thing *find(const char *id)
{
    for (int i = 0; i < count; i++)
        if (strcmp(things[i].id, id) == 0)
            return &things[i];
    return NULL;
}

void check_will_put(const char *id, bool poison)
{
    must(count < THINGS, "room for items");
    struct thing *t = &things[count++];
    *t = (struct thing){ .poison = poison };
    snprintf(t->id, sizeof t->id, "%s", id);
}

void check_saved(const char *id, int64_t n, const char *receipt)
{
    char want[WIRE_RECEIPT + 1];
    struct thing *t = find(id);
    must(t != NULL, "a saved item is known");
    wire_receipt(id, want);
    if (strcmp(want, receipt) != 0)
        broken("receipt %s of %.8s, and not %s", receipt, id, want);
    if (t->n && t->n != n)
        broken("%.8s has number %lld, and then %lld", id, (long long)t->n, (long long)n);
    t->saved = true;
    t->n = n;
}

int check_saved_count(void)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        n += things[i].saved;
    return n;
}

/* --- what the platform says ------------------------------------------------------------------- */

static void note_ack(const struct wire_ack *a)
{
    struct thing *t = find(a->id);
    if (!t) {
        broken("the platform answers for %.8s, which nobody handed in", a->id);
        return;
    }
    if (a->outcome == WIRE_REJECTED) {
        t->rejected = true;
        if (!t->poison)
            broken("%.8s is rejected: %s", a->id, a->why);
    }
    if (a->outcome != WIRE_ACCEPTED && a->outcome != WIRE_DUPLICATE)
        return;
    if (t->poison)
        broken("%.8s is no application and was taken", a->id);
    if (a->outcome == WIRE_ACCEPTED && t->promised)
        broken("%.8s was taken twice", a->id);
    bool known = false;
    for (int i = 0; i < t->refs; i++)
        known |= strcmp(t->ref[i], a->ref) == 0;
    if (!known && t->promised)
        broken("%.8s has case %s, and then %s", a->id, t->ref[0], a->ref);
    if (!known && t->refs < REFS)
        snprintf(t->ref[t->refs++], WIRE_NAME_MAX, "%s", a->ref);
    t->answered = t->promised = true;
}

void check_answered(const char *body, size_t n)
{
    struct arena a;
    struct wire_ack *acks = NULL;
    int acks_n = 0;
    arena_init(&a, 16384, 4 << 20);
    if (wire_acks_read(&a, body, n, &acks, &acks_n) == OK)
        for (int i = 0; i < acks_n; i++)
            note_ack(&acks[i]);
    arena_finish(&a);
}

/* --- the terminal's rows ---------------------------------------------------------------------- */

static bool knows_ref(const struct thing *t, const char *ref)
{
    for (int i = 0; i < t->refs; i++)
        if (strcmp(t->ref[i], ref) == 0)
            return true;
    return false;
}

static void judge_row(struct thing *t, int state, bool emptied, const char *ref)
{
    if (state == OUTBOX_ACCEPTED && !t->answered)
        broken("%.8s is shown as accepted, and the platform never said so", t->id);
    if (state == OUTBOX_ACCEPTED && !knows_ref(t, ref))
        broken("%.8s is shown with case %s", t->id, ref);
    if (state == OUTBOX_REJECTED && !t->rejected)
        broken("%.8s is shown as refused, and the platform never said so", t->id);
    if (emptied && !t->answered)
        broken("the box of %.8s is emptied before it is delivered", t->id);
    if (state == OUTBOX_ACCEPTED && !emptied)
        broken("the box of %.8s is kept after it was delivered", t->id);
    t->row_state = state;
}

/* Numbers 1, 2, 3 … and each of one item for ever. */
static void check_outbox(void)
{
    struct look *l = look_at(TERMINAL_DATA "/outbox.db");
    int64_t last = 0;
    int seen = 0;
    if (!l)
        return;
    look_ask(l, "SELECT n, id, state, length(box), ref, case_state FROM item ORDER BY n");
    while (look_row(l)) {
        struct thing *t = find(look_text(l, 1));
        int64_t n = look_int(l, 0);
        if (!t) {
            broken("row %lld is nobody's", (long long)n);
            break;
        }
        if (n != ++last)
            broken("number %lld comes after %lld", (long long)n, (long long)last - 1);
        if (t->n && t->n != n)
            broken("%.8s had number %lld and has %lld", t->id, (long long)t->n, (long long)n);
        t->n = n;
        seen += t->saved;
        judge_row(t, (int)look_int(l, 2), look_int(l, 3) == 0, look_text(l, 4));
        snprintf(t->row_case_state, sizeof t->row_case_state, "%s", look_text(l, 5));
    }
    look_end(l);
    if (seen != check_saved_count())
        broken("%d items were called saved and %d are there", check_saved_count(), seen);
}

/* --- the platform's rows ---------------------------------------------------------------------- */

static void count_cases(struct look *l)
{
    for (int i = 0; i < count; i++)
        things[i].cases = 0;
    look_ask(l, "SELECT c.id, c.ref, c.state, coalesce(i.n, 0) FROM cases c LEFT JOIN inbox i"
                " ON i.terminal = c.terminal AND i.id = c.id AND i.ref = c.ref");
    while (look_row(l)) {
        struct thing *t = find(look_text(l, 0));
        if (!t || t->poison) {
            broken("case %s is nobody's", look_text(l, 1));
            return;
        }
        if (++t->cases > 1)
            broken("%.8s has %d cases", t->id, t->cases);
        if (look_int(l, 3) == 0)
            broken("case %s has no item", look_text(l, 1));
        if (t->n && look_int(l, 3) != t->n)
            broken("%.8s arrived as number %lld", t->id, (long long)look_int(l, 3));
        if (t->promised && !knows_ref(t, look_text(l, 1)))
            broken("%.8s has case %s, which nobody was told", t->id, look_text(l, 1));
        snprintf(t->case_state, sizeof t->case_state, "%s", look_text(l, 2));
    }
}

static void check_audit(const char *path)
{
    struct db *db = NULL;
    int64_t n = 0;
    char hash[65];
    enum err e = db_open_read(path, &db);
    if (e == OK)
        e = db_audit_verify(db, &n, hash);
    if (e != OK)
        broken("the audit: %s at line %lld", err_name(e), (long long)n);
    db_close(db);
}

static void look_at_platform(bool restored)
{
    struct look *l = look_at(PLATFORM_DB);
    if (!l)
        return;
    count_cases(l);
    look_ask(l, "SELECT count(*) FROM inbox WHERE id NOT IN (SELECT id FROM cases)");
    if (look_row(l) && look_int(l, 0) > 0)
        broken("%lld items have no case", (long long)look_int(l, 0));
    look_end(l);
    check_audit(look_copy(l));
    for (int i = 0; i < count; i++) {
        struct thing *t = &things[i];
        if (restored && t->promised && t->cases == 0) {
            t->lost = true;
            t->promised = false;
        }
        if (t->promised && t->cases == 0)
            broken("%.8s was acknowledged and is not there", t->id);
    }
}

void check_published(void)
{
    check_feed_published();
}

void check_platform(void)
{
    check_published();
    look_at_platform(false);
}

void check_restored(void)
{
    look_at_platform(true);
    check_feed_published();
}

/* --- commits ---------------------------------------------------------------------------------- */

void check_commit(const char *path)
{
    enum program who = running;
    running = OUTSIDE;
    if (strcmp(path, TERMINAL_DATA "/outbox.db") == 0)
        check_outbox();
    else if (strcmp(path, TERMINAL_DATA "/cache.db") == 0)
        check_feed_applied();
    else if (strcmp(path, PLATFORM_DB) == 0 && who == CLERK)
        check_feed_published();
    running = who;
}

/* --- the end ---------------------------------------------------------------------------------- */

static bool at_home(const struct thing *t)
{
    const char *want = t->poison ? "refused" : "accepted";
    if (!t->saved && t->row_state < 0)
        return true; /* it was never there */
    if (t->row_state != (t->poison ? OUTBOX_REJECTED : OUTBOX_ACCEPTED)) {
        snprintf(missing, sizeof missing, "%.8s is not %s but %d", t->id, want, t->row_state);
        return false;
    }
    bool same = t->poison || t->cases == 0 || strcmp(t->case_state, t->row_case_state) == 0;
    if (!same)
        snprintf(missing, sizeof missing, "%.8s is %s and shown as %s", t->id, t->case_state,
                 t->row_case_state);
    return same;
}

const char *check_done(void)
{
    for (int i = 0; i < count; i++)
        things[i].row_state = -1;
    check_outbox();
    check_platform();
    for (int i = 0; i < count; i++)
        if (!at_home(&things[i]))
            return missing;
    return check_feed_same();
}

void check_end(void)
{
    (void)check_done();
    for (int i = 0; i < count; i++) {
        const struct thing *t = &things[i];
        bool there = t->cases == 1 || t->poison || (t->lost && t->answered);
        if (t->saved && !there)
            broken("%.8s was called saved and is no case", t->id);
    }
}

void check_reset(void)
{
    count = 0;
    check_feed_reset();
}

void check_keep_feed(void)
{
    check_feed_keep();
}
