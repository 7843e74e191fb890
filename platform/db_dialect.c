/* db_dialect.c - rewrites the few words in which SQLite and PostgreSQL differ. */
#include "platform/db_dialect.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer ones first. */
static const struct word {
    const char *from, *to, *in_tables;
} words[] = {
    { " STRICT, WITHOUT ROWID", "", "" },     { " STRICT", "", "" },
    { "INTEGER", "bigint", "bigint" },        { "BLOB", "bytea", "bytea" },
    { "TEXT", "text", "text COLLATE \"C\"" },
};
enum { WORDS = sizeof words / sizeof *words, GROWS_BY = 16 };

static bool letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const struct word *word_at(const char *sql, const char *p)
{
    for (int i = 0; i < WORDS; i++) {
        size_t n = strlen(words[i].from);
        bool begins = *p == ' ' || p == sql || !letter(p[-1]);
        if (begins && strncmp(p, words[i].from, n) == 0 && !letter(p[n]))
            return &words[i];
    }
    return NULL;
}

/* What stands between quotes is left alone. */
char *dialect_of(const char *sql, bool tables)
{
    char *out = malloc(strlen(sql) * 3 + GROWS_BY), *to = out;
    bool quoted = false;
    if (!out)
        return NULL;
    for (const char *p = sql; *p;) {
        const struct word *w = quoted ? NULL : word_at(sql, p);
        if (w) {
            to = stpcpy(to, tables ? w->in_tables : w->to);
            p += strlen(w->from);
            continue;
        }
        quoted = quoted != (*p == '\'');
        *to++ = *p == '?' && !quoted ? '$' : *p;
        p++;
    }
    *to = '\0';
    return out;
}

static const char *array_of(char kind)
{
    return kind == 'i' ? "bigint[]" : kind == 't' ? "text[]" : "bytea[]";
}

char *dialect_of_put(const char *sql, const struct db_value *v, int n)
{
    const char *values = strstr(sql, "VALUES("), *rest = values ? strchr(values, ')') : NULL;
    size_t cap = strlen(sql) + (size_t)n * 24 + 64;
    char *text = rest ? malloc(cap) : NULL;
    if (!text)
        return NULL;
    int at = snprintf(text, cap, "%.*s SELECT * FROM unnest(", (int)(values - sql), sql);
    for (int i = 0; i < n; i++)
        at += snprintf(text + at, cap - (size_t)at, "%s?%d::%s", i ? ", " : "", i + 1,
                       array_of(v[i].kind));
    snprintf(text + at, cap - (size_t)at, "%s", rest);
    char *out = dialect_of(text, false);
    free(text);
    return out;
}
