/* wire_blob.c - the paths, answers and signed word of photographed papers. */
#include "hal/wire_blob.h"

#include "hal/wire_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "/v1/blob/";

void wire_blob_path(const char *hash, int64_t off, char out[WIRE_BLOB_PATH])
{
    if (off < 0)
        snprintf(out, WIRE_BLOB_PATH, "%s%s", prefix, hash);
    else
        snprintf(out, WIRE_BLOB_PATH, "%s%s/%lld", prefix, hash, (long long)off);
}

bool wire_blob_path_read(const char *path, char out_hash[WIRE_HASH_HEX + 1], int64_t *out_off)
{
    size_t n = sizeof prefix - 1;
    if (strncmp(path, prefix, n) != 0 || strlen(path) < n + WIRE_HASH_HEX)
        return false;
    snprintf(out_hash, WIRE_HASH_HEX + 1, "%s", path + n);
    const char *off = path + n + WIRE_HASH_HEX;
    if (!wire_hash_ok(out_hash))
        return false;
    *out_off = -1;
    if (!*off)
        return true;
    size_t digits = strspn(off + 1, "0123456789");
    if (*off != '/' || digits == 0 || digits > 9 || off[1 + digits] ||
        (off[1] == '0' && digits > 1))
        return false;
    *out_off = strtoll(off + 1, NULL, 10);
    return true;
}

static int signed_text(const struct wire_blob_ack *ack, char *out, size_t cap)
{
    return snprintf(out, cap, "huimin-blob-1\n%s\n%lld\n%lld\n", ack->hash, (long long)ack->bytes,
                    (long long)ack->at_ms);
}

void wire_blob_sign(struct wire_blob_ack *ack, const unsigned char secret[CRYPTO_SECRET])
{
    char text[160];
    int n = signed_text(ack, text, sizeof text);
    crypto_sign_text(text, (size_t)n, secret, ack->sig);
}

enum err wire_blob_verify(const struct wire_blob_ack *ack, const struct wire_keyset *keys)
{
    char text[160];
    int n = signed_text(ack, text, sizeof text);
    for (int i = 0; i < keys->feed_count; i++)
        if (strcmp(keys->feed[i].kid, ack->kid) == 0)
            return crypto_verify(text, (size_t)n, keys->feed[i].pub, ack->sig);
    return ERR_SIGNATURE;
}

static void put_ack(struct json_out *w, const struct wire_blob_ack *ack)
{
    char sig[96];
    crypto_base64(ack->sig, sizeof ack->sig, sig, sizeof sig);
    json_open(w, "ack", '{');
    json_put_str(w, "hash", ack->hash);
    json_put_int(w, "bytes", ack->bytes);
    json_put_int(w, "at", ack->at_ms);
    json_put_str(w, "kid", ack->kid);
    json_put_str(w, "sig", sig);
    json_close(w, '}');
}

enum err wire_blob_write(struct arena *a, const struct wire_blob_state *s, const char *error,
                         char **out_json)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", 1);
    if (error)
        json_put_str(&w, "error", error);
    json_put_int(&w, "have", s->have);
    if (s->whole)
        put_ack(&w, &s->ack);
    json_close(&w, '}');
    return json_out_take(&w, a, out_json);
}

static enum err read_ack(const struct json *o, struct wire_blob_ack *out)
{
    const char *hash = NULL, *sig = NULL;
    size_t n = 0;
    if (json_get_str(o, "hash", &hash) != OK || json_get_str(o, "sig", &sig) != OK)
        return ERR_TYPE;
    if (!wire_hash_ok(hash) || crypto_unbase64(sig, out->sig, sizeof out->sig, &n) != OK ||
        n != sizeof out->sig)
        return ERR_FORMAT;
    memcpy(out->hash, hash, sizeof out->hash);
    enum err e = wire_int(o, "bytes", 1, WIRE_BLOB_MAX, &out->bytes);
    if (e == OK)
        e = wire_int(o, "at", 0, INT64_MAX, &out->at_ms);
    return e == OK ? wire_name(o, "kid", out->kid) : e;
}

enum err wire_blob_read(const void *bytes, size_t n, struct wire_blob_state *out)
{
    struct wire_blob_state s = { 0 };
    struct json *root = NULL;
    const struct json *ack = NULL;
    int64_t v = 0;
    enum err e = json_parse(bytes, n, &root);
    if (e != OK)
        return e;
    e = wire_int(root, "v", 1, 1, &v);
    if (e == OK)
        e = wire_int(root, "have", 0, WIRE_BLOB_MAX, &s.have);
    if (e == OK && json_get(root, "ack", &ack) == OK) {
        e = read_ack(ack, &s.ack);
        s.whole = e == OK;
    }
    json_free(root);
    if (e == OK)
        *out = s;
    return e;
}
