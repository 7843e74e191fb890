/* conf.c - small texts of `key = value` lines. */
#include "hal/base/conf.h"

#include "hal/base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1000 };

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

const char *conf_unsayable(const char *value)
{
    size_t n = strlen(value);
    if (!utf8_valid(value, n))
        return "is not UTF-8";
    for (const char *p = value; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return *p == '\n' || *p == '\r' ? "has a line break" : "has a control character";
        if (*p == '#' && (p == value || p[-1] == ' '))
            return "has a # that would begin a comment";
    }
    return n && (value[0] == ' ' || value[n - 1] == ' ') ? "begins or ends with a blank" : NULL;
}

/* --- one line --------------------------------------------------------------------------------- */

static const char *end_of(const char *line)
{
    return line + strcspn(line, "\n");
}

/* The key of this line is this one; comments have none. */
static bool is_of(const char *line, const char *key)
{
    size_t n = strlen(key);
    const char *end = end_of(line);
    while (line < end && blank(*line))
        line++;
    if ((size_t)(end - line) < n || memcmp(line, key, n) != 0)
        return false;
    for (line += n; line < end && blank(*line); line++)
        ;
    return line < end && *line == '=';
}

/* Where the blanks before a comment behind the value begin; the line's end without one. */
static const char *comment_of(const char *line)
{
    const char *end = end_of(line);
    for (const char *p = line; p < end; p++)
        if (*p == '#' && p > line && blank(p[-1])) {
            while (p > line && blank(p[-1]))
                p--;
            return p;
        }
    return end;
}

static const char *last_line_of(const char *text, const char *key)
{
    const char *found = NULL;
    for (const char *line = text; *line; line = end_of(line) + (*end_of(line) == '\n'))
        if (is_of(line, key))
            found = line;
    return found;
}

enum err conf_put(char *text, size_t cap, const char *key, const char *value)
{
    char line[LINE_MAX_BYTES + 8];
    if (conf_unsayable(value))
        return ERR_FORMAT;
    size_t have = strlen(text);
    const char *at = last_line_of(text, key);
    size_t from = at ? (size_t)(at - text) : have;
    size_t to = at ? (size_t)(comment_of(at) - text) : have;
    bool cut = !at && have && text[have - 1] != '\n';
    int n = snprintf(line, sizeof line, "%s%s =%s%s%s", cut ? "\n" : "", key, *value ? " " : "",
                     value, at ? "" : "\n");
    if (n >= LINE_MAX_BYTES || have - (to - from) + (size_t)n >= cap)
        return ERR_TOO_BIG;
    memmove(text + from + n, text + to, have - to + 1);
    memcpy(text + from, line, (size_t)n);
    return OK;
}

/* --- reading ---------------------------------------------------------------------------------- */

static char *trim(char *s)
{
    while (blank(*s))
        s++;
    size_t n = strlen(s);
    while (n && blank(s[n - 1]))
        s[--n] = '\0';
    return s;
}

bool conf_next(char **text, char **out_key, char **out_value)
{
    while (**text) {
        char *line = *text, *end = line + strcspn(line, "\n");
        *text = *end ? end + 1 : end;
        *end = '\0';
        line = trim(line);
        if (!*line || *line == '#')
            continue;
        char *eq = strchr(line, '=');
        if (eq)
            *eq = '\0';
        *out_key = trim(line);
        *out_value = eq ? trim(eq + 1) : NULL;
        return true;
    }
    return false;
}
