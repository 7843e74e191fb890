/* sync_enrol.c - asks the platform for the certificate of the line key, and for the next in time.
 */
#include "app/sync_enrol.h"

#include "app/enrol.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_S = 60, AGAIN_MS = 3600 * 1000, SOON_MS = 60 * 1000, RENEWALS_SOON = 3 };

enum phase { RESTING, ASKED_ANCHORS, ASKED_ENROL, ASKED_RENEW };

/* Invariant: sheet, item and sig belong to the running enrolment (client 0: none); roots and ca to
 * an enrolment whose print was right. */
struct sync_enrol {
    struct sync_signed *sign;
    struct net *first, *net; /* net: without a certificate, or with whom nobody vouches for yet */
    enum phase phase;
    bool https, has_cert, again_used;
    bool bare; /* what nginx refused is not shown to it again */
    struct enrol_cert cert;
    char pinned[ENROL_PEM]; /* the authority we believe */
    int64_t due_ms;         /* timer clock: not before */
    int failed;

    int64_t client;
    bool ordered; /* and not asked yet */
    struct wire_sheet sheet;
    char item[64], sig[96], *roots, *ca;
};

static int64_t now(const struct sync_enrol *e)
{
    return clock_wall_ms() + e->sign->clock_offset_ms;
}

static bool cert_good(const struct sync_enrol *e)
{
    return e->has_cert && now(e) < e->cert.until_ms && !e->sign->cert_refused;
}

/* The certificate, while it is good, and whom to believe. */
static enum err wear(struct sync_enrol *e, struct net *n)
{
    char key[ENROL_KEY_PEM];
    struct net_tls t = { .ca = e->pinned };
    if (cert_good(e) && sync_signed_key(e->sign) == OK) {
        enrol_key_pem(&e->sign->key, key);
        t.cert = e->cert.pem;
        t.key = key;
    }
    enum err err = net_tls(n, &t);
    explicit_bzero(key, sizeof key);
    return err;
}

static enum err load(struct sync_enrol *e)
{
    const struct config *c = e->sign->config;
    enum err err = enrol_ca_read(c, e->pinned);
    if (err != OK)
        log_error("no_authority", "file=%s err=%s", c->platform_ca, err_name(err));
    err = enrol_cert_read(c->data_dir, &e->cert);
    e->has_cert = err == OK;
    if (err != OK && err != ERR_NOT_FOUND)
        log_warn("certificate_unreadable", "err=%s", err_name(err));
    return e->https ? wear(e, e->first) : OK;
}

enum err sync_enrol_create(struct sync_signed *sign, struct net *first, struct sync_enrol **out)
{
    struct sync_enrol *e = calloc(1, sizeof *e);
    if (!e)
        return ERR_NOMEM;
    e->sign = sign;
    e->first = first;
    e->https = strncmp(sign->base, "https://", 8) == 0;
    enum err err = net_join(first, &e->net);
    if (err == OK)
        err = load(e);
    if (err != OK) {
        sync_enrol_destroy(e);
        return err;
    }
    *out = e;
    return OK;
}

static void forget(struct sync_enrol *e)
{
    net_cancel(e->net);
    free(e->roots);
    free(e->ca);
    e->roots = e->ca = NULL;
    e->client = 0;
    e->ordered = e->again_used = false;
    e->phase = RESTING;
    explicit_bzero(&e->sheet, sizeof e->sheet);
}

void sync_enrol_destroy(struct sync_enrol *e)
{
    if (!e)
        return;
    forget(e);
    net_destroy(e->net);
    free(e);
}

void sync_enrol_nudge(struct sync_enrol *e)
{
    if (e)
        e->due_ms = 0;
}

/* --- enrolment ------------------------------------------------------------------------------ */

void sync_enrol_ask(struct sync_enrol *e, const struct sync_order *o)
{
    forget(e);
    e->client = o->client;
    e->ordered = true;
    snprintf(e->sheet.code, sizeof e->sheet.code, "%s", o->code);
    snprintf(e->sheet.print, sizeof e->sheet.print, "%s", o->print);
    snprintf(e->item, sizeof e->item, "%s", o->item);
    snprintf(e->sig, sizeof e->sig, "%s", o->sig);
}

