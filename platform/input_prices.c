/* input_prices.c - the price office's sheets: day, place, good, yuan. */
#include "platform/csv.h"
#include "platform/input.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum price_column { DAY, PLACE, GOOD, YUAN, TAKEN, SOURCE, SOURCE_EN, PRICE_COLUMNS };
static const char *const names[PRICE_COLUMNS] = { "day",   "place",  "good",     "yuan",
                                                  "taken", "source", "source_en" };
static char default_source[] = "价格监测", default_source_en[] = "Price monitoring";

/* The visit written last: a sheet names its day and place on every line. */
struct visit {
    char text[400];
};

/* "4.98" -> "498", exact: money never passes through a floating point number. */
static bool fen_of(const char *yuan, char out[24])
{
    size_t whole = strspn(yuan, "0123456789"), part = 0;
    const char *dot = yuan + whole;
    if (*dot == '.')
        part = strspn(dot + 1, "0123456789");
    if (whole == 0 || whole > 7 || part > 2 || (*dot == '.' && part == 0) ||
        dot[*dot == '.' ? part + 1 : 0])
        return false;
    snprintf(out, 24, "%.*s%.*s%s", (int)whole, yuan, (int)part, *dot ? dot + 1 : "",
             part == 0   ? "00"
             : part == 1 ? "0"
                         : "");
    size_t zeros = strspn(out, "0");
    memmove(out, out + zeros, strlen(out) - zeros + 1);
    return out[0] != '\0';
}

static enum err add_visit(struct input *in, const char *file, int line, char **v,
                          struct visit *last)
{
    struct visit now = { "" };
    snprintf(now.text, sizeof now.text, "%s|%s|%s|%s|%s", v[DAY] ? v[DAY] : "",
             v[PLACE] ? v[PLACE] : "", v[TAKEN] ? v[TAKEN] : "", v[SOURCE] ? v[SOURCE] : "",
             v[SOURCE_EN] ? v[SOURCE_EN] : "");
    if (strcmp(now.text, last->text) == 0)
        return OK;
    *last = now;
    /* A line that says nothing about the visit must not overwrite what an earlier one said. */
    bool weak = !v[TAKEN] && !v[SOURCE] && !v[SOURCE_EN];
    char *values[TABLE_COLUMNS] = { v[DAY], v[PLACE], v[TAKEN],
                                    v[SOURCE] ? v[SOURCE] : default_source,
                                    v[SOURCE] ? v[SOURCE_EN] : default_source_en };
    return input_table_row(in, file, line, table_find("sheet"), values, true, weak);
}

static enum err add_price(struct input *in, const char *file, int line, char **v)
{
    char fen[24];
    if (v[YUAN] && !fen_of(v[YUAN], fen)) {
        input_fault(in, file, line, "yuan: not a price like 4.98");
        return OK;
    }
    char *values[TABLE_COLUMNS] = { v[DAY], v[GOOD], v[PLACE], v[YUAN] ? fen : NULL };
    return input_table_row(in, file, line, table_find("price"), values, true, false);
}

static void match_header(struct input *in, const char *file, char **field, int n, int *map)
{
    bool have[PRICE_COLUMNS] = { false };
    for (int i = 0; i < n; i++) {
        map[i] = -1;
        for (int c = 0; c < PRICE_COLUMNS; c++)
            if (strcmp(names[c], field[i]) == 0)
                map[i] = c;
        if (map[i] < 0)
            input_fault(in, file, 1, arena_printf(&in->arena, "%s: unknown column", field[i]));
        else
            have[map[i]] = true;
    }
    for (int c = DAY; c <= YUAN; c++)
        if (!have[c])
            input_fault(in, file, 1, arena_printf(&in->arena, "%s: column is missing", names[c]));
}

static enum err price_rows(struct input *in, const char *file, struct csv *c)
{
    char *field[CSV_FIELDS];
    int map[CSV_FIELDS], columns = 0, n = 0;
    struct visit last = { "" };
    enum err e = csv_next(c, field, &columns);
    if (e == OK)
        match_header(in, file, field, columns, map);
    while (e == OK && (e = csv_next(c, field, &n)) == OK && n > 0) {
        char *v[PRICE_COLUMNS] = { NULL };
        for (int i = 0; i < n && i < columns; i++)
            if (map[i] >= 0 && field[i][0])
                v[map[i]] = field[i];
        if (n != columns) {
            input_fault(in, file, c->line, "another number of fields than the header line");
            continue;
        }
        e = add_visit(in, file, c->line, v, &last);
        if (e == OK)
            e = add_price(in, file, c->line, v);
    }
    return e;
}

enum err input_prices(struct input *in, const char *file)
{
    char *text;
    enum err e = input_text(in, file, &text);
    return e == OK && text ? input_price_sheet(in, file, text) : e;
}

enum err input_price_sheet(struct input *in, const char *file, char *text)
{
    struct csv c;
    csv_start(&c, text);
    enum err e = price_rows(in, file, &c);
    if (e != ERR_FORMAT)
        return e;
    input_fault(in, file, c.line, "a quote that is not closed, or too many fields");
    return OK;
}
