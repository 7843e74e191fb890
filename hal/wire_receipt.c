/* wire_receipt.c - the number on the paper: short, readable aloud, and it notices a typing error.
 *
 * Eleven characters are the first 55 bits of the id, high bits first. The twelfth makes
 *   s1*a^1 + s2*a^2 + … + s11*a^11 + s12 = 0   in GF(32), polynomial x^5 + x^2 + 1, a = x (2).
 * The weights are all different and none is 0: one wrong character changes the sum, and so do two
 * different ones that change places. */
#include "hal/wire_item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYMBOLS = 12, POLYNOMIAL = 0x25 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static int twice(int x)
{
    x <<= 1;
    return x & 32 ? x ^ POLYNOMIAL : x;
}

/* Horner: ((s11*a + s10)*a + …)*a gives s1*a + s2*a^2 + … */
static int weighted(const int s[SYMBOLS - 1])
{
    int sum = 0;
    for (int i = SYMBOLS - 2; i >= 0; i--)
        sum = twice(sum ^ s[i]);
    return sum;
}

static void write_groups(const int s[SYMBOLS], char out[WIRE_RECEIPT + 1])
{
    int n = 0;
    for (int i = 0; i < SYMBOLS; i++) {
        if (i > 0 && i % 4 == 0)
            out[n++] = '-';
        out[n++] = alphabet[s[i]];
    }
    out[n] = '\0';
}

void wire_receipt(const char id[WIRE_ID + 1], char out[WIRE_RECEIPT + 1])
{
    char head[15];
    int s[SYMBOLS];
    memcpy(head, id, 14); /* 56 bits; the last one is not used */
    head[14] = '\0';
    uint64_t bits = strtoull(head, NULL, 16) >> 1;
    for (int i = 0; i < SYMBOLS - 1; i++)
        s[i] = (int)(bits >> (50 - 5 * i)) & 31;
    s[SYMBOLS - 1] = weighted(s);
    write_groups(s, out);
}

/* -1: no character of a receipt. */
static int symbol(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

enum err wire_receipt_clean(const char *typed, char out[WIRE_RECEIPT + 1])
{
    int s[SYMBOLS], n = 0;
    for (; *typed; typed++) {
        if (*typed == ' ' || *typed == '-')
            continue;
        int v = symbol(*typed);
        if (v < 0 || n == SYMBOLS)
            return ERR_FORMAT;
        s[n++] = v;
    }
    if (n != SYMBOLS)
        return ERR_FORMAT;
    if (weighted(s) != s[SYMBOLS - 1])
        return ERR_HASH;
    write_groups(s, out);
    return OK;
}

static size_t qr_text(const char *receipt, int64_t at_s, char *out, size_t cap)
{
    return (size_t)snprintf(out, cap, "huimin-receipt-1\n%s\n%lld\n", receipt, (long long)at_s);
}

static void key_name(const unsigned char pub[CRYPTO_PUB], char out[9])
{
    char hash[WIRE_HASH_HEX + 1];
    crypto_hash_of(pub, CRYPTO_PUB, hash);
    snprintf(out, 9, "%.8s", hash);
}

static void swap_chars(char *s, const char *from, const char *to)
{
    for (; *s; s++)
        for (int i = 0; i < 2; i++)
            if (*s == from[i]) {
                *s = to[i];
                break;
            }
}

void wire_qr_sig_write(const unsigned char sig[CRYPTO_SIG], char out[WIRE_QR_SIG + 1])
{
    char b64[96];
    crypto_base64(sig, CRYPTO_SIG, b64, sizeof b64);
    b64[WIRE_QR_SIG] = '\0'; /* without the padding */
    swap_chars(b64, "+/", "-_");
    memcpy(out, b64, WIRE_QR_SIG + 1);
}

void wire_qr_write(const char *receipt, int64_t at_s, const unsigned char pub[CRYPTO_PUB],
                   const unsigned char secret[CRYPTO_SECRET], char out[WIRE_QR])
{
    char text[128], key[9], b64[WIRE_QR_SIG + 1];
    unsigned char sig[CRYPTO_SIG];
    crypto_sign_text(text, qr_text(receipt, at_s, text, sizeof text), secret, sig);
    wire_qr_sig_write(sig, b64);
    key_name(pub, key);
    snprintf(out, WIRE_QR, "HM1/%s/%llx/%s/%s", receipt, (unsigned long long)at_s, key, b64);
}

enum err wire_qr_sig_read(const char *text, unsigned char out[CRYPTO_SIG])
{
    char b64[WIRE_QR_SIG + 3];
    size_t n = 0;
    if (strlen(text) != WIRE_QR_SIG || strpbrk(text, "+/="))
        return ERR_FORMAT;
    snprintf(b64, sizeof b64, "%.*s==", (int)WIRE_QR_SIG, text);
    swap_chars(b64, "-_", "+/");
    return crypto_unbase64(b64, out, CRYPTO_SIG, &n) == OK && n == CRYPTO_SIG ? OK : ERR_FORMAT;
}

enum err wire_qr_read(const char *text, struct wire_qr *out)
{
    struct wire_qr qr = { .at_s = 0 };
    char clean[WIRE_RECEIPT + 1], hex[16], sig[96];
    int end = 0;
    if (sscanf(text, "HM1/%14[0-9A-Z-]/%15[0-9a-f]/%8[0-9a-f]/%87[A-Za-z0-9_-]%n", qr.receipt, hex,
               qr.key, sig, &end) != 4 ||
        text[end] != '\0' || strlen(qr.key) != 8)
        return ERR_FORMAT;
    enum err e = wire_receipt_clean(qr.receipt, clean);
    if (e == OK && strcmp(clean, qr.receipt) != 0)
        e = ERR_FORMAT;
    if (e == OK)
        e = wire_qr_sig_read(sig, qr.sig);
    if (e != OK)
        return e;
    qr.at_s = strtoll(hex, NULL, 16);
    *out = qr;
    return OK;
}

enum err wire_qr_verify(const struct wire_qr *qr, const unsigned char pub[CRYPTO_PUB])
{
    char text[128], key[9];
    key_name(pub, key);
    if (strcmp(key, qr->key) != 0)
        return ERR_SIGNATURE;
    return crypto_verify(text, qr_text(qr->receipt, qr->at_s, text, sizeof text), pub, qr->sig);
}
