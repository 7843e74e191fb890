/* conf.c - reads platform.conf. */
#include "platform/conf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One key: text of cap bytes at an offset, or (cap 0) one of the two below. */
static const struct setting {
    const char *key, *value;
    size_t offset, cap;
} settings[] = {
    { "db", "platform.db", offsetof(struct conf, db), CONF_TEXT },
    { "keys", "keys", offsetof(struct conf, keys), CONF_TEXT },
    { "feed", "feed", offsetof(struct conf, feed), CONF_TEXT },
    { "listen", "127.0.0.1:8420", offsetof(struct conf, listen), CONF_TEXT },
    { "console", "", offsetof(struct conf, console), CONF_TEXT },
    { "origin", "", offsetof(struct conf, origin), CONF_TEXT },
    { "area", "420506", offsetof(struct conf, area), 32 },
    { "expires_days", "30", 0, 0 },
    { "cards", "any", 0, 0 },
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static enum err set_cards(struct conf *c, const char *value)
{
    if (strcmp(value, "any") != 0 && strcmp(value, "proved") != 0)
        return ERR_ARG;
    c->only_proved = strcmp(value, "proved") == 0;
    return OK;
}

static enum err set_days(struct conf *c, const char *value)
{
    char *end;
    long days = strtol(value, &end, 10);
    if (*end || end == value || days < 1 || days > 3650)
        return ERR_ARG;
    c->expires_days = (int)days;
    return OK;
}

/* A password in an address would stand in `ps` and in logs: it belongs into PGPASSFILE or a service
 * file, where libpq finds it. */
static bool shows_password(const char *address)
{
    const char *who = strstr(address, "://"), *at = who ? strchr(who, '@') : NULL;
    const char *colon = who ? strchr(who + 3, ':') : NULL;
    return who && ((at && colon && colon < at) || strstr(who, "password="));
}

/* As a browser says it: scheme, name, port; nothing behind. */
static bool origin_ok(const char *value)
{
    size_t n = strncmp(value, "https://", 8) == 0 ? 8 : strncmp(value, "http://", 7) == 0 ? 7 : 0;
    return n > 0 && value[n] && !strpbrk(value + n, "/ ");
}

enum err conf_set(struct conf *c, const char *key, const char *value)
{
    int i = 0;
    while (i < SETTINGS && strcmp(settings[i].key, key) != 0)
        i++;
    if (i == SETTINGS)
        return ERR_NOT_FOUND;
    if (settings[i].cap == 0)
        return strcmp(key, "cards") == 0 ? set_cards(c, value) : set_days(c, value);
    if (!*value || strlen(value) >= settings[i].cap)
        return ERR_ARG;
    if (strcmp(key, "db") == 0 && shows_password(value))
        return ERR_REFUSED;
    if (strcmp(key, "origin") == 0 && !origin_ok(value))
        return ERR_ARG;
    memcpy((char *)c + settings[i].offset, value, strlen(value) + 1);
    return OK;
}

const char *conf_why(enum err e, const char *otherwise)
{
    return e == ERR_REFUSED ? "a password does not belong in the address: use PGPASSFILE"
                            : otherwise;
}

void conf_default(struct conf *c)
{
    *c = (struct conf){ .expires_days = 0 };
    for (int i = 0; i < SETTINGS; i++)
        if (*settings[i].value && conf_set(c, settings[i].key, settings[i].value) != OK)
            abort(); /* the table above is wrong */
}

/* How many letters must change (Levenshtein), for words of up to 31. */
static int distance(const char *a, const char *b)
{
    int row[33];
    size_t n = strnlen(b, 31);
    for (size_t j = 0; j <= n; j++)
        row[j] = (int)j;
    for (size_t i = 0; a[i] && i < 31; i++) {
        int diagonal = row[0];
        row[0] = (int)i + 1;
        for (size_t j = 1; j <= n; j++) {
            int best = diagonal + (a[i] != b[j - 1]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[n];
}

const char *conf_nearest(const char *key)
{
    const char *best = settings[0].key;
    for (int i = 1; i < SETTINGS; i++)
        if (distance(key, settings[i].key) < distance(key, best))
            best = settings[i].key;
    return best;
}

static char *trim(char *s)
{
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        s[--n] = '\0';
    return s;
}

static enum err read_line(struct conf *c, const char *path, int line, char *text)
{
    text = trim(text);
    if (*text == '\0' || *text == '#')
        return OK;
    char *eq = strchr(text, '=');
    if (!eq) {
        fprintf(stderr, "%s:%d: %s: expected key = value\n", path, line, text);
        return ERR_CONFIG;
    }
    *eq = '\0';
    char *key = trim(text), *value = trim(eq + 1);
    enum err e = conf_set(c, key, value);
    if (e == ERR_NOT_FOUND)
        fprintf(stderr, "%s:%d: %s: unknown key; did you mean %s?\n", path, line, key,
                conf_nearest(key));
    else if (e != OK)
        fprintf(stderr, "%s:%d: %s: %s\n", path, line, key,
                conf_why(e, "not a value for this key"));
    return e == OK ? OK : ERR_CONFIG;
}

enum err conf_read(struct conf *c, const char *path)
{
    char text[CONF_TEXT + 64];
    FILE *f = fopen(path, "re");
    if (!f) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return ERR_CONFIG;
    }
    enum err e = OK;
    for (int line = 1; e == OK && fgets(text, sizeof text, f); line++)
        e = read_line(c, path, line, text);
    fclose(f);
    return e;
}
