/* form_check.c - what is wrong with a value, so exactly that one sentence can put it right. */
#include "app/form.h"

#include "hal/base/clock.h"
#include "hal/base/utf8.h"
#include "hal/idno.h"

#include <stdlib.h>
#include <string.h>

enum { MOBILE = 11, LAND_MIN = 10, LAND_MAX = 12, CARD_MIN = 12, CARD_MAX = 19, HOUSE_MIN = 1 };
enum { ELSEWHERE_MIN = 4, YEAR_MIN = 1900 };

const char *form_fault_key(enum form_fault f)
{
    static const char *const key[] = {
        "",
        "form.wrong.empty",
        "form.wrong.short",
        "form.wrong.long",
        "form.wrong.digits",
        "form.wrong.check",
        "form.wrong.date",
        "form.wrong.future",
        "form.wrong.phone",
        "form.wrong.choice",
        "form.wrong.tick",
        "form.wrong.number",
        "form.wrong.address",
        "form.wrong.same",
        "form.wrong.answer",
    };
    return (unsigned)f < sizeof key / sizeof *key ? key[f] : "";
}

static bool only(const char *s, const char *allowed)
{
    return s[strspn(s, allowed)] == '\0';
}

static bool blank(const char *s)
{
    return only(s, " \t\n");
}

static enum form_fault length(size_t have, size_t least, size_t most, int *out_n)
{
    if (have < least)
        *out_n = (int)(least - have);
    else if (have > most)
        *out_n = (int)(have - most);
    return have < least ? FAULT_SHORT : have > most ? FAULT_LONG : FAULT_NONE;
}

static enum form_fault check_idno(const char *s, int today, int *out_n)
{
    if (!only(s, "0123456789Xx"))
        return FAULT_DIGITS;
    enum form_fault fault = length(strlen(s), 18, 18, out_n);
    if (fault != FAULT_NONE)
        return fault;
    switch (idno_read(s, today, NULL)) {
    case IDNO_OK:
        return FAULT_NONE;
    case IDNO_DATE:
        return FAULT_DATE;
    case IDNO_CHARACTER:
        return FAULT_DIGITS;
    case IDNO_LENGTH:
    case IDNO_LEGACY:
    case IDNO_CHECK:
        break;
    }
    return FAULT_CHECK;
}

/* Eight digits, or 2026-11-23. */
static bool read_date(const char *s, int *out_day)
{
    char iso[11];
    if (strlen(s) == 10)
        return clock_parse_date(s, out_day) == OK;
    memcpy(iso, s, 4);
    iso[4] = iso[7] = '-';
    memcpy(iso + 5, s + 4, 2);
    memcpy(iso + 8, s + 6, 2);
    iso[10] = '\0';
    bool ok = clock_parse_date(iso, out_day) == OK;
    explicit_bzero(iso, sizeof iso);
    return ok;
}

static enum form_fault check_date(const struct service_field *def, const char *s, int today,
                                  int *out_n)
{
    int day = 0;
    bool dashed = strlen(s) == 10 && s[4] == '-';
    if (!only(s, dashed ? "0123456789-" : "0123456789"))
        return FAULT_DIGITS;
    enum form_fault fault = dashed ? FAULT_NONE : length(strlen(s), 8, 8, out_n);
    if (fault != FAULT_NONE)
        return fault;
    if (!read_date(s, &day) || day < clock_day_from_civil(YEAR_MIN, 1, 1))
        return FAULT_DATE;
    return def->past && day > today ? FAULT_FUTURE : FAULT_NONE;
}

/* A mobile number, or a landline with its area code (0717-1234567). */
static enum form_fault check_phone(const char *s, int *out_n)
{
    bool land = *s == '0';
    size_t n = 0;
    if (!only(s, land ? "0123456789-" : "0123456789"))
        return FAULT_DIGITS;
    for (const char *p = s; *p; p++)
        n += *p != '-';
    if (land)
        return s[1] < '1' ? FAULT_PHONE : length(n, LAND_MIN, LAND_MAX, out_n);
    if (*s != '1' || (s[1] && s[1] < '3'))
        return FAULT_PHONE;
    return length(n, MOBILE, MOBILE, out_n);
}

