/* proof.c - asks the platform for a proof of insurance, believes only its signature, prints it. */
#include "app/proof.h"

#include "app/app.h"
#include "app/errand.h"
#include "app/i18n.h"
#include "app/paper.h"
#include "app/say.h"
#include "app/trust.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <string.h>

enum { WORDS = 16 * 1024 };

/* --- asking -------------------------------------------------------------------------------------
 */

void proof_open(struct app *app, enum social_part part)
{
    if (app->proof->part != part)
        proof_forget(app);
    app->proof->part = part;
}

/* A question that is open is let go: its answer is for nobody. */
void proof_forget(struct app *app)
{
    enum social_part part = app->proof->part;
    explicit_bzero(app->proof, sizeof *app->proof);
    app->proof->part = part;
}

void proof_ask(struct app *app, int purpose)
{
    struct proof *p = app->proof;
    if (!social_can_ask(app) || !wire_proof_purpose(purpose))
        return;
    proof_forget(app);
    p->chosen = true;
    p->purpose = purpose;
    p->busy_at_ms = clock_timer_ms() + SOCIAL_BUSY_MS;
    const char *more = arena_printf(&app->session.arena, "\"part\":\"%s\",\"purpose\":\"%s\"",
                                    social_part_name(p->part), wire_proof_purpose(purpose));
    if (more)
        errand_ask(app, &p->ask, "proof", more, true);
    else
        ask_fail(&p->ask, ERR_NOMEM);
}

void proof_retry(struct app *app)
{
    proof_ask(app, app->proof->purpose);
}

bool proof_busy(const struct proof *p)
{
    return ask_busy(&p->ask) && p->busy_at_ms == 0;
}

enum err proof_failed(const struct proof *p)
{
    return p->ask.state == ASK_FAILED && !p->known ? p->ask.err : OK;
}

/* --- the answer ---------------------------------------------------------------------------------
 */

/* Signed by the platform, about the holder of this card, and what was asked for. */
static enum err believe(struct app *app, const struct wire_proof *is)
{
    const struct proof *p = app->proof;
    struct wire_keyset keys;
    char who[WIRE_PROOF_WHO + 1];
    enum err e = trust_keys(app->store, app->config, &keys);
    if (e == OK)
        e = wire_proof_verify(is, &keys);
    if (e != OK)
        return e;
    wire_proof_who(is->number, app->session.face ? app->session.face->id : "", who);
    bool ours = strcmp(who, is->who) == 0 && strcmp(is->part, social_part_name(p->part)) == 0 &&
                strcmp(is->purpose, wire_proof_purpose(p->purpose)) == 0;
    return ours ? OK : ERR_SIGNATURE;
}

static enum err take(struct app *app, const struct json *root)
{
    struct proof *p = app->proof;
    const struct json *v = NULL;
    const char *code = NULL;
    enum err e = json_get(root, "proof", &v);
    if (e == OK && json_is_null(v)) {
        p->none = true;
        return OK;
    }
    if (e == OK)
        e = json_get_str(root, "proof", &code);
    if (e == OK)
        e = wire_proof_read(code, &p->is);
    if (e == OK)
        e = believe(app, &p->is);
    return e == OK ? qr_make(code, &p->qr) : e;
}

void proof_answer(struct app *app, int64_t q)
{
    struct proof *p = app->proof;
    struct json *root = NULL;
    if (ask_take(app, &p->ask, q, &root) == OK) {
        enum err e = take(app, root);
        p->known = e == OK;
        if (e != OK) {
            log_warn("proof_not_believed", "err=%s", err_name(e));
            explicit_bzero(&p->is, sizeof p->is);
            p->ask.state = ASK_FAILED;
            p->ask.err = e;
        }
    }
    json_free(root);
}

/* --- words --------------------------------------------------------------------------------------
 */

const char *proof_scheme(const struct wire_proof *p)
{
    bool worker = strcmp(p->scheme, "worker") == 0;
    if (strcmp(p->part, "pension") == 0)
        return T(worker ? "account.pension_worker" : "account.pension_resident");
    if (strcmp(p->part, "medical") == 0)
        return T(worker ? "account.medical_worker" : "account.medical_resident");
    bool housing = strcmp(p->part, "housing") == 0;
    return T(housing ? "account.housing" : "account.unemployment");
}

