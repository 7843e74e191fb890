/* application.c - reads the plain text of an item. */
#include "platform/application.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_MAX = 32, TEXT_MAX = 8192, LABEL_MAX = 512, LIST_MAX = 128 };

/* "X" and "x" are the same check digit. */
static bool mac_of(const unsigned char *key, const char *what, const char *idno, const char *card,
                   unsigned char *out)
{
    char text[128], upper[NUMBER_MAX + 1];
    size_t n = strlen(idno);
    if (n == 0 || n > NUMBER_MAX || strlen(card) > NUMBER_MAX)
        return false;
    for (size_t i = 0; i <= n; i++)
        upper[i] = (char)toupper((unsigned char)idno[i]);
    int len = snprintf(text, sizeof text, "%s\n%s\n%s\n", what, upper, card);
    crypto_mac(text, (size_t)len, key, out);
    explicit_bzero(text, sizeof text);
    explicit_bzero(upper, sizeof upper);
    return true;
}

bool person_mac(const unsigned char key[CRYPTO_MAC_KEY], const char *idno,
                unsigned char out[CRYPTO_MAC])
{
    return mac_of(key, "huimin-person-1", idno, "", out);
}

bool card_mac(const unsigned char key[CRYPTO_MAC_KEY], const char *idno, const char *card_no,
              unsigned char out[CRYPTO_MAC])
{
    return *card_no && mac_of(key, "huimin-card-1", idno, card_no, out);
}

/* A text of 1 (or least 0: none) to max - 1 bytes. */
static enum err get_text(const struct json *o, const char *key, size_t least, size_t max,
                         const char **out)
{
    if (json_get_str(o, key, out) != OK)
        return ERR_TYPE;
    return strlen(*out) >= least && strlen(*out) < max ? OK : ERR_FORMAT;
}

static enum err copy_text(const struct json *o, const char *key, char *out, size_t cap)
{
    const char *s = NULL;
    enum err e = get_text(o, key, 1, cap, &s);
    if (e == OK)
        snprintf(out, cap, "%s", s);
    return e;
}

static bool one_of(const char *s, const char *const *list)
{
    while (*list && strcmp(s, *list) != 0)
        list++;
    return *list != NULL;
}

static enum err check_field(const struct json *f)
{
    static const char *const sources[] = { "card", "typed", "place", NULL };
    const char *s = NULL, *from = NULL;
    enum err e = get_text(f, "id", 1, 64, &s);
    if (e == OK)
        e = get_text(f, "label", 0, LABEL_MAX, &s);
    if (e == OK)
        e = get_text(f, "value", 0, TEXT_MAX, &s);
    if (e == OK)
        e = get_text(f, "from", 1, 16, &from);
    return e == OK && !one_of(from, sources) ? ERR_FORMAT : e;
}

static enum err check_material(const struct json *m)
{
    const char *s = NULL;
    bool show;
    enum err e = get_text(m, "name", 1, LABEL_MAX, &s);
    if (e == OK)
        e = get_text(m, "via", 1, 32, &s);
    return e == OK && json_get_bool(m, "show", &show) != OK ? ERR_TYPE : e;
}

enum err application_page(const struct json *o, struct wire_page *out)
{
    struct wire_page p = { .bytes = 0 };
    const char *hash = NULL;
    enum err e = get_text(o, "blob", WIRE_HASH_HEX, WIRE_HASH_HEX + 1, &hash);
    if (e == OK && strspn(hash, "0123456789abcdef") != WIRE_HASH_HEX)
        e = ERR_FORMAT;
    if (e == OK && json_get_int(o, "bytes", &p.bytes) != OK)
        e = ERR_TYPE;
    if (e == OK && (p.bytes <= CRYPTO_SEAL_EXTRA || p.bytes > WIRE_BLOB_MAX))
        e = ERR_TOO_BIG;
    if (e == OK)
        e = copy_text(o, "kid", p.kid, sizeof p.kid);
    if (e != OK)
        return e;
    memcpy(p.hash, hash, sizeof p.hash);
    *out = p;
    return OK;
}

