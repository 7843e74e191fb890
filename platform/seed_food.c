/* seed_food.c - what the food inspectors found, of the last half year. */
#include "platform/csv.h"
#include "platform/seed.h"

#include <string.h>

enum { WORDS = 96, RESULTS = 420, SPAN_DAYS = 180, ONE_BAD_IN = 33 };

struct food_words {
    char *kind[WORDS], *zh[WORDS], *en[WORDS];
    int count;
};

static enum err read_words(struct seed *s, struct food_words *w)
{
    char *text, *f[CSV_FIELDS];
    struct csv c;
    int n = 0;
    enum err e = seed_read(s, "food_words.csv", &text);
    if (e != OK)
        return e;
    csv_start(&c, text);
    while (w->count < WORDS && csv_next(&c, f, &n) == OK && n == 3)
        if (c.line > 1) {
            w->kind[w->count] = f[0];
            w->zh[w->count] = f[1];
            w->en[w->count++] = f[2];
        }
    return w->count > 0 ? OK : ERR_FORMAT;
}

static int any(struct seed *s, const struct food_words *w, const char *kind)
{
    int have = 0, nth;
    for (int i = 0; i < w->count; i++)
        have += strcmp(w->kind[i], kind) == 0;
    nth = have ? seed_chance(s, have) : 0;
    for (int i = 0; i < w->count; i++)
        if (strcmp(w->kind[i], kind) == 0 && nth-- == 0)
            return i;
    return 0;
}

static void write_one(struct seed *s, const struct food_words *w, FILE *f, int id)
{
    char day[16], batch[16];
    int ago = (RESULTS - id) * SPAN_DAYS / RESULTS, town = seed_chance(s, s->townships);
    int item = any(s, w, "food"), seller = any(s, w, "seller"), maker = any(s, w, "maker");
    int source = any(s, w, "source"), wrong = any(s, w, "wrong");
    bool bad = id % ONE_BAD_IN == ONE_BAD_IN - 1 || id == RESULTS;
    seed_date(day, s->today - ago);
    seed_date(batch, s->today - ago - 10 - seed_chance(s, 40));
    fprintf(f, "%d,%s,%s,%s,%s%s,%s %s,%s,%s,%s,%s,%s,\"%s\",%s,%s\n", id, day, w->zh[item],
            w->en[item], s->township[town], w->zh[seller], s->township_en[town], w->en[seller],
            s->code[town], w->zh[maker], batch, bad ? "bad" : "ok", bad ? w->zh[wrong] : "",
            bad ? w->en[wrong] : "", w->zh[source], w->en[source]);
}

enum err seed_food(struct seed *s)
{
    struct food_words w = { .count = 0 };
    enum err e = read_words(s, &w);
    FILE *f = e == OK ? seed_create(s, "food.csv") : NULL;
    if (!f)
        return e == OK ? ERR_IO : e;
    fputs("id,day,name,name_en,seller,seller_en,township,producer,batch,result,wrong,wrong_en,"
          "source,source_en\n",
          f);
    for (int id = 1; id <= RESULTS; id++)
        write_one(s, &w, f, id);
    return seed_close(f);
}
