/* ask.c - seals a question to the platform, hands it to huimin-sync, opens the answer. */
#include "app/ask.h"

#include "app/app.h"
#include "app/keys.h"
#include "app/line.h"
#include "app/outbox.h"
#include "app/trust.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/wire_item.h"

#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 256 * 1024 };

void ask_fail(struct ask *k, enum err why)
{
    k->state = ASK_FAILED;
    k->err = why;
    explicit_bzero(k->secret, sizeof k->secret);
}

void ask_forget(struct ask *k)
{
    explicit_bzero(k, sizeof *k);
}

bool ask_busy(const struct ask *k)
{
    return k->state == ASK_WAITS || k->state == ASK_OPEN;
}

static const char *question(struct arena *a, const struct ask *k, const char *what,
                            const char *more)
{
    char reply[64];
    crypto_base64(k->pub, sizeof k->pub, reply, sizeof reply);
    return arena_printf(a, "{\"v\":1,\"ask\":\"%s\",\"at\":%lld,%s,\"reply\":\"%s\"}", what,
                        (long long)k->asked_ms, more, reply);
}

static enum err send(struct app *app, struct ask *k, const char *plain)
{
    struct wire_key to;
    unsigned char sig[CRYPTO_SIG];
    size_t n = plain ? strlen(plain) : 0, box_n = n + CRYPTO_SEAL_EXTRA;
    size_t text_n = (box_n + 2) / 3 * 4 + 1;
    struct arena *a = &app->session.arena;
    unsigned char *box = arena_alloc(a, box_n);
    char *text = arena_alloc(a, text_n), sig_text[96];
    if (!plain || !box || !text)
        return ERR_NOMEM;
    enum err e = trust_seal_key(app->store, app->config, &to);
    if (e == OK)
        e = crypto_seal(plain, n, to.pub, box);
    if (e != OK)
        return e;
    wire_query_sign(to.kid, box, box_n, outbox_key(app->dev.outbox)->secret, sig);
    crypto_base64(box, box_n, text, text_n);
    crypto_base64(sig, sizeof sig, sig_text, sizeof sig_text);
    return line_query(app->dev.link, to.kid, text, sig_text, &k->q);
}

static void open_ask(struct app *app, struct ask *k, const char *more)
{
    k->state = ASK_OPEN;
    k->asked_ms = clock_wall_ms();
    if (!app->dev.link || !app->dev.outbox || app->line.state != LINE_ONLINE) {
        ask_fail(k, ERR_OFFLINE);
        return;
    }
    crypto_seal_keypair(k->pub, k->secret);
    enum err e = send(app, k, question(&app->session.arena, k, k->what, more));
    if (e != OK) {
        log_warn("question_not_sent", "err=%s", err_name(e));
        ask_fail(k, e);
    }
}

void ask_begin(struct app *app, struct ask *k, const char *what, const char *more)
{
    *k = (struct ask){ .what = what, .visit = app->wipes };
    open_ask(app, k, more);
}

bool ask_plain(const char *s)
{
    return s[strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

void ask_send(struct app *app, struct ask *k, const char *more)
{
    if (more)
        open_ask(app, k, more);
    else
        ask_fail(k, ERR_FORMAT);
}

static enum err opened(struct ask *k, const char *text, struct json **out)
{
    size_t n = 0, cap = strlen(text);
    unsigned char *box = malloc(cap + 1), *plain = malloc(cap + 1);
    enum err e = box && plain ? crypto_unbase64(text, box, cap, &n) : ERR_NOMEM;
    if (e == OK && n < CRYPTO_SEAL_EXTRA)
        e = ERR_FORMAT;
    if (e == OK)
        e = crypto_open(box, n, k->pub, k->secret, plain);
    if (e == OK)
        e = json_parse((char *)plain, n - CRYPTO_SEAL_EXTRA, out);
    if (plain)
        explicit_bzero(plain, cap + 1);
    free(plain);
    free(box);
    return e;
}

enum err ask_take(struct app *app, struct ask *k, int64_t q, struct json **out)
{
    enum err said = OK;
    if (k->state != ASK_OPEN || k->q != q || k->visit != app->wipes)
        return ERR_NOT_FOUND;
    char *text = malloc(ANSWER_MAX);
    enum err e = text ? OK : ERR_NOMEM;
    if (e == OK)
        e = line_answer(app->dev.link, q, &said, text, ANSWER_MAX);
    if (e == OK)
        e = said;
    if (e == OK)
        e = opened(k, text, out);
    free(text);
    if (e != OK) {
        log_info("no_answer", "err=%s", err_name(e));
        ask_fail(k, e);
        return e;
    }
    k->state = ASK_DONE;
    explicit_bzero(k->secret, sizeof k->secret);
    return OK;
}
