/* wire_enrol.c - the words of an enrolment sheet, and what the item key signs for them. */
#include "hal/wire_enrol.h"

#include <stdio.h>
#include <string.h>

enum { HALF = 12, ROUNDS = 65536 };

void wire_sheet_write(const struct wire_sheet *s, char out[WIRE_SHEET + 1])
{
    snprintf(out, WIRE_SHEET + 1, "%s-%s", s->code, s->print);
}

enum err wire_sheet_read(const char *typed, struct wire_sheet *out)
{
    char half[2][HALF + 1] = { "", "" };
    struct wire_sheet s = { "", "" };
    int n = 0;
    for (; *typed; typed++) {
        if (*typed == ' ' || *typed == '-')
            continue;
        if (n == 2 * HALF)
            return ERR_FORMAT;
        half[n / HALF][n % HALF] = *typed;
        n++;
    }
    if (n != 2 * HALF)
        return ERR_FORMAT;
    enum err e = wire_receipt_clean(half[0], s.code);
    if (e == OK)
        e = wire_receipt_clean(half[1], s.print);
    if (e == OK)
        *out = s;
    return e;
}

/* 55 bits alone could be searched through; each try costs ROUNDS hashes. */
void wire_anchor_print(const char *roots, const char *ca, char out[WIRE_RECEIPT + 1])
{
    char a[WIRE_HASH_HEX + 1], b[WIRE_HASH_HEX + 1], text[192], id[WIRE_ID + 1];
    crypto_hash_of(roots, strlen(roots), a);
    crypto_hash_of(ca, strlen(ca), b);
    int n = snprintf(text, sizeof text, "huimin-anchors-1\n%s\n%s\n", a, b);
    crypto_hash_of(text, (size_t)n, a);
    for (int i = 0; i < ROUNDS; i++)
        crypto_hash_of(a, WIRE_HASH_HEX, a);
    snprintf(id, sizeof id, "%.32s", a);
    wire_receipt(id, out);
}

static size_t enrol_text(const struct wire_enrol *e, char *out, size_t cap)
{
    char item[64], line[64];
    crypto_base64(e->item, sizeof e->item, item, sizeof item);
    crypto_base64(e->line, sizeof e->line, line, sizeof line);
    return (size_t)snprintf(out, cap, "huimin-enrol-1\n%s\n%s\n%s\n", e->code, item, line);
}

void wire_enrol_sign(struct wire_enrol *e, const unsigned char item_secret[CRYPTO_SECRET])
{
    char text[256];
    crypto_sign_text(text, enrol_text(e, text, sizeof text), item_secret, e->sig);
}

enum err wire_enrol_verify(const struct wire_enrol *e)
{
    char text[256];
    return crypto_verify(text, enrol_text(e, text, sizeof text), e->item, e->sig);
}
