/* metrics.c - the counters of this process, and the page on which they are read. */
#include "platform/metrics.h"

#include "hal/base/clock.h"
#include "platform/db_copy.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_BYTES = 64 << 10, STATUSES = 600, BUCKETS = 8, PATHS = 10, KINDS = 9, WHYS = 7 };

/* The first that fits; what fits none is the last. */
static const struct {
    const char *name, *begins;
} paths[PATHS] = {
    { "object", "/feed/o/" }, { "index", "/feed/" },      { "outbox", "/v1/outbox" },
    { "query", "/v1/query" }, { "status", "/v1/status" }, { "report", "/v1/report" },
    { "blob", "/v1/blob/" },  { "healthz", "/healthz" },  { "metrics", "/metrics" },
    { "other", "" },
};
static const int bucket_ms[BUCKETS] = { 2, 5, 20, 100, 500, 2000, 10000, 30000 };
static const char *const kinds[KINDS] = { "cases",     "receipt", "account", "suggest", "proof",
                                          "challenge", "verdict", "ecard",   "other" };
static const char *const whys[WHYS] = { "false",   "challenge", "unproved", "code",
                                        "expired", "used",      "other" };

static atomic_int_fast64_t requests[PATHS][STATUSES], took[PATHS][BUCKETS + 1], took_ms_sum[PATHS];
static atomic_int_fast64_t items[WIRE_OUTCOMES], questions[KINDS], refused[WHYS];
static atomic_int_fast64_t began_ms;

