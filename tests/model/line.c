/* line.c - hal/net.h for the model: the network between huimin-sync and the platform. */
#include "tests/model/line.h"

#include "hal/net.h"
#include "tests/model/forger.h"
#include "tests/model/platform.h"
#include "tests/model/world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NETS = 8, MESSAGES = 200, OLD = 4 };

struct net {
    bool there, busy, ready;
    uint64_t serial;
    int64_t deadline_us, cap;
    bool keep_errors, began;
    char file[LINE_TEXT * 2];
    struct line_ask ask;
    struct net_answer answer;
    char memory[NET_MEMORY];
};
/* On its way: a request to the platform, or an answer back to a request with this serial. */
struct message {
    int64_t at_us;
    bool answer, cut;
    enum err err; /* of an answer that is none */
    struct net *net;
    uint64_t serial;
    struct line_ask ask;
    struct line_told told;
};
static struct net nets[NETS];
static struct message message[MESSAGES];
static int messages, weather;
static bool is_down;
static uint64_t serials;
static int64_t wanted_us;
/* Answers of before, for a cache that gives them out again. */
static struct line_told old_index[OLD], old_acks[OLD];
static int old_index_count, old_ack_count;

/* --- weather ---------------------------------------------------------------------------------- */

void line_weather(int bad)
{
    weather = bad;
}

void line_down(bool down)
{
    is_down = down;
}

/* At the worst one in `often`, now and then a sixth of it. */
static bool happens(int often)
{
    return weather == 2 ? one_in(often) : weather == 1 && one_in(often * 6);
}

static int64_t way_us(void)
{
    if (happens(8))
        return between(1, 600) * 1000000LL; /* it lay somewhere for a while */
    return between(1, 400) * 1000LL;
}

static char *copy_of(const void *bytes, size_t n)
{
    char *p = malloc(n + 1);
    must(p != NULL, "memory");
    if (n)
        memcpy(p, bytes, n);
    p[n] = '\0';
    return p;
}

static struct message *push(struct net *n, uint64_t serial, bool answer, int64_t in_us)
{
    must(messages < MESSAGES, "room on the line");
    struct message *m = &message[messages++];
    *m =
        (struct message){ .at_us = world_us + in_us, .answer = answer, .net = n, .serial = serial };
    return m;
}

static void push_error(struct net *n, uint64_t serial, enum err e)
{
    push(n, serial, true, between(1, 50) * 1000LL)->err = e;
}

static void push_ask(struct net *n, int64_t in_us)
{
    struct message *m = push(n, n->serial, false, in_us);
    m->ask = n->ask;
    m->ask.body = copy_of(n->ask.body ? n->ask.body : "", n->ask.body_n);
}

/* --- what an answer becomes on its way back --------------------------------------------------- */

static void replace(struct line_told *t, int status, const char *body)
{
    free(t->body);
    *t = (struct line_told){ .status = status, .body = copy_of(body, strlen(body)) };
    t->n = strlen(body);
}

static void remember(struct line_told *list, int *count, const struct line_told *t)
{
    struct line_told *place = &list[(*count)++ % OLD];
    free(place->body);
    *place = *t;
    place->body = copy_of(t->body, t->n);
}

static void give_old(struct line_told *t, const struct line_told *list, int count)
{
    if (count == 0)
        return;
    const struct line_told *o = &list[below(count < OLD ? count : OLD)];
    free(t->body);
    *t = *o;
    t->body = copy_of(o->body, o->n);
    trace("an old answer instead");
}

static void on_the_way_back(const struct line_ask *ask, struct message *m)
{
    struct line_told *t = &m->told;
    bool index = strstr(ask->path, "/index") != NULL, acks = ask->post;
    bool status = strncmp(ask->path, "/v1/status", 10) == 0; /* unsigned: left to TLS */
    if (t->status == 200 && index)
        remember(old_index, &old_index_count, t);
    if (t->status == 200 && acks)
        remember(old_acks, &old_ack_count, t);
    if (happens(10)) {
        m->cut = true;
        t->n = (size_t)below((int)t->n + 1);
        trace("cut after %zu", t->n);
    } else if (!status && happens(12) && t->n) {
        t->body[below((int)t->n)] ^= (char)(1 << below(8));
        trace("a wrong bit");
    } else if (happens(16)) {
        replace(t, one_in(2) ? 200 : 302, "<html><body>Please log in</body></html>");
        trace("a portal");
    } else if (happens(16)) {
        replace(t, one_in(2) ? 500 : 503, "{\"error\":\"busy\"}");
        t->retry_after_s = one_in(2) ? between(1, 120) : 0;
        trace("%d instead", t->status);
    } else if (index && happens(10)) {
        give_old(t, old_index, old_index_count);
    } else if (acks && happens(10)) {
        give_old(t, old_acks, old_ack_count);
    } else if (acks && happens(8)) {
        forger_changes(t);
    }
}

/* --- the platform's end ----------------------------------------------------------------------- */

