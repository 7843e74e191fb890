/* suggest.c - asks what the platform knows of a citizen, and which of the feed's rules then hold.
 */
#include "app/suggest.h"

#include "app/app.h"
#include "app/errand.h"
#include "app/services.h"
#include "app/social.h"
#include "app/visit.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* --- what the card says -------------------------------------------------------------------------
 */

static int birthday_in(const struct civil *born, int year)
{
    bool leap = born->month == 2 && born->day == 29 &&
                clock_day_from_civil(year, 3, 1) - clock_day_from_civil(year, 2, 28) == 1;
    return leap ? clock_day_from_civil(year, 3, 1)
                : clock_day_from_civil(year, born->month, born->day);
}

static void from_card(struct facts *f, const struct card_face *face, int today)
{
    struct civil now = clock_civil_of_day(today);
    facts_number(f, "month", now.month);
    if (face->birth_day == INT32_MIN || face->birth_day > today)
        return;
    struct civil born = clock_civil_of_day(face->birth_day);
    facts_number(f, "age", now.year - born.year - (birthday_in(&born, now.year) > today));
    facts_number(f, "age_days_to_60", birthday_in(&born, born.year + 60) - today);
    facts_number(f, "age_days_to_80", birthday_in(&born, born.year + 80) - today);
}

/* --- the rules ----------------------------------------------------------------------------------
 */

static void copy(const struct json *o, const char *key, char *out, size_t cap)
{
    const char *s = "";
    snprintf(out, cap, "%s", json_get_str(o, key, &s) == OK ? s : "");
}

/* Kept in order of urgency; what is less urgent than the last one falls out. */
static void keep(struct suggest *s, const struct suggestion *r)
{
    int at = s->count;
    for (int i = 0; i < s->off_count; i++)
        if (s->off[i] == r->service)
            return;
    while (at > 0 && s->row[at - 1].priority > r->priority)
        at--;
    if (at == SUGGEST_SHOWN)
        return;
    int last = s->count < SUGGEST_SHOWN ? s->count++ : SUGGEST_SHOWN - 1;
    memmove(&s->row[at + 1], &s->row[at], sizeof s->row[0] * (size_t)(last - at));
    s->row[at] = *r;
}

static void judge(struct suggest *s, const char *text)
{
    struct json *o = NULL;
    const struct json *when = NULL;
    struct suggestion r = { .priority = 9 };
    char service[64];
    int64_t priority = 9;
    if (json_parse(text, strlen(text), &o) != OK)
        return;
    if (json_get(o, "when", &when) == OK && facts_hold(&s->facts, when)) {
        copy(o, "service", service, sizeof service);
        copy(o, "title", r.title, sizeof r.title);
        copy(o, "sentence", r.sentence, sizeof r.sentence);
        r.priority = json_get_int(o, "priority", &priority) == OK ? (int)priority : 9;
        r.service = service_key(service);
        keep(s, &r);
    }
    json_free(o);
}

/* Only rules whose service is here: a button that leads nowhere helps nobody. */
static void judge_all(struct app *app)
{
    struct suggest *s = app->suggest;
    s->count = 0;
    if (!app->store)
        return;
    struct query *q = store_query(app->store, "SELECT r.json FROM rule r JOIN service s"
                                              " ON s.id = json_extract(r.json, '$.service')"
                                              " ORDER BY r.id");
    while (query_step(q))
        judge(s, query_col_text(q, 0));
    if (query_done(q) != OK)
        log_warn("rules_not_read", "err=%s", err_name(ERR_IO));
}

/* --- what the platform knows ---------------------------------------------------------------------
 */

void suggest_begin(struct app *app)
{
    struct suggest *s = app->suggest;
    if (!app->session.face)
        return;
    from_card(&s->facts, app->session.face, app->today);
    judge_all(app);
    s->begun_ms = clock_timer_ms();
    if (social_can_ask(app))
        errand_ask(app, &s->ask, "suggest", NULL, true);
}

void suggest_seen(struct app *app)
{
    if (app->suggest->late)
        judge_all(app);
    app->suggest->late = false;
}

void suggest_answer(struct app *app, int64_t q)
{
    struct suggest *s = app->suggest;
    struct json *root = NULL;
    const struct json *facts = NULL;
    if (ask_take(app, &s->ask, q, &root) == OK && json_get(root, "facts", &facts) == OK) {
        facts_read(&s->facts, facts);
        s->late = clock_timer_ms() - s->begun_ms > SUGGEST_LATE_MS;
        if (!s->late)
            judge_all(app);
    }
    json_free(root);
}

const struct suggestion *suggest_first(const struct suggest *s)
{
    return s->count > 0 ? &s->row[0] : NULL;
}

void suggest_put_off(struct app *app)
{
    struct suggest *s = app->suggest;
    if (s->count == 0)
        return;
    if (s->off_count < SUGGEST_OFF)
        s->off[s->off_count++] = s->row[0].service;
    memmove(&s->row[0], &s->row[1], sizeof s->row[0] * (size_t)--s->count);
}