/* Pages are optional: a terminal without a document camera names none. */
static enum err read_pages(const struct json *root, struct application *out)
{
    const struct json *list = NULL, *pages = NULL;
    enum err e = json_get(root, "materials", &list) == OK ? OK : ERR_TYPE;
    for (size_t i = 0; i < json_count(list) && e == OK; i++) {
        if (json_get(json_at(list, i), "pages", &pages) != OK)
            continue;
        if (!json_is_array(pages) ||
            json_count(pages) > (size_t)(WIRE_BLOB_PAGES - out->page_count))
            return ERR_TOO_BIG;
        for (size_t p = 0; p < json_count(pages) && e == OK; p++)
            e = application_page(json_at(pages, p), &out->page[out->page_count++]);
    }
    return e;
}

static enum err check_list(const struct json *root, const char *key,
                           enum err (*check)(const struct json *one))
{
    const struct json *list = NULL;
    if (json_get(root, key, &list) != OK || !json_is_array(list))
        return ERR_TYPE;
    enum err e = json_count(list) > LIST_MAX ? ERR_TOO_BIG : OK;
    for (size_t i = 0; i < json_count(list) && e == OK; i++)
        e = check(json_at(list, i));
    return e;
}

/* Who: the identity as claimed, the number hashed, the card hashed with it. */
static enum err read_person(const struct json *root, const unsigned char *key,
                            struct application *out)
{
    static const char *const identities[] = { "card", "typed", NULL };
    const struct json *person = NULL, *card = NULL;
    const char *idno = NULL, *name = NULL, *no = NULL;
    enum err e = copy_text(root, "identity", out->identity, sizeof out->identity);
    if (e == OK && !one_of(out->identity, identities))
        e = ERR_FORMAT;
    if (e == OK && (json_get(root, "person", &person) != OK || json_get(root, "card", &card) != OK))
        e = ERR_TYPE;
    if (e == OK)
        e = get_text(person, "name", 0, 256, &name);
    if (e == OK)
        e = get_text(person, "idno", 0, NUMBER_MAX + 1, &idno);
    if (e == OK && !json_is_null(card))
        e = get_text(card, "no", 0, NUMBER_MAX + 1, &no);
    if (e != OK)
        return e;
    out->has_person = person_mac(key, idno, out->person);
    out->has_card = no && strcmp(out->identity, "card") == 0 && card_mac(key, idno, no, out->card);
    return strcmp(out->identity, "card") == 0 && !no ? ERR_FORMAT : OK;
}

static enum err read_head(const struct json *root, const char *id, struct application *out)
{
    char receipt[WIRE_RECEIPT + 1];
    const char *type = NULL, *s = NULL;
    int64_t v = 0;
    if (json_get_int(root, "v", &v) != OK || json_get_str(root, "type", &type) != OK ||
        json_get_int(root, "at", &out->at_ms) != OK)
        return ERR_TYPE;
    enum err e = v == 1 && strcmp(type, "apply") == 0 ? OK : ERR_FORMAT;
    if (e == OK)
        e = copy_text(root, "service", out->service, sizeof out->service);
    if (e == OK)
        e = copy_text(root, "service_name", out->service_name, sizeof out->service_name);
    if (e == OK)
        e = copy_text(root, "receipt", out->receipt, sizeof out->receipt);
    if (e == OK)
        e = get_text(root, "consent", 0, 64, &s);
    if (e == OK)
        e = get_text(root, "village", 0, 32, &s);
    wire_receipt(id, receipt);
    return e == OK && strcmp(receipt, out->receipt) != 0 ? ERR_FORMAT : e;
}

static enum err read_whole(const struct json *root, const char *id, const unsigned char *key,
                           struct application *out)
{
    const struct json *answers = NULL;
    enum err e = read_head(root, id, out);
    if (e == OK && (json_get(root, "answers", &answers) != OK || !json_is_object(answers)))
        e = ERR_TYPE;
    if (e == OK)
        e = read_person(root, key, out);
    if (e == OK)
        e = check_list(root, "fields", check_field);
    if (e == OK)
        e = check_list(root, "materials", check_material);
    return e == OK ? read_pages(root, out) : e;
}

enum err application_read(const char *text, size_t n, const char *id,
                          const unsigned char key[CRYPTO_MAC_KEY], struct application *out,
                          struct json **out_root)
{
    struct json *root = NULL;
    struct application app = { .at_ms = 0 };
    enum err e = json_parse(text, n, &root);
    if (e != OK)
        return e;
    e = read_whole(root, id, key, &app);
    if (e == OK)
        *out = app;
    if (e == OK && out_root)
        *out_root = root;
    else
        json_free(root);
    return e;
}
