/* seed_gen.c - huimin-seed-gen: makes a publisher's input directory out of the seed, with prices
 * and notices up to a given day. */
#include "hal/base/clock.h"
#include "platform/csv.h"
#include "platform/files.h"
#include "platform/seed.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { SEED_FILE_MAX = 8 << 20 };

int seed_chance(struct seed *s, int n)
{
    s->chance = s->chance * 6364136223846793005u + 1442695040888963407u;
    return (int)((s->chance >> 33) % (unsigned)n);
}

void seed_date(char buf[16], int day)
{
    struct civil c = clock_civil_of_day(day);
    snprintf(buf, 16, "%04d-%02u-%02u", c.year % 10000, (unsigned)c.month % 100,
             (unsigned)c.day % 100);
}

enum err seed_read(struct seed *s, const char *name, char **out_text)
{
    size_t n;
    char *path = arena_printf(&s->arena, "%s/%s", s->from, name);
    enum err e = path ? file_read(&s->arena, path, SEED_FILE_MAX, out_text, &n) : ERR_NOMEM;
    if (e != OK)
        fprintf(stderr, "%s/%s: %s\n", s->from, name, err_name(e));
    return e;
}

FILE *seed_create(struct seed *s, const char *name)
{
    char *path = arena_printf(&s->arena, "%s/%s", s->out, name);
    FILE *f = path ? fopen(path, "we") : NULL;
    if (!f)
        fprintf(stderr, "%s/%s: cannot be written\n", s->out, name);
    return f;
}

enum err seed_close(FILE *f)
{
    int bad = ferror(f);
    return fclose(f) != 0 || bad ? ERR_IO : OK;
}

static enum err copy(struct seed *s, const char *from, const char *to)
{
    char *text, *path = arena_printf(&s->arena, "%s/%s", s->out, to);
    enum err e = path ? seed_read(s, from, &text) : ERR_NOMEM;
    return e == OK ? file_write(path, text, strlen(text), 0644) : e;
}

static enum err copy_all(struct seed *s)
{
    static const char *const names[][2] = {
        { "categories.csv", "categories.csv" }, { "goods.csv", "goods.csv" },
        { "townships.csv", "townships.csv" },   { "villages.csv", "villages.csv" },
        { "rules.jsonl", "rules.jsonl" },       { "spots.csv", "spots.csv" },
        { "cameras.csv", "cameras.csv" },       { "holidays.csv", "holidays.csv" },
        { "ratings.csv", "ratings.csv" },       { "map.csv", "map.csv" },
        { "slots.csv", "slots.csv" },           { "reasons.csv", "reasons.csv" },
    };
    enum err e = OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && e == OK; i++)
        e = copy(s, names[i][0], names[i][1]);
    return e;
}

static void without(char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    if (n > m && strcmp(name + n - m, suffix) == 0)
        name[n - m] = '\0';
}

/* The villages proper: in a notice a community would not have groups and rice fields. */
static enum err read_names(struct seed *s)
{
    char *text, *f[CSV_FIELDS];
    struct csv c;
    int n = 0;
    enum err e = seed_read(s, "townships.csv", &text);
    if (e != OK)
        return e;
    csv_start(&c, text);
    while (csv_next(&c, f, &n) == OK && n > 0)
        if (c.line > 1 && n == 3 && s->townships < SEED_TOWNSHIPS) {
            s->code[s->townships] = f[0];
            s->township[s->townships] = f[1];
            s->township_en[s->townships++] = f[2];
        }
    e = seed_read(s, "villages.csv", &text);
    if (e != OK)
        return e;
    csv_start(&c, text);
    while (csv_next(&c, f, &n) == OK && n > 0)
        if (c.line > 1 && strstr(f[1], "村民委员会") && s->villages < SEED_VILLAGES) {
            without(f[1], "民委员会");
            without(f[1], "村");
            s->village[s->villages++] = f[1];
        }
    return s->townships > 0 && s->villages > 0 ? OK : ERR_FORMAT;
}

/* Places beyond the eight of the file are for benchmarks. */
static enum err write_places(struct seed *s)
{
    char *text;
    enum err e = seed_read(s, "places.csv", &text);
    FILE *f = e == OK ? seed_create(s, "places.csv") : NULL;
    if (!f)
        return e == OK ? ERR_IO : e;
    fputs(text, f);
    for (int i = 9; i <= s->places; i++) {
        int t = i % s->townships;
        fprintf(f, "%d,%s,%s%d号%s,%s %s %d,%s,%s集镇,%s town centre,,,\n", i,
                i % 2 ? "market" : "supermarket", s->township[t], i, i % 2 ? "市场" : "超市",
                s->township_en[t], i % 2 ? "Market" : "Supermarket", i, s->code[t], s->township[t],
                s->township_en[t]);
    }
    return seed_close(f);
}

static void duty_row(FILE *f, char **person, int from, int to, const char *note,
                     const char *note_en)
{
    char a[16], b[16];
    seed_date(a, from);
    seed_date(b, to);
    fprintf(f, "%d,duty,%s,%s,%s,%s,%s,%s,%s,10\n", from, person[0], person[1], person[2], note,
            note_en, a, b);
}

