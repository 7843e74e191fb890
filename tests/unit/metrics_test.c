/* metrics_test.c - the page of counts: readable line by line, moved by what happens, for us only.
 */
#include "platform/metrics.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_http.h"

static char page[96 << 10];

/* GET /metrics with these headers; the status, its text in page. */
static int read_page(const struct server *s, const char *headers, const char **text)
{
    char head[256];
    int fd = http_dial(s);
    snprintf(head, sizeof head, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n",
             headers);
    return fd >= 0 && http_put(fd, head, strlen(head)) ? http_answer(fd, page, sizeof page, text)
                                                       : -1;
}

/* The value behind this name with its labels; -1: there is no such line. */
static double value(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = text; *line; line = strchrnul(line, '\n'), line += *line == '\n')
        if (strncmp(line, name, n) == 0 && line[n] == ' ')
            return strtod(line + n + 1, NULL);
    return -1;
}

/* A request is counted when it has ended, which its asker may see a moment earlier: read until this
 * is at least that. The status. */
static int read_when(const struct server *s, const char *name, double least, const char **text)
{
    int status = read_page(s, "", text);
    for (int i = 0; i < 200 && status == 200 && value(*text, name) < least; i++) {
        usleep(5000);
        status = read_page(s, "", text);
    }
    return status;
}

static size_t name_length(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");
    return strncmp(s, "huimin_", 7) == 0 ? n : 0;
}

/* {label="value",…} or nothing; where it ends, NULL: it is neither. */
static const char *past_labels(const char *s)
{
    if (*s != '{')
        return s;
    do {
        s += 1 + strspn(s + 1, "abcdefghijklmnopqrstuvwxyz");
        if (s[0] != '=' || s[1] != '"')
            return NULL;
        s += 2 + strspn(s + 2, "abcdefghijklmnopqrstuvwxyz_0123456789.+I");
        if (*s++ != '"')
            return NULL;
    } while (*s == ',');
    return *s == '}' ? s + 1 : NULL;
}

/* A sample belongs to the family that was announced above it; histograms add three endings. */
static bool sample_ok(const char *line, const char *family, bool histogram)
{
    size_t n = name_length(line), f = strlen(family);
    if (n < f || f == 0 || strncmp(line, family, f) != 0)
        return false;
    const char *ending = line + f;
    bool ends = histogram
                    ? strncmp(ending, "_bucket{", 8) == 0 || strncmp(ending, "_sum{", 5) == 0 ||
                          strncmp(ending, "_count{", 7) == 0
                    : n == f;
    const char *at = past_labels(line + n);
    char *end = NULL;
    if (!ends || !at || *at != ' ' || !isdigit((unsigned char)at[1]))
        return false;
    strtod(at + 1, &end);
    return *end == '\n';
}

/* HELP, TYPE of the same name, samples; each family once. The bad line, or NULL. */
static const char *first_fault(const char *text)
{
    char helped[64] = "", family[64] = "", type[16] = "", seen[4096] = " ", key[72];
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        if (!strchr(line, '\n'))
            return line;
        if (sscanf(line, "# HELP %63s", helped) == 1) {
            snprintf(key, sizeof key, " %s ", helped);
            if (strstr(seen, key) || name_length(helped) != strlen(helped))
                return line;
            snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s ", helped);
        } else if (sscanf(line, "# TYPE %63s %15s", family, type) == 2) {
            if (strcmp(family, helped) != 0 ||
                (strcmp(type, "counter") != 0 && strcmp(type, "gauge") != 0 &&
                 strcmp(type, "histogram") != 0))
                return line;
        } else if (strcmp(family, helped) != 0 ||
                   !sample_ok(line, family, strcmp(type, "histogram") == 0)) {
            return line;
        }
    }
    return NULL;
}

/* Buckets never fall, and the last is the count. */
static bool buckets_rise(const char *text, const char *path)
{
    double last = 0;
    char begins[96], count[96];
    snprintf(begins, sizeof begins, "huimin_request_seconds_bucket{path=\"%s\",le=", path);
    snprintf(count, sizeof count, "huimin_request_seconds_count{path=\"%s\"}", path);
    for (const char *line = text; (line = strstr(line, begins)); line++) {
        double now = strtod(strchr(line, ' '), NULL);
        if (now < last)
            return false;
        last = now;
    }
    return last > 0 && last == value(text, count);
}

