/* csv.c - takes a comma-separated text apart in place. */
#include "platform/csv.h"

#include <stdbool.h>
#include <string.h>

void csv_start(struct csv *c, char *text)
{
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    *c = (struct csv){ .p = text, .line = 0, .next_line = 1 };
}

/* Takes a quoted field, doubled quotes undone; NULL when the quote never closes. */
static char *quoted(struct csv *c)
{
    char *from = c->p + 1, *to = from;
    for (char *s = from;; s++) {
        if (*s == '\0')
            return NULL;
        if (*s == '\n')
            c->next_line++;
        if (*s == '"' && s[1] != '"') {
            c->p = s + 1;
            break;
        }
        s += *s == '"';
        *to++ = *s;
    }
    if (*c->p && !strchr(",\r\n", *c->p))
        return NULL;
    *to = '\0'; /* at the latest on the closing quote, never on what follows it */
    return from;
}

static bool at_end_of_line(const char *p)
{
    return *p == '\0' || *p == '\n' || (*p == '\r' && (p[1] == '\n' || p[1] == '\0'));
}

/* Steps over what ends a field; true when the record ends with it. */
static bool field_end(struct csv *c)
{
    char *end = c->p;
    bool last = *end != ',';
    if (*end == '\r')
        c->p++;
    if (*c->p == '\n')
        c->next_line++;
    if (*c->p)
        c->p++;
    *end = '\0';
    return last;
}

enum err csv_next(struct csv *c, char *field[CSV_FIELDS], int *out_n)
{
    while (*c->p && at_end_of_line(c->p))
        field_end(c);
    c->line = c->next_line;
    *out_n = 0;
    if (*c->p == '\0')
        return OK;
    for (int n = 0; n < CSV_FIELDS; n++) {
        field[n] = *c->p == '"' ? quoted(c) : c->p;
        if (!field[n])
            return ERR_FORMAT;
        while (*c->p != ',' && !at_end_of_line(c->p))
            c->p++;
        if (field_end(c)) {
            *out_n = n + 1;
            return OK;
        }
    }
    return ERR_FORMAT;
}