/* One officer from Monday to Thursday, another from Friday to Sunday, in turn. The id is the first
 * day, so that a later roster replaces an earlier one. */
static enum err write_contacts(struct seed *s)
{
    enum { PEOPLE = 6, WEEKS = 9 };
    char *text, *duty, *f[CSV_FIELDS], *person[PEOPLE][3];
    int n = 0, people = 0;
    struct csv c;
    enum err e = seed_read(s, "contacts.csv", &text);
    if (e == OK)
        e = seed_read(s, "duty.csv", &duty);
    FILE *out = e == OK ? seed_create(s, "contacts.csv") : NULL;
    if (!out)
        return e == OK ? ERR_IO : e;
    fputs(text, out);
    csv_start(&c, duty);
    while (people < PEOPLE && csv_next(&c, f, &n) == OK && n > 0)
        if (c.line > 1 && n == 3)
            memcpy(person[people++], f, sizeof person[0]);
    int weekday = clock_civil_of_day(s->today).weekday;
    int monday = s->today - (weekday + 6) % 7;
    for (int w = 0; w < WEEKS && people == PEOPLE; w++) {
        int turn = (monday / 7 + w) * 2, day = monday + 7 * w;
        duty_row(out, person[turn % PEOPLE], day, day + 3, "周一至周四 08:30–17:30",
                 "Mon–Thu 08:30–17:30");
        duty_row(out, person[(turn + 1) % PEOPLE], day + 4, day + 6, "周五至周日 08:30–17:30",
                 "Fri–Sun 08:30–17:30");
    }
    return seed_close(out);
}

/* How full it was this morning; the file says the time, we the day. */
static enum err write_spot_now(struct seed *s)
{
    char *text, day[16];
    enum err e = seed_read(s, "spot_now.csv", &text);
    FILE *f = e == OK ? seed_create(s, "spot_now.csv") : NULL;
    if (!f)
        return e == OK ? ERR_IO : e;
    seed_date(day, s->today);
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchrnul(line, '\n');
        int key = (int)strcspn(line, ",");
        bool head = line == text;
        fprintf(f, "%.*s,%s%.*s\n", key, line, head ? "day" : day, (int)(end - line) - key,
                line + key);
        if (!*end)
            break;
    }
    return seed_close(f);
}

static enum err make(struct seed *s)
{
    enum err e = dir_make(s->out);
    if (e == OK)
        e = read_names(s);
    if (e == OK)
        e = copy_all(s);
    if (e == OK)
        e = write_places(s);
    if (e == OK)
        e = write_contacts(s);
    if (e == OK)
        e = write_spot_now(s);
    if (e == OK)
        e = seed_services(s);
    if (e == OK)
        e = seed_prices(s);
    if (e == OK)
        e = seed_notices(s);
    if (e == OK)
        e = seed_village(s);
    if (e == OK)
        e = seed_around(s);
    return e == OK ? seed_food(s) : e;
}

static int number(const char *text, int min, int max)
{
    char *end;
    long v = strtol(text, &end, 10);
    return *end || end == text || v < min || v > max ? -1 : (int)v;
}

static enum err read_options(int argc, char **argv, struct seed *s)
{
    static const struct option options[] = {
        { "seed", required_argument, NULL, 's' },
        { "out", required_argument, NULL, 'o' },
        { "today", required_argument, NULL, 't' },
        { "days", required_argument, NULL, 'd' },
        { "places", required_argument, NULL, 'p' },
        { "notices", required_argument, NULL, 'n' },
        { NULL, 0, NULL, 0 },
    };
    int c;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 's')
            s->from = optarg;
        else if (c == 'o')
            s->out = optarg;
        else if (c == 't' && clock_parse_date(optarg, &s->today) != OK)
            return ERR_ARG;
        else if (c == 'd')
            s->days = number(optarg, 1, 3660);
        else if (c == 'p')
            s->places = number(optarg, 1, SEED_PLACES_MAX);
        else if (c == 'n')
            s->notices = number(optarg, 0, 1000000);
        else if (c == '?')
            return ERR_ARG;
    }
    bool good = s->out && s->days > 0 && s->places > 0 && s->notices >= 0 && optind == argc;
    return good ? OK : ERR_ARG;
}

int main(int argc, char **argv)
{
    struct seed s = { .from = "platform/seed",
                      .today = clock_today(),
                      .days = 90,
                      .places = 8,
                      .notices = 2000,
                      .chance = 20261123 };
    if (read_options(argc, argv, &s) != OK) {
        fputs("huimin-seed-gen [--seed platform/seed] --out DIR [--today 2026-11-23] [--days 90]"
              " [--places 8] [--notices 2000]\n",
              stderr);
        return 2;
    }
    arena_init(&s.arena, 1 << 20, 64 << 20);
    enum err e = make(&s);
    arena_finish(&s.arena);
    if (e != OK)
        fprintf(stderr, "huimin-seed-gen: %s\n", err_name(e));
    return e == OK ? 0 : 1;
}