/* ISO/IEC 7812: every second digit from the right doubled. */
static bool luhn(const char *s)
{
    int sum = 0;
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++) {
        int d = s[n - 1 - i] - '0';
        d = i % 2 ? d * 2 : d;
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

static enum form_fault check_bankcard(const char *s, int *out_n)
{
    if (!only(s, "0123456789"))
        return FAULT_DIGITS;
    enum form_fault fault = length(strlen(s), CARD_MIN, CARD_MAX, out_n);
    if (fault != FAULT_NONE)
        return fault;
    return luhn(s) ? FAULT_NONE : FAULT_CHECK;
}

/* 12, 12.5; nothing else. */
static enum form_fault check_number(const char *s, int *out_n)
{
    size_t whole = strspn(s, "0123456789");
    size_t part = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
    if (whole == 0 || s[whole + (s[whole] == '.') + part] != '\0' || (s[whole] == '.' && !part))
        return FAULT_NUMBER;
    return length(strlen(s), 1, 15, out_n);
}

static enum form_fault check_address(const struct form_value *v, int *out_n)
{
    size_t n = blank(v->text) ? 0 : utf8_count(v->text);
    if (v->village == 0 || n < (v->village == FORM_ELSEWHERE ? ELSEWHERE_MIN : HOUSE_MIN))
        return FAULT_ADDRESS;
    return length(n, 1, 80, out_n);
}

static enum form_fault check_written(const struct service_field *def, const char *s, int today,
                                     int *out_n)
{
    switch (def->type) {
    case FIELD_IDNO:
        return check_idno(s, today, out_n);
    case FIELD_DATE:
        return check_date(def, s, today, out_n);
    case FIELD_PHONE:
        return check_phone(s, out_n);
    case FIELD_NUMBER:
        return check_number(s, out_n);
    case FIELD_BANKCARD:
        return check_bankcard(s, out_n);
    case FIELD_TEXT:
        return length(utf8_count(s), 1, (size_t)def->max_chars, out_n);
    case FIELD_CHOICE:
    case FIELD_TICK:
    case FIELD_ADDRESS:
        break;
    }
    return FAULT_NONE;
}

/* Somebody who acts for another cannot be that other. */
static bool is_agent(const struct service_field *def)
{
    return def->from && strcmp(def->from, "agentcard.idno") == 0;
}

static enum form_fault check_field(const struct form *f, int i, int today, int *out_n)
{
    const struct service_field *def = &f->service->field[i];
    const struct form_value *v = &f->value[i];
    bool untouched = v->source == SOURCE_NONE || (def->type != FIELD_ADDRESS && blank(v->text));
    if (def->type == FIELD_CHOICE)
        return def->required && v->choice < 0 ? FAULT_CHOICE : FAULT_NONE;
    if (def->type == FIELD_TICK)
        return def->required && !v->ticked ? FAULT_TICK : FAULT_NONE;
    if (v->source == SOURCE_CARD)
        return FAULT_NONE; /* the card's word is not ours to correct */
    if (!def->required && (untouched || (def->type == FIELD_ADDRESS && blank(v->text))))
        return FAULT_NONE;
    if (def->type == FIELD_ADDRESS)
        return check_address(v, out_n);
    if (blank(v->text))
        return FAULT_EMPTY;
    if (is_agent(def) && strcasecmp(v->text, form_person_id(f)) == 0)
        return FAULT_SAME;
    return check_written(def, v->text, today, out_n);
}

enum form_fault form_check(const struct form *f, int page, int today, int *out_n)
{
    int n = 0;
    enum form_fault fault = FAULT_NONE;
    if (page >= FORM_FIELDS)
        fault = f->answer[page - FORM_FIELDS] == ANSWER_NONE ? FAULT_ANSWER : FAULT_NONE;
    else if (page >= 0 && form_has(f, page))
        fault = check_field(f, page, today, &n);
    if (fault != FAULT_NONE)
        *out_n = n;
    return fault;
}

int form_first_wrong(const struct form *f, int today)
{
    int n;
    for (int q = 0; q < f->service->question_count; q++)
        if (form_check(f, FORM_FIELDS + q, today, &n) != FAULT_NONE)
            return FORM_FIELDS + q;
    for (int i = 0; i < f->service->field_count; i++)
        if (form_check(f, i, today, &n) != FAULT_NONE)
            return i;
    return -1;
}
