/* rating.c - 好差评: reads a rating, and hashes which application it is about. */
#include "platform/rating.h"

#include "hal/json.h"

#include <stdio.h>
#include <string.h>

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
