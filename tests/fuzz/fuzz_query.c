/* fuzz_query.c - any bytes as the plain text of a sealed question, put to a whole office. */
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "platform/db_case.h"
#include "platform/holder.h"
#include "platform/keys.h"
#include "platform/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { PLAIN_MAX = 4000 };
static const int64_t now_ms = 1795400000000; /* the seeds' `at` */

static struct conf conf;
static struct keys keys;
static struct office *office;
static struct terminal terminal;
static unsigned char item_secret[CRYPTO_SECRET], line_secret[CRYPTO_SECRET];

static void must(bool ok)
{
    if (!ok)
        abort();
}

/* One terminal is known, and one card. */
static void fill(void)
{
    struct db *db = NULL;
    crypto_keypair(terminal.item, item_secret);
    crypto_keypair(terminal.line, line_secret);
    snprintf(terminal.name, sizeof terminal.name, "fuzz");
    must(db_open(conf.db, &db) == OK && db_begin(db) == OK);
    must(db_terminal_add(db, &terminal) == OK);
    must(holder_put(db, &keys, "A12345678", "420506196503071238", "甄试样") == OK);
    must(db_commit(db) == OK);
    db_close(db);
}

static void start(void)
{
    char dir[] = "build/fuzz/query-XXXXXX"; /* tests/run/fuzz stands at the root */
    if (office)
        return;
    log_init("fuzz", LOG_ERROR);
    must(crypto_init() == OK && mkdtemp(dir) != NULL);
    clock_hold(now_ms);
    conf_default(&conf);
    snprintf(conf.db, sizeof conf.db, "%s/p.db", dir);
    snprintf(conf.keys, sizeof conf.keys, "%s/keys", dir);
    must(keys_load(conf.keys, &keys) == OK);
    fill();
    must(office_create(&conf, &office) == OK);
}

static char *sealed(struct arena *a, const uint8_t *data, size_t n)
{
    unsigned char sig[CRYPTO_SIG], *box = arena_alloc(a, n + CRYPTO_SEAL_EXTRA);
    char *b64 = arena_alloc(a, 2 * n + 256), s64[128];
    must(box && b64 && crypto_seal(data, n, keys.seal.pub, box) == OK);
    wire_query_sign(keys.seal.kid, box, n + CRYPTO_SEAL_EXTRA, item_secret, sig);
    crypto_base64(box, n + CRYPTO_SEAL_EXTRA, b64, 2 * n + 256);
    crypto_base64(sig, sizeof sig, s64, sizeof s64);
    return arena_printf(a, "{\"v\":1,\"kid\":\"%s\",\"box\":\"%s\",\"sig\":\"%s\"}", keys.seal.kid,
                        b64, s64);
}

static int ask(struct arena *a, const char *body)
{
    unsigned char nonce[16], sig[CRYPTO_SIG];
    char line[64], s64[128];
    struct office_reply reply;
    struct wire_request r = { .method = "POST",
                              .path = "/v1/query",
                              .body = body,
                              .body_n = strlen(body),
                              .time_ms = now_ms };
    crypto_random(nonce, sizeof nonce);
    crypto_hex(nonce, sizeof nonce, r.nonce);
    wire_request_sign(&r, line_secret, sig);
    crypto_base64(terminal.line, sizeof terminal.line, line, sizeof line);
    crypto_base64(sig, sizeof sig, s64, sizeof s64);
    struct office_request q = { .method = "POST",
                                .path = "/v1/query",
                                .line = line,
                                .time = "1795400000000",
                                .nonce = r.nonce,
                                .signature = s64,
                                .body = body,
                                .body_n = strlen(body) };
    office_answer(office, a, &q, &reply);
    must(reply.body && (reply.status == 200) == (strncmp(reply.body, "{\"error\"", 8) != 0));
    return reply.status;
}

/* Whatever is asked, the platform is never at fault: 503 would be sent again for ever. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    start();
    if (n == 0 || n > PLAIN_MAX)
        return 0;
    arena_init(&a, 65536, 4 << 20);
    int status = ask(&a, sealed(&a, data, n));
    must(status == 200 || status == 400 || status == 401 || status == 403);
    arena_finish(&a);
    return 0;
}