static void tell(struct sync_enrol *e, struct sync_sock *sock, enum err err, const char *name)
{
    struct json_out w;
    char *line = NULL;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_str(&w, "m", "enrolled");
    json_put_str(&w, "err", err_name(err));
    json_put_str(&w, "name", name);
    json_close(&w, '}');
    const char *text = json_out_text(&w);
    if (text && asprintf(&line, "%s\n", text) > 0 && sock)
        sync_sock_tell_one(sock, e->client, line);
    free(line);
    json_out_finish(&w);
    log_info("enrol", "err=%s", err_name(err));
    forget(e);
}

static enum err ask_anchors(struct sync_enrol *e)
{
    char url[sizeof e->sign->base + 32];
    struct net_request r = { .url = url, .cap = 4 * ENROL_PEM, .deadline_s = DEADLINE_S };
    if (!e->https)
        return ERR_CONFIG;
    enum err err = net_tls(e->net, &(struct net_tls){ .anyone = true });
    snprintf(url, sizeof url, "%s/v1/anchors", e->sign->base);
    if (err == OK)
        err = net_start(e->net, &r);
    e->phase = ASKED_ANCHORS;
    return err;
}

/* Only what has the print of the sheet is believed: the code is told to nobody else. */
static enum err take_anchors(struct sync_enrol *e, const struct net_answer *a)
{
    struct json *j = NULL;
    const char *roots, *ca;
    char print[WIRE_RECEIPT + 1];
    enum err err = a->err == OK ? json_parse(a->body, a->n, &j) : a->err;
    if (err == OK)
        err = json_get_str(j, "roots", &roots);
    if (err == OK)
        err = json_get_str(j, "ca", &ca);
    if (err == OK) {
        wire_anchor_print(roots, ca, print);
        err = strcmp(print, e->sheet.print) == 0 ? OK : ERR_SIGNATURE;
    }
    if (err == OK) {
        e->roots = strdup(roots);
        e->ca = strdup(ca);
        err = e->roots && e->ca ? OK : ERR_NOMEM;
    }
    json_free(j);
    return err;
}

static enum err ask_enrol(struct sync_enrol *e)
{
    char body[512];
    enum err err = net_tls(e->net, &(struct net_tls){ .ca = e->ca });
    snprintf(body, sizeof body, "{\"v\":1,\"code\":\"%s\",\"item\":\"%s\",\"sig\":\"%s\"}",
             e->sheet.code, e->item, e->sig);
    if (err == OK)
        err = sync_signed_ask(e->sign, e->net, "/v1/enrol", body, DEADLINE_S);
    explicit_bzero(body, sizeof body);
    e->phase = ASKED_ENROL;
    return err;
}

static enum err of_word(const struct net_answer *a, enum err otherwise)
{
    static const struct {
        const char *word;
        enum err err;
    } table[] = { { "no_such_code", ERR_NOT_FOUND }, { "code_used", ERR_REPLAYED },
                  { "code_over", ERR_EXPIRED },      { "other_keys", ERR_REFUSED },
                  { "revoked", ERR_REFUSED },        { "code_needed", ERR_EXPIRED } };
    struct json *j = NULL;
    const char *word = "";
    if (a->err != ERR_SERVER || json_parse(a->body, a->n, &j) != OK)
        return otherwise;
    if (json_get_str(j, "error", &word) == OK)
        for (size_t i = 0; i < sizeof table / sizeof *table; i++)
            if (strcmp(table[i].word, word) == 0)
                otherwise = table[i].err;
    json_free(j);
    return otherwise;
}

/* --- what was given ------------------------------------------------------------------------- */

static enum err read_grant(const struct json *j, struct enrolment *g)
{
    enum err err = json_get_str(j, "name", &g->name);
    if (err == OK)
        err = json_get_str(j, "area", &g->area);
    if (err == OK)
        err = json_get_str(j, "village", &g->village);
    if (err == OK)
        err = json_get_str(j, "cert", &g->cert);
    if (err == OK)
        err = json_get_str(j, "ca", &g->ca);
    if (err == OK)
        err = json_get_int(j, "renew", &g->renew_ms);
    return err == OK ? json_get_int(j, "until", &g->until_ms) : err;
}

