/* wire_carry.c - the manifest of a carried queue, and the states that come back. */
#include "hal/wire_carry.h"

#include "hal/wire_part.h"

#include <stdio.h>
#include <string.h>

enum { SIG_LINE = 160 };

void wire_carry_key(const unsigned char line[CRYPTO_PUB], char out[WIRE_CARRY_KEY + 1])
{
    char hash[WIRE_HASH_HEX + 1];
    crypto_hash_of(line, CRYPTO_PUB, hash);
    snprintf(out, WIRE_CARRY_KEY + 1, "%.8s", hash);
}

/* --- a line of JSON under a signature of its own kind ------------------------------------------
 */

static char *sealed(struct arena *a, const char *json, const char *kid, const char *signed_text,
                    const unsigned char secret[CRYPTO_SECRET])
{
    unsigned char sig[CRYPTO_SIG];
    char text[96];
    crypto_sign_text(signed_text, strlen(signed_text), secret, sig);
    crypto_base64(sig, sizeof sig, text, sizeof text);
    return arena_printf(a, "%s\nsig ed25519 %s %s\n", json, kid, text);
}

/* The one signature line: its key's name and its bytes. */
static enum err read_sig(const struct wire_signed *s, char kid[WIRE_NAME_MAX],
                         unsigned char sig[CRYPTO_SIG])
{
    char line[SIG_LINE], text[96];
    size_t n = 0;
    int end = 0;
    if (s->sigs_n >= sizeof line)
        return ERR_FORMAT;
    memcpy(line, s->sigs, s->sigs_n);
    line[s->sigs_n] = '\0';
    if (sscanf(line, "sig ed25519 %31[A-Za-z0-9_.-] %95s\n%n", kid, text, &end) != 2 ||
        (size_t)end != s->sigs_n)
        return ERR_FORMAT;
    return crypto_unbase64(text, sig, CRYPTO_SIG, &n) == OK && n == CRYPTO_SIG ? OK : ERR_FORMAT;
}

static void carry_text(const char *json, size_t n, char out[SIG_LINE])
{
    char hash[WIRE_HASH_HEX + 1];
    crypto_hash_of(json, n, hash);
    snprintf(out, SIG_LINE, "huimin-carry-1\n%s\n", hash);
}

static void states_text(const char *json, size_t n, const unsigned char line[CRYPTO_PUB],
                        int64_t since, char out[256])
{
    char hash[WIRE_HASH_HEX + 1], who[WIRE_HASH_HEX + 1];
    crypto_hash_of(json, n, hash);
    crypto_hash_of(line, CRYPTO_PUB, who);
    snprintf(out, 256, "huimin-states-1\n%s\n%lld\n%s\n", who, (long long)since, hash);
}

/* --- the manifest -------------------------------------------------------------------------------
 */

static void put_part(struct json_out *w, const struct wire_carry_part *p)
{
    json_open(w, NULL, '{');
    json_put_str(w, "h", p->hash);
    json_put_int(w, "size", p->size);
    json_open(w, "ids", '[');
    for (int i = 0; i < p->count; i++)
        json_put_str(w, NULL, p->id[i]);
    json_close(w, ']');
    json_close(w, '}');
}

enum err wire_carry_write(struct arena *a, const struct wire_carry *c,
                          const unsigned char secret[CRYPTO_SECRET], char **out_text)
{
    struct json_out w;
    char line[64], signed_text[SIG_LINE];
    json_out_start(&w);
    crypto_base64(c->line, sizeof c->line, line, sizeof line);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", 1);
    json_put_str(&w, "line", line);
    json_put_int(&w, "at", c->at_ms);
    json_put_int(&w, "since", c->since);
    json_open(&w, "parts", '[');
    for (int i = 0; i < c->part_count; i++)
        put_part(&w, &c->part[i]);
    json_close(&w, ']');
    json_close(&w, '}');
    const char *json = json_out_text(&w);
    enum err e = !json ? ERR_NOMEM : w.len > WIRE_CARRY_MAX - SIG_LINE ? ERR_TOO_BIG : OK;
    char *text = NULL;
    if (e == OK) {
        carry_text(json, w.len, signed_text);
        text = sealed(a, json, "line", signed_text, secret);
    }
    json_out_finish(&w);
    if (e == OK && !text)
        e = ERR_NOMEM;
    if (e == OK)
        *out_text = text;
    return e;
}

