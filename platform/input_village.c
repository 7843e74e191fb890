/* input_village.c - what a village publishes: books that add up, names that are masked. */
#include "platform/input.h"

#include <stdlib.h>
#include <string.h>

struct input_book {
    struct input_book *next;
    const char *village, *id;
    long long opening, closing, sum;
    int line;
};

static bool one_of(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

static struct input_book *book_of(const struct input *in, const char *village, const char *id)
{
    for (struct input_book *b = in->books; b; b = b->next)
        if (strcmp(b->village, village) == 0 && strcmp(b->id, id) == 0)
            return b;
    return NULL;
}

static const char *add_book(struct input *in, int line, char **v)
{
    struct input_book *b = arena_new(&in->arena, struct input_book);
    if (!b)
        return "no memory";
    *b = (struct input_book){ .next = in->books,
                              .village = arena_strdup(&in->arena, v[0]),
                              .id = arena_strdup(&in->arena, v[1]),
                              .opening = strtoll(v[4], NULL, 10),
                              .closing = strtoll(v[5], NULL, 10),
                              .line = line };
    if (!b->village || !b->id)
        return "no memory";
    in->books = b;
    return NULL;
}

static const char *add_line(struct input *in, char **v)
{
    struct input_book *b = book_of(in, v[0], v[1]);
    bool out = strcmp(v[3], "out") == 0;
    if (!out && strcmp(v[3], "in") != 0)
        return "side: neither in nor out";
    if (!b)
        return "book: not in village_books.csv";
    b->sum += strtoll(v[5], NULL, 10) * (out ? -1 : 1);
    return NULL;
}

const char *input_village(struct input *in, const char *table, int line, char **value, int columns)
{
    static const char kinds[] = "party activity decision notice offered wanted buying parcel";
    bool subsidy = strcmp(table, "subsidy") == 0, post = strcmp(table, "post") == 0;
    bool book = strcmp(table, "book") == 0, book_line = strcmp(table, "book_line") == 0;
    if (!subsidy && !post && !book && !book_line)
        return NULL;
    for (int i = 0; i < columns; i++)
        if (!value[i] && !(post && i > 4))
            return NULL; /* told already */
    if (subsidy && !strchr(value[4], '*'))
        return "name: a citizen's name that is not masked, such as 张*明";
    if (post && !one_of(kinds, value[2]))
        return "kind: none of party, activity, decision, notice, offered, wanted, buying, parcel";
    return book ? add_book(in, line, value) : book_line ? add_line(in, value) : NULL;
}

void input_books(struct input *in)
{
    for (const struct input_book *b = in->books; b; b = b->next)
        if (b->opening + b->sum != b->closing)
            input_fault(in, "village_books.csv", b->line,
                        arena_printf(&in->arena, "closing: %lld + %lld is not %lld", b->opening,
                                     b->sum, b->closing));
}
