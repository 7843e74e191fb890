/* genuine.c - the card answers a challenge of the platform, which then gives a token for the visit.
 *
 * platform/PROTOCOL.md "challenge" and "verdict". Two questions, and between them the card: it
 * draws its own two numbers last, so that what opens its holder's file comes at once. */
#include "app/genuine.h"

#include "app/app.h"
#include "app/errand.h"
#include "app/scan.h"
#include "app/visit.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/idno.h"

#include <stdio.h>
#include <string.h>

static const char *hex8(const unsigned char *p, char out[2 * CARD_CHALLENGE + 1])
{
    crypto_hex(p, CARD_CHALLENGE, out);
    return out;
}

bool genuine_busy(const struct app *app)
{
    enum genuine_state s = app->genuine->state;
    return s != GENUINE_NOT_ASKED && s != GENUINE_DONE && s != GENUINE_FAILED;
}

bool genuine_holds(const struct app *app)
{
    return genuine_busy(app) && app->genuine->can_open;
}

const char *genuine_token(const struct app *app)
{
    const struct genuine *g = app->genuine;
    return g->state == GENUINE_DONE && *g->token ? g->token : NULL;
}

void genuine_forget(struct app *app)
{
    if (app->genuine->state == GENUINE_DONE)
        app->genuine->state = GENUINE_NOT_ASKED;
    explicit_bzero(app->genuine->token, sizeof app->genuine->token);
}

static void fail(struct app *app, enum err why)
{
    struct genuine *g = app->genuine;
    bool ecard = g->ecard;
    log_info("card_not_judged", "err=%s", err_name(why));
    g->state = GENUINE_FAILED;
    g->give_up_ms = 0;
    g->can_open = g->waits = g->ecard = false;
    ask_fail(&g->ask, why);
    if (ecard)
        scan_ecard_failed(app, why);
    if (ecard && app->session.face) /* a card was put in meanwhile: now it is its turn */
        genuine_begin(app);
    else
        errand_fail(app, why);
}

static void done(struct app *app)
{
    struct genuine *g = app->genuine;
    g->state = GENUINE_DONE;
    g->give_up_ms = 0;
    g->can_open = false;
    visit_known(app);
    errand_next(app);
}

/* --- the two questions --------------------------------------------------------------------------
 */

static void ask(struct app *app, enum genuine_state state, const char *what, const char *more)
{
    struct genuine *g = app->genuine;
    g->state = state;
    if (!more) {
        fail(app, ERR_NOMEM);
        return;
    }
    errand_take_line(app);
    ask_begin(app, &g->ask, what, more);
    if (g->ask.state == ASK_FAILED)
        fail(app, g->ask.err);
}

/* Whose card, in which visit, and by what its keys are known. */
static const char *whose(struct app *app)
{
    const struct card_face *f = app->session.face;
    char hist[2 * sizeof f->chip.hist + 1];
    crypto_hex(f->chip.hist, sizeof f->chip.hist, hist);
    return arena_printf(
        &app->session.arena,
        "\"card\":\"%s\",\"visit\":\"%s\",\"chip\":{\"area\":\"%s\",\"hist\":\"%s\","
        "\"alg\":%d}",
        f->card_no, app->genuine->visit, *f->area ? f->area : "000000", hist, f->chip.alg);
}

/* answer "" = the card gave none, and why. */
static void ask_verdict(struct app *app, const char *answer, const char *why)
{
    struct genuine *g = app->genuine;
    char factor[17], orig[17];
    const char *who = whose(app);
    const char *ext =
        g->can_open
            ? arena_printf(&app->session.arena, ",\"ext\":{\"factor\":\"%s\",\"orig\":\"%s\"}",
                           hex8(g->ext_factor, factor), hex8(g->ext_orig, orig))
            : "";
    ask(app, GENUINE_VERDICT, "verdict",
        who && ext ? arena_printf(&app->session.arena,
                                  "%s,\"challenge\":\"%s\",\"answer\":\"%s\",\"why\":\"%s\"%s", who,
                                  *answer ? g->challenge : "", answer, why, ext)
                   : NULL);
}

static void ask_idcard(struct app *app)
{
    ask(app, GENUINE_VERDICT, "verdict",
        arena_printf(&app->session.arena, "\"card\":\"\",\"visit\":\"%s\",\"idcard\":\"%s\"",
                     app->genuine->visit, app->session.face->id));
}

static void begin(struct genuine *g)
{
    unsigned char random[16];
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, g->visit);
    g->give_up_ms = clock_timer_ms() + GENUINE_GIVE_UP_MS;
}

void genuine_ecard(struct app *app, const char *code)
{
    struct genuine *g = app->genuine;
    if (genuine_busy(app))
        return;
    begin(g);
    g->ecard = true;
    ask(app, GENUINE_VERDICT, "ecard",
        arena_printf(&app->session.arena, "\"code\":\"%s\",\"visit\":\"%s\"", code, g->visit));
}

