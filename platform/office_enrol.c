/* office_enrol.c - the desk for terminals without a certificate, and whose certificate a request
 * came with. */
#include "platform/office_part.h"

#include "hal/base/log.h"
#include "hal/json.h"
#include "platform/ca.h"
#include "platform/enrol.h"

#include <stdio.h>
#include <string.h>

static const int64_t day_ms = 86400000LL;

/* --- whose certificate ---------------------------------------------------------------------- */

/* What nginx says: "SUCCESS/" and the serial number, or "NONE/". False: no certificate. */
static bool read_peer(const char *peer, char serial[2 * X509_SERIAL + 1])
{
    if (!peer || strncmp(peer, "SUCCESS/", 8) != 0 || strlen(peer + 8) != 2 * X509_SERIAL ||
        strspn(peer + 8, "0123456789ABCDEFabcdef") != 2 * X509_SERIAL)
        return false;
    for (int i = 0; i <= 2 * X509_SERIAL; i++) {
        char c = peer[8 + i];
        serial[i] = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    }
    return true;
}

/* The serial number was checked by nginx to be ours; whether it is this line key's we know. */
bool office_peer(struct asking *k)
{
    struct certificate c;
    char serial[2 * X509_SERIAL + 1];
    bool renewing = strcmp(k->q->path, "/v1/renew") == 0;
    if (!k->q->proxied)
        return true;
    if (!read_peer(k->q->peer, serial)) {
        if (!renewing)
            office_error(k, 403, "no_certificate");
        return renewing;
    }
    enum err e = db_cert_find(k->office->db, serial, &c);
    if (e == ERR_NOT_FOUND && renewing) /* given after the backup that was restored */
        return true;
    if (e == ERR_NOT_FOUND || (e == OK && memcmp(c.line, k->terminal.line, CRYPTO_PUB) != 0))
        office_error(k, 403, "wrong_certificate");
    else if (e != OK)
        office_fault(k, e);
    else if (c.revoked_ms)
        office_error(k, 403, "revoked");
    else
        return true;
    return false;
}

/* --- answers -------------------------------------------------------------------------------- */

static void reply(struct asking *k, struct json_out *w)
{
    json_close(w, '}');
    char *body = NULL;
    bool good = json_out_take(w, k->arena, &body) == OK;
    *k->reply = (struct office_reply){ .status = good ? 200 : 503, .body = body, .later = !good };
    k->answered = true;
}

static void open_reply(struct json_out *w)
{
    json_out_start(w);
    json_open(w, NULL, '{');
    json_put_int(w, "v", 1);
}

static void grant(struct asking *k, const struct enrol_grant *g)
{
    struct json_out w;
    char *roots = NULL, *ca = NULL;
    enum err e = ca_anchors(k->arena, k->office->conf.keys, &roots, &ca);
    if (e != OK) {
        office_fault(k, ERR_NO_KEY);
        return;
    }
    open_reply(&w);
    json_put_str(&w, "name", g->name);
    json_put_str(&w, "area", k->office->conf.area);
    json_put_str(&w, "village", g->village);
    json_put_str(&w, "cert", g->cert);
    json_put_str(&w, "ca", ca);
    json_put_int(&w, "renew", g->renew_ms);
    json_put_int(&w, "until", g->until_ms);
    reply(k, &w);
}

void office_anchors(struct asking *k)
{
    struct json_out w;
    char *roots = NULL, *ca = NULL;
    if (ca_anchors(k->arena, k->office->conf.keys, &roots, &ca) != OK) {
        office_fault(k, ERR_NO_KEY);
        return;
    }
    open_reply(&w);
    json_put_str(&w, "roots", roots);
    json_put_str(&w, "ca", ca);
    reply(k, &w);
}

/* --- enrolment ------------------------------------------------------------------------------ */

static enum err read_ask(const struct asking *k, struct wire_enrol *out)
{
    struct json *root = NULL;
    const char *code, *item, *sig;
    struct wire_enrol w;
    size_t n = 0;
    int64_t v = 0;
    enum err e = json_parse(k->q->body, k->q->body_n, &root);
    if (e == OK &&
        (json_get_int(root, "v", &v) != OK || v != 1 || json_get_str(root, "code", &code) != OK ||
         json_get_str(root, "item", &item) != OK || json_get_str(root, "sig", &sig) != OK))
        e = ERR_FORMAT;
    if (e == OK && (crypto_unbase64(item, w.item, sizeof w.item, &n) != OK || n != CRYPTO_PUB ||
                    crypto_unbase64(sig, w.sig, sizeof w.sig, &n) != OK || n != CRYPTO_SIG ||
                    wire_receipt_clean(code, w.code) != OK))
        e = ERR_FORMAT;
    json_free(root);
    if (e != OK)
        return ERR_FORMAT;
    memcpy(w.line, k->terminal.line, CRYPTO_PUB);
    *out = w;
    return OK;
}

void office_enrol(struct asking *k)
{
    struct wire_enrol ask;
    struct enrol_grant g;
    const char *why = "";
    if (!k->q->proxied) { /* a code travels within TLS or not at all */
        office_error(k, 404, "not_found");
        return;
    }
    if (read_ask(k, &ask) != OK) {
        office_error(k, 400, "bad_format");
        return;
    }
    if (wire_enrol_verify(&ask) != OK) {
        office_error(k, 401, "bad_signature");
        return;
    }
    if (!enrol_code_there(k->office->db, &k->office->keys, ask.code)) {
        office_error(k, 403, "no_such_code");
        return;
    }
    enum err e =
        enrol_by_code(&k->office->conf, &k->office->keys, k->arena, &ask, k->now_ms, &g, &why);
    if (e == ERR_REFUSED && *why)
        office_error(k, 403, why);
    else if (e != OK)
        office_fault(k, e == ERR_NO_KEY ? e : ERR_BUSY);
    else {
        log_info("enrolled", "terminal=%s", g.name);
        grant(k, &g);
    }
}

/* --- another certificate -------------------------------------------------------------------- */

/* Who comes without one has none yet, or one that is not over for long. */
static enum err may_renew(struct asking *k)
{
    struct certificate c;
    char serial[2 * X509_SERIAL + 1], *pem = NULL;
    if (!k->q->proxied || read_peer(k->q->peer, serial))
        return OK;
    enum err e = db_cert_newest(k->office->db, k->arena, k->terminal.name, &c, &pem);
    if (e == ERR_NOT_FOUND)
        return OK;
    return e == OK && k->now_ms > c.until_ms + ENROL_GRACE_DAYS * day_ms ? ERR_EXPIRED : e;
}

enum err office_renew(struct asking *k)
{
    struct office *o = k->office;
    struct enrol_grant g;
    if (!office_first_time(k))
        return OK;
    struct terminal now; /* it was judged before this transaction began */
    enum err e = db_terminal_find(o->db, k->terminal.name, &now);
    if (e == OK && now.revoked) {
        office_error(k, 403, "revoked");
        return OK;
    }
    if (e == OK)
        e = may_renew(k);
    if (e == ERR_EXPIRED) {
        office_error(k, 403, "code_needed");
        return OK;
    }
    if (e == OK)
        e = enrol_certify(o->db, k->arena, o->conf.keys, &k->terminal, k->now_ms, &g);
    if (e == OK)
        e = db_audit_add(o->db, k->now_ms, "enrolment", "terminal renew %s", k->terminal.name);
    if (e == OK)
        grant(k, &g);
    return e;
}