static void add(atomic_int_fast64_t *counter, int64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static int64_t of(atomic_int_fast64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* --- counting --------------------------------------------------------------------------------- */

void metrics_begin(void)
{
    atomic_store(&began_ms, clock_timer_ms());
}

void metrics_request(const char *path, unsigned status, int64_t took_ms)
{
    int p = 0, b = 0;
    while (strncmp(path, paths[p].begins, strlen(paths[p].begins)) != 0)
        p++;
    while (b < BUCKETS && took_ms > bucket_ms[b])
        b++;
    add(&requests[p][status < STATUSES ? status : 0], 1);
    add(&took[p][b], 1);
    add(&took_ms_sum[p], took_ms);
}

void metrics_item(enum wire_outcome outcome)
{
    add(&items[outcome], 1);
}

/* The last word of a list stands for all that are not in it. */
static int place_of(const char *const *words, int count, const char *word)
{
    int i = 0;
    while (i < count - 1 && strcmp(words[i], word) != 0)
        i++;
    return i;
}

void metrics_question(const char *kind)
{
    add(&questions[place_of(kinds, KINDS, kind)], 1);
}

void metrics_refused_card(const char *why)
{
    add(&refused[place_of(whys, WHYS, why)], 1);
}

/* --- the page --------------------------------------------------------------------------------- */

struct page {
    char *text;
    size_t n;
    bool full;
};

__attribute__((format(printf, 2, 3))) static void put(struct page *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(p->text + p->n, PAGE_BYTES - p->n, fmt, ap);
    va_end(ap);
    p->full = p->full || n < 0 || (size_t)n >= PAGE_BYTES - p->n;
    p->n += p->full ? 0 : (size_t)n;
}

static void head(struct page *p, const char *name, const char *type, const char *help)
{
    put(p, "# HELP huimin_%s %s\n# TYPE huimin_%s %s\n", name, help, name, type);
}

static void put_one(struct page *p, const char *name, const char *type, const char *help, int64_t n)
{
    head(p, name, type, help);
    put(p, "huimin_%s %" PRId64 "\n", name, n);
}

static void put_requests(struct page *p)
{
    head(p, "requests_total", "counter", "HTTP requests by kind of path and status (0: cut).");
    for (int i = 0; i < PATHS; i++)
        for (int s = 0; s < STATUSES; s++)
            if (of(&requests[i][s]) > 0)
                put(p, "huimin_requests_total{path=\"%s\",status=\"%d\"} %" PRId64 "\n",
                    paths[i].name, s, of(&requests[i][s]));
}

/* The count is that of the last bucket and not one of its own: they agree, whoever counts now. */
static void put_times(struct page *p)
{
    head(p, "request_seconds", "histogram",
         "From the header of a request to the end of its answer.");
    for (int i = 0; i < PATHS; i++) {
        int64_t n = 0, sum = of(&took_ms_sum[i]);
        for (int b = 0; b < BUCKETS; b++) {
            n += of(&took[i][b]);
            put(p, "huimin_request_seconds_bucket{path=\"%s\",le=\"%d.%03d\"} %" PRId64 "\n",
                paths[i].name, bucket_ms[b] / 1000, bucket_ms[b] % 1000, n);
        }
        n += of(&took[i][BUCKETS]);
        put(p, "huimin_request_seconds_bucket{path=\"%s\",le=\"+Inf\"} %" PRId64 "\n",
            paths[i].name, n);
        put(p, "huimin_request_seconds_sum{path=\"%s\"} %" PRId64 ".%03d\n", paths[i].name,
            sum / 1000, (int)(sum % 1000));
        put(p, "huimin_request_seconds_count{path=\"%s\"} %" PRId64 "\n", paths[i].name, n);
    }
}

static void put_counts(struct page *p)
{
    head(p, "items_total", "counter", "Items that terminals sent, by what was said of them.");
    for (int i = 0; i < WIRE_OUTCOMES; i++)
        put(p, "huimin_items_total{outcome=\"%s\"} %" PRId64 "\n", wire_outcome_name(i),
            of(&items[i]));
    head(p, "questions_total", "counter", "Questions that were answered, by kind.");
    for (int i = 0; i < KINDS; i++)
        put(p, "huimin_questions_total{ask=\"%s\"} %" PRId64 "\n", kinds[i], of(&questions[i]));
    head(p, "refused_cards_total", "counter", "Cards and codes that were refused, by why.");
    for (int i = 0; i < WHYS; i++)
        put(p, "huimin_refused_cards_total{why=\"%s\"} %" PRId64 "\n", whys[i], of(&refused[i]));
}

static void put_database(struct page *p, const char *path)
{
    struct db *db = NULL;
    struct db_facts f = { .bytes = 0 };
    enum err e = db_open_read(path, &db);
    if (e == OK)
        e = db_facts_read(db, &f);
    db_close(db);
    put_one(p, "database_up", "gauge", "1: the database could be read for this page.", e == OK);
    put_one(p, "database_bytes", "gauge", "Size of the database with its log.", f.bytes);
    if (e != OK)
        return;
    head(p, "terminals", "gauge", "Terminals that are registered.");
    put(p, "huimin_terminals{state=\"known\"} %" PRId64 "\n", f.known);
    put(p, "huimin_terminals{state=\"revoked\"} %" PRId64 "\n", f.revoked);
    head(p, "cases", "gauge", "Cases by state.");
    put(p, "huimin_cases{state=\"received\"} %" PRId64 "\n", f.received);
    put(p, "huimin_cases{state=\"asked\"} %" PRId64 "\n", f.asked);
    put(p, "huimin_cases{state=\"accepted\"} %" PRId64 "\n", f.accepted);
    put(p, "huimin_cases{state=\"returned\"} %" PRId64 "\n", f.returned);
    put(p, "huimin_cases{state=\"finished\"} %" PRId64 "\n", f.finished);
    put_one(p, "audit_number", "gauge", "Number of the newest line of the audit.", f.audit_n);
    put_one(p, "feed_number", "gauge", "Number n of the newest index of the feed.", f.index_n);
}

const char *metrics_text(struct arena *a, const char *db_path)
{
    struct page p = { .text = arena_alloc(a, PAGE_BYTES) };
    if (!p.text)
        return NULL;
    put_one(&p, "uptime_seconds", "gauge", "Since the server was started.",
            (clock_timer_ms() - of(&began_ms)) / 1000);
    put_requests(&p);
    put_times(&p);
    put_counts(&p);
    put_database(&p, db_path);
    return p.full ? NULL : p.text;
}
