/* wire_proof.c - the code of a proof of insurance: written, read, signed, verified. */
#include "hal/wire_proof.h"

#include "hal/wire_item.h"

#include <stdio.h>
#include <string.h>

static const char *const purposes[] = { "loan", "school", "job", "residence", "bid", "other" };
enum { PURPOSES = sizeof purposes / sizeof *purposes };

const char *wire_proof_purpose(int i)
{
    return i >= 0 && i < PURPOSES ? purposes[i] : NULL;
}

bool wire_proof_known_purpose(const char *word)
{
    for (int i = 0; i < PURPOSES; i++)
        if (strcmp(purposes[i], word) == 0)
            return true;
    return false;
}

void wire_proof_who(const char *number, const char *idno, char out[WIRE_PROOF_WHO + 1])
{
    char text[128], hash[WIRE_HASH_HEX + 1];
    int n = snprintf(text, sizeof text, "huimin-proof-who-1\n%.31s\n%.31s\n", number, idno);
    crypto_hash_of(text, (size_t)n, hash);
    snprintf(out, WIRE_PROOF_WHO + 1, "%.*s", (int)WIRE_PROOF_WHO, hash);
    explicit_bzero(text, sizeof text);
}

/* Everything before the signature. */
static size_t head(const struct wire_proof *p, char out[WIRE_PROOF])
{
    int n = snprintf(out, WIRE_PROOF, "HMP1/%s/%d/%d/%s/%s/%s/%d/%d/%s/%s/%s/", p->number, p->from,
                     p->until, p->part, p->scheme, p->state, p->since, p->months, p->purpose,
                     p->who, p->kid);
    return (size_t)n;
}

static size_t signed_text(const struct wire_proof *p, char out[WIRE_PROOF + 32])
{
    char text[WIRE_PROOF];
    (void)head(p, text);
    return (size_t)snprintf(out, WIRE_PROOF + 32, "huimin-proof-1\n%s\n", text);
}

enum err wire_proof_write(struct wire_proof *p, const unsigned char secret[CRYPTO_SECRET],
                          char out[WIRE_PROOF])
{
    char text[WIRE_PROOF + 32], sig[WIRE_QR_SIG + 1];
    struct wire_proof back;
    size_t n = head(p, out);
    if (n + WIRE_QR_SIG >= WIRE_PROOF)
        return ERR_TOO_BIG;
    crypto_sign_text(text, signed_text(p, text), secret, p->sig);
    wire_qr_sig_write(p->sig, sig);
    snprintf(out + n, WIRE_PROOF - n, "%s", sig);
    return wire_proof_read(out, &back) == OK ? OK : ERR_TOO_BIG;
}

enum err wire_proof_read(const char *text, struct wire_proof *out)
{
    struct wire_proof p = { .from = 0 };
    char sig[WIRE_QR_SIG + 2], again[WIRE_PROOF];
    int end = 0;
    if (sscanf(text,
               "HMP1/%31[0-9-]/%7d/%7d/%15[a-z]/%15[a-z]/%15[a-z]/%4d/%4d/%15[a-z]/%16[0-9a-f]/"
               "%31[0-9A-Za-z_-]/%87[A-Za-z0-9_-]%n",
               p.number, &p.from, &p.until, p.part, p.scheme, p.state, &p.since, &p.months,
               p.purpose, p.who, p.kid, sig, &end) != 12 ||
        text[end] != '\0' || strlen(p.who) != WIRE_PROOF_WHO)
        return ERR_FORMAT;
    /* One way to write it only: no sign, no leading zero, no space. */
    size_t n = head(&p, again);
    if (n >= WIRE_PROOF || strncmp(again, text, n) != 0 || strcmp(text + n, sig) != 0)
        return ERR_FORMAT;
    enum err e = wire_qr_sig_read(sig, p.sig);
    if (e == OK)
        *out = p;
    return e;
}

enum err wire_proof_verify(const struct wire_proof *p, const struct wire_keyset *keys)
{
    char text[WIRE_PROOF + 32];
    size_t n = signed_text(p, text);
    for (int i = 0; i < keys->feed_count; i++)
        if (strcmp(keys->feed[i].kid, p->kid) == 0)
            return crypto_verify(text, n, keys->feed[i].pub, p->sig);
    return ERR_SIGNATURE;
}
