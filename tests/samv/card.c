/* card.c - makes the record of an invented identity card from its file. */
#include "tests/samv/card.h"

#include "tests/simctl/keyfile.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

/* Where a value goes, by the letter of the card's type. at: of the first byte. */
static const struct place {
    const char *types, *key;
    int at, bytes;
} places[] = {
    { " J", "name", 0, 30 },      { "I", "name", 158, 30 },   { "I", "english", 0, 120 },
    { " J", "sex", 30, 2 },       { "I", "sex", 120, 2 },     { " J", "nation", 32, 4 },
    { " J", "birth", 36, 16 },    { "I", "birth", 220, 16 },  { " J", "address", 52, 70 },
    { " J", "id", 122, 36 },      { "I", "id", 122, 30 },     { " J", "issuer", 158, 30 },
    { " JI", "from", 188, 16 },   { " JI", "to", 204, 16 },   { "J", "pass", 220, 18 },
    { "J", "times", 238, 4 },     { "I", "country", 152, 6 }, { "I", "version", 236, 4 },
    { "I", "authority", 240, 8 },
};
enum { TYPE_AT = 248 };

static void blank(struct card *c)
{
    for (int i = 0; i < CARD_TEXT; i += 2) {
        c->text[i] = ' ';
        c->text[i + 1] = 0;
    }
}

/* "\xNNNN" in a value is that unit as it is, so that broken text can be tried. */
static bool raw_unit(char **value, char *out)
{
    unsigned u;
    if (sscanf(*value, "\\x%4x", &u) != 1 || strlen(*value) < 6)
        return false;
    out[0] = (char)(u & 0xff);
    out[1] = (char)(u >> 8);
    *value += 6;
    return true;
}

static bool put(unsigned char *to, size_t bytes, char *value)
{
    iconv_t cd = iconv_open("UTF-16LE", "UTF-8");
    char wide[CARD_TEXT], *at = wide;
    size_t room = bytes;
    bool ok = cd != (iconv_t)-1;
    while (ok && *value) {
        if (room >= 2 && raw_unit(&value, at)) {
            at += 2;
            room -= 2;
            continue;
        }
        char *end = strstr(value + 1, "\\x");
        size_t left = end ? (size_t)(end - value) : strlen(value);
        ok = iconv(cd, &value, &left, &at, &room) != (size_t)-1;
    }
    if (cd != (iconv_t)-1)
        iconv_close(cd);
    if (ok)
        memcpy(to, wide, bytes - room);
    return ok;
}

static bool put_one(void *to, const char *key, char *value)
{
    struct card *c = to;
    char type = (char)c->text[TYPE_AT];
    if (strcmp(key, "type") == 0)
        return put(c->text + TYPE_AT, 2, value);
    if (!strchr(" JI", type))
        type = ' '; /* a letter nobody knows, on an ordinary record */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(key, places[i].key) == 0 && strchr(places[i].types, type))
            return put(c->text + places[i].at, (size_t)places[i].bytes, value);
    return false;
}

bool card_load(const char *path, struct card *out, char *why, size_t cap)
{
    struct card c;
    blank(&c);
    bool ok = keyfile_read(path, put_one, &c, why, cap);
    if (ok)
        *out = c;
    return ok;
}
