/* x509.c - makes certificates and their list of revoked ones, by libcrypto. */
#include "platform/x509.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const int64_t day_ms = 86400000LL;
enum { CA_DAYS = 3650, SERVER_DAYS = 825, BEFORE_DAYS = 1 /* clocks of terminals may be behind */ };

struct signer {
    EVP_PKEY *key;
    X509 *cert;
};

/* --- text in and out ---------------------------------------------------------------------- */

static enum err text_of(struct arena *a, BIO *b, bool well, char **out)
{
    char *data = NULL;
    long n = well ? BIO_get_mem_data(b, &data) : 0;
    char *text = n > 0 ? arena_strndup(a, data, (size_t)n) : NULL;
    BIO_free(b);
    if (!text)
        return n > 0 ? ERR_NOMEM : ERR_IO;
    *out = text;
    return OK;
}

static enum err cert_text(struct arena *a, X509 *cert, char **out)
{
    BIO *b = BIO_new(BIO_s_mem());
    return text_of(a, b, b && PEM_write_bio_X509(b, cert) == 1, out);
}

static enum err key_text(struct arena *a, EVP_PKEY *key, char **out)
{
    BIO *b = BIO_new(BIO_s_secmem());
    return text_of(a, b, b && PEM_write_bio_PrivateKey(b, key, NULL, NULL, 0, NULL, NULL) == 1,
                   out);
}

static void signer_finish(struct signer *s)
{
    EVP_PKEY_free(s->key);
    X509_free(s->cert);
}

static enum err signer_read(const struct x509_ca *ca, struct signer *out)
{
    BIO *key = BIO_new_mem_buf(ca->key, -1), *cert = BIO_new_mem_buf(ca->cert, -1);
    struct signer s = { .key = key ? PEM_read_bio_PrivateKey(key, NULL, NULL, NULL) : NULL,
                        .cert = cert ? PEM_read_bio_X509(cert, NULL, NULL, NULL) : NULL };
    BIO_free(key);
    BIO_free(cert);
    if (!s.key || !s.cert || X509_check_private_key(s.cert, s.key) != 1) {
        signer_finish(&s);
        return ERR_FORMAT;
    }
    *out = s;
    return OK;
}

/* --- one certificate ---------------------------------------------------------------------- */

static bool set_time(ASN1_TIME *t, int64_t ms)
{
    return t && ASN1_TIME_set(t, (time_t)(ms / 1000)) != NULL;
}

static bool set_serial(ASN1_INTEGER *number, const unsigned char serial[X509_SERIAL])
{
    BIGNUM *n = BN_bin2bn(serial, X509_SERIAL, NULL);
    bool ok = n && BN_to_ASN1_INTEGER(n, number) != NULL;
    BN_free(n);
    return ok;
}

static bool set_name(X509_NAME *name, const char *cn)
{
    return name && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)cn,
                                              -1, -1, 0) == 1;
}

static bool extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    bool ok = e && X509_add_ext(cert, e, -1) == 1;
    X509_EXTENSION_free(e);
    return ok;
}

/* What every certificate says; issuer NULL: its own. */
static bool fill(X509 *cert, X509 *issuer, const char *cn, const unsigned char *serial,
                 int64_t from_ms, int64_t until_ms, EVP_PKEY *of)
{
    X509_NAME *name = X509_NAME_new();
    bool ok = name && X509_set_version(cert, 2) == 1 &&
              set_serial(X509_get_serialNumber(cert), serial) && set_name(name, cn) &&
              X509_set_subject_name(cert, name) == 1 &&
              X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : name) == 1 &&
              set_time(X509_getm_notBefore(cert), from_ms) &&
              set_time(X509_getm_notAfter(cert), until_ms) && X509_set_pubkey(cert, of) == 1;
    X509_NAME_free(name);
    return ok && extend(cert, issuer ? issuer : cert, NID_subject_key_identifier, "hash") &&
           extend(cert, issuer ? issuer : cert, NID_authority_key_identifier, "keyid");
}

static void make_serial(unsigned char serial[X509_SERIAL])
{
    crypto_random(serial, X509_SERIAL);
    serial[0] = (unsigned char)((serial[0] & 0x7f) | 1);
}

