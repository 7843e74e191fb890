/* scan.c - what a scanned code is, and what the terminal does with it. */
#include "app/scan.h"

#include "app/app.h"
#include "app/genuine.h"
#include "app/progress.h"
#include "app/visit.h"
#include "hal/base/log.h"
#include "hal/scanner.h"
#include "hal/wire_proof.h"

#include <string.h>

enum { ECARD_LEAST = 16, ECARD_MOST = 1024 };

const char *scan_kind_name(enum scan_kind k)
{
    static const char *const names[SCAN_KINDS] = { [SCAN_RECEIPT] = "receipt",
                                                   [SCAN_TORN] = "torn",
                                                   [SCAN_PROOF] = "proof",
                                                   [SCAN_ECARD] = "ecard",
                                                   [SCAN_OTHER] = "other" };
    return (unsigned)k < SCAN_KINDS ? names[k] : "unknown";
}

/* --- what it is --------------------------------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Codes of cards kept in a phone are one long word that means nothing to the eye: digits, hex or
 * base64, some with colons or dots. A bar code of goods is shorter, an address has "//" in it, or a
 * dot and a stroke. */
static bool like_ecard(const char *text)
{
    static const char may[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/=_-:.";
    size_t n = strlen(text);
    return n >= ECARD_LEAST && n <= ECARD_MOST && text[strspn(text, may)] == '\0' &&
           !strstr(text, "//") && !(strchr(text, '.') && strchr(text, '/')) &&
           strpbrk(text, "0123456789");
}

enum scan_kind scan_kind_of(const char *text, char out_receipt[WIRE_RECEIPT + 1])
{
    struct wire_qr qr;
    struct wire_proof proof;
    char number[WIRE_RECEIPT + 1];
    enum scan_kind kind = SCAN_OTHER;
    if (begins(text, "HM1/") && wire_qr_read(text, &qr) == OK) {
        memcpy(out_receipt, qr.receipt, WIRE_RECEIPT + 1);
        kind = SCAN_RECEIPT;
    } else if (wire_receipt_clean(text, number) == OK) {
        memcpy(out_receipt, number, sizeof number);
        kind = SCAN_RECEIPT;
    } else if (begins(text, "HMP1/") && wire_proof_read(text, &proof) == OK) {
        kind = SCAN_PROOF;
    } else if (!*text || begins(text, "HM1/") || begins(text, "HMP1/")) {
        kind = SCAN_TORN;
    } else if (like_ecard(text)) {
        kind = SCAN_ECARD;
    }
    explicit_bzero(&qr, sizeof qr);
    explicit_bzero(&proof, sizeof proof);
    explicit_bzero(number, sizeof number);
    return kind;
}

/* --- what is done ------------------------------------------------------------------------- */

/* A person stands here. On home, too, the sentence goes when nobody touches anything. */
static void say(struct app *app, enum scan_says what)
{
    app->scan_says = what;
    app->visit = true;
}

static void open_receipt(struct app *app, const char *number)
{
    if (visit_unsent(app)) {
        say(app, SCAN_SAYS_UNSENT);
        return;
    }
    if (strcmp(app_screen(app)->name, "progress") != 0)
        app_go(app, "progress", 0);
    app->scan_says = SCAN_SAYS_NOTHING;
    progress_forget(app->progress);
    progress_type(app->progress, number);
    progress_look(app);
}

void scan_ecard_failed(struct app *app, enum err why)
{
    if (app->scan_says == SCAN_SAYS_ECARD_ASKING)
        say(app, why == ERR_REFUSED ? SCAN_SAYS_ECARD : SCAN_SAYS_ECARD_OFFLINE);
}

/* The platform says whose it is; neither a form nor a visit that is open is left for it. */
static void scan_ecard(struct app *app, const char *text)
{
    if (visit_unsent(app)) {
        say(app, SCAN_SAYS_UNSENT);
        return;
    }
    if (session_card(&app->session)) {
        say(app, SCAN_SAYS_ECARD_BESIDE);
        return;
    }
    say(app, SCAN_SAYS_ECARD_ASKING);
    genuine_ecard(app, text);
}

/* A page about a card is closed as by any other press, but not the one that says: take it. */
static bool hears(struct app *app)
{
    if (app->session.held || app_shut(app) || setup_busy(app) || app->out_of_service != OK ||
        app->card_says == CARD_SAYS_TAKE || app->card_says == CARD_SAYS_READING)
        return false;
    if (app->card_says != CARD_SAYS_NOTHING)
        visit_without_card(app);
    return true;
}

void scan_text(struct app *app, const char *text)
{
    char number[WIRE_RECEIPT + 1] = "";
    if (!hears(app)) {
        log_info("scan_not_heard", "bytes=%zu", strlen(text));
        return;
    }
    enum scan_kind kind = scan_kind_of(text, number);
    log_info("scan", "kind=%s bytes=%zu", scan_kind_name(kind), strlen(text));
    visit_touched(app);
    visit_stay(app);
    if (kind == SCAN_RECEIPT)
        open_receipt(app, number);
    else if (kind == SCAN_ECARD)
        scan_ecard(app, text);
    else
        say(app, kind == SCAN_TORN    ? SCAN_SAYS_TORN
                 : kind == SCAN_PROOF ? SCAN_SAYS_PROOF
                                      : SCAN_SAYS_OTHER);
    explicit_bzero(number, sizeof number);
}

void scan_came(struct app *app)
{
    const char *text = app->dev.scanner ? scanner_text(app->dev.scanner) : NULL;
    if (!text)
        return; /* it was plugged in or out: the staff page says so */
    scan_text(app, text);
    scanner_wipe(app->dev.scanner);
}

void scan_device(const struct app *app, const char **out_state, const char **out_todo,
                 bool *out_well)
{
    struct scanner_status s = { .state = SCANNER_BY_SPEED };
    if (app->dev.scanner)
        scanner_status(app->dev.scanner, &s);
    *out_state = s.state == SCANNER_BY_SPEED ? "by speed" : scanner_state_name(s.state);
    *out_todo = s.state == SCANNER_DENIED ? "group input" : "cable, scanner.device";
    *out_well = s.state == SCANNER_BY_SPEED || s.state == SCANNER_READY;
}
