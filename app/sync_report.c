/* sync_report.c - version, outbox, devices, disk: looked at, written down, sent when it changed. */
#include "app/sync_report.h"

#include "app/outbox.h"
#include "app/sync.h"
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

enum {
    LOOK_MS = 60000,
    HOUR_MS = 3600000,
    AGAIN_MS = 300000,
    NO_SUCH_PATH = 404,
    DEADLINE_S = 30,
    DEVICE = 24,
    BODY = 1024,
    DISK_LOW_MB = 200, /* below this the operator's page calls it a trouble */
    NOT_KNOWN = -1,
};

/* Invariant: body is what is on the line while sending. Times are of the timer clock. */
struct sync_report {
    const struct config *config;
    struct sync_signed *sign;
    struct net *net;
    char reader[DEVICE], printer[DEVICE];
    char body[BODY], last[BODY / 4], now[BODY / 4]; /* last, now: what counts, as a text */
    bool sending, again_used;
    int64_t look_ms, hour_ms;
};

enum err sync_report_create(const struct config *c, struct sync_signed *sign, struct net *first,
                            struct sync_report **out)
{
    struct sync_report *r = calloc(1, sizeof *r);
    if (!r)
        return ERR_NOMEM;
    r->config = c;
    r->sign = sign;
    enum err e = net_join(first, &r->net);
    if (e != OK) {
        free(r);
        return e;
    }
    *out = r;
    return OK;
}

void sync_report_destroy(struct sync_report *r)
{
    if (!r)
        return;
    net_destroy(r->net);
    free(r);
}

void sync_report_devices(struct sync_report *r, const char *reader, const char *printer)
{
    if (!r)
        return;
    snprintf(r->reader, sizeof r->reader, "%s", reader);
    snprintf(r->printer, sizeof r->printer, "%s", printer);
    r->look_ms = 0;
}

/* --- looking ---------------------------------------------------------------------------------- */

static int64_t disk_mb(const char *dir)
{
    struct statvfs v;
    return statvfs(dir, &v) == 0 ? (int64_t)((uint64_t)v.f_bavail * v.f_frsize >> 20) : NOT_KNOWN;
}

static int64_t up_s(void)
{
    struct timespec t;
    return clock_gettime(CLOCK_BOOTTIME, &t) == 0 ? (int64_t)t.tv_sec : NOT_KNOWN;
}

static int64_t temperature(void)
{
    int64_t milli = 0;
    FILE *f = fopen("/sys/class/thermal/thermal_zone0/temp", "re");
    if (!f)
        return NOT_KNOWN;
    char text[32] = "";
    bool got = fgets(text, sizeof text, f) != NULL;
    fclose(f);
    if (got)
        milli = strtoll(text, NULL, 10);
    return got && milli > 0 ? milli / 1000 : NOT_KNOWN;
}

/* One hand-in more is no news; ten waiting instead of one is. */
static int how_many(int n)
{
    return n < 1 ? 0 : n < 10 ? 1 : n < 100 ? 2 : 3;
}

static enum err write_down(struct sync_report *r, const struct outbox_counts *n, int64_t oldest_ms,
                           int64_t index_n)
{
    struct json_out w;
    int64_t mb = disk_mb(r->config->data_dir);
    snprintf(r->now, sizeof r->now, "%d %d %d %s %s %d", how_many(n->waiting + n->sending),
             n->stuck, n->rejected, r->reader, r->printer, mb >= 0 && mb < DISK_LOW_MB);
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_int(&w, "v", 1);
    json_put_str(&w, "version", SYNC_VERSION);
    json_put_int(&w, "up_s", up_s());
    json_put_int(&w, "waiting", n->waiting + n->sending + n->stuck);
    json_put_int(&w, "stuck", n->stuck);
    json_put_int(&w, "rejected", n->rejected);
    json_put_int(&w, "oldest", oldest_ms);
    json_put_str(&w, "reader", r->reader);
    json_put_str(&w, "printer", r->printer);
    json_put_int(&w, "disk_mb", mb);
    json_put_int(&w, "index", index_n);
    json_put_int(&w, "temp_c", temperature());
    json_close(&w, '}');
    const char *text = json_out_text(&w);
    enum err e = !text ? ERR_NOMEM : w.len < sizeof r->body ? OK : ERR_TOO_BIG;
    if (e == OK)
        snprintf(r->body, sizeof r->body, "%s", text);
    json_out_finish(&w);
    return e;
}

/* --- sending ---------------------------------------------------------------------------------- */

static void send_it(struct sync_report *r)
{
    enum err e = sync_signed_ask(r->sign, r->net, "/v1/report", r->body, DEADLINE_S);
    r->sending = e == OK;
}

/* A platform that does not know reports is asked again in an hour, any other fault sooner. */
static void take_answer(struct sync_report *r, const struct net_answer *a)
{
    bool again = false;
    enum err e = sync_signed_judge(r->sign, a, &again);
    r->sending = false;
    if (again && !r->again_used) {
        r->again_used = true;
        send_it(r);
        return;
    }
    if (e == OK)
        return;
    log_debug("report_failed", "err=%s", err_name(e));
    if (a->status != NO_SUCH_PATH)
        r->hour_ms = clock_timer_ms() + AGAIN_MS;
}

void sync_report_turn(struct sync_report *r, const struct sync_post *post, bool online,
                      int64_t index_n)
{
    struct net_answer a;
    struct outbox_counts n = { 0 };
    int64_t oldest = 0, now = clock_timer_ms();
    if (r->sending && net_take(r->net, &a))
        take_answer(r, &a);
    if (r->sending || !online || now < r->look_ms)
        return;
    r->look_ms = now + LOOK_MS;
    enum err e = sync_post_totals(post, &n, &oldest);
    if (e != OK && e != ERR_NOT_FOUND)
        return;
    if (write_down(r, &n, oldest, index_n) != OK ||
        (strcmp(r->now, r->last) == 0 && now < r->hour_ms))
        return;
    memcpy(r->last, r->now, sizeof r->last);
    r->hour_ms = now + HOUR_MS;
    r->again_used = false;
    send_it(r);
}