static void send_back(struct message *m, bool good, struct line_told *told)
{
    if (!good) {
        free(told->body);
        push_error(m->net, m->serial, one_in(2) ? ERR_OFFLINE : ERR_CUT);
        return;
    }
    if (happens(8)) {
        talk("the answer is lost");
        free(told->body);
        if (one_in(2))
            push_error(m->net, m->serial, ERR_CUT);
        return; /* else nothing comes until the deadline */
    }
    struct message *back = push(m->net, m->serial, true, way_us());
    back->told = *told;
    on_the_way_back(&m->ask, back);
}

static bool is_signed(const struct message *m)
{
    return !m->answer && m->ask.signature[0];
}

/* What is late anyhow may come together with this one: it is kept in one transaction then. */
static int together(struct message *group)
{
    int n = 1;
    for (int i = 0; i < messages && n < PLATFORM_GROUP; i++) {
        if (!is_signed(&message[i]) || one_in(3))
            continue;
        group[n++] = message[i];
        message[i--] = message[--messages];
    }
    return n;
}

static void reach_platform(struct message *m)
{
    struct message group[PLATFORM_GROUP] = { *m };
    const struct line_ask *ask[PLATFORM_GROUP];
    struct line_told told[PLATFORM_GROUP] = { { .status = 0 } };
    int n = is_signed(m) && weather > 0 && one_in(2) ? together(group) : 1;
    for (int i = 0; i < n; i++)
        ask[i] = &group[i].ask;
    bool good = platform_answer(ask, told, n);
    for (int i = 0; i < n; i++) {
        send_back(&group[i], good, &told[i]);
        if (i > 0)
            free(group[i].ask.body);
    }
}

/* --- the terminal's end ----------------------------------------------------------------------- */

static enum err of_status(int status)
{
    if (status >= 400)
        return ERR_SERVER;
    return status == 200 || status == 206 || status == 304 ? OK : ERR_NOT_FEED;
}

static enum err append(const char *path, const char *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0660);
    if (fd < 0)
        return net_file_error(errno);
    enum err e = OK;
    for (size_t at = 0; at < n && e == OK;) {
        ssize_t done = write(fd, bytes + at, n - at);
        if (done <= 0)
            e = done < 0 ? net_file_error(errno) : ERR_FULL;
        else
            at += (size_t)done;
    }
    close(fd);
    return e;
}

static enum err keep_body(struct net *n, const struct line_told *t)
{
    int64_t have = n->file[0] ? n->ask.from : 0;
    if ((int64_t)t->n > n->cap - have)
        return ERR_TOO_BIG;
    if (n->file[0])
        return append(n->file, t->body, t->n);
    memcpy(n->memory, t->body, t->n);
    n->answer.body = n->memory;
    n->answer.n = t->n;
    return OK;
}

static void end(struct net *n, enum err e, const char *what)
{
    n->answer.err = e;
    n->ready = true;
    snprintf(n->answer.what, sizeof n->answer.what, "%s", what);
}

static void reach_terminal(struct message *m)
{
    struct net *n = m->net;
    const struct line_told *t = &m->told;
    if (!n->there || !n->busy || n->ready || n->serial != m->serial)
        return; /* nobody waits for it any more */
    running = SYNC;
    if (m->err != OK) {
        end(n, m->err, "model");
    } else if (n->file[0] && n->ask.from > 0 && t->status == 416) {
        (void)unlink(n->file);
        n->ask.from = 0;
        push_ask(n, way_us());
    } else {
        n->answer.status = t->status;
        n->answer.retry_after_s = t->retry_after_s;
        n->answer.not_modified = t->status == 304;
        snprintf(n->answer.etag, sizeof n->answer.etag, "%s", t->etag);
        enum err e = of_status(t->status), kept = OK;
        if (e == OK || n->keep_errors)
            kept = keep_body(n, t);
        if (e == OK && kept != OK)
            e = kept;
        end(n, e == OK && m->cut ? ERR_CUT : e, "model");
    }
    running = OUTSIDE;
}

/* --- time ------------------------------------------------------------------------------------- */

static int next_message(void)
{
    int best = -1;
    for (int i = 0; i < messages; i++)
        if (best < 0 || message[i].at_us < message[best].at_us)
            best = i;
    return best;
}

int64_t line_next_us(void)
{
    int i = next_message();
    int64_t at = i >= 0 ? message[i].at_us : -1;
    for (int k = 0; k < NETS; k++)
        if (nets[k].there && nets[k].busy && !nets[k].ready && (at < 0 || nets[k].deadline_us < at))
            at = nets[k].deadline_us;
    return at;
}

void line_deliver(void)
{
    int i;
    while ((i = next_message()) >= 0 && message[i].at_us <= world_us) {
        struct message m = message[i];
        message[i] = message[--messages];
        if (m.answer)
            reach_terminal(&m);
        else
            reach_platform(&m);
        free(m.ask.body);
        free(m.told.body);
    }
    for (int k = 0; k < NETS; k++)
        if (nets[k].there && nets[k].busy && !nets[k].ready && nets[k].deadline_us <= world_us)
            end(&nets[k], ERR_TIMEOUT, "deadline");
}

