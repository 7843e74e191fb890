/* i18n.c - gettext, switched while the program runs; sentences filled in by name. */
#include "app/i18n.h"

#include "hal/base/log.h"

#include <libintl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN "huimin"

/* glibc's own counter: raising it makes gettext look at LANGUAGE again. */
extern int _nl_msg_cat_cntr;

static char current[8] = "zh_CN";

enum err i18n_init(const char *dir, const char *lang)
{
    if (!setlocale(LC_ALL, "C.UTF-8"))
        log_warn("locale_missing", "locale=C.UTF-8");
    bindtextdomain(DOMAIN, dir);
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    textdomain(DOMAIN);
    return i18n_set(lang);
}

static bool known(const char *lang)
{
#if CONTROL
    if (strcmp(lang, "xx") == 0)
        return true;
#endif
    return strcmp(lang, "zh_CN") == 0 || strcmp(lang, "en") == 0;
}

enum err i18n_set(const char *lang)
{
    if (!known(lang))
        return ERR_ARG;
    memcpy(current, lang, strlen(lang) + 1);
    setenv("LANGUAGE", lang, 1);
    _nl_msg_cat_cntr++;
    return OK;
}

const char *i18n_lang(void)
{
    return current;
}

bool i18n_chinese(void)
{
    return strcmp(current, "zh_CN") == 0;
}

const char *T(const char *key)
{
    return gettext(key);
}

const char *i18n_pick(const char *zh, const char *en)
{
    return !i18n_chinese() && en && *en ? en : zh;
}

enum { FMT_PAIRS = 8, FMT_CAP = 2048 };

struct pair {
    const char *name, *value;
};

/* The value of {name}, where name is n bytes at s; NULL when the caller did not give it. */
static const char *value_of(const struct pair *pair, int count, const char *s, size_t n)
{
    for (int i = 0; i < count; i++)
        if (strlen(pair[i].name) == n && memcmp(pair[i].name, s, n) == 0)
            return pair[i].value ? pair[i].value : "";
    return NULL;
}

static size_t append(char *buf, size_t at, const char *s, size_t n)
{
    if (n > FMT_CAP - 1 - at)
        n = FMT_CAP - 1 - at;
    memcpy(buf + at, s, n);
    return at + n;
}

const char *i18n_fmt(struct arena *a, const char *key, ...)
{
    struct pair pair[FMT_PAIRS];
    int count = 0;
    va_list ap;
    va_start(ap, key);
    for (const char *name; count < FMT_PAIRS && (name = va_arg(ap, const char *)); count++)
        pair[count] = (struct pair){ name, va_arg(ap, const char *) };
    va_end(ap);

    char buf[FMT_CAP];
    size_t len = 0;
    for (const char *s = T(key); *s;) {
        const char *end = *s == '{' ? strchr(s, '}') : NULL;
        const char *value = end ? value_of(pair, count, s + 1, (size_t)(end - s - 1)) : NULL;
        if (value) {
            len = append(buf, len, value, strlen(value));
            s = end + 1;
        } else {
            len = append(buf, len, s++, 1);
        }
    }
    const char *out = arena_strndup(a, buf, len);
    return out ? out : "";
}
