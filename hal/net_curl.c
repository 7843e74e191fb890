/* net_curl.c - one request at a time over HTTP(S) by libcurl; the only door to it. */
#include "hal/net_curl_tls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { URL_MAX = 1024, OWN_MAX = 16, REFUSED_BODY_MAX = 65536 };
enum { KEPT_S = 360 /* an idle connection: from one poll to the next */ };

/* Invariant: busy means the easy handle is in the multi handle, or an answer is waiting. Those that
 * joined share the first one's multi handle; it counts what runs and what has ended. */
struct net {
    struct net *first; /* itself, unless it joined another */
    CURLM *multi;      /* of the first */
    int running, ended;
    CURL *easy;
    struct curl_slist *headers;
    char *body; /* being sent; NULL for GET */
    bool put;
    size_t body_n;
    bool keep_errors;
    struct net_limits limits;
    struct curl_tls tls;
    bool busy, added, ready; /* added: in the multi handle; ready: answer is complete */
    struct net_answer answer;
    char url[URL_MAX], file_name[URL_MAX], error[CURL_ERROR_SIZE];
    int file;          /* -1: into memory */
    int64_t have, cap; /* bytes so far, in the file before too */
    int64_t refused;   /* bytes of an answer that is not kept */
    enum err fault;    /* why we ended it ourselves */
    int deadline_s;
    char memory[NET_MEMORY];
};

/* Bodies of errors and portals are read past, so that the connection can be kept, but not for ever.
 */
static size_t refuse(struct net *n, const char *data, size_t len, long status)
{
    int64_t room = n->cap - n->have;
    if (n->keep_errors && status >= 400 && n->file < 0 && room > 0) {
        int64_t kept = (int64_t)len < room ? (int64_t)len : room;
        memcpy(n->memory + n->have, data, (size_t)kept);
        n->have += kept;
    }
    n->refused += (int64_t)len;
    return n->refused > REFUSED_BODY_MAX ? 0 : len;
}

static size_t on_body(char *data, size_t one, size_t len, void *user)
{
    struct net *n = user;
    long status = 0;
    (void)one;
    curl_easy_getinfo(n->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299)
        return refuse(n, data, len, status);
    if ((int64_t)len > n->cap - n->have) {
        n->fault = ERR_TOO_BIG;
        return 0;
    }
    if (n->file < 0) {
        memcpy(n->memory + n->have, data, len);
    } else {
        ssize_t written = write(n->file, data, len);
        if (written != (ssize_t)len) {
            n->fault = written < 0 ? net_file_error(errno) : ERR_FULL;
            return 0;
        }
    }
    n->have += (int64_t)len;
    return len;
}

static size_t on_header(char *line, size_t one, size_t len, void *user)
{
    struct net *n = user;
    (void)one;
    if (len > 5 && strncasecmp(line, "etag:", 5) == 0) {
        size_t from = 5, to = len;
        while (from < to && (line[from] == ' ' || line[from] == '\t'))
            from++;
        while (to > from && strchr("\r\n \t", line[to - 1]))
            to--;
        if (to - from < sizeof n->answer.etag)
            snprintf(n->answer.etag, sizeof n->answer.etag, "%.*s", (int)(to - from), line + from);
    }
    return len;
}

static void set_options(struct net *n)
{
    CURL *c = n->easy;
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_PROXY, ""); /* the environment must not send us elsewhere */
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(c, CURLOPT_MAXAGE_CONN, (long)KEPT_S);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)n->limits.connect_s);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 100L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)n->limits.low_speed_s);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, n->error);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, n);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, n);
}

static enum err create(const struct net_limits *limits, struct net *first, struct net **out)
{
    struct net *n = calloc(1, sizeof *n);
    if (!n)
        return ERR_NOMEM;
    n->limits = *limits;
    n->file = -1;
    n->first = first ? first : n;
    curl_global_init(limits->tls ? CURL_GLOBAL_SSL : CURL_GLOBAL_NOTHING);
    n->multi = first ? first->multi : curl_multi_init();
    n->easy = curl_easy_init();
    if (!n->multi || !n->easy) {
        net_destroy(n);
        return ERR_NOMEM;
    }
    set_options(n);
    *out = n;
    return OK;
}

enum err net_create(const struct net_limits *limits, struct net **out)
{
    return create(limits, NULL, out);
}

enum err net_join(struct net *first, struct net **out)
{
    return create(&first->limits, first, out);
}

static void drop_body(struct net *n)
{
    if (n->body)
        explicit_bzero(n->body, n->body_n);
    free(n->body);
    n->body = NULL;
    n->body_n = 0;
}

static void off_the_line(struct net *n)
{
    if (!n->added)
        return;
    curl_multi_remove_handle(n->multi, n->easy);
    n->added = false;
    n->first->running--;
}

/* Takes the request off the network and closes its file. Not called twice for one request. */
static void put_away(struct net *n)
{
    off_the_line(n);
    curl_slist_free_all(n->headers);
    n->headers = NULL;
    drop_body(n);
    if (n->file >= 0 && close(n->file) != 0 && n->fault == OK)
        n->fault = net_file_error(errno);
    n->file = -1;
}