static enum err keep(struct sync_enrol *e, const struct net_answer *a, char *name, size_t cap)
{
    struct json *j = NULL;
    struct enrolment g = { .roots = e->roots };
    enum err err = json_parse(a->body, a->n, &j);
    if (err == OK)
        err = read_grant(j, &g);
    if (err == OK)
        err = enrol_keep(e->sign->config->data_dir, &g);
    if (err == OK)
        snprintf(name, cap, "%.31s", g.name);
    json_free(j);
    return err;
}

/* --- the next certificate ------------------------------------------------------------------- */

static bool renewal_due(const struct sync_enrol *e)
{
    if (!e->https || e->phase != RESTING || clock_timer_ms() < e->due_ms)
        return false;
    return !e->has_cert || e->sign->cert_refused || now(e) >= e->cert.renew_ms;
}

static void later(struct sync_enrol *e)
{
    e->failed++;
    e->due_ms = clock_timer_ms() + (e->failed <= RENEWALS_SOON ? SOON_MS : AGAIN_MS);
    e->phase = RESTING;
}

static void ask_renew(struct sync_enrol *e)
{
    enum err err = wear(e, e->net);
    e->phase = ASKED_RENEW;
    if (err == OK)
        err = sync_signed_ask(e->sign, e->net, "/v1/renew", "{\"v\":1}", DEADLINE_S);
    if (err != OK)
        later(e);
}

static void renewed(struct sync_enrol *e, const struct net_answer *a)
{
    char name[32];
    enum err err = keep(e, a, name, sizeof name);
    if (err == OK) {
        e->sign->cert_refused = e->bare = false;
        err = load(e);
    }
    later(e);
    if (err == OK) {
        e->failed = 0;
        log_info("certificate", "days=%lld", (long long)((e->cert.until_ms - now(e)) / 86400000));
    } else
        log_error("certificate_not_kept", "err=%s", err_name(err));
}

/* --- turns ---------------------------------------------------------------------------------- */

int sync_enrol_wait_ms(const struct sync_enrol *e, int most)
{
    return e->ordered || renewal_due(e) ? 0 : most;
}

static void not_renewed(struct sync_enrol *e, const struct net_answer *a, enum err err)
{
    err = of_word(a, err);
    if (e->failed == 0 || err == ERR_EXPIRED)
        log_warn("no_certificate", "err=%s", err_name(err));
    later(e);
}

/* False: it goes on. */
static bool take_answer(struct sync_enrol *e, struct sync_sock *sock, const struct net_answer *a)
{
    char name[32] = "";
    bool again = false, renewing = e->phase == ASKED_RENEW;
    enum err err = sync_signed_judge(e->sign, a, &again);
    if (err != OK && again && !e->again_used) {
        e->again_used = true;
        if (renewing)
            ask_renew(e);
        else if (ask_enrol(e) != OK)
            tell(e, sock, ERR_IO, "");
        return false;
    }
    e->again_used = false;
    if (renewing && err != OK)
        not_renewed(e, a, err);
    else if (renewing)
        renewed(e, a);
    else {
        err = err == OK ? keep(e, a, name, sizeof name) : of_word(a, err);
        tell(e, sock, err, name);
        return err == OK;
    }
    return false;
}

/* The feed is everybody's: it is read without a certificate rather than not at all. */
static void undress(struct sync_enrol *e)
{
    if (!e->https || !e->sign->cert_refused || e->bare)
        return;
    e->bare = wear(e, e->first) == OK;
    log_warn("certificate_refused", "until=%lld", (long long)e->cert.until_ms);
}

bool sync_enrol_turn(struct sync_enrol *e, struct sync_sock *sock, bool cut)
{
    struct net_answer a;
    enum err err = OK;
    undress(e);
    if (e->ordered) {
        e->ordered = false;
        err = cut ? ERR_OFFLINE : ask_anchors(e);
    } else if (!cut && renewal_due(e)) {
        ask_renew(e);
    } else if (e->phase != RESTING && net_take(e->net, &a)) {
        if (e->phase != ASKED_ANCHORS)
            return take_answer(e, sock, &a);
        err = take_anchors(e, &a);
        if (err == OK)
            err = ask_enrol(e);
    }
    if (err != OK)
        tell(e, sock, err, "");
    return false;
}