void genuine_begin(struct app *app)
{
    struct genuine *g = app->genuine;
    const struct card_face *f = app->session.face;
    if (!f || genuine_busy(app) || genuine_token(app))
        return;
    begin(g);
    if (f->kind == CARD_ECARD)
        fail(app, ERR_NO_TOKEN); /* a code is taken once: it has to be shown again */
    else if (f->kind == CARD_IDCARD)
        ask_idcard(app);
    else if (f->chip.known)
        ask(app, GENUINE_CHALLENGE, "challenge", whose(app));
    else
        ask_verdict(app, "", "");
}

/* --- between them, the card ---------------------------------------------------------------------
 */

static enum err bytes_of(const struct json *o, const char *key, unsigned char out[CARD_CHALLENGE])
{
    const char *hex = "";
    enum err e = json_get_str(o, key, &hex);
    return e == OK ? crypto_unhex(hex, out, CARD_CHALLENGE) : e;
}

static void challenged(struct app *app, const struct json *root)
{
    struct genuine *g = app->genuine;
    const struct json *c = NULL;
    const char *id = "";
    if (json_get(root, "challenge", &c) == OK && json_is_null(c)) {
        ask_verdict(app, "", "");
        return;
    }
    bool good = c && json_get_str(c, "id", &id) == OK && strlen(id) < sizeof g->challenge &&
                bytes_of(c, "factor", g->factor) == OK && bytes_of(c, "orig", g->orig) == OK;
    if (!good) {
        fail(app, ERR_FORMAT);
        return;
    }
    snprintf(g->challenge, sizeof g->challenge, "%s", id);
    g->state = GENUINE_CARD;
    g->waits = true;
    errand_next(app);
}

/* A card that was laid on for a moment only is gone, and could not be asked; one that should be in
 * and is not gets no verdict. */
bool genuine_turn(struct app *app)
{
    struct genuine *g = app->genuine;
    struct card_task t = { .kind = CARD_TASK_INTERNAL };
    if (g->state != GENUINE_CARD || !g->waits)
        return false;
    g->waits = false;
    t.keep = app->session.face->guarded && !app->opening_failed;
    memcpy(t.factor, g->factor, sizeof t.factor);
    memcpy(t.orig, g->orig, sizeof t.orig);
    if (errand_order(app, ERRAND_GENUINE, &t))
        return true;
    if (visit_stays_in(app))
        fail(app, ERR_CARD_GONE);
    else
        ask_verdict(app, "", "");
    return true;
}

static void answered(struct app *app, const struct card_task *t)
{
    struct genuine *g = app->genuine;
    char answer[17], why[5] = "";
    g->can_open = t->keep;
    memcpy(g->ext_factor, t->ext_factor, sizeof g->ext_factor);
    memcpy(g->ext_orig, t->ext_orig, sizeof g->ext_orig);
    if (t->said == CARD_SAID_YES) {
        ask_verdict(app, hex8(t->auth, answer), "");
        return;
    }
    snprintf(why, sizeof why, "%04X", t->sw);
    ask_verdict(app, "", why);
}

static void opened(struct app *app, enum err e, const struct card_task *t)
{
    if (e == OK && t->said == CARD_SAID_YES) {
        *app->session.face = t->face;
    } else {
        /* Each wrong try counts on the card, and it is our key that is wrong: no more of them. */
        app->opening_failed |= e == OK && t->said == CARD_SAID_NO && t->tries >= 0;
        log_warn("card_not_opened", "err=%s sw=%04x tries=%d", err_name(e), e == OK ? t->sw : 0,
                 e == OK ? t->tries : -1);
    }
    done(app);
}

void genuine_card(struct app *app, enum err e, struct card_task *t)
{
    struct genuine *g = app->genuine;
    if (g->state == GENUINE_OPENING)
        opened(app, e, t);
    else if (g->state == GENUINE_CARD && e == OK)
        answered(app, t);
    else if (g->state == GENUINE_CARD)
        fail(app, e);
}

/* --- the verdict --------------------------------------------------------------------------------
 */

static void take_text(const struct json *o, const char *key, char *out, size_t cap)
{
    const char *s = "";
    if (!*out && json_get_str(o, key, &s) == OK)
        snprintf(out, cap, "%s", s);
}

/* Whose card it is, by the platform: where the card itself does not say. */
static void take_holder(struct app *app, const struct json *root)
{
    const struct json *h = NULL;
    struct card_face *f = app->session.face;
    if (json_get(root, "holder", &h) != OK || !json_is_object(h))
        return;
    take_text(h, "name", f->name, sizeof f->name);
    take_text(h, "id", f->id, sizeof f->id);
    f->guarded = !*f->name;
}