enum err x509_make_ca(struct arena *a, const char *name, int64_t now_ms, struct x509_pair *out)
{
    unsigned char serial[X509_SERIAL];
    struct x509_pair p = { NULL, NULL };
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    make_serial(serial);
    bool ok = key && cert &&
              fill(cert, NULL, name, serial, now_ms - BEFORE_DAYS * day_ms,
                   now_ms + CA_DAYS * day_ms, key) &&
              extend(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
              extend(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign") &&
              X509_sign(cert, key, EVP_sha256()) > 0;
    enum err e = ok ? key_text(a, key, &p.key) : ERR_IO;
    if (e == OK)
        e = cert_text(a, cert, &p.cert);
    X509_free(cert);
    EVP_PKEY_free(key);
    if (e == OK)
        *out = p;
    return e;
}

/* "a.cn,10.0.0.1" as "DNS:a.cn,IP:10.0.0.1"; the first word is its name. False: too long, or more
 * than letters. */
static bool alternative_names(const char *hosts, char *out, size_t cap, char *first, size_t first_n)
{
    size_t at = 0;
    *first = '\0';
    while (*hosts) {
        size_t n = strcspn(hosts, ",");
        bool address = strspn(hosts, "0123456789.") == n;
        if (n == 0 || n >= first_n || strspn(hosts, "abcdefghijklmnopqrstuvwxyz0123456789.-") < n)
            return false;
        int put = snprintf(out + at, cap - at, "%s%s%.*s", at ? "," : "",
                           address ? "IP:" : "DNS:", (int)n, hosts);
        if (put < 0 || (size_t)put >= cap - at)
            return false;
        at += (size_t)put;
        if (!*first)
            snprintf(first, first_n, "%.*s", (int)n, hosts);
        hosts += n + (hosts[n] == ',');
    }
    return at > 0;
}

enum err x509_make_server(struct arena *a, const struct x509_ca *ca, const char *hosts,
                          int64_t now_ms, struct x509_pair *out)
{
    unsigned char serial[X509_SERIAL];
    char names[1024], first[64];
    struct signer s;
    struct x509_pair p = { NULL, NULL };
    if (!alternative_names(hosts, names, sizeof names, first, sizeof first))
        return ERR_ARG;
    enum err e = signer_read(ca, &s);
    if (e != OK)
        return e;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    make_serial(serial);
    bool ok = key && cert &&
              fill(cert, s.cert, first, serial, now_ms - BEFORE_DAYS * day_ms,
                   now_ms + SERVER_DAYS * day_ms, key) &&
              extend(cert, s.cert, NID_basic_constraints, "critical,CA:FALSE") &&
              extend(cert, s.cert, NID_key_usage, "critical,digitalSignature") &&
              extend(cert, s.cert, NID_ext_key_usage, "serverAuth") &&
              extend(cert, s.cert, NID_subject_alt_name, names) &&
              X509_sign(cert, s.key, EVP_sha256()) > 0;
    e = ok ? key_text(a, key, &p.key) : ERR_IO;
    if (e == OK)
        e = cert_text(a, cert, &p.cert);
    X509_free(cert);
    EVP_PKEY_free(key);
    signer_finish(&s);
    if (e == OK)
        *out = p;
    return e;
}

enum err x509_make_terminal(struct arena *a, const struct x509_ca *ca,
                            const struct x509_terminal *t, char **out_cert)
{
    struct signer s;
    enum err e = signer_read(ca, &s);
    if (e != OK)
        return e;
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, t->line, CRYPTO_PUB);
    X509 *cert = X509_new();
    bool ok = key && cert && fill(cert, s.cert, t->name, t->serial, t->from_ms, t->until_ms, key) &&
              extend(cert, s.cert, NID_basic_constraints, "critical,CA:FALSE") &&
              extend(cert, s.cert, NID_key_usage, "critical,digitalSignature") &&
              extend(cert, s.cert, NID_ext_key_usage, "clientAuth") &&
              X509_sign(cert, s.key, EVP_sha256()) > 0;
    e = ok ? cert_text(a, cert, out_cert) : ERR_IO;
    X509_free(cert);
    EVP_PKEY_free(key);
    signer_finish(&s);
    return e;
}

/* --- the list of revoked ones -------------------------------------------------------------- */

static bool list_one(X509_CRL *crl, const struct x509_revoked *r)
{
    X509_REVOKED *one = X509_REVOKED_new();
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    ASN1_TIME *at = ASN1_TIME_new();
    bool ok = one && serial && set_serial(serial, r->serial) && set_time(at, r->at_ms) &&
              X509_REVOKED_set_serialNumber(one, serial) == 1 &&
              X509_REVOKED_set_revocationDate(one, at) == 1 && X509_CRL_add0_revoked(crl, one) == 1;
    ASN1_INTEGER_free(serial);
    ASN1_TIME_free(at);
    if (!ok)
        X509_REVOKED_free(one);
    return ok;
}

/* Its end is as far off as the authority's: an old list must not shut everybody out, the platform
 * itself knows better than any list who is revoked. */
static bool fill_crl(X509_CRL *crl, const struct signer *s, int64_t now_ms)
{
    ASN1_TIME *at = ASN1_TIME_new(), *next = ASN1_TIME_new();
    bool ok = X509_CRL_set_version(crl, 1) == 1 &&
              X509_CRL_set_issuer_name(crl, X509_get_subject_name(s->cert)) == 1 &&
              set_time(at, now_ms - BEFORE_DAYS * day_ms) &&
              set_time(next, now_ms + CA_DAYS * day_ms) && X509_CRL_set1_lastUpdate(crl, at) == 1 &&
              X509_CRL_set1_nextUpdate(crl, next) == 1;
    ASN1_TIME_free(at);
    ASN1_TIME_free(next);
    return ok;
}

enum err x509_make_crl(struct arena *a, const struct x509_ca *ca, const struct x509_revoked *list,
                       int count, int64_t now_ms, char **out_crl)
{
    struct signer s;
    enum err e = signer_read(ca, &s);
    if (e != OK)
        return e;
    X509_CRL *crl = X509_CRL_new();
    bool ok = crl && fill_crl(crl, &s, now_ms);
    for (int i = 0; ok && i < count; i++)
        ok = list_one(crl, &list[i]);
    ok = ok && X509_CRL_sort(crl) == 1 && X509_CRL_sign(crl, s.key, EVP_sha256()) > 0;
    BIO *b = BIO_new(BIO_s_mem());
    e = text_of(a, b, ok && b && PEM_write_bio_X509_CRL(b, crl) == 1, out_crl);
    X509_CRL_free(crl);
    signer_finish(&s);
    return e;
}
