/* rating.c - 好差评: reads a rating, and hashes which application it is about. */
#include "platform/rating.h"

#include "hal/json.h"

#include <stdio.h>
#include <string.h>

/* Codes of table reason; none twice. */
static enum err read_reason(const struct json *v, struct rating *out)
{
    const char *s = json_str(v);
    if (!s || !*s || strlen(s) >= RATING_REASON || s[strspn(s, "abcdefghijklmnopqrstuvwxyz_")])
        return ERR_FORMAT;
    for (int i = 0; i < out->reason_count; i++)
        if (strcmp(out->reason[i], s) == 0)
            return ERR_FORMAT;
    snprintf(out->reason[out->reason_count++], RATING_REASON, "%s", s);
    return OK;
}

static enum err read_reasons(const struct json *root, struct rating *out)
{
    const struct json *list = NULL;
    enum err e = json_get(root, "reasons", &list);
    out->reason_count = 0;
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    size_t n = json_count(list);
    if (!json_is_array(list) || n > RATING_REASONS || (n > 0 && out->level > RATING_BAD))
        return ERR_FORMAT;
    for (size_t i = 0; i < n && e == OK; i++)
        e = read_reason(json_at(list, i), out);
    return e;
}

enum err rating_read(const char *text, size_t n, struct rating *out)
{
    struct json *root = NULL;
    const char *type = NULL, *receipt = NULL;
    int64_t v = 0, level = 0;
    enum err e = json_parse(text, n, &root);
    if (e != OK)
        return e;
    if (json_get_int(root, "v", &v) != OK || json_get_str(root, "type", &type) != OK ||
        json_get_str(root, "receipt", &receipt) != OK || json_get_int(root, "level", &level) != OK)
        e = ERR_TYPE;
    else if (v != 1 || strcmp(type, "rating") != 0 || level < 1 || level > 5)
        e = ERR_FORMAT;
    if (e == OK)
        e = wire_receipt_clean(receipt, out->receipt);
    if (e == OK)
        out->level = (int)level;
    if (e == OK)
        e = read_reasons(root, out);
    json_free(root);
    return e;
}

void rating_who(const unsigned char key[CRYPTO_MAC_KEY], const char *receipt,
                unsigned char out[CRYPTO_MAC])
{
    char text[64];
    int n = snprintf(text, sizeof text, "huimin-rating-1\n%s\n", receipt);
    crypto_mac(text, (size_t)n, key, out);
    explicit_bzero(text, sizeof text);
}
