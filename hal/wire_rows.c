/* wire_rows.c - rows that their publisher has signed, inside an object that anybody may pack. */
#include "hal/wire_part.h"

#include "hal/crypto.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 512, LINE_MAX_BYTES = 512 };

/* --- a row's first key ------------------------------------------------------------------------ */

/* What JSON may hold outside strings; no blanks, and nothing that another reader takes for a quote
 * or a comment. */
static bool plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c && strchr("[]{},:-+.E", c));
}

/* The end of the string that begins at p; NULL: it does not end. */
static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\')
            p++;
    return p < end ? p : NULL;
}

/* One bracket opens at the first byte and closes at the last, and only there. */
static bool one_array(const char *line, size_t n)
{
    int depth = 0;
    const char *end = line + n;
    for (const char *p = line; p < end; p++) {
        if (*p == '"') {
            p = string_end(p, end);
            if (!p)
                return false;
            continue;
        }
        if (!plain(*p))
            return false;
        depth += (*p == '[' || *p == '{') - (*p == ']' || *p == '}');
        if (depth < 1 && p + 1 != end)
            return false;
    }
    return depth == 0;
}

enum err wire_row_key(const char *line, size_t n, char out[WIRE_NAME_MAX])
{
    struct wire_row_peek peek;
    enum err e = wire_row_peek(line, n, &peek);
    if (e != OK)
        return e;
    const char *p = line + 8 + strlen(peek.table), *end = line + n, *from = p;
    if (*p == '"') {
        from = p + 1;
        p = string_end(p, end);
        if (!p || memchr(from, '\\', (size_t)(p - from)))
            return ERR_FORMAT; /* one key could be spelled in two ways */
    } else {
        p += *p == '-';
        p += strspn(p, "0123456789");
    }
    const char *after = *p == '"' ? p + 1 : p;
    if (after >= end || (*after != ',' && *after != ']') || !one_array(line, n))
        return ERR_FORMAT;
    size_t len = (size_t)(p - from);
    snprintf(out, WIRE_NAME_MAX, "%.*s", len < WIRE_NAME_MAX ? (int)len : 0, from);
    return OK;
}

/* --- the line above a publisher's rows -------------------------------------------------------- */

static enum err read_name(const struct json *list, size_t i, bool may_be_empty, char *out)
{
    const char *s = json_str(json_at(list, i));
    if (!s)
        return ERR_TYPE;
    if (strlen(s) >= WIRE_NAME_MAX || strspn(s, WIRE_NAME_SET) != strlen(s) ||
        (!*s && !may_be_empty))
        return ERR_FORMAT;
    snprintf(out, WIRE_NAME_MAX, "%s", s);
    return OK;
}

static enum err read_number(const struct json *list, size_t i, int64_t min, int64_t *out)
{
    int64_t v = 0;
    if (json_int(json_at(list, i), &v) != OK)
        return ERR_TYPE;
    *out = v;
    return v >= min && v <= WIRE_NUMBER_MAX ? OK : ERR_FORMAT;
}

static enum err read_list(const struct json *list, struct wire_rows *out)
{
    size_t sig_n = 0;
    const char *sig = json_str(json_at(list, 7));
    enum err e = json_count(list) >= 8 && sig ? OK : ERR_TYPE;
    if (e == OK)
        e = read_name(list, 2, false, out->kid);
    if (e == OK)
        e = read_name(list, 3, true, out->scope);
    if (e == OK)
        e = read_number(list, 4, 0, &out->from);
    if (e == OK)
        e = read_number(list, 5, out->from + 1, &out->to);
    if (e == OK)
        e = read_number(list, 6, 0, &out->rows);
    if (e == OK &&
        (crypto_unbase64(sig, out->sig, sizeof out->sig, &sig_n) != OK || sig_n != sizeof out->sig))
        e = ERR_FORMAT;
    return e;
}

enum err wire_rows_read(const char *line, size_t n, struct wire_rows *out)
{
    struct json *list = NULL;
    struct wire_rows got = { 0 };
    if (n > LINE_MAX_BYTES)
        return ERR_TOO_BIG;
    enum err e = json_parse(line, n, &list);
    if (e != OK)
        return e;
    e = json_is_array(list) ? read_list(list, &got) : ERR_TYPE;
    json_free(list);
    if (e == OK)
        *out = got;
    return e;
}

enum err wire_rows_write(struct arena *a, const struct wire_rows *in, char **out_line)
{
    char sig[128];
    crypto_base64(in->sig, sizeof in->sig, sig, sizeof sig);
    char *line = arena_printf(
        a, "[\"p\",\"" WIRE_ROWS_TABLE "\",\"%s\",\"%s\",%lld,%lld,%lld,\"%s\"]", in->kid,
        in->scope, (long long)in->from, (long long)in->to, (long long)in->rows, sig);
    if (!line)
        return ERR_NOMEM;
    *out_line = line;
    return OK;
}

/* --- what is signed --------------------------------------------------------------------------- */

static size_t signed_text(const struct wire_rows *r, const struct wire_rows_place *at,
                          char out[TEXT_MAX])
{
    int n = snprintf(out, TEXT_MAX, "huimin-rows-1\n%s\n%s\n%s\n%s\n%lld\n%lld\n%lld\n%s\n",
                     at->area, at->channel, r->scope, r->kid, (long long)r->from, (long long)r->to,
                     (long long)r->rows, at->hash);
    return (size_t)n;
}

void wire_rows_sign(struct wire_rows *r, const struct wire_rows_place *at,
                    const unsigned char secret[64])
{
    char text[TEXT_MAX];
    crypto_sign_text(text, signed_text(r, at, text), secret, r->sig);
}

enum err wire_rows_verify(const struct wire_rows *r, const struct wire_rows_place *at,
                          const struct wire_keyset *keys)
{
    char text[TEXT_MAX];
    size_t n = signed_text(r, at, text);
    for (int i = 0; i < keys->publisher_count; i++) {
        const struct wire_publisher *p = &keys->publisher[i];
        if (strcmp(p->key.kid, r->kid) == 0 && strcmp(p->channel, at->channel) == 0 &&
            strcmp(p->scope, r->scope) == 0)
            return crypto_verify(text, n, p->key.pub, r->sig);
    }
    return ERR_SIGNATURE;
}

bool wire_rows_wanted(const struct wire_keyset *keys, const char *channel, const char *key)
{
    for (int i = 0; i < keys->publisher_count; i++) {
        const struct wire_publisher *p = &keys->publisher[i];
        if (strcmp(p->channel, channel) == 0 && (!p->scope[0] || strcmp(p->scope, key) == 0))
            return true;
    }
    return false;
}
