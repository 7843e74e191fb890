/* wire_item.c - what is signed in an item, an acknowledgement, a request and a question. */
#include "hal/wire_item.h"

#include <stdio.h>
#include <string.h>

/* Texts to sign are short by the limits of their parts; a request's path is the only open end. */
enum { TEXT_MAX = 1024 };

/* A text that did not fit is signed by nobody: zeros are no signature of anything. */
static void sign(const char *text, int n, const unsigned char *secret, unsigned char *out_sig)
{
    memset(out_sig, 0, CRYPTO_SIG);
    if (n > 0 && n < TEXT_MAX)
        crypto_sign_text(text, (size_t)n, secret, out_sig);
}

static enum err verify(const char *text, int n, const unsigned char *pub, const unsigned char *sig)
{
    return n > 0 && n < TEXT_MAX ? crypto_verify(text, (size_t)n, pub, sig) : ERR_TOO_BIG;
}

static int item_text(const struct wire_item *item, const char *hash, char text[TEXT_MAX])
{
    return snprintf(text, TEXT_MAX, "huimin-item-1\n%s\n%lld\n%s\n%lld\n%s\n%s\n%s\n", item->id,
                    (long long)item->n, item->kind, (long long)item->at_ms, item->suite, item->kid,
                    hash);
}

void wire_item_sign(struct wire_item *item, const unsigned char secret[CRYPTO_SECRET])
{
    char text[TEXT_MAX], hash[WIRE_HASH_HEX + 1];
    crypto_hash_of(item->box, item->box_n, hash);
    sign(text, item_text(item, hash, text), secret, item->sig);
}

enum err wire_item_verify_of(const struct wire_item *item, const char *box_hash,
                             const unsigned char pub[CRYPTO_PUB])
{
    char text[TEXT_MAX];
    return verify(text, item_text(item, box_hash, text), pub, item->sig);
}

enum err wire_item_verify(const struct wire_item *item, const unsigned char pub[CRYPTO_PUB])
{
    char hash[WIRE_HASH_HEX + 1];
    crypto_hash_of(item->box, item->box_n, hash);
    return wire_item_verify_of(item, hash, pub);
}

const char *wire_outcome_name(enum wire_outcome o)
{
    static const char *const names[WIRE_OUTCOMES] = { "accepted", "duplicate", "rejected",
                                                      "retry" };
    return (int)o >= 0 && o < WIRE_OUTCOMES ? names[o] : "";
}

static int ack_text(const struct wire_ack *ack, const char *box_hash, char text[TEXT_MAX])
{
    return snprintf(text, TEXT_MAX, "huimin-ack-1\n%s\n%s\n%s\n%s\n%s\n%lld\n", ack->id, box_hash,
                    wire_outcome_name(ack->outcome), ack->ref, ack->why, (long long)ack->at_ms);
}

void wire_ack_sign(struct wire_ack *ack, const char *box_hash,
                   const unsigned char secret[CRYPTO_SECRET])
{
    char text[TEXT_MAX];
    sign(text, ack_text(ack, box_hash, text), secret, ack->sig);
}

enum err wire_ack_verify(const struct wire_ack *ack, const char *box_hash,
                         const struct wire_keyset *keys)
{
    char text[TEXT_MAX];
    int n = ack_text(ack, box_hash, text);
    for (int i = 0; i < keys->feed_count; i++)
        if (strcmp(keys->feed[i].kid, ack->kid) == 0)
            return verify(text, n, keys->feed[i].pub, ack->sig);
    return ERR_SIGNATURE;
}

static int request_text(const struct wire_request *r, char text[TEXT_MAX])
{
    char hash[WIRE_HASH_HEX + 1];
    if (strpbrk(r->method, "\r\n") || strpbrk(r->path, "\r\n"))
        return -1;
    crypto_hash_of(r->body_n ? r->body : "", r->body_n, hash);
    return snprintf(text, TEXT_MAX, "huimin-request-1\n%s\n%s\n%s\n%lld\n%s\n", r->method, r->path,
                    hash, (long long)r->time_ms, r->nonce);
}

void wire_request_sign(const struct wire_request *r, const unsigned char secret[CRYPTO_SECRET],
                       unsigned char out_sig[CRYPTO_SIG])
{
    char text[TEXT_MAX];
    sign(text, request_text(r, text), secret, out_sig);
}

enum err wire_request_verify(const struct wire_request *r, const unsigned char pub[CRYPTO_PUB],
                             const unsigned char sig[CRYPTO_SIG])
{
    char text[TEXT_MAX];
    return verify(text, request_text(r, text), pub, sig);
}

static int query_text(const char *kid, const void *box, size_t n, char text[TEXT_MAX])
{
    char hash[WIRE_HASH_HEX + 1];
    crypto_hash_of(box, n, hash);
    return snprintf(text, TEXT_MAX, "huimin-query-1\n%s\n%s\n", kid, hash);
}

void wire_query_sign(const char *kid, const void *box, size_t n,
                     const unsigned char secret[CRYPTO_SECRET], unsigned char out_sig[CRYPTO_SIG])
{
    char text[TEXT_MAX];
    sign(text, query_text(kid, box, n, text), secret, out_sig);
}

enum err wire_query_verify(const char *kid, const void *box, size_t n,
                           const unsigned char pub[CRYPTO_PUB], const unsigned char sig[CRYPTO_SIG])
{
    char text[TEXT_MAX];
    return verify(text, query_text(kid, box, n, text), pub, sig);
}