TEST_BOTH(every_line_of_the_metrics_can_be_read)
{
    struct office_kit *k = kit_start();
    struct server *s = http_start(k);
    const char *text = "";
    CHECK(s != NULL);
    int status = read_when(s, "huimin_request_seconds_count{path=\"metrics\"}", 1, &text);
    server_stop(s);
    CHECK_EQ(status, 200);
    CHECK(strstr(page, "text/plain; version=0.0.4") != NULL);
    const char *fault = first_fault(text);
    if (fault)
        test_fail(__FILE__, __LINE__, "cannot be read: %.60s", fault);
    CHECK(strlen(text) > 1000 && !strstr(text, k->terminal.name));
    CHECK(buckets_rise(text, "metrics"));
    CHECK_EQ(value(text, "huimin_database_up"), 1);
    CHECK_EQ(value(text, "huimin_terminals{state=\"known\"}"), 1);
    CHECK(value(text, "huimin_database_bytes") > 1000);
    CHECK(value(text, "huimin_uptime_seconds") >= 0);
}

/* What is counted, in the order of the test below. */
enum { ITEM, TWICE, FALSE_ITEM, ASKED, CARD, POSTED, LOST, WATCHED };
static const char *const watched[WATCHED] = {
    [ITEM] = "huimin_items_total{outcome=\"accepted\"}",
    [TWICE] = "huimin_items_total{outcome=\"duplicate\"}",
    [FALSE_ITEM] = "huimin_items_total{outcome=\"rejected\"}",
    [ASKED] = "huimin_questions_total{ask=\"verdict\"}",
    [CARD] = "huimin_refused_cards_total{why=\"unproved\"}",
    [POSTED] = "huimin_requests_total{path=\"outbox\",status=\"200\"}",
    [LOST] = "huimin_requests_total{path=\"other\",status=\"404\"}",
};

static void take(const char *text, double out[WATCHED])
{
    for (int i = 0; i < WATCHED; i++)
        out[i] = value(text, watched[i]) < 0 ? 0 : value(text, watched[i]);
}

static int post(struct office_kit *k, const struct server *s, const struct wire_item *item)
{
    static char buf[16384];
    char *json = NULL;
    const char *body = "";
    return wire_post_write(&k->arena, item, 1, &json) == OK
               ? http_ask(k, s, "POST", "/v1/outbox", json, buf, sizeof buf, &body)
               : -1;
}

static void get(const struct server *s, const char *path)
{
    static char buf[4096];
    const char *body, *rest = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    int fd = http_dial(s);
    if (fd >= 0 && http_put(fd, "GET ", 4) && http_put(fd, path, strlen(path)) &&
        http_put(fd, rest, strlen(rest)))
        http_answer(fd, buf, sizeof buf, &body);
}

TEST_BOTH(items_questions_and_refused_cards_are_counted)
{
    struct office_kit *k = kit_start();
    double before[WATCHED], after[WATCHED];
    const char *text = "";
    char *answer = NULL;
    office_destroy(k->office);
    k->conf.only_proved = true;
    CHECK_ERR(office_create(&k->conf, &k->office), OK);
    struct wire_item item = kit_item(k, KIT_IDNO, NULL), bad = kit_item(k, KIT_IDNO, "{}");
    struct server *s = http_start(k);
    CHECK(s != NULL);
    read_page(s, "", &text);
    take(text, before);
    post(k, s, &item);
    post(k, s, &item);
    post(k, s, &bad);
    get(s, "/nothing");
    /* No signed request is on its way now: the office is free for the kit. */
    int asked = kit_query(k, "verdict",
                          "\"card\":\"" KIT_CARD
                          "\",\"visit\":\"00112233445566778899aabbccddeeff\"," KIT_CHIP
                          ",\"challenge\":\"\",\"answer\":\"\"",
                          &answer);
    read_when(s, watched[LOST], before[LOST] + 1, &text);
    read_when(s, watched[POSTED], before[POSTED] + 3, &text);
    take(text, after);
    server_stop(s);
    CHECK_EQ(asked, 200);
    static const int by[WATCHED] = {
        [ITEM] = 1, [TWICE] = 1, [FALSE_ITEM] = 1, [ASKED] = 1, [CARD] = 1, [POSTED] = 3, [LOST] = 1
    };
    for (int i = 0; i < WATCHED; i++)
        if (after[i] - before[i] != by[i])
            test_fail(__FILE__, __LINE__, "%s moved by %g", watched[i], after[i] - before[i]);
    CHECK_EQ(value(text, "huimin_cases{state=\"received\"}"), 1);
    CHECK_EQ(value(text, "huimin_cases{state=\"asked\"}"), 0);
    CHECK_EQ(value(text, "huimin_cases{state=\"finished\"}"), 0);
    CHECK_EQ(value(text, "huimin_audit_number"), 3);
    CHECK(buckets_rise(text, "outbox"));
}

TEST_BOTH(a_stranger_is_told_of_no_metrics)
{
    struct office_kit *k = kit_start();
    struct server *s = http_start(k);
    const char *text = "";
    CHECK(s != NULL);
    int through = read_page(s, "X-Forwarded-For: 192.0.2.7\r\n", &text);
    server_stop(s);
    CHECK_EQ(through, 404);
    CHECK_STR(text, "not found\n");
}
