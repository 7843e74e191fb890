/* visit_kit.c - the terminal, its reader and its line as the tests of a visit share them. */
#include "tests/unit/visit_kit.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/feed_tables.h"
#include "app/form.h"
#include "tests/test.h"

extern char **environ;

enum { TRIES = 5000, HEARD = 32 * 1024 };

static char laid_card[] = "tests/samv/cards/01-tian-yunxia.card";

struct visitkit visitkit;

static struct outbox *outbox;
static struct arena arena;
static struct wire_keyset set;
static unsigned char root_secret[1][64], seal_secret[CRYPTO_SEAL_SECRET];
static struct service service;
static int listener = -1, peer = -1;
static pid_t samv;
static char home[80]; /* of this terminal: a test may start several */
static bool running;
static _Atomic int64_t answered;

static void post(const struct event *ev)
{
    if (ev->type == EV_ANSWER)
        answered = ev->n;
}

__attribute__((destructor)) static void finish(void)
{
    if (running)
        app_finish(&visitkit.app);
    running = false;
    (void)visitkit_lay(false);
    readers_destroy(visitkit.readers);
    line_destroy(visitkit.line);
    outbox_destroy(outbox);
    if (peer >= 0)
        close(peer);
    if (listener >= 0)
        close(listener);
    peer = listener = -1;
    outbox = NULL;
    arena_finish(&arena);
    memset(&visitkit, 0, sizeof visitkit);
}

/* --- the terminal -------------------------------------------------------------------------------
 */

static bool leave(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");
    bool ok = f && fputs(text, f) >= 0;
    return f && fclose(f) == 0 && ok;
}

static void make_keys(void)
{
    unsigned char feed_secret[64];
    set = (struct wire_keyset){ .version = 1,
                                .n = 1,
                                .threshold = 1,
                                .suite = "ed25519",
                                .root_count = 1,
                                .feed_count = 1,
                                .seal_count = 1,
                                .root[0].kid = "r1",
                                .feed[0].kid = "f1",
                                .seal[0].kid = "p1" };
    crypto_keypair(set.root[0].pub, root_secret[0]);
    crypto_keypair(set.feed[0].pub, feed_secret);
    crypto_seal_keypair(set.seal[0].pub, seal_secret);
}

static const char *signed_set(void)
{
    const char *kid = "r1";
    char *json = NULL, *text = NULL, *b64 = arena_alloc(&arena, 2 * WIRE_ROOT_MAX);
    if (!b64 || wire_keyset_write(&arena, &set, &json) != OK ||
        wire_sign_text(&arena, json, &kid, (const unsigned char(*)[64])root_secret, 1, &text) != OK)
        return NULL;
    crypto_base64(text, strlen(text), b64, 2 * WIRE_ROOT_MAX);
    return b64;
}

/* A cache with every table and nothing in it but the key that questions are sealed to. */
static bool make_cache(void)
{
    struct store *s = NULL;
    char b64[64];
    make_keys();
    crypto_base64(set.root[0].pub, 32, b64, sizeof b64);
    snprintf(visitkit.config.feed_root, sizeof visitkit.config.feed_root, "%.200s/root.pub", home);
    const char *keys = signed_set();
    bool ok = keys && leave(visitkit.config.feed_root, arena_printf(&arena, "root r1 %s\n", b64)) &&
              store_open(arena_printf(&arena, "%s/cache.db", home), STORE_WRITE, &s) == OK &&
              feed_schema_ensure(s) == OK &&
              store_exec(
                  s, arena_printf(&arena, "INSERT INTO meta VALUES('keyset.1', '%s')", keys)) == OK;
    store_close(s);
    return ok;
}

static bool listens(void)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    snprintf(addr.sun_path, sizeof addr.sun_path, "%.90s/sync.sock", home);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return bind(listener, (struct sockaddr *)&addr, sizeof addr) == 0 && listen(listener, 1) == 0;
}

