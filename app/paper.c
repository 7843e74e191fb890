/* paper.c - words on paper 32 cells wide: broken where they may be, under the terminal's name. */
#include "app/paper.h"

#include "app/app.h"
#include "app/i18n.h"
#include "hal/base/utf8.h"

#include <string.h>

static bool one_of(uint32_t cp, const char *set)
{
    for (uint32_t c; (c = utf8_next(&set)) != 0;)
        if (c == cp)
            return true;
    return false;
}

static bool opens(uint32_t cp)
{
    return one_of(cp, "（《“‘【〈");
}

static bool closes(uint32_t cp)
{
    return one_of(cp, "，。；：、？）》”’】〉…");
}

static int cells(uint32_t cp)
{
    return cp < 0x80 ? 1 : 2;
}

/* The next piece that is never broken: a word of letters, or one hanzi with the marks that may not
 * stand at the start of a line after it. Returns its end. */
static const char *piece(const char *s, int *out_cells)
{
    const char *end = s, *next = s;
    uint32_t cp = utf8_next(&next), before = 0;
    *out_cells = 0;
    while (cp && cp != ' ') {
        bool glued = end == s || closes(cp) || opens(before) || (cp < 0x80 && before < 0x80);
        if (!glued)
            break;
        *out_cells += cells(cp);
        end = next;
        before = cp;
        cp = utf8_next(&next);
    }
    return end;
}

struct wrap {
    struct paper *paper;
    enum paper_style style;
    char line[PAPER_TEXT];
    size_t n;
    int used, room; /* cells */
};

static void end_line(struct wrap *w)
{
    while (w->n && w->line[w->n - 1] == ' ')
        w->n--;
    w->line[w->n] = '\0';
    if (w->n)
        paper_add(w->paper, w->style, w->line);
    w->n = 0;
    w->used = 0;
}

static void put_char(struct wrap *w, const char **s)
{
    const char *from = *s;
    int wide = cells(utf8_next(s));
    if (w->used + wide > w->room || w->n + 5 > sizeof w->line)
        end_line(w);
    memcpy(w->line + w->n, from, (size_t)(*s - from));
    w->n += (size_t)(*s - from);
    w->used += wide;
}

void paper_say(struct paper *p, enum paper_style style, const char *text)
{
    struct wrap w = { .paper = p,
                      .style = style,
                      .room = style == PAPER_BIG ? PAPER_COLUMNS / 2 : PAPER_COLUMNS };
    while (*text) {
        int wide;
        const char *end = piece(text, &wide);
        if (end == text) { /* a space; none at the start of a line */
            if (w.n && w.used < w.room)
                put_char(&w, &text);
            else
                text++;
            continue;
        }
        if (w.used && w.used + wide > w.room)
            end_line(&w);
        while (text < end)
            put_char(&w, &text);
    }
    end_line(&w);
    explicit_bzero(&w, sizeof w);
}

void paper_head(struct paper *p, const struct app *app, const char *title)
{
    const struct config *c = app->config;
    paper_say(p, PAPER_CENTER, i18n_pick(c->terminal_name_zh, c->terminal_name_en));
    paper_say(p, PAPER_CENTER, i18n_pick(c->terminal_place_zh, c->terminal_place_en));
    paper_say(p, PAPER_BIG, title);
    paper_add(p, PAPER_RULE, "");
}

void paper_whom_to_ask(struct paper *p, struct arena *a, const struct app *app)
{
    const struct config *c = app->config;
    if (*c->help_phone)
        paper_say(p, PAPER_PLAIN,
                  i18n_fmt(a, "paper.phone", "name",
                           i18n_pick(c->help_phone_name_zh, c->help_phone_name_en), "phone",
                           c->help_phone, NULL));
}
