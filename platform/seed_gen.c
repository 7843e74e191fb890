/* seed_gen.c - invents a whole publisher's input: months of prices and notices, the same every
 * time. */
#include "hal/base/clock.h"
#include "hal/base/err.h"
#include "hal/base/log.h"
#include "platform/seed_notices.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { GOODS = 64, PLACES = 64, VILLAGES = 256, NO_QUOTE = -1 };
enum { GAP_FROM = 48, GAP_TO = 42, SHEEP = 17, EGGS = 22 }; /* days back; ids in goods.csv */

struct good {
    int low_fen, high_fen;
    bool vegetable;
};

static struct settings {
    const char *seed, *out;
    int today, days, places, notices;
} set = { .seed = "platform/seed", .days = 90, .places = 8, .notices = 2000 };
static struct good goods[GOODS];
static int good_count;
static char *villages[VILLAGES + 1];
static struct seed_random dice = { .state = 20261123 };

static FILE *open_file(const char *dir, const char *name, const char *mode)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, mode);
    if (!f) {
        fprintf(stderr, "huimin-seed-gen: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    return f;
}

static void close_file(FILE *f)
{
    if (ferror(f) || fclose(f) != 0) {
        fprintf(stderr, "huimin-seed-gen: cannot write: %s\n", strerror(errno));
        exit(1);
    }
}

static void copy_file(const char *name, const char *as)
{
    char buf[8192];
    FILE *in = open_file(set.seed, name, "r"), *out = open_file(set.out, as, "w");
    for (size_t n; (n = fread(buf, 1, sizeof buf, in)) > 0;)
        fwrite(buf, 1, n, out);
    fclose(in);
    close_file(out);
}

/* goods.csv without its last two columns, which say between what yuan to invent. */
static void copy_goods(void)
{
    char line[1024];
    FILE *in = open_file(set.seed, "goods.csv", "r"), *out = open_file(set.out, "goods.csv", "w");
    for (int row = 0; fgets(line, sizeof line, in); row++) {
        char *high = strrchr(line, ',');
        *high = '\0';
        char *low = strrchr(line, ',');
        *low = '\0';
        fprintf(out, "%s\n", line);
        if (row == 0 || row >= GOODS)
            continue;
        goods[row] = (struct good){ .low_fen = (int)(strtod(low + 1, NULL) * 100 + 0.5),
                                    .high_fen = (int)(strtod(high + 1, NULL) * 100 + 0.5),
                                    .vegetable = strstr(line, ",veg,") != NULL };
        good_count = row;
    }
    fclose(in);
    close_file(out);
}

/* More places than the seed names: only benchmarks ask for them. */
static void write_places(void)
{
    copy_file("places.csv", "places.csv");
    FILE *out = open_file(set.out, "places.csv", "a");
    for (int id = 9; id <= set.places; id++)
        fprintf(out,
                "%d,supermarket,测试超市%d,Test Shop %d,420506001,测试路%d号,Test Road %d,,,\n", id,
                id, id, id, id);
    close_file(out);
}

/* Who is at the desk: three people in turn, a week each. */
static void write_contacts(void)
{
    static const char *const names[][2] = { { "王师傅", "Mr Wang" },
                                            { "李会计", "Ms Li" },
                                            { "张主任", "Mr Zhang" } };
    copy_file("contacts.csv", "contacts.csv");
    FILE *out = open_file(set.out, "contacts.csv", "a");
    for (int week = 0; week < 26; week++) {
        struct civil a = clock_civil_of_day(set.today - 7 + week * 7);
        struct civil b = clock_civil_of_day(set.today - 1 + week * 7);
        fprintf(
            out,
            "%d,duty,%s,%s,0717-00004%02d,8:00-17:30 在便民服务点,at the service point 8:00-17:30,"
            "%04d-%02d-%02d,%04d-%02d-%02d,0\n",
            10 + week, names[week % 3][0], names[week % 3][1], week % 3, a.year, a.month, a.day,
            b.year, b.month, b.day);
    }
    close_file(out);
}

static bool visited(int place, int back)
{
    if (set.places > 8)
        return true; /* the full table, for benchmarks */
    if (place == 8)
        return back % 12 == 0 && back > 0;
    if (back >= GAP_TO && back <= GAP_FROM)
        return false;
    return place < 3 || back % 7 != place; /* most are visited most days */
}

/* What one place asks more or less than the others, in per cent: markets are cheaper for
 * vegetables, and every pair of place and good has a habit of its own. */
static int habit(int good, int place)
{
    int own = (good * 7 + place * 13) % 9 - 4;
    return 100 + own - (goods[good].vegetable && place <= 4 ? 6 : 0);
}

/* About 27 % of the prices move on a day, by up to 4 %, and stay between the two bounds. */
static int next_price(const struct good *g, int fen)
{
    if (seed_roll(&dice, 100) >= 27)
        return fen;
    int step = fen * (1 + (int)seed_roll(&dice, 4)) / 100 + 1;
    int next = seed_roll(&dice, 2) ? fen + step : fen - step;
    return next < g->low_fen * 9 / 10 || next > g->high_fen ? fen : next;
}

static int quote(int good, int place, int back, int fen)
{
    if (set.places > 8)
        return fen;
    bool missing = (good == SHEEP && back < 15) || (good == EGGS && place == 4 && back < 2);
    return missing || seed_roll(&dice, 100) == 0 ? NO_QUOTE : fen;
}

static void write_quote(FILE *out, int day, int place, int good, int fen)
{
    struct civil c = clock_civil_of_day(day);
    fprintf(out, "%04d-%02d-%02d,%d,%d,", c.year, c.month, c.day, place, good);
    if (fen != NO_QUOTE)
        fprintf(out, "%d.%02d", fen / 100, fen % 100);
    fprintf(out, ",%02d:%02d,夷陵区发改局采价,Yiling price office\n", 7 + place % 3,
            place * 7 % 60);
}

/* The level of each good walks through the days; the places follow it with their habits. */
static void write_prices(void)
{
    static int level[GOODS], asked[PLACES + 1][GOODS];
    FILE *out = open_file(set.out, "prices.csv", "w");
    fputs("day,place,good,yuan,taken,source,source_en\n", out);
    for (int g = 1; g <= good_count; g++) {
        int span = goods[g].high_fen - goods[g].low_fen;
        level[g] = goods[g].low_fen + span / 4 + (int)seed_roll(&dice, (uint32_t)(span / 2 + 1));
    }
    for (int back = set.days - 1; back >= 0; back--)
        for (int p = 1; p <= set.places; p++)
            for (int g = 1; g <= good_count; g++) {
                if (p == 1)
                    level[g] = next_price(&goods[g], level[g]);
                if (!asked[p][g] || seed_roll(&dice, 100) < 40) /* not every shop at once */
                    asked[p][g] = level[g] * habit(g, p) / 100;
                if (visited(p, back))
                    write_quote(out, set.today - back, p, g, quote(g, p, back, asked[p][g]));
            }
    close_file(out);
}

/* Names of villages as people say them: 许家冲村, without 村民委员会. Communities are left out. */
static void read_villages(void)
{
    char line[256];
    int n = 0;
    FILE *in = open_file(set.seed, "villages.csv", "r");
    while (n < VILLAGES && fgets(line, sizeof line, in)) {
        char *name = strchr(line, ',');
        char *end = name ? strstr(name, "村民委员会") : NULL;
        if (!end)
            continue;
        *end = '\0';
        villages[n++] = strdup(name + 1);
    }
    fclose(in);
}

static void write_notices(void)
{
    read_villages();
    FILE *out = open_file(set.out, "notices.jsonl", "w");
    seed_notices(out, set.notices, set.today, villages, &dice);
    close_file(out);
    for (int i = 0; villages[i]; i++)
        free(villages[i]);
}

static int wrong(const char *what)
{
    fprintf(stderr,
            "huimin-seed-gen: %s\nusage: huimin-seed-gen --out DIR [--seed DIR] "
            "[--today 2026-11-23] [--days 90] [--places 8] [--notices 2000]\n",
            what);
    return 2;
}

static int number(const char *s, int least, int most)
{
    char *end;
    long v = strtol(s, &end, 10);
    return *s == '\0' || *end || v < least || v > most ? -1 : (int)v;
}

static int read_options(int argc, char **argv)
{
    static const struct option table[] = {
        { "seed", required_argument, NULL, 's' },
        { "out", required_argument, NULL, 'o' },
        { "today", required_argument, NULL, 't' },
        { "days", required_argument, NULL, 'd' },
        { "places", required_argument, NULL, 'p' },
        { "notices", required_argument, NULL, 'n' },
        { NULL, 0, NULL, 0 },
    };
    set.today = clock_today();
    for (int opt; (opt = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (opt == 's')
            set.seed = optarg;
        else if (opt == 'o')
            set.out = optarg;
        else if (opt == 't' && clock_parse_date(optarg, &set.today) != OK)
            return wrong("--today: wanted a date like 2026-11-23");
        else if (opt == 'd')
            set.days = number(optarg, 1, 3650);
        else if (opt == 'p')
            set.places = number(optarg, 8, PLACES);
        else if (opt == 'n')
            set.notices = number(optarg, 0, 100000);
        else if (opt == '?')
            return wrong("an option is not known");
    }
    if (!set.out || set.days < 0 || set.places < 0 || set.notices < 0)
        return wrong("--out is missing or a number is out of range");
    return 0;
}

int main(int argc, char **argv)
{
    int status = read_options(argc, argv);
    if (status)
        return status;
    log_init("huimin-seed-gen", LOG_INFO);
    if (mkdir(set.out, 0755) != 0 && errno != EEXIST)
        return wrong("--out: the folder cannot be made");
    copy_file("categories.csv", "categories.csv");
    copy_file("townships.csv", "townships.csv");
    copy_file("villages.csv", "villages.csv");
    copy_file("catalogue/services.jsonl", "services.jsonl");
    copy_goods();
    write_places();
    write_contacts();
    write_prices();
    write_notices();
    return 0;
}
