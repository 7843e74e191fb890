/* handin.c - from a filled form to a sealed item in the outbox, and what the receipt page shows. */
#include "app/handin.h"

#include "app/app.h"
#include "app/form.h"
#include "app/keys.h"
#include "app/outbox.h"
#include "app/papers.h"
#include "app/trust.h"
#include "app/visit.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>

static enum err seal(struct app *app, const char *plain, struct wire_item *item)
{
    struct wire_key to;
    size_t n = strlen(plain);
    unsigned char *box = arena_alloc(&app->session.desk, n + CRYPTO_SEAL_EXTRA);
    enum err e = trust_seal_key(app->store, app->config, &to);
    if (e != OK)
        return e;
    if (!box)
        return ERR_NOMEM;
    snprintf(item->kid, sizeof item->kid, "%s", to.kid);
    item->box = box;
    item->box_n = n + CRYPTO_SEAL_EXTRA;
    return crypto_seal(plain, n, to.pub, box);
}

static enum err packed(struct app *app, const char *receipt, struct wire_item *item)
{
    char *plain = NULL;
    app->form->papers = app->papers;
    enum err e = form_pack(app->form, &app->session.desk, app->session.face, receipt, item->at_ms,
                           app->config->terminal_village, &plain);
    if (e == OK)
        e = seal(app, plain, item);
    if (plain)
        explicit_bzero(plain, strlen(plain));
    return e;
}

/* Papers that may be photographed and were not are shown at the window. */
static void list_papers(struct receipt *r, const struct form *f)
{
    int most = (int)(sizeof r->show / sizeof r->show[0]);
    r->show_count = 0;
    for (int i = 0; i < f->service->material_count && r->show_count < most; i++) {
        const struct service_material *m = &f->service->material[i];
        if (m->via == VIA_SCAN && form_needs(f, m->when) && papers_count(f->papers, i) == 0)
            snprintf(r->show[r->show_count++], sizeof r->show[0], "%s", m->name);
    }
}

/* What was chosen on the pages of the appointment, in their order. */
static void tell_slot(struct receipt *r, const struct form *f)
{
    for (int i = 0; i < f->service->field_count; i++) {
        const struct service_field *def = &f->service->field[i];
        int choice = f->value[i].choice;
        size_t n = strlen(r->slot);
        if (def->from && strncmp(def->from, "slot.", 5) == 0 && def->type == FIELD_CHOICE &&
            choice >= 0 && choice < def->option_count)
            snprintf(r->slot + n, sizeof r->slot - n, "%s%s", n ? " " : "", def->options[choice]);
    }
}

static void fill_receipt(struct app *app, const char *number, int64_t at_ms)
{
    struct receipt *r = app->receipt;
    const struct service *s = app->form->service;
    memset(r, 0, sizeof *r);
    snprintf(r->number, sizeof r->number, "%s", number);
    snprintf(r->service, sizeof r->service, "%s", s->name);
    snprintf(r->department, sizeof r->department, "%s", s->department);
    snprintf(r->name, sizeof r->name, "%s",
             mask_name(&app->session.desk, form_person_name(app->form)));
    r->at_ms = at_ms;
    r->promised_days = s->promised_days;
    r->working_days = s->working_days;
    r->at_once = s->at_once;
    list_papers(r, app->form);
    snprintf(r->show_where, sizeof r->show_where, "%s", s->show_where ? s->show_where : s->where);
    r->show_days = s->show_days;
    tell_slot(r, app->form);
}

static enum err hand_over(struct app *app)
{
    unsigned char random[WIRE_ID / 2];
    char receipt[WIRE_RECEIPT + 1];
    struct wire_item item = { .kind = "apply", .suite = "x25519", .at_ms = clock_wall_ms() };
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, item.id);
    wire_receipt(item.id, receipt);
    enum err e = packed(app, receipt, &item);
    struct outbox_page pages[PAPER_ALL];
    int count = papers_list(app->form, pages);
    if (e == OK)
        e = outbox_put_pages(app->dev.outbox, &item, pages, count);
    if (e == OK)
        fill_receipt(app, receipt, item.at_ms);
    return e;
}

enum err handin_begin(struct app *app)
{
    if (!form_open(app->form) || app->form->busy)
        return ERR_BUSY;
    enum err e = app->dev.outbox ? outbox_room(app->dev.outbox) : ERR_READONLY;
    if (e == OK && papers_all(app->papers) > 0)
        e = outbox_pages_room(app->dev.outbox, papers_bytes(app->papers));
    app->form->busy = e == OK;
    if (e == OK && errand_handin(app))
        return OK; /* it goes on in handin_confirmed */
    if (e == OK)
        e = hand_over(app);
    app->form->busy = e == OK;
    return e;
}

void handin_confirmed(struct app *app)
{
    if (!form_open(app->form) || !app->form->busy)
        return;
    enum err e = hand_over(app);
    if (e != OK)
        handin_not_saved(app, e);
}

static void make_qr(struct app *app)
{
    struct receipt *r = app->receipt;
    const struct terminal_key *key = outbox_key(app->dev.outbox);
    wire_qr_write(r->number, r->at_ms / 1000, key->pub, key->secret, r->qr_text);
    enum err e = qr_make(r->qr_text, &r->qr);
    if (e != OK)
        log_warn("receipt_without_qr", "err=%s", err_name(e));
}

void handin_saved(struct app *app, int64_t n, const char *number)
{
    struct receipt *r = app->receipt;
    if (!form_open(app->form) || !app->form->busy || strcmp(r->number, number) != 0)
        return; /* the visit is over: what was saved is in the outbox all the same */
    r->n = n;
    handed_note(form_person_id(app->form), app->form->service->id, number, r->at_ms);
    make_qr(app);
    memset(app->form, 0, sizeof *app->form);
    papers_forget(app->papers);
    arena_reset(&app->session.desk);
    app_home(app);
    app_go(app, "receipt", n);
}

void handin_not_saved(struct app *app, enum err why)
{
    log_warn("not_saved", "err=%s", err_name(why));
    memset(app->receipt, 0, sizeof *app->receipt);
    app->form->busy = false;
    app->handin_err = why;
}
