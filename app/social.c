/* social.c - asks the platform for a citizen's social security and keeps the answer for the visit.
 */
#include "app/social.h"

#include "app/app.h"
#include "app/errand.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>

static const char *const part_name[SOCIAL_PARTS] = { "pension", "medical", "unemployment",
                                                     "housing", "credit" };

const char *social_part_name(enum social_part part)
{
    return part_name[part];
}

/* --- asking ------------------------------------------------------------------------------------
 */

bool social_can_ask(const struct app *app)
{
    const struct card_face *f = app->session.face;
    return f && *f->id && ask_plain(f->id) && (f->kind == CARD_IDCARD || *f->card_no) &&
           ask_plain(f->card_no);
}

void social_open(struct app *app, enum social_part part)
{
    struct social *s = app->social;
    s->part = part;
    if (!social_can_ask(app) || s->sheet[part].known || (ask_busy(&s->ask) && s->asked == part))
        return;
    s->asked = part;
    s->busy_at_ms = clock_timer_ms() + SOCIAL_BUSY_MS;
    const char *more = arena_printf(&app->session.arena, "\"part\":\"%s\"", part_name[part]);
    if (more)
        errand_ask(app, &s->ask, "account", more, true);
    else
        ask_fail(&s->ask, ERR_NOMEM);
}

void social_retry(struct app *app)
{
    social_open(app, app->social->part);
}

bool social_busy(const struct social *s)
{
    return ask_busy(&s->ask) && s->asked == s->part && s->busy_at_ms == 0;
}

enum err social_failed(const struct social *s)
{
    bool ours = s->ask.state == ASK_FAILED && s->asked == s->part;
    return ours && !s->sheet[s->part].known ? s->ask.err : OK;
}

/* --- the answer --------------------------------------------------------------------------------
 */

/* A figure that is not there makes the whole answer unreadable: nothing is half-shown. */
struct reading {
    const struct json *o;
    enum err err;
};

static int64_t number(struct reading *r, const char *key)
{
    int64_t v = 0;
    enum err e = json_get_int(r->o, key, &v);
    if (r->err == OK)
        r->err = e;
    return v;
}

static const char *text(struct reading *r, const char *key)
{
    const char *s = "";
    enum err e = json_get_str(r->o, key, &s);
    if (r->err == OK)
        r->err = e;
    return s;
}

static const struct json *list(struct reading *r, const char *key)
{
    const struct json *v = NULL;
    enum err e = json_get(r->o, key, &v);
    if (e == OK && !json_is_array(v))
        e = ERR_TYPE;
    if (r->err == OK)
        r->err = e;
    return v;
}

static enum err read_year(const struct json *row, struct social_year *out)
{
    int64_t v[8];
    if (!json_is_array(row) || json_count(row) < 8)
        return ERR_TYPE;
    for (size_t i = 0; i < 8; i++)
        if (json_int(json_at(row, i), &v[i]) != OK)
            return ERR_TYPE;
    *out = (struct social_year){ .year = (int)v[0],
                                 .months = (int)v[1],
                                 .own = v[2],
                                 .other = v[3],
                                 .rate = (int)v[4],
                                 .interest = v[5],
                                 .paid = v[6],
                                 .balance = v[7] };
    return OK;
}

static enum err read_bill(const struct json *o, struct social_bill *out)
{
    struct reading r = { .o = o };
    if (!json_is_object(o))
        return ERR_TYPE;
    out->day = (int)number(&r, "day");
    out->inpatient = strcmp(text(&r, "kind"), "inpatient") == 0;
    snprintf(out->hospital, sizeof out->hospital, "%s", text(&r, "hospital"));
    out->total = number(&r, "total");
    out->fund = number(&r, "fund");
    out->account = number(&r, "account");
    out->cash = number(&r, "cash");
    return r.err;
}

static enum err read_entry(const struct json *o, struct social_entry *out)
{
    static const char *const kind[] = { "referral", "loan", "look" };
    struct reading r = { .o = o };
    if (!json_is_object(o))
        return ERR_TYPE;
    const char *word = text(&r, "kind");
    while (out->kind <= SOCIAL_LOOK && strcmp(kind[out->kind], word) != 0)
        out->kind++;
    if (out->kind > SOCIAL_LOOK)
        return ERR_FORMAT;
    out->day = (int)number(&r, "day");
    out->until = (int)number(&r, "until");
    snprintf(out->title, sizeof out->title, "%s", text(&r, "title"));
    snprintf(out->who, sizeof out->who, "%s", text(&r, "who"));
    snprintf(out->place, sizeof out->place, "%s", text(&r, "place"));
    out->total = number(&r, "total");
    out->owed = number(&r, "owed");
    out->late = (int)number(&r, "late");
    return r.err;
}

static enum err read_lists(struct reading *r, struct social_sheet *out)
{
    const struct json *years = list(r, "years"), *bills = list(r, "bills");
    const struct json *entries = list(r, "entries");
    enum err e = r->err;
    for (size_t i = 0; e == OK && i < json_count(years) && i < SOCIAL_YEARS; i++)
        e = read_year(json_at(years, i), &out->year[out->year_count++]);
    for (size_t i = 0; e == OK && i < json_count(bills) && i < SOCIAL_BILLS; i++)
        e = read_bill(json_at(bills, i), &out->bill[out->bill_count++]);
    for (size_t i = 0; e == OK && i < json_count(entries) && i < SOCIAL_ENTRIES; i++)
        e = read_entry(json_at(entries, i), &out->entry[out->entry_count++]);
    return e;
}

static enum social_state state_of(const char *word)
{
    return strcmp(word, "drawing") == 0  ? SOCIAL_DRAWING
           : strcmp(word, "paying") == 0 ? SOCIAL_PAYING
                                         : SOCIAL_STOPPED;
}

static enum err read_sheet(const struct json *root, enum social_part part, struct social_sheet *out)
{
    struct reading r = { .o = NULL };
    enum err e = json_get(root, "account", &r.o);
    if (e != OK)
        return e;
    out->none = json_is_null(r.o);
    if (out->none)
        return OK;
    if (!json_is_object(r.o) || strcmp(text(&r, "part"), part_name[part]) != 0)
        return ERR_FORMAT;
    out->worker = strcmp(text(&r, "scheme"), "worker") == 0;
    out->state = state_of(text(&r, "state"));
    out->since = (int)number(&r, "since");
    out->months = (int)number(&r, "months");
    out->certified_day = (int)number(&r, "certified");
    out->monthly = number(&r, "monthly");
    out->balance = number(&r, "balance");
    return read_lists(&r, out);
}

static void take(struct social *s, struct json *root)
{
    struct social_sheet *sheet = &s->sheet[s->asked];
    memset(sheet, 0, sizeof *sheet);
    enum err e = read_sheet(root, s->asked, sheet);
    sheet->known = e == OK;
    sheet->asked_ms = s->ask.asked_ms;
    if (e == OK)
        return;
    explicit_bzero(sheet, sizeof *sheet);
    log_warn("answer_unreadable", "err=%s", err_name(e));
    s->ask.state = ASK_FAILED;
    s->ask.err = e;
}

void social_answer(struct app *app, int64_t q)
{
    struct json *root = NULL;
    if (ask_take(app, &app->social->ask, q, &root) == OK)
        take(app->social, root);
    json_free(root);
}