const char *proof_state(const struct wire_proof *p)
{
    if (strcmp(p->state, "drawing") == 0)
        return T("account.drawing");
    bool paying = strcmp(p->state, "paying") == 0;
    return T(paying ? "account.paying" : "account.stopped");
}

const char *proof_purpose_key(const char *purpose)
{
    static const char *const key[] = {
        "proof.for.loan",      "proof.for.school", "proof.for.job",
        "proof.for.residence", "proof.for.bid",    "proof.for.other"
    };
    for (int i = 0; wire_proof_purpose(i); i++)
        if (strcmp(wire_proof_purpose(i), purpose) == 0)
            return key[i];
    return "proof.for.other";
}

const char *proof_title(enum social_part part)
{
    return T(part == SOCIAL_HOUSING ? "proof.title_housing" : "proof.title");
}

/* Residents pay by the year, workers by the month. */
const char *proof_duration(struct arena *a, const struct wire_proof *p)
{
    bool worker = strcmp(p->scheme, "worker") == 0;
    return i18n_fmt(a, worker ? "account.months" : "account.whole_years", "n",
                    say_number(a, worker ? p->months : p->months / 12), NULL);
}

/* --- paper --------------------------------------------------------------------------------------
 */

static void pair(struct paper *p, struct arena *a, const char *label, const char *value)
{
    paper_say(p, PAPER_PLAIN, i18n_fmt(a, "proof.pair", "label", label, "value", value, NULL));
}

static const char *full_date(struct arena *a, int day)
{
    struct civil c = clock_civil_of_day(day);
    const char *s = arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
    return s ? s : "";
}

static void whose(struct paper *out, struct arena *a, const struct card_face *f)
{
    pair(out, a, T("proof.name"), f->name);
    pair(out, a, T("citizen.id"), mask_number(a, f->id));
}

static void says(struct paper *out, struct arena *a, const struct wire_proof *is)
{
    pair(out, a, T("proof.insurance"), proof_scheme(is));
    pair(out, a, T("proof.state"), proof_state(is));
    pair(out, a, T("proof.since"),
         i18n_fmt(a, "account.year", "year", arena_printf(a, "%d", is->since), NULL));
    pair(out, a, T("account.paid_for"), proof_duration(a, is));
    pair(out, a, T("proof.for"), T(proof_purpose_key(is->purpose)));
    pair(out, a, T("proof.from"), full_date(a, is->from));
    pair(out, a, T("proof.until"), full_date(a, is->until));
}

void proof_paper(const struct app *app, struct paper *out)
{
    struct arena a;
    const struct proof *p = app->proof;
    memset(out, 0, sizeof *out);
    if (!p->known || p->none || !app->session.face || arena_init_locked(&a, WORDS) != OK)
        return;
    paper_head(out, app, proof_title(p->part));
    paper_say(out, PAPER_CENTER, T("proof.number"));
    paper_say(out, PAPER_BIG, p->is.number);
    whose(out, &a, app->session.face);
    paper_add(out, PAPER_RULE, "");
    says(out, &a, &p->is);
    paper_add(out, PAPER_RULE, "");
    paper_say(out, PAPER_PLAIN, T("proof.check"));
    paper_whom_to_ask(out, &a, app);
    out->qr = p->qr;
    arena_finish(&a);
}

/* Once it is out there is no second one of it; paper that did not come may be asked for again. */
void proof_print(struct app *app)
{
    struct proof *p = app->proof;
    struct paper paper;
    bool out = p->print_asked && (p->printed == OK || p->printed == ERR_BUSY);
    if (!p->known || p->none || out)
        return;
    proof_paper(app, &paper);
    enum err e = app->dev.printer ? printer_print(app->dev.printer, &paper) : ERR_NO_DEVICE;
    explicit_bzero(&paper, sizeof paper);
    p->print_asked = e != ERR_BUSY; /* another paper is on its way: the button stays */
    p->printed = e == OK ? ERR_BUSY : e;
}

bool proof_printed(struct app *app, enum err e)
{
    struct proof *p = app->proof;
    if (!p->print_asked || p->printed != ERR_BUSY)
        return false;
    p->printed = e;
    return true;
}
