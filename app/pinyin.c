/* pinyin.c - readings of hanzi from the generated table, and matching letters against them. */
#include "app/pinyin.h"

#include "app/pinyin_table.h"
#include "hal/base/utf8.h"

#include <stddef.h>
#include <string.h>

enum { PHRASE_MAX = 6, TYPED_CAP = 64 };

/* --- readings ----------------------------------------------------------------------------- */

static void add_reading(struct pinyin_char *c, int name)
{
    const char *s = pinyin_name[name];
    if (!*s || c->count == PINYIN_READINGS)
        return;
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->reading[i], s) == 0)
            return;
    c->reading[c->count++] = s;
}

/* Index of the first extra reading of cp or a later one. */
static int first_extra(uint32_t cp)
{
    int low = 0, high = pinyin_extras;
    while (low < high) {
        int mid = (low + high) / 2;
        if (pinyin_extra_cp[mid] < cp)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void add_own_readings(struct pinyin_char *c)
{
    if (c->cp >= PINYIN_FIRST_CP && c->cp <= PINYIN_LAST_CP) {
        add_reading(c, pinyin_first[c->cp - PINYIN_FIRST_CP]);
        for (int i = first_extra(c->cp); i < pinyin_extras && pinyin_extra_cp[i] == c->cp; i++)
            add_reading(c, pinyin_extra_name[i]);
        return;
    }
    char lower = (char)c->cp;
    if (c->cp >= 'A' && c->cp <= 'Z')
        lower = (char)(c->cp - 'A' + 'a');
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9' && c->cp < 128)) {
        c->self[0] = lower;
        c->reading[c->count++] = c->self;
    }
}

/* The phrase that is exactly these n bytes; -1. */
static int phrase_of(const char *s, size_t n)
{
    int low = 0, high = pinyin_phrases - 1;
    while (low <= high) {
        int mid = (low + high) / 2;
        const char *p = pinyin_phrase_text + pinyin_phrase_at[mid];
        int d = strncmp(s, p, n);
        if (d == 0 && p[n])
            d = -1;
        if (d == 0)
            return mid;
        if (d < 0)
            high = mid - 1;
        else
            low = mid + 1;
    }
    return -1;
}

/* The longest phrase that begins at hanzi `at`; its length in hanzi, 0 = none. */
static int longest_phrase(const char *const *start, int at, int count, int *out_phrase)
{
    int most = count - at < PHRASE_MAX ? count - at : PHRASE_MAX;
    for (int n = most; n >= 2; n--) {
        int found = phrase_of(start[at], (size_t)(start[at + n] - start[at]));
        if (found >= 0) {
            *out_phrase = found;
            return n;
        }
    }
    return 0;
}

int pinyin_read(const char *text, struct pinyin_char *out, int cap)
{
    const char *start[PINYIN_CHARS + 1];
    int count = 0;
    if (cap > PINYIN_CHARS)
        cap = PINYIN_CHARS;
    const char *p = text;
    for (; *p && count < cap; count++) {
        start[count] = p;
        out[count] = (struct pinyin_char){ .cp = utf8_next(&p) };
    }
    start[count] = p;
    for (int i = 0; i < count;) {
        int phrase = -1;
        int n = longest_phrase(start, i, count, &phrase);
        for (int k = 0; k < n; k++)
            add_reading(&out[i + k], pinyin_phrase_name[pinyin_phrase_name_at[phrase] + k]);
        i += n ? n : 1;
    }
    for (int i = 0; i < count; i++)
        add_own_readings(&out[i]);
    return count;
}

/* --- matching ----------------------------------------------------------------------------- */

static bool letters_from(const struct pinyin_char *c, int count, int readings, const char *typed);

/* What of `typed` one syllable may take: its initial, zh/ch/sh, all of it, or all that is left. */
static bool syllable_takes(const char *syl, const struct pinyin_char *rest, int count, int readings,
                           const char *typed)
{
    size_t full = strlen(syl), same = 0;
    while (same < full && typed[same] == syl[same])
        same++;
    if (same == 0)
        return false;
    if (!typed[same])
        return true; /* typing ends inside this syllable */
    if (same == full && letters_from(rest, count, readings, typed + full))
        return true;
    bool two = same >= 2 && syl[1] == 'h';
    return (two && letters_from(rest, count, readings, typed + 2)) ||
           letters_from(rest, count, readings, typed + 1);
}

static bool letters_from(const struct pinyin_char *c, int count, int readings, const char *typed)
{
    if (!*typed)
        return true;
    while (count > 0 && c->count == 0)
        c++, count--;
    if (count <= 0)
        return false;
    int most = c->count < readings ? c->count : readings;
    for (int i = 0; i < most; i++)
        if (syllable_takes(c->reading[i], c + 1, count - 1, readings, typed))
            return true;
    return false;
}

/* 0 = nowhere, 1 = somewhere, 2 = from the start. */
static int letters_anywhere(const struct pinyin_char *c, int count, int readings, const char *typed)
{
    if (letters_from(c, count, readings, typed))
        return 2;
    for (int i = 1; typed[1] && i < count; i++)
        if (c[i].count && letters_from(c + i, count - i, readings, typed))
            return 1;
    return 0;
}

/* Lower case, without spaces and the apostrophe of xi'an; true when it has hanzi in it. */
static bool clean(const char *typed, char *out)
{
    bool hanzi = false;
    size_t len = 0;
    while (*typed && len + 5 < TYPED_CAP) {
        uint32_t cp = utf8_next(&typed);
        hanzi = hanzi || cp >= 128;
        if (cp == ' ' || cp == '\'' || cp == 0x3000)
            continue;
        if (cp >= 'A' && cp <= 'Z')
            cp += 'a' - 'A';
        len += (size_t)utf8_put(out + len, cp);
    }
    out[len] = '\0';
    return hanzi;
}

int pinyin_match(const char *text, const char *typed)
{
    char want[TYPED_CAP];
    bool hanzi = clean(typed, want);
    if (!*want)
        return 0;
    if (hanzi) {
        const char *at = strstr(text, want);
        return !at ? 0 : at == text ? 9 : 8;
    }
    struct pinyin_char c[PINYIN_CHARS];
    int count = pinyin_read(text, c, PINYIN_CHARS);
    int sure = letters_anywhere(c, count, 1, want);
    if (sure)
        return 5 + sure;
    return letters_anywhere(c, count, PINYIN_READINGS, want);
}