bool line_ready(void)
{
    for (int k = 0; k < NETS; k++)
        if (nets[k].there && nets[k].ready)
            return true;
    return false;
}

int64_t line_wanted_us(void)
{
    return wanted_us;
}

static void forget_old(struct line_told *list, int *count)
{
    for (int i = 0; i < OLD; i++) {
        free(list[i].body);
        list[i] = (struct line_told){ .status = 0 };
    }
    *count = 0;
}

void line_reset(void)
{
    for (int i = 0; i < messages; i++) {
        free(message[i].ask.body);
        free(message[i].told.body);
    }
    forget_old(old_index, &old_index_count);
    forget_old(old_acks, &old_ack_count);
    messages = weather = 0;
    serials = 0;
    is_down = false;
}

/* --- hal/net.h -------------------------------------------------------------------------------- */

enum err net_create(const struct net_limits *limits, struct net **out)
{
    (void)limits;
    int k = 0;
    while (k < NETS && nets[k].there)
        k++;
    must(k < NETS, "room for nets");
    nets[k].there = true;
    nets[k].busy = nets[k].ready = false;
    wanted_us = world_us; /* it has just started: its first turn is now */
    *out = &nets[k];
    return OK;
}

enum err net_join(struct net *first, struct net **out)
{
    (void)first;
    return net_create(NULL, out);
}

enum err net_tls(struct net *n, const struct net_tls *t)
{
    (void)n, (void)t; /* no TLS in this world */
    return OK;
}

void net_destroy(struct net *n)
{
    if (!n)
        return;
    net_cancel(n);
    net_forget(n);
    n->there = false;
}

void net_cancel(struct net *n)
{
    n->busy = n->ready = false;
}

void net_forget(struct net *n)
{
    free(n->ask.body);
    n->ask.body = NULL;
}

bool net_busy(const struct net *n)
{
    return n->busy;
}

static void take_header(struct line_ask *a, const char *h)
{
    static const char *const name[] = { "Huimin-Line: ", "Huimin-Time: ", "Huimin-Nonce: ",
                                        "Huimin-Signature: " };
    char *const to[] = { a->line, a->time, a->nonce, a->signature };
    const size_t cap[] = { sizeof a->line, sizeof a->time, sizeof a->nonce, sizeof a->signature };
    for (int i = 0; i < 4; i++)
        if (strncmp(h, name[i], strlen(name[i])) == 0)
            snprintf(to[i], cap[i], "%s", h + strlen(name[i]));
}

static void read_request(struct net *n, const struct net_request *r)
{
    struct stat st;
    const char *path = strstr(r->url, "//");
    path = path ? strchr(path + 2, '/') : r->url;
    n->ask = (struct line_ask){ .post = r->body != NULL, .body_n = r->body_n };
    n->ask.body = r->body ? copy_of(r->body, r->body_n) : NULL;
    snprintf(n->ask.path, sizeof n->ask.path, "%s", path ? path : "/");
    snprintf(n->ask.etag, sizeof n->ask.etag, "%s", r->etag ? r->etag : "");
    for (int i = 0; i < NET_HEADERS && r->headers[i]; i++)
        take_header(&n->ask, r->headers[i]);
    snprintf(n->file, sizeof n->file, "%s", r->file ? r->file : "");
    if (r->file && stat(r->file, &st) == 0)
        n->ask.from = st.st_size;
}

enum err net_start(struct net *n, const struct net_request *r)
{
    net_cancel(n);
    net_forget(n);
    n->answer = (struct net_answer){ .err = OK };
    read_request(n, r);
    n->busy = true;
    n->serial = ++serials;
    n->cap = r->cap;
    n->keep_errors = r->keep_errors;
    n->deadline_us = world_us + r->deadline_s * 1000000LL;
    talk("asks %s %s", n->ask.post ? "POST" : "GET", n->ask.path);
    if (prog[running].dead)
        return OK;
    if (is_down || happens(16)) {
        push_error(n, n->serial, ERR_OFFLINE);
    } else if (n->ask.post && happens(8)) {
        struct message *m = push(n, n->serial, true, way_us());
        forger_answers(&n->ask, &m->told);
    } else if (!happens(8)) {
        push_ask(n, way_us());
        if (happens(3))
            push_ask(n, between(0, 900) * 1000000LL);
    }
    return OK;
}

bool net_take(struct net *n, struct net_answer *out)
{
    if (!n->ready)
        return false;
    *out = n->answer;
    n->busy = n->ready = false;
    return true;
}

bool net_wait(struct net *n, struct pollfd *own, int own_count, int timeout_ms,
              struct net_answer *out)
{
    for (int i = 0; i < own_count; i++)
        own[i].revents = 0;
    wanted_us = world_us + (timeout_ms < 0 ? 60000 : timeout_ms) * 1000LL;
    return net_take(n, out);
}
