/* papers.c - the papers of a form, photographed: which are asked for, and what has been kept. */
#include "app/papers.h"

#include "app/app.h"
#include "app/form.h"
#include "app/trust.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_asked(const struct app *app, int material)
{
    const struct service_material *m = &app->form->service->material[material];
    return m->via == VIA_SCAN && form_needs(app->form, m->when);
}

int papers_next(const struct app *app, int from, int by)
{
    if (!form_open(app->form))
        return -1;
    for (int i = from + by; i >= 0 && i < app->form->service->material_count; i += by)
        if (is_asked(app, i))
            return i;
    return -1;
}

bool papers_offered(const struct app *app)
{
    return app->papers && doccam_is_set(app->dev.doccam) && papers_next(app, -1, 1) >= 0;
}

int papers_place(const struct app *app, int material, int *out_all)
{
    int at = 0, all = 0;
    for (int i = papers_next(app, -1, 1); i >= 0; i = papers_next(app, i, 1)) {
        all++;
        at = i == material ? all : at;
    }
    *out_all = all;
    return at;
}

int papers_count(const struct papers *p, int material)
{
    return p && material >= 0 && material < SERVICE_MATERIALS ? p->of[material].count : 0;
}

int papers_all(const struct papers *p)
{
    int n = 0;
    for (int i = 0; i < SERVICE_MATERIALS; i++)
        n += papers_count(p, i);
    return n;
}

int64_t papers_bytes(const struct papers *p)
{
    int64_t n = 0;
    for (int i = 0; i < SERVICE_MATERIALS; i++)
        for (int k = 0; k < papers_count(p, i); k++)
            n += p->of[i].page[k].page.bytes;
    return n;
}

enum err papers_room(const struct app *app)
{
    const struct papers *p = app->papers;
    int64_t more = DOCCAM_STILL + CRYPTO_SEAL_EXTRA;
    if (papers_count(p, p->material) >= PAPER_PAGES || papers_all(p) >= PAPER_ALL ||
        papers_bytes(p) + more > OUTBOX_PAGES_BYTES)
        return ERR_TOO_BIG;
    return app->dev.outbox ? outbox_pages_room(app->dev.outbox, papers_bytes(p) + more)
                           : ERR_READONLY;
}

enum paper_advice papers_advice(const struct jpeg_look *look)
{
    if (look->luma < PAPER_DARK)
        return PAPER_LOOKS_DARK;
    return look->edges < PAPER_BLURRED ? PAPER_LOOKS_BLURRED : PAPER_LOOKS_GOOD;
}

/* --- keeping ------------------------------------------------------------------------------------
 */

static enum err seal_still(const struct app *app, struct outbox_page *out)
{
    struct wire_key to;
    size_t n = 0;
    const unsigned char *still = doccam_still(app->dev.doccam, &n);
    enum err e = still ? trust_seal_key(app->store, app->config, &to) : ERR_NOT_FOUND;
    unsigned char *sealed = e == OK ? malloc(n + CRYPTO_SEAL_EXTRA) : NULL;
    if (e == OK && !sealed)
        e = ERR_NOMEM;
    if (e == OK)
        e = crypto_seal(still, n, to.pub, sealed);
    if (e != OK) {
        free(sealed);
        return e;
    }
    *out = (struct outbox_page){ .page.bytes = (int64_t)n + CRYPTO_SEAL_EXTRA, .sealed = sealed };
    crypto_hash_of(sealed, n + CRYPTO_SEAL_EXTRA, out->page.hash);
    snprintf(out->page.kid, sizeof out->page.kid, "%s", to.kid);
    return OK;
}

void papers_keep(struct app *app)
{
    struct papers *p = app->papers;
    struct outbox_page page;
    p->err = papers_room(app);
    if (p->err == OK)
        p->err = seal_still(app, &page);
    if (p->err != OK) {
        log_warn("paper_not_kept", "err=%s", err_name(p->err));
        return;
    }
    p->of[p->material].page[p->of[p->material].count++] = page;
    app->form->touched = true;
    log_info("paper_kept", "pages=%d bytes=%lld", papers_all(p), (long long)page.page.bytes);
    doccam_again(app->dev.doccam);
}

static void free_page(struct outbox_page *page)
{
    free((void *)(uintptr_t)page->sealed);
    *page = (struct outbox_page){ 0 };
}

void papers_remove(struct app *app, int material, int page)
{
    struct papers *p = app->papers;
    if (page < 0 || page >= papers_count(p, material))
        return;
    struct outbox_page *at = p->of[material].page;
    int after = --p->of[material].count - page;
    free_page(&at[page]);
    memmove(&at[page], &at[page + 1], sizeof *at * (size_t)after);
    at[page + after] = (struct outbox_page){ 0 };
    p->err = OK;
}

void papers_forget(struct papers *p)
{
    if (!p)
        return;
    for (int i = 0; i < SERVICE_MATERIALS; i++)
        for (int k = 0; k < p->of[i].count; k++)
            free_page(&p->of[i].page[k]);
    memset(p, 0, sizeof *p);
}

void papers_leave(const struct app *app)
{
    if (app->dev.doccam)
        doccam_watch(app->dev.doccam, 0, 0);
}

int papers_list(const struct form *f, struct outbox_page out[PAPER_ALL])
{
    int n = 0;
    for (int i = 0; i < f->service->material_count; i++)
        for (int k = 0; k < papers_count(f->papers, i) && n < PAPER_ALL; k++)
            if (form_needs(f, f->service->material[i].when))
                out[n++] = f->papers->of[i].page[k];
    return n;
}

const char *papers_device(const struct app *app, bool *out_well)
{
    struct doccam_view v = { .state = DOCCAM_NONE };
    if (app->dev.doccam)
        doccam_look(app->dev.doccam, &v);
    *out_well = v.state == DOCCAM_NONE || v.state == DOCCAM_RESTING || v.state == DOCCAM_READY;
    return doccam_state_name(v.state);
}