static enum err read_part(struct arena *a, const struct json *o, struct wire_carry_part *out)
{
    const char *hash = NULL;
    const struct json *ids = NULL;
    if (json_get_str(o, "h", &hash) != OK || json_get(o, "ids", &ids) != OK || !json_is_array(ids))
        return ERR_TYPE;
    enum err e = wire_int(o, "size", 1, WIRE_POST_MAX, &out->size);
    if (e == OK && (!wire_hash_ok(hash) || json_count(ids) > WIRE_POST_ITEMS))
        e = ERR_FORMAT;
    if (e != OK)
        return e;
    memcpy(out->hash, hash, sizeof out->hash);
    out->count = (int)json_count(ids);
    out->id = arena_alloc(a, sizeof *out->id * (size_t)(out->count + 1));
    for (int i = 0; out->id && i < out->count; i++) {
        const char *id = json_str(json_at(ids, (size_t)i));
        if (!id || !wire_id_ok(id))
            return ERR_FORMAT;
        memcpy(out->id[i], id, sizeof out->id[i]);
    }
    return out->id ? OK : ERR_NOMEM;
}

static enum err read_line(const struct json *root, unsigned char out[CRYPTO_PUB])
{
    const char *line = NULL;
    size_t n = 0;
    if (json_get_str(root, "line", &line) != OK)
        return ERR_TYPE;
    return crypto_unbase64(line, out, CRYPTO_PUB, &n) == OK && n == CRYPTO_PUB ? OK : ERR_FORMAT;
}

static enum err read_fields(struct arena *a, const struct json *root, struct wire_carry *c)
{
    int64_t v = 0;
    const struct json *parts = NULL;
    enum err e = wire_int(root, "v", 1, 1, &v);
    if (e == OK)
        e = read_line(root, c->line);
    if (e == OK)
        e = wire_int(root, "at", 0, INT64_MAX, &c->at_ms);
    if (e == OK)
        e = wire_int(root, "since", 0, INT64_MAX, &c->since);
    if (e == OK && (json_get(root, "parts", &parts) != OK || !json_is_array(parts)))
        e = ERR_TYPE;
    if (e == OK && json_count(parts) > WIRE_CARRY_PARTS)
        e = ERR_TOO_BIG;
    for (size_t i = 0; e == OK && i < json_count(parts); i++)
        e = read_part(a, json_at(parts, i), &c->part[c->part_count++]);
    return e;
}

/* The key is inside, so it is read before it is believed: nothing is done with the rest until then.
 */
static enum err verify(const struct wire_signed *s, const struct wire_carry *c)
{
    unsigned char sig[CRYPTO_SIG];
    char kid[WIRE_NAME_MAX], text[SIG_LINE];
    enum err e = read_sig(s, kid, sig);
    carry_text(s->json, s->json_n, text);
    return e == OK ? crypto_verify(text, strlen(text), c->line, sig) : e;
}

enum err wire_carry_read(struct arena *a, const void *bytes, size_t n, struct wire_carry **out)
{
    struct wire_signed s;
    struct json *root = NULL;
    struct wire_carry *c = arena_alloc(a, sizeof *c);
    enum err e = c ? OK : ERR_NOMEM;
    if (e == OK && n > WIRE_CARRY_MAX)
        e = ERR_TOO_BIG;
    if (e == OK)
        e = wire_split(bytes, n, &s);
    if (e == OK)
        e = json_parse(s.json, s.json_n, &root);
    if (e == OK) {
        memset(c, 0, sizeof *c);
        e = json_is_object(root) ? read_fields(a, root, c) : ERR_TYPE;
    }
    if (e == OK)
        e = verify(&s, c);
    json_free(root);
    if (e == OK)
        *out = c;
    return e;
}

/* --- states -------------------------------------------------------------------------------------
 */

enum err wire_states_seal(struct arena *a, const char *json, const char *kid,
                          const unsigned char line[CRYPTO_PUB], int64_t since,
                          const unsigned char secret[CRYPTO_SECRET], char **out_text)
{
    char signed_text[256];
    states_text(json, strlen(json), line, since, signed_text);
    char *text = sealed(a, json, kid, signed_text, secret);
    if (!text)
        return ERR_NOMEM;
    *out_text = text;
    return OK;
}

enum err wire_states_open(const void *bytes, size_t n, const struct wire_keyset *keys,
                          const unsigned char line[CRYPTO_PUB], int64_t since,
                          const char **out_json, size_t *out_n)
{
    struct wire_signed s;
    unsigned char sig[CRYPTO_SIG];
    char kid[WIRE_NAME_MAX], text[256];
    enum err e = wire_split(bytes, n, &s);
    if (e == OK)
        e = read_sig(&s, kid, sig);
    if (e != OK)
        return e;
    states_text(s.json, s.json_n, line, since, text);
    e = ERR_SIGNATURE;
    for (int i = 0; i < keys->feed_count && e != OK; i++)
        if (strcmp(keys->feed[i].kid, kid) == 0)
            e = crypto_verify(text, strlen(text), keys->feed[i].pub, sig);
    if (e == OK) {
        *out_json = s.json;
        *out_n = s.json_n;
    }
    return e;
}
