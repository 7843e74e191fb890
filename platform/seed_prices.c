/* seed_prices.c - invents prices that behave like prices: they wander, rest, and are missing. */
#include "platform/csv.h"
#include "platform/seed.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    MARKET_FROM = 5, /* places 1-4 are supermarkets, 5-8 farm-produce markets */
    RARE_PLACE = 8,  /* visited every 12 days only: its quotes are old */
    RARE_EVERY = 12,
    SOLD_OUT_GOOD = 9, /* mutton: two weeks without a quote anywhere */
    SOLD_OUT_DAYS = 14,
    HOLE_FROM = 48, /* days ago: a week without any visit, a gap in the plot */
    HOLE_TO = 42,
    CHANGES_PER_MILLE = 270,
    MISSING_PER_MILLE = 15,
};

static bool is_market(int place)
{
    return place > RARE_PLACE ? place % 2 == 1 : place >= MARKET_FROM;
}

/* Vegetables are clearly cheaper on the market, the rest a little. */
static int target_fen(int base, int good, int place)
{
    bool vegetable = good >= 14 && good <= 33;
    int percent = is_market(place) ? (vegetable ? 88 : 96) : (vegetable ? 112 : 103);
    percent += place * 7 % 5 - 2;
    return base * percent / 100;
}

/* Supermarkets like figures that end in 8. */
static int rounded(int fen, int place)
{
    int tens = fen < 10 ? 1 : fen / 10;
    return tens * 10 + (is_market(place) ? 0 : 8);
}

/* A step of 1 to 4 %, at least 10 fen, more often towards the target than away from it. */
static int moved(struct seed *s, int fen, int target)
{
    int step = fen * (10 + seed_chance(s, 30)) / 1000;
    if (step < 10)
        step = 10;
    bool home = seed_chance(s, 100) < (abs(fen - target) > target / 12 ? 85 : 50);
    bool up = home == (fen < target);
    return up || fen <= 60 ? fen + step : fen - step;
}

static bool visited(const struct seed *s, int ago, int place)
{
    if (s->places > RARE_PLACE)
        return true; /* benchmark data is whole */
    if (ago >= HOLE_TO && ago <= HOLE_FROM)
        return false;
    return place != RARE_PLACE || ago % RARE_EVERY == RARE_EVERY - 1;
}

static bool quoted(struct seed *s, int ago, int good)
{
    bool missing = seed_chance(s, 1000) < MISSING_PER_MILLE;
    if (s->places > RARE_PLACE)
        return true;
    return !missing && (good != SOLD_OUT_GOOD || ago >= SOLD_OUT_DAYS);
}

static enum err read_base(struct seed *s, int base[SEED_GOODS + 1])
{
    char *text, *f[CSV_FIELDS];
    struct csv c;
    int n = 0, count = 0;
    enum err e = seed_read(s, "base_prices.csv", &text);
    if (e != OK)
        return e;
    csv_start(&c, text);
    while ((e = csv_next(&c, f, &n)) == OK && n > 0) {
        long good = strtol(f[0], NULL, 10);
        if (c.line == 1 || n < 2 || good < 1 || good > SEED_GOODS)
            continue;
        base[good] = (int)(strtod(f[1], NULL) * 100 + 0.5);
        count++;
    }
    return e == OK && count != SEED_GOODS ? ERR_FORMAT : e;
}

static void write_visit(struct seed *s, FILE *out, const char *date, int ago, int place,
                        const int *fen)
{
    int taken = 8 * 60 + place % 12 * 10;
    for (int g = 1; g <= SEED_GOODS; g++) {
        fprintf(out, "%s,%d,%d,", date, place, g);
        if (quoted(s, ago, g))
            fprintf(out, "%d.%02d", fen[g] / 100, fen[g] % 100);
        fprintf(out, ",%02d:%02d,夷陵区发改局价格监测,District price office\n", taken / 60,
                taken % 60);
    }
}

enum err seed_prices(struct seed *s)
{
    int base[SEED_GOODS + 1] = { 0 };
    int(*fen)[SEED_GOODS + 1] = arena_alloc(&s->arena, sizeof *fen * (SEED_PLACES_MAX + 1));
    enum err e = fen ? read_base(s, base) : ERR_NOMEM;
    FILE *out = e == OK ? seed_create(s, "prices.csv") : NULL;
    if (!out)
        return e == OK ? ERR_IO : e;
    for (int p = 1; p <= s->places; p++)
        for (int g = 1; g <= SEED_GOODS; g++)
            fen[p][g] = rounded(target_fen(base[g], g, p), p);
    fputs("day,place,good,yuan,taken,source,source_en\n", out);
    for (int ago = s->days - 1; ago >= 0; ago--) {
        char date[16];
        seed_date(date, s->today - ago);
        for (int p = 1; p <= s->places; p++) {
            for (int g = 1; g <= SEED_GOODS; g++)
                if (seed_chance(s, 1000) < CHANGES_PER_MILLE)
                    fen[p][g] = rounded(moved(s, fen[p][g], target_fen(base[g], g, p)), p);
            if (visited(s, ago, p))
                write_visit(s, out, date, ago, p, fen[p]);
        }
    }
    return seed_close(out);
}
