/* handin.h - handing a form in: packed, sealed, given to the store thread; and the receipt of it.
 */
#ifndef APP_HANDIN_H
#define APP_HANDIN_H

#include "app/outbox.h"
#include "hal/base/err.h"
#include "hal/printer.h"
#include "hal/qr.h"
#include "hal/wire_item.h"

#include <stdbool.h>
#include <stdint.h>

struct app;

/* What the receipt page shows; until the visit ends. Holds the receipt number, which is the
 * citizen's: wiped with the visit. */
struct receipt {
    char number[WIRE_RECEIPT + 1];
    char service[128], department[128]; /* names as shown */
    char name[64];                      /* masked */
    int64_t n, at_ms;
    int promised_days;
    bool working_days, at_once;
    char qr_text[WIRE_QR];
    struct qr qr;
    enum err printed; /* OK, ERR_BUSY while printing, else why not */
    bool print_asked;
    char show[16][96]; /* papers to be shown, by name */
    int show_count;
    char show_where[128]; /* where; "" = at this service point */
    int show_days;        /* within so many days; 0 = not said */
    char slot[256];       /* the appointment asked for, in words; "" = none */
    bool looked;          /* row is what the outbox last said of it (receipt_look) */
    struct outbox_row row;
};

/* [ui] With a card in: has its number read again first. Packs, seals to the platform's newest key,
 * makes id and receipt, hands it to the outbox. ERR_NO_KEY, ERR_FULL, ERR_BUSY, ERR_NOMEM; the form
 * stays as it is on any of them. */
MUST_CHECK enum err handin_begin(struct app *app);
/* [ui] The card whose holder this is is still the one in the reader: now it is handed over. */
void handin_confirmed(struct app *app);
/* [ui] EV_SAVED: fills app->receipt, notes the person, forgets the form. */
void handin_saved(struct app *app, int64_t n, const char *receipt);
void handin_not_saved(struct app *app, enum err why);
/* [ui] The paper of app->receipt, in the citizen's language. */
void receipt_paper(const struct app *app, struct paper *out);
/* [ui] Asks the outbox again how far it is: at the start, on EV_OUTBOX. */
void receipt_look(struct app *app);
enum receipt_state { RECEIPT_WAITING, RECEIPT_ACCEPTED, RECEIPT_REJECTED };
enum receipt_state receipt_state(const struct receipt *r);
/* [ui] Counted from the day after, by the holidays that were published. */
int receipt_last_day(const struct app *app, int day, int days, bool working_days);
/* [ui] The appointment of the receipt: asked for, booked, or no room. */
const char *receipt_slot(const struct receipt *r);
/* [ui] Why something waits or was refused (an err_name or the platform's code), in plain words. */
const char *receipt_why(const char *reason);
/* The same of one that is not refused: why it is not there yet. */
const char *receipt_why_waiting(const char *reason);
/* For the citizen: what becomes of one that is not delivered yet. */
struct outbox_row;
const char *receipt_waits(const struct app *app, struct arena *a, const struct outbox_row *row);

#endif