enum err net_tls(struct net *n, const struct net_tls *t)
{
    return curl_tls_set(&n->tls, t);
}

void net_destroy(struct net *n)
{
    if (!n)
        return;
    net_cancel(n);
    net_forget(n);
    curl_easy_cleanup(n->easy);
    curl_tls_finish(&n->tls);
    if (n->first == n)
        curl_multi_cleanup(n->multi);
    curl_global_cleanup();
    free(n);
}

void net_cancel(struct net *n)
{
    if (n->busy && !n->ready)
        put_away(n);
    n->first->ended -= n->ready;
    n->busy = n->ready = false;
}

void net_forget(struct net *n)
{
    drop_body(n);
    if (!n->file_name[0]) /* else have counts a file's bytes */
        explicit_bzero(n->memory, (size_t)n->have);
    n->have = 0;
}

bool net_busy(const struct net *n)
{
    return n->busy;
}

static enum err open_file(struct net *n, bool afresh)
{
    struct stat st;
    n->have = 0;
    if (!n->file_name[0])
        return OK;
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (afresh ? O_TRUNC : 0);
    n->file = open(n->file_name, flags, 0660);
    if (n->file < 0 || fstat(n->file, &st) != 0)
        return net_file_error(errno);
    n->have = st.st_size;
    return OK;
}

static enum err go(struct net *n, bool afresh)
{
    enum err e = open_file(n, afresh);
    if (e != OK)
        return e;
    n->refused = 0;
    n->fault = OK;
    n->error[0] = '\0';
    curl_easy_setopt(n->easy, CURLOPT_URL, n->url);
    curl_easy_setopt(n->easy, CURLOPT_TIMEOUT, (long)n->deadline_s);
    curl_easy_setopt(n->easy, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)n->have);
    curl_easy_setopt(n->easy, CURLOPT_HTTPHEADER, n->headers);
    curl_easy_setopt(n->easy, CURLOPT_PRIVATE, n);
    curl_tls_apply(n->tls.set ? &n->tls : &n->first->tls, n->easy);
    if (n->body) {
        curl_easy_setopt(n->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n->body_n);
        curl_easy_setopt(n->easy, CURLOPT_POSTFIELDS, n->body);
        curl_easy_setopt(n->easy, CURLOPT_CUSTOMREQUEST, n->put ? "PUT" : NULL);
    } else {
        curl_easy_setopt(n->easy, CURLOPT_POSTFIELDS, NULL);
        curl_easy_setopt(n->easy, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(n->easy, CURLOPT_CUSTOMREQUEST, NULL);
    }
    if (curl_multi_add_handle(n->multi, n->easy) != CURLM_OK)
        return ERR_IO;
    n->added = true;
    n->first->running++;
    return OK;
}

static enum err add_header(struct net *n, const char *line)
{
    struct curl_slist *longer = curl_slist_append(n->headers, line);
    if (!longer)
        return ERR_NOMEM;
    n->headers = longer;
    return OK;
}

static enum err prepare(struct net *n, const struct net_request *r)
{
    enum err e = add_header(n, "Accept:"); /* says nothing, and every poll would pay for it */
    if (e == OK && r->etag && r->etag[0]) {
        char header[NET_ETAG + 32];
        snprintf(header, sizeof header, "If-None-Match: %.*s", NET_ETAG, r->etag);
        e = add_header(n, header);
    }
    for (int i = 0; e == OK && i < NET_HEADERS && r->headers[i]; i++)
        e = add_header(n, r->headers[i]);
    if (e != OK || !r->body)
        return e;
    n->body = malloc(r->body_n ? r->body_n : 1);
    if (!n->body)
        return ERR_NOMEM;
    memcpy(n->body, r->body, r->body_n);
    n->body_n = r->body_n;
    n->put = r->put;
    return add_header(n, "Expect:"); /* no waiting for a go-ahead: one way less to be cut off */
}

enum err net_start(struct net *n, const struct net_request *r)
{
    net_cancel(n);
    if (strlen(r->url) >= URL_MAX || (r->file && strlen(r->file) >= URL_MAX) ||
        (!r->file && r->cap > NET_MEMORY))
        return ERR_ARG;
    net_forget(n);
    n->answer = (struct net_answer){ 0 };
    n->busy = true;
    if (r->url[0] == '/') {
        net_file_get(r, n->memory, &n->answer);
        n->ready = true;
        n->first->ended++;
        return OK;
    }
    snprintf(n->url, sizeof n->url, "%s", r->url);
    snprintf(n->file_name, sizeof n->file_name, "%s", r->file ? r->file : "");
    n->cap = r->cap;
    n->deadline_s = r->deadline_s;
    n->keep_errors = r->keep_errors;
    enum err e = prepare(n, r);
    if (e == OK)
        e = go(n, false);
    if (e != OK)
        net_cancel(n);
    return e;
}

