/* seed_village.c - what each village has to say: grids, posts, books that add up, lists of
 * subsidies. */
#include "platform/csv.h"
#include "platform/seed.h"

#include <stdlib.h>
#include <string.h>

enum {
    WORDS = 128,
    GRIDS_ALL = 1367,
    SUBSIDIES = 9,
    POST_DAYS = 60,
    QUARTER = 91,
    OBJECT_DAYS = 10
};

struct words {
    char *kind[WORDS], *a[WORDS], *b[WORDS], *c[WORDS];
    int count;
};
struct village_out {
    FILE *grid, *post, *book, *line, *subsidy;
};

static enum err read_words(struct seed *s, struct words *w)
{
    char *text, *f[CSV_FIELDS];
    struct csv c;
    int n = 0;
    enum err e = seed_read(s, "village_words.csv", &text);
    if (e != OK)
        return e;
    csv_start(&c, text);
    while (w->count < WORDS && csv_next(&c, f, &n) == OK && n == 4) {
        if (c.line == 1)
            continue;
        w->kind[w->count] = f[0];
        w->a[w->count] = f[1];
        w->b[w->count] = f[2];
        w->c[w->count++] = f[3];
    }
    return w->count > 0 ? OK : ERR_FORMAT;
}

/* The nth (turning round) of a kind. */
static int word(const struct words *w, const char *kind, int nth)
{
    int have = 0;
    for (int i = 0; i < w->count; i++)
        have += strcmp(w->kind[i], kind) == 0;
    for (int i = 0; i < w->count && have; i++)
        if (strcmp(w->kind[i], kind) == 0 && nth-- % have == 0)
            return i;
    return 0;
}

static const char *put_in(struct seed *s, const char *text, const char *mark, const char *value)
{
    const char *at = strstr(text, mark);
    if (!at)
        return text;
    return arena_printf(&s->arena, "%.*s%s%s", (int)(at - text), text, value, at + strlen(mark));
}

static const char *filled(struct seed *s, const char *text)
{
    char digit[2] = { (char)('2' + seed_chance(s, 8)), '\0' };
    return put_in(s, text, "{数}", digit);
}

static const char *phone(struct seed *s)
{
    return arena_printf(&s->arena, "0717-00%05d", seed_chance(s, 100000));
}

static const char *person(struct seed *s, const struct words *w)
{
    const char *surname = w->a[word(w, "surname", seed_chance(s, WORDS))];
    return arena_printf(&s->arena, "%s%s", surname, w->a[word(w, "given", seed_chance(s, WORDS))]);
}

/* The first and the last hanzi; what is between is a star. */
static const char *masked(struct seed *s, const char *name)
{
    size_t n = strlen(name);
    return arena_printf(&s->arena, "%.3s*%s", name, n > 6 ? name + n - 3 : "");
}

static void write_posts(struct seed *s, const struct words *w, FILE *f, const char *code)
{
    static const char *const kind[] = { "party",   "activity", "decision", "notice",
                                        "offered", "wanted",   "buying",   "parcel" };
    int id = 1;
    for (size_t k = 0; k < sizeof kind / sizeof *kind; k++)
        for (int i = 0, first = seed_chance(s, 8), n = 2 + seed_chance(s, 2); i < n; i++) {
            int at = word(w, kind[k], first + i);
            bool trade = k >= 4;
            char day[16];
            seed_date(day, s->today - (k >= 6 ? 0 : seed_chance(s, trade ? 14 : POST_DAYS)));
            fprintf(f, "%s,%d,%s,%s,%s,%s,%s,%s\n", code, id++, kind[k], day, filled(s, w->a[at]),
                    filled(s, w->b[at]), trade ? person(s, w) : w->c[at], phone(s));
        }
}

static long long yuan(struct seed *s, const struct words *w, int at)
{
    long long lo = strtoll(w->b[at], NULL, 10), hi = strtoll(w->c[at], NULL, 10);
    return lo + seed_chance(s, (int)(hi - lo));
}