/* The visit begins now: until here nobody was known. A card put in meanwhile goes first. */
static void begin_ecard(struct app *app, const struct json *root)
{
    struct genuine *g = app->genuine;
    const struct json *h = NULL;
    struct card_face f = { .kind = CARD_ECARD,
                           .birth_day = INT32_MIN,
                           .issued_day = INT32_MIN,
                           .expires_day = INT32_MIN };
    struct idno id;
    bool told = json_get(root, "holder", &h) == OK && json_is_object(h);
    if (app->session.face || !told) {
        explicit_bzero(g->token, sizeof g->token);
        fail(app, ERR_FORMAT);
        return;
    }
    g->ecard = false;
    g->state = GENUINE_DONE;
    g->give_up_ms = 0;
    take_text(h, "name", f.name, sizeof f.name);
    take_text(h, "id", f.id, sizeof f.id);
    take_text(h, "card", f.card_no, sizeof f.card_no);
    if (idno_read(f.id, app->today, &id) == IDNO_OK) {
        f.birth_day = id.birth_day;
        f.sex = id.sex;
    }
    explicit_bzero(&id, sizeof id);
    visit_ecard(app, &f);
}

static bool open_card(struct app *app, const struct json *root)
{
    struct genuine *g = app->genuine;
    struct card_task t = { .kind = CARD_TASK_EXTERNAL, .face = *app->session.face };
    memcpy(t.ext_factor, g->ext_factor, sizeof t.ext_factor);
    memcpy(t.ext_orig, g->ext_orig, sizeof t.ext_orig);
    bool can = g->can_open && bytes_of(root, "ext", t.auth) == OK;
    if (can) {
        g->state = GENUINE_OPENING;
        can = errand_order(app, ERRAND_GENUINE, &t);
    }
    explicit_bzero(&t, sizeof t);
    return can;
}

/* Only a wrong answer makes a card false. One that could not prove itself where proof is demanded,
 * or a challenge that ran out on a slow line, says nothing of the kind. */
static void refused(struct app *app, const char *why)
{
    struct genuine *g = app->genuine;
    log_warn("card_refused", "why=%.16s", why);
    if (!g->ecard && strcmp(why, "false") == 0) {
        visit_refused(app);
    } else if (!g->ecard && strcmp(why, "challenge") == 0 && !g->again) {
        g->state = GENUINE_NOT_ASKED;
        genuine_begin(app);
        g->again = true;
    } else {
        fail(app, strcmp(why, "unproved") == 0 ? ERR_UNPROVED : ERR_REFUSED);
    }
}

static void judged(struct app *app, const struct json *root)
{
    struct genuine *g = app->genuine;
    const char *verdict = "", *token = "", *why = "";
    if (json_get_str(root, "verdict", &verdict) != OK) {
        fail(app, ERR_FORMAT);
        return;
    }
    if (json_get_str(root, "why", &why) != OK)
        why = "";
    if (strcmp(verdict, "refused") == 0) {
        refused(app, why);
        return;
    }
    if (json_get_str(root, "token", &token) != OK || strlen(token) != sizeof g->token - 1 ||
        token[strspn(token, "0123456789abcdef")]) {
        fail(app, ERR_FORMAT);
        return;
    }
    snprintf(g->token, sizeof g->token, "%s", token);
    if (g->ecard) {
        begin_ecard(app, root);
        return;
    }
    take_holder(app, root);
    if (!open_card(app, root)) /* else it goes on in genuine_card */
        done(app);
}

void genuine_answer(struct app *app, int64_t q)
{
    struct genuine *g = app->genuine;
    struct json *root = NULL;
    enum err e = ask_take(app, &g->ask, q, &root);
    if (e == OK && g->state == GENUINE_CHALLENGE)
        challenged(app, root);
    else if (e == OK && g->state == GENUINE_VERDICT)
        judged(app, root);
    else if (e != OK && g->ask.state == ASK_FAILED && genuine_busy(app))
        fail(app, e);
    json_free(root);
}

void genuine_retry(struct app *app)
{
    if (app->genuine->state == GENUINE_FAILED && !app->session.held)
        genuine_begin(app);
}

void genuine_line(struct app *app)
{
    const struct card_face *f = app->session.face;
    bool unknown = f && f->kind == CARD_SSC && f->guarded && !*f->name && !app->session.held;
    if (unknown && app->line.state == LINE_ONLINE && !genuine_token(app))
        genuine_begin(app);
}

void genuine_cut(struct app *app)
{
    struct genuine *g = app->genuine;
    if (g->state == GENUINE_CARD)
        g->waits = true;
    else if (g->state == GENUINE_OPENING)
        done(app);
}

void genuine_due(struct app *app)
{
    fail(app, ERR_TIMEOUT);
    errand_next(app);
}
