/* papers.h - the papers of a form, photographed: one after the other, a page is sealed the moment
 * it is kept. */
#ifndef APP_PAPERS_H
#define APP_PAPERS_H

#include "app/outbox_blob.h"
#include "app/services.h"
#include "hal/doccam.h"
#include "hal/jpeg.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

enum { PAPER_PAGES = 4 /* of one paper */, PAPER_ALL = 12 /* of one form */ };
/* How a page must look not to be doubted (struct jpeg_look). Advice: nobody is refused. */
enum { PAPER_DARK = 70, PAPER_BLURRED = 80 };
enum paper_advice { PAPER_LOOKS_GOOD, PAPER_LOOKS_DARK, PAPER_LOOKS_BLURRED };

/* Of one visit; in the session's arena. Nothing in it can be looked at any more, here or anywhere
 * but at the platform's decision side: sealed is malloc'ed and holds sealed bytes only. [ui] */
struct papers {
    struct {
        int count;
        struct outbox_page page[PAPER_PAGES];
    } of[SERVICE_MATERIALS];
    int material;    /* on the page now */
    int64_t held_ms; /* since when the still is looked at (timer clock); 0 none */
    bool asked;      /* the citizen has been through them all */
    enum err err;    /* why the last page was not kept; OK */
};

/* A camera is set, and the form asks for a paper that may be photographed. */
bool papers_offered(const struct app *app);
/* The paper behind (by 1) or before (by -1) `from` that the form asks for; -1: none. from -1 and 1:
 * the first. */
int papers_next(const struct app *app, int from, int by);
/* Which of how many this is, from 1. */
int papers_place(const struct app *app, int material, int *out_all);

/* Pages of one paper, of all; their sealed bytes. p may be NULL: none. */
int papers_count(const struct papers *p, int material);
int papers_all(const struct papers *p);
int64_t papers_bytes(const struct papers *p);
/* Is there room for another page (limits, disk)? ERR_TOO_BIG, ERR_FULL, ERR_READONLY. */
MUST_CHECK enum err papers_room(const struct app *app);

/* What is said of the still that is held. */
enum paper_advice papers_advice(const struct jpeg_look *look);
/* Seals the still that is held and keeps it as the next page of papers->material; the camera goes
 * on. On an error (papers->err) it is held still. */
void papers_keep(struct app *app);
void papers_remove(struct app *app, int material, int page);
/* Forgets all pages: the form is handed in or given up, the visit is over. p may be NULL. */
void papers_forget(struct papers *p);
/* The screen is left, or covered: the camera is closed. */
void papers_leave(const struct app *app);
/* Those the form asks for as it is answered now, in the order in which form_pack names them. */
struct form;
int papers_list(const struct form *f, struct outbox_page out[PAPER_ALL]);
/* [any] For the staff page and --check. */
const char *papers_device(const struct app *app, bool *out_well);

#endif
