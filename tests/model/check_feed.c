/* check_feed.c - what must be true of the feed: the rows are those of the watermark, always. */
#include "tests/model/check_feed.h"

#include "app/feed_tables.h"
#include "platform/publish_part.h"
#include "tests/model/look.h"
#include "tests/model/platform.h"
#include "tests/model/terminal.h"
#include "tests/model/world.h"

#include <stdio.h>
#include <string.h>

enum { POINTS = 800, CHANNELS = 3, LINE = 1024 };
static const char *const channel[CHANNELS] = { "price", "place", "notice" };

/* What a number of a channel means: the sum of the hashes of its rows, in whatever order. */
struct point {
    int channel;
    char epoch[WIRE_NAME_MAX];
    int64_t seq, rows;
    uint64_t sum;
};
static struct point point[POINTS], head[CHANNELS];
static int points, kept_points;
static struct point kept_head[CHANNELS];
static int64_t newest_index; /* that the terminal has noted */

static uint64_t hash_line(const char *line)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *line; line++)
        h = (h ^ (unsigned char)*line) * 0x100000001b3u;
    return h;
}

static void add_rows(struct look *l, const char *sql, struct point *p)
{
    look_ask(l, sql);
    while (look_row(l)) {
        p->sum += hash_line(look_text(l, 0));
        p->rows++;
    }
}

static struct point *find(const struct point *like)
{
    for (int i = 0; i < points; i++)
        if (point[i].channel == like->channel && point[i].seq == like->seq &&
            strcmp(point[i].epoch, like->epoch) == 0)
            return &point[i];
    return NULL;
}

static bool read_mark(struct look *l, const char *number, int ch, struct point *out)
{
    char sql[128];
    *out = (struct point){ .channel = ch };
    snprintf(sql, sizeof sql, "SELECT epoch, %s FROM channel WHERE name = '%s'", number,
             channel[ch]);
    look_ask(l, sql);
    if (!look_row(l))
        return false;
    snprintf(out->epoch, sizeof out->epoch, "%s", look_text(l, 0));
    out->seq = look_int(l, 1);
    return true;
}

static void published(struct look *l, int ch)
{
    struct point p;
    char sql[128];
    int first, last;
    if (!read_mark(l, "head", ch, &p))
        return;
    channel_tables(channel[ch], &first, &last);
    snprintf(sql, sizeof sql, "SELECT val FROM row WHERE tbl BETWEEN %d AND %d", first, last);
    add_rows(l, sql, &p);
    const struct point *same = find(&p);
    if (same && same->sum != p.sum)
        broken("%s %lld means two things", channel[ch], (long long)p.seq);
    head[ch] = p;
    if (same)
        return;
    must(points < POINTS, "room for points of the feed");
    point[points++] = p;
}

void check_feed_published(void)
{
    struct look *l = look_at(PLATFORM_DB);
    for (int i = 0; l && i < CHANNELS; i++)
        published(l, i);
    look_end(l);
}

/* A row as it stood in the feed. */
static void line_of(const struct feed_table *t, char *out, size_t cap)
{
    size_t n = (size_t)snprintf(out, cap, "SELECT json_array('p', '%s'", t->name);
    for (int i = 0; i < feed_table_columns(t); i++)
        n += (size_t)snprintf(out + n, cap - n, ", \"%s\"", t->column[i].name);
    snprintf(out + n, cap - n, ") FROM \"%s\"", t->name);
}

static bool applied(struct look *l, int ch, struct point *out)
{
    char sql[LINE];
    if (!read_mark(l, "seq", ch, out))
        return false;
    for (int i = 0; i < feed_table_count; i++)
        if (strcmp(feed_tables[i].channel, channel[ch]) == 0) {
            line_of(&feed_tables[i], sql, sizeof sql);
            add_rows(l, sql, out);
        }
    return true;
}

/* Whoever gives out an old index again must not take the terminal back to it. */
static void never_back(struct look *l)
{
    look_ask(l, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'index_n'");
    int64_t n = look_row(l) ? look_int(l, 0) : newest_index;
    if (n < newest_index)
        broken("index %lld after %lld", (long long)n, (long long)newest_index);
    newest_index = n;
}

/* With the power the last commits of the cache may go: they are fetched again. */
void check_feed_power_lost(void)
{
    newest_index = 0;
}

void check_feed_applied(void)
{
    struct look *l = look_at(TERMINAL_DATA "/cache.db");
    struct point p;
    for (int i = 0; l && i < CHANNELS; i++) {
        if (!applied(l, i, &p))
            continue;
        const struct point *want = find(&p);
        if (!want)
            broken("%s stands at %s %lld, which never was", channel[i], p.epoch, (long long)p.seq);
        else if (want->sum != p.sum)
            broken("%s stands at %lld with %lld rows that are not its %lld", channel[i],
                   (long long)p.seq, (long long)p.rows, (long long)want->rows);
    }
    if (l)
        never_back(l);
    look_end(l);
}

const char *check_feed_same(void)
{
    static char missing[100];
    const char *why = NULL;
    struct point p;
    struct look *l = look_at(TERMINAL_DATA "/cache.db");
    for (int i = 0; i < CHANNELS && !why; i++) {
        bool there = l && applied(l, i, &p);
        if (there && p.seq == head[i].seq && strcmp(p.epoch, head[i].epoch) == 0 &&
            p.sum == head[i].sum)
            continue;
        snprintf(missing, sizeof missing, "%s is at %lld and not %lld", channel[i],
                 there ? (long long)p.seq : -1, (long long)head[i].seq);
        why = missing;
    }
    look_end(l);
    return why;
}

void check_feed_keep(void)
{
    kept_points = points;
    memcpy(kept_head, head, sizeof head);
}

void check_feed_reset(void)
{
    points = kept_points;
    newest_index = 0;
    memcpy(head, kept_head, sizeof head);
}