static bool any_byte_came(struct net *n)
{
    curl_off_t first_us = 0;
    curl_easy_getinfo(n->easy, CURLINFO_STARTTRANSFER_TIME_T, &first_us);
    return first_us > 0;
}

static bool was_connected(struct net *n)
{
    curl_off_t us = 0;
    long connects = 0;
    curl_easy_getinfo(n->easy, CURLINFO_CONNECT_TIME_T, &us);
    curl_easy_getinfo(n->easy, CURLINFO_NUM_CONNECTS, &connects);
    return us > 0 || connects == 0; /* none made: an open one was used */
}

static enum err of_curl(struct net *n, CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return OK;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return ERR_OFFLINE;
    case CURLE_OPERATION_TIMEDOUT:
        if (!was_connected(n))
            return ERR_OFFLINE;
        return any_byte_came(n) ? ERR_SLOW : ERR_TIMEOUT;
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return ERR_CUT;
    case CURLE_UNSUPPORTED_PROTOCOL: /* an answer that is not HTTP/1 */
    case CURLE_WEIRD_SERVER_REPLY:
        return ERR_NOT_FEED;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
        return ERR_SIGNATURE;
    case CURLE_OUT_OF_MEMORY:
        return ERR_NOMEM;
    default:
        return ERR_IO;
    }
}

static enum err of_status(long status)
{
    if (status >= 400)
        return ERR_SERVER;
    return status == 200 || status == 206 || status == 304 ? OK : ERR_NOT_FEED;
}

static void fill_answer(struct net *n, CURLcode code)
{
    struct net_answer *a = &n->answer;
    long status = 0;
    curl_off_t after = 0;
    curl_easy_getinfo(n->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(n->easy, CURLINFO_RETRY_AFTER, &after);
    a->status = (int)status;
    a->retry_after_s = after > 86400 ? 86400 : (int)after;
    a->not_modified = status == 304;
    a->err = n->fault != OK ? n->fault : n->refused ? of_status(status) : of_curl(n, code);
    if (a->err == OK)
        a->err = of_status(status);
    a->body = n->memory;
    a->n = n->file_name[0] ? 0 : (size_t)n->have;
    if (code != CURLE_OK && n->refused == 0)
        snprintf(a->what, sizeof a->what, "%.100s",
                 n->error[0] ? n->error : curl_easy_strerror(code));
    else
        snprintf(a->what, sizeof a->what, "HTTP %ld", status);
}

/* A server that cannot go on where we were cut off: once more, from the start. */
static bool must_restart(struct net *n, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(n->easy, CURLINFO_RESPONSE_CODE, &status);
    return n->file_name[0] && n->fault == OK && n->have > 0 &&
           (code == CURLE_RANGE_ERROR || status == 416);
}

static void on_end(struct net *n, CURLcode code)
{
    if (must_restart(n, code)) {
        off_the_line(n);
        close(n->file);
        n->file = -1;
        n->fault = go(n, true);
        if (n->fault == OK)
            return;
    }
    put_away(n); /* may set the fault: a file can fail when it is closed */
    fill_answer(n, code);
    n->ready = true;
    n->first->ended++;
}

static void move_bytes(struct net *first)
{
    int running, left;
    const CURLMsg *msg;
    curl_multi_perform(first->multi, &running);
    while ((msg = curl_multi_info_read(first->multi, &left))) {
        CURLcode code = msg->data.result;
        char *whose = NULL;
        if (msg->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &whose);
        on_end((struct net *)(void *)whose, code); /* msg is gone after it */
    }
}

static void wait_for(struct net *first, struct pollfd *own, int count, int timeout_ms)
{
    struct curl_waitfd fd[OWN_MAX];
    for (int i = 0; i < count && i < OWN_MAX; i++) {
        fd[i] = (struct curl_waitfd){ .fd = own[i].fd };
        fd[i].events = (short)((own[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                               (own[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
    }
    unsigned n = (unsigned)(count < OWN_MAX ? count : OWN_MAX);
    curl_multi_poll(first->multi, fd, n, timeout_ms, NULL);
    for (int i = 0; i < count && i < OWN_MAX; i++)
        own[i].revents = (short)((fd[i].revents & CURL_WAIT_POLLIN ? POLLIN : 0) |
                                 (fd[i].revents & CURL_WAIT_POLLOUT ? POLLOUT : 0));
}

bool net_take(struct net *n, struct net_answer *out)
{
    if (!n->ready)
        return false;
    n->busy = n->ready = false;
    n->first->ended--;
    *out = n->answer;
    return true;
}

bool net_wait(struct net *n, struct pollfd *own, int own_count, int timeout_ms,
              struct net_answer *out)
{
    struct net *first = n->first;
    if (first->running) {
        move_bytes(first);
        wait_for(first, own, own_count, first->ended ? 0 : timeout_ms);
        if (first->running)
            move_bytes(first);
    } else {
        (void)poll(own, (nfds_t)own_count, first->ended ? 0 : timeout_ms);
    }
    return net_take(n, out);
}