/* A quarter's book: what came in, what went out, and what is left in the end. */
static void write_book(struct seed *s, const struct words *w, const struct village_out *o,
                       const char *code, int id, long long *balance)
{
    char from[16], to[16], object[16];
    int end = s->today - 12 - (id == 1 ? QUARTER : 0);
    long long opening = *balance;
    int no = 1;
    seed_date(from, end - QUARTER + 1);
    seed_date(to, end);
    seed_date(object, end + 12 + OBJECT_DAYS);
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < (side ? 6 : 4); i++) {
            int at = word(w, side ? "out" : "in", i + id);
            long long fen = yuan(s, w, at) * 100 + seed_chance(s, 100);
            if (side && fen > *balance)
                fen = *balance / 2;
            *balance += side ? -fen : fen;
            fprintf(o->line, "%s,%d,%d,%s,%s,%lld\n", code, id, no++, side ? "out" : "in",
                    filled(s, w->a[at]), fen);
        }
    fprintf(o->book, "%s,%d,%s,%s,%lld,%lld,%s、%s、%s,%s\n", code, id, from, to, opening, *balance,
            person(s, w), person(s, w), person(s, w), object);
}

static void write_subsidies(struct seed *s, const struct words *w, FILE *f, const char *code)
{
    for (int i = 0; i < SUBSIDIES; i++) {
        int at = word(w, "subsidy", i / 3);
        char day[16];
        seed_date(day, s->today - 20);
        fprintf(f, "%s,%d,%s,%s,%s,%lld\n", code, i + 1, w->a[at], day, masked(s, person(s, w)),
                yuan(s, w, at) * 100);
    }
}

static void write_grids(struct seed *s, const struct words *w, FILE *f, const char *code, int n,
                        int *next)
{
    static const char *const number[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    for (int i = 0; i < n; i++)
        fprintf(f, "%d,%s,第%s网格,%s,%s\n", (*next)++, code, number[i % 9], person(s, w),
                phone(s));
}

static void write_village(struct seed *s, const struct words *w, const struct village_out *o,
                          char *code, int grids, int *next_grid)
{
    long long balance = (20000 + seed_chance(s, 60000)) * 100LL;
    write_grids(s, w, o->grid, code, grids, next_grid);
    write_posts(s, w, o->post, code);
    for (int book = 1; book <= 2; book++)
        write_book(s, w, o, code, book, &balance);
    write_subsidies(s, w, o->subsidy, code);
}

static bool open_all(struct seed *s, struct village_out *o)
{
    o->grid = seed_create(s, "grids.csv");
    o->post = seed_create(s, "village_posts.csv");
    o->book = seed_create(s, "village_books.csv");
    o->line = seed_create(s, "village_lines.csv");
    o->subsidy = seed_create(s, "village_subsidies.csv");
    if (!o->grid || !o->post || !o->book || !o->line || !o->subsidy)
        return false;
    fputs("id,village,name,worker,phone\n", o->grid);
    fputs("village,id,kind,day,title,text,who,phone\n", o->post);
    fputs("village,id,from_day,to_day,opening,closing,signed,object_day\n", o->book);
    fputs("village,book,no,side,text,fen\n", o->line);
    fputs("village,id,title,day,name,fen\n", o->subsidy);
    return true;
}

static enum err close_all(const struct village_out *o)
{
    FILE *const all[] = { o->grid, o->post, o->book, o->line, o->subsidy };
    enum err e = OK;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] && seed_close(all[i]) != OK)
            e = ERR_IO;
    return e;
}

enum err seed_village(struct seed *s)
{
    struct words w = { .count = 0 };
    struct village_out o = { NULL };
    char *text, *f[CSV_FIELDS];
    struct csv c;
    int n = 0, seen = 0, next = 1;
    enum err e = read_words(s, &w);
    if (e == OK)
        e = seed_read(s, "villages.csv", &text);
    if (e == OK && !open_all(s, &o))
        e = ERR_IO;
    if (e == OK)
        csv_start(&c, text);
    while (e == OK && csv_next(&c, f, &n) == OK && n > 0)
        if (c.line > 1) {
            int spare = GRIDS_ALL % SEED_VILLAGES;
            write_village(s, &w, &o, f[0], GRIDS_ALL / SEED_VILLAGES + (seen++ < spare), &next);
        }
    enum err closed = close_all(&o);
    return e == OK ? closed : e;
}
