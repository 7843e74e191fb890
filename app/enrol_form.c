/* enrol_form.c - the code of a sheet as it is typed, and what became of it. */
#include "app/enrol.h"

#include "app/event.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void enrol_form_clear(struct enrol_form *f)
{
    explicit_bzero(f, sizeof *f);
}

/* In groups of four, as it stands on the sheet. */
void enrol_form_type(struct enrol_form *f, const char *utf8)
{
    struct wire_sheet sheet;
    if (f->asked || f->done)
        return;
    f->err = OK;
    for (const char *s = utf8; *s; s++) {
        size_t n = strlen(f->typed);
        if (!isalnum((unsigned char)*s) || n >= WIRE_SHEET)
            continue;
        if (n % 5 == 4)
            f->typed[n++] = '-';
        f->typed[n] = (char)toupper((unsigned char)*s);
        f->typed[n + 1] = '\0';
    }
    if (strlen(f->typed) == WIRE_SHEET)
        f->err = wire_sheet_read(f->typed, &sheet);
}

void enrol_form_erase(struct enrol_form *f)
{
    size_t n = strlen(f->typed);
    if (f->asked || f->done || n == 0)
        return;
    f->err = OK;
    f->typed[--n] = '\0';
    if (n && f->typed[n - 1] == '-')
        f->typed[n - 1] = '\0';
}

void enrol_form_came(struct enrol_form *f, const struct event *ev)
{
    f->asked = false;
    f->err = (enum err)ev->n;
    f->done = f->err == OK;
    snprintf(f->name, sizeof f->name, "%.31s", ev->s);
    if (f->done)
        explicit_bzero(f->typed, sizeof f->typed);
}