static bool say(const char *text)
{
    return send(peer, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

static bool is_online(void)
{
    struct pollfd pfd = { .fd = listener, .events = POLLIN };
    if (poll(&pfd, 1, TRIES) <= 0)
        return false;
    peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (peer < 0 || !say("{\"m\":\"state\",\"state\":\"online\",\"err\":\"ok\"}\n"))
        return false;
    for (int i = 0; i < TRIES && line_status(visitkit.line).state != LINE_ONLINE; i++)
        usleep(1000);
    return line_status(visitkit.line).state == LINE_ONLINE;
}

static const char *tty_path(void)
{
    return arena_printf(&arena, "%s/tty", home);
}

static bool start(const char *session)
{
    struct config *c = &visitkit.config;
    config_init(c);
    snprintf(c->data_dir, sizeof c->data_dir, "%s", home);
    snprintf(c->reader_session, sizeof c->reader_session, "%s", session);
    bool made = make_cache() && listens() && outbox_create(home, post, &outbox) == OK &&
                line_create(home, post, &visitkit.line) == OK &&
                readers_create(NULL, NULL, &visitkit.readers) == OK &&
                readers_add(visitkit.readers, "sim", "") == OK &&
                readers_add(visitkit.readers, "samv", tty_path()) == OK && is_online();
    struct devices d = { .readers = visitkit.readers, .outbox = outbox, .link = visitkit.line };
    if (!made || app_init(&visitkit.app, c, &d) != OK)
        return false;
    running = true;
    visitkit_event(EV_LINE);
    return visitkit.app.out_of_service == OK && visitkit_reader(READER_EMPTY);
}

bool visitkit_start(const char *session)
{
    static int n;
    finish();
    arena_init(&arena, 65536, 8 << 20);
    snprintf(home, sizeof home, "%.60s/%d", test_dir(), n++);
    return mkdir(home, 0700) == 0 && crypto_init() == OK && start(session);
}

void visitkit_event(enum ev type)
{
    struct event ev = { .type = type };
    visitkit.app.line = line_status(visitkit.line);
    app_update(&visitkit.app, &ev);
}

void visitkit_unsent_form(void)
{
    struct form *f = visitkit.app.form;
    f->service = &service;
    f->arena = &visitkit.app.session.desk;
    f->touched = true;
}

/* --- the card -----------------------------------------------------------------------------------
 */

bool visitkit_reader(enum reader_state want)
{
    struct reader_status s;
    for (int i = 0; i < TRIES; i++) {
        readers_status(visitkit.readers, &s);
        if (s.state == want) {
            visitkit_event(EV_READER);
            return true;
        }
        usleep(1000);
    }
    return false;
}

bool visitkit_in(const char *name, const char *more)
{
    char path[512], *text = arena_alloc(&arena, HEARD);
    snprintf(path, sizeof path, "assets/sim/cards/%s.apdu", name);
    FILE *f = fopen(path, "re");
    size_t n = f && text ? fread(text, 1, HEARD - 1, f) : 0;
    if (f)
        fclose(f);
    snprintf(path, sizeof path, "%s/card.apdu", home);
    return n > 0 && leave(path, arena_printf(&arena, "%.*s\n%s", (int)n, text, more)) &&
           readers_sim_card(visitkit.readers, path) == OK && visitkit_reader(READER_READY);
}

bool visitkit_out(void)
{
    return readers_sim_card(visitkit.readers, NULL) == OK && visitkit_reader(READER_EMPTY);
}

/* The program lies beside this one. */
static void spawn_samv(void)
{
    char program[512], sock[256], tty[256];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 32);
    snprintf(tty, sizeof tty, "%s", tty_path());
    snprintf(sock, sizeof sock, "%.200s/samv", home);
    char *argv[] = { program, "--tty", tty, "--control", sock, "--card", laid_card, NULL };
    program[n > 0 ? n : 0] = '\0';
    char *name = strrchr(program, '/');
    if (name)
        snprintf(name, 32, "/huimin-samv");
    if (posix_spawn(&samv, program, NULL, NULL, argv, environ) != 0)
        samv = 0;
}

bool visitkit_lay(bool on)
{
    if (samv > 0) {
        kill(samv, SIGTERM);
        waitpid(samv, NULL, 0);
    }
    samv = 0;
    if (on)
        spawn_samv();
    return on == (samv > 0);
}

bool visitkit_card(void)
{
    enum errand_card was = visitkit.app.errand.card;
    for (int i = 0; i < TRIES && was != ERRAND_FREE; i++) {
        visitkit_event(EV_READER);
        if (visitkit.app.errand.card != was)
            return true;
        usleep(1000);
    }
    return false;
}

/* --- the platform -------------------------------------------------------------------------------
 */

static bool hear(char *out, size_t cap)
{
    size_t n = 0;
    struct pollfd pfd = { .fd = peer, .events = POLLIN };
    while (n < cap - 1 && poll(&pfd, 1, TRIES) > 0 && read(peer, out + n, 1) == 1)
        if (out[n++] == '\n') {
            out[n - 1] = '\0';
            return true;
        }
    return false;
}

static void open_box(const char *b64)
{
    unsigned char box[VISITKIT_QUESTION + CRYPTO_SEAL_EXTRA];
    size_t n = 0;
    memset(visitkit.question, 0, sizeof visitkit.question);
    bool opened =
        crypto_unbase64(b64, box, sizeof box, &n) == OK && n < sizeof visitkit.question &&
        crypto_open(box, n, set.seal[0].pub, seal_secret, (unsigned char *)visitkit.question) == OK;
    test_check(__FILE__, __LINE__, opened, "a question that opens");
}

static void take(const struct json *m)
{
    const char *box = "";
    bool whole = json_get_int(m, "q", &visitkit.q) == OK && json_get_str(m, "box", &box) == OK;
    visitkit.questions++;
    test_check(__FILE__, __LINE__, whole, "a whole question");
    open_box(box);
}

/* What was asked lies before the nudge that this sends along: nothing is waited for in vain. */
static void hear_all(void)
{
    char *text = arena_alloc(&arena, HEARD);
    struct json *m = NULL;
    bool last = false;
    line_outbox(visitkit.line);
    while (!last && text && hear(text, HEARD) && json_parse(text, strlen(text), &m) == OK) {
        const char *kind = "";
        if (json_get_str(m, "m", &kind) == OK && strcmp(kind, "query") == 0)
            take(m);
        last = strcmp(kind, "outbox") == 0;
        json_free(m);
    }
    test_check(__FILE__, __LINE__, last, "the line is heard");
}

static const char *field(const char *key)
{
    struct json *o = NULL;
    const char *s = "";
    if (json_parse(visitkit.question, strlen(visitkit.question), &o) != OK)
        return "";
    const char *out = json_get_str(o, key, &s) == OK ? arena_printf(&arena, "%s", s) : "";
    json_free(o);
    return out;
}

const char *visitkit_asked(void)
{
    hear_all();
    return field("ask");
}

bool visitkit_asks_with(const char *text)
{
    hear_all();
    return strstr(visitkit.question, text) != NULL;
}

/* The app hears it where line.c still knows the question. */
static bool answer(const char *err, const char *box)
{
    bool said = visitkit.question[0] &&
                say(arena_printf(&arena, "{\"m\":\"answer\",\"q\":%lld,\"err\":\"%s\"%s%s%s}\n",
                                 (long long)visitkit.q, err, box ? ",\"box\":\"" : "",
                                 box ? box : "", box ? "\"" : ""));
    memset(visitkit.question, 0, sizeof visitkit.question);
    for (int i = 0; i < TRIES && said && answered != visitkit.q; i++)
        usleep(1000);
    struct event ev = { .type = EV_ANSWER, .n = visitkit.q };
    said = said && answered == visitkit.q;
    if (said)
        app_update(&visitkit.app, &ev);
    answered = 0;
    return said;
}

bool visitkit_says(const char *json)
{
    unsigned char to[CRYPTO_SEAL_PUB], box[VISITKIT_QUESTION];
    char b64[2 * VISITKIT_QUESTION];
    size_t n = 0, len = strlen(json);
    hear_all();
    if (len + CRYPTO_SEAL_EXTRA > sizeof box ||
        crypto_unbase64(field("reply"), to, sizeof to, &n) != OK || n != sizeof to ||
        crypto_seal(json, len, to, box) != OK)
        return false;
    crypto_base64(box, len + CRYPTO_SEAL_EXTRA, b64, sizeof b64);
    return answer("ok", b64);
}

bool visitkit_fails(const char *err)
{
    hear_all();
    return answer(err, NULL);
}
