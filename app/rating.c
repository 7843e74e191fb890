/* rating.c - 好差评: reads its words, and seals what was said as an item of its own. */
#include "app/rating.h"

#include "app/app.h"
#include "app/i18n.h"
#include "app/outbox.h"
#include "app/trust.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN_MAX = 512 };

struct rating *rating_create(void)
{
    return calloc(1, sizeof(struct rating));
}

void rating_destroy(struct rating *r)
{
    if (r)
        rating_forget(r);
    free(r);
}

void rating_forget(struct rating *r)
{
    explicit_bzero(r->given, sizeof r->given);
    r->given_count = 0;
    explicit_bzero(r->open, sizeof r->open);
    r->open_level = 0;
    for (int i = 0; i < RATING_REASONS; i++)
        r->reason[i].chosen = false;
    r->err = OK;
}

static char *place_of(struct rating *r, const char *key)
{
    if (strcmp(key, "ask") == 0)
        return r->ask;
    if (strcmp(key, "secret") == 0)
        return r->secret;
    if (strcmp(key, "thanks") == 0)
        return r->thanks;
    bool level = key[0] >= '1' && key[0] <= '5' && !key[1];
    return level ? r->word[key[0] - '0'] : NULL;
}

/* What was chosen stays chosen: they are reloaded when the language changes. */
static enum err load_reasons(struct rating *r, struct store *store)
{
    int n = 0;
    struct query *q =
        store_query(store, "SELECT key, text, text_en FROM reason ORDER BY sort, key");
    while (n < RATING_REASONS && query_step(q)) {
        const char *code = query_col_text(q, 0), *zh = query_col_text(q, 1);
        const char *en = query_col_text(q, 2);
        if (strlen(code) >= RATING_CODE || code[strspn(code, "abcdefghijklmnopqrstuvwxyz_")])
            continue;
        bool same = n < r->reason_count && strcmp(r->reason[n].code, code) == 0;
        r->reason[n].chosen = same && r->reason[n].chosen;
        snprintf(r->reason[n].code, RATING_CODE, "%s", code);
        snprintf(r->reason[n].word, RATING_WORD, "%s", i18n_pick(zh, en && *en ? en : zh));
        n++;
    }
    r->reason_count = n;
    return query_done(q);
}

enum err rating_load(struct rating *r, struct store *store)
{
    int found = 0;
    struct query *q = store_query(store, "SELECT key, text, text_en FROM rating");
    while (query_step(q)) {
        char *to = place_of(r, query_col_text(q, 0));
        const char *zh = query_col_text(q, 1), *en = query_col_text(q, 2);
        if (!to)
            continue;
        snprintf(to, RATING_WORD, "%s", i18n_pick(zh, en && *en ? en : zh));
        found++;
    }
    r->there = found == RATING_LEVELS + 3;
    enum err e = query_done(q);
    return e == OK ? load_reasons(r, store) : e;
}

bool rating_was_given(const struct rating *r, const char *receipt)
{
    for (int i = 0; i < r->given_count; i++)
        if (strcmp(r->given[i], receipt) == 0)
            return true;
    return false;
}

/* No name, no number of a person: which application, how it was found, and why. */
static size_t write_plain(const struct rating *r, const char *receipt, int level,
                          char out[PLAIN_MAX])
{
    int n = snprintf(out, PLAIN_MAX,
                     "{\"v\":1,\"type\":\"rating\",\"receipt\":\"%s\",\"level\":%d,\"reasons\":[",
                     receipt, level);
    const char *sep = "";
    for (int i = 0; i < r->reason_count && level <= RATING_BAD; i++)
        if (r->reason[i].chosen) {
            n += snprintf(out + n, PLAIN_MAX - (size_t)n, "%s\"%s\"", sep, r->reason[i].code);
            sep = ",";
        }
    n += snprintf(out + n, PLAIN_MAX - (size_t)n, "]}");
    return (size_t)n;
}

static enum err seal(struct app *app, const char *receipt, int level, struct wire_item *item,
                     unsigned char box[PLAIN_MAX + CRYPTO_SEAL_EXTRA])
{
    struct wire_key to;
    char plain[PLAIN_MAX];
    size_t n = write_plain(app->rating, receipt, level, plain);
    enum err e = trust_seal_key(app->store, app->config, &to);
    if (e == OK)
        e = crypto_seal(plain, n, to.pub, box);
    explicit_bzero(plain, sizeof plain);
    if (e != OK)
        return e;
    snprintf(item->kid, sizeof item->kid, "%s", to.kid);
    item->box = box;
    item->box_n = n + CRYPTO_SEAL_EXTRA;
    return OK;
}

static enum err put(struct app *app, const char *receipt, int level)
{
    unsigned char random[WIRE_ID / 2], box[PLAIN_MAX + CRYPTO_SEAL_EXTRA];
    struct wire_item item = { .kind = "rating", .suite = "x25519", .at_ms = clock_wall_ms() };
    if (!app->dev.outbox)
        return ERR_READONLY;
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, item.id);
    enum err e = seal(app, receipt, level, &item, box);
    return e == OK ? outbox_put(app->dev.outbox, &item) : e;
}

static void hand_over(struct app *app, const char *receipt, int level)
{
    struct rating *r = app->rating;
    r->err = put(app, receipt, level);
    if (r->err == OK)
        snprintf(r->given[r->given_count++], sizeof r->given[0], "%s", receipt);
    else
        log_warn("rating_not_put", "err=%s", err_name(r->err));
}

bool rating_asks_why(const struct rating *r, const char *receipt)
{
    return *r->open && strcmp(r->open, receipt) == 0;
}

void rating_give(struct app *app, const char *receipt, int level)
{
    struct rating *r = app->rating;
    if (level < 1 || level > RATING_LEVELS || !*receipt || rating_was_given(r, receipt) ||
        r->given_count == RATING_GIVEN)
        return;
    if (level > RATING_BAD || r->reason_count == 0) {
        hand_over(app, receipt, level);
        return;
    }
    rating_finish(app);
    snprintf(r->open, sizeof r->open, "%s", receipt);
    r->open_level = level;
}

void rating_reason(struct app *app, int i)
{
    struct rating *r = app->rating;
    if (*r->open && i >= 0 && i < r->reason_count)
        r->reason[i].chosen = !r->reason[i].chosen;
}

void rating_finish(struct app *app)
{
    struct rating *r = app->rating;
    if (!*r->open || r->given_count == RATING_GIVEN)
        return;
    hand_over(app, r->open, r->open_level);
    explicit_bzero(r->open, sizeof r->open);
    for (int i = 0; i < RATING_REASONS; i++)
        r->reason[i].chosen = false;
}

bool rating_event(struct app *app, const struct event *ev, const char *receipt)
{
    if (ev->type != EV_PICK)
        return false;
    if (strcmp(ev->what, "rating") == 0)
        rating_give(app, receipt, (int)ev->n);
    else if (strcmp(ev->what, "rating.why") == 0)
        rating_reason(app, (int)ev->n);
    else if (strcmp(ev->what, "rating.send") == 0)
        rating_finish(app);
    else
        return false;
    return true;
}

void rating_not_saved(struct app *app, enum err why)
{
    struct rating *r = app->rating;
    log_warn("rating_not_saved", "err=%s", err_name(why));
    r->err = why;
    if (r->given_count)
        explicit_bzero(r->given[--r->given_count], sizeof r->given[0]);
}
