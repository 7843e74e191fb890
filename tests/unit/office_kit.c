/* office_kit.c - a platform with one terminal in the test's directory. */
#include "tests/unit/office_kit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hal/base/clock.h"
#include "hal/json.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"

static struct office_kit kit;
static struct db *own;

static void must(enum err e, const char *what)
{
    test_check_err("office_kit.c", 0, e, OK, what);
}

static void add_terminal(struct office_kit *k)
{
    struct db *db = kit_db(k);
    crypto_keypair(k->terminal.item, k->item_secret);
    crypto_keypair(k->terminal.line, k->line_secret);
    snprintf(k->terminal.name, sizeof k->terminal.name, "hall-1");
    must(db_begin(db), "begin");
    must(db_terminal_add(db, &k->terminal), "terminal");
    must(db_commit(db), "commit");
}

struct office_kit *kit_start(void)
{
    db_close(own);
    own = NULL;
    office_destroy(kit.office);
    keys_finish(&kit.keys);
    arena_finish(&kit.arena);
    kit = (struct office_kit){ .now = 1795400000000 };
    clock_hold(kit.now);
    arena_init(&kit.arena, 65536, 64 << 20);
    conf_default(&kit.conf);
    dbkit_path("p.db", kit.conf.db, sizeof kit.conf.db);
    snprintf(kit.conf.keys, sizeof kit.conf.keys, "%s/keys", test_dir());
    snprintf(kit.conf.feed, sizeof kit.conf.feed, "%s/feed", test_dir());
    must(crypto_init(), "crypto");
    must(keys_load(kit.conf.keys, &kit.keys), "keys");
    must(office_create(&kit.conf, &kit.office), "office");
    add_terminal(&kit);
    return &kit;
}

struct db *kit_db(struct office_kit *k)
{
    if (!own)
        must(db_open(k->conf.db, &own), "database");
    return own;
}

char *kit_application(struct office_kit *k, const char *id, const char *idno)
{
    char receipt[WIRE_RECEIPT + 1];
    wire_receipt(id, receipt);
    return arena_printf(
        &k->arena,
        "{\"v\":1,\"type\":\"apply\",\"service\":\"sb-test\",\"service_name\":\"试办\","
        "\"receipt\":\"%s\",\"at\":%lld,\"identity\":\"card\","
        "\"card\":{\"kind\":\"ssc\",\"no\":\"" KIT_CARD "\"},\"consent\":\"1\",\"village\":\"1\","
        "\"person\":{\"name\":\"甄试样\",\"idno\":\"%s\"},\"answers\":{\"agent\":\"no\"},"
        "\"fields\":[{\"id\":\"phone\",\"label\":\"电话\",\"value\":\"13800000000\","
        "\"from\":\"typed\"}],\"materials\":[{\"name\":\"户口簿\",\"via\":\"scan\","
        "\"show\":true}]}",
        receipt, (long long)k->now, idno);
}

void kit_reseal(struct office_kit *k, struct wire_item *item, const char *text)
{
    size_t n = strlen(text);
    unsigned char *box = arena_alloc(&k->arena, n + CRYPTO_SEAL_EXTRA);
    must(crypto_seal(text, n, k->keys.seal.pub, box), "seal");
    item->box = box;
    item->box_n = n + CRYPTO_SEAL_EXTRA;
    wire_item_sign(item, k->item_secret);
}

struct wire_item kit_item(struct office_kit *k, const char *idno, const char *text)
{
    struct wire_item item = { .n = ++k->n, .at_ms = k->now };
    unsigned char id[16];
    crypto_random(id, sizeof id);
    crypto_hex(id, sizeof id, item.id);
    snprintf(item.kind, sizeof item.kind, "apply");
    snprintf(item.suite, sizeof item.suite, "x25519");
    snprintf(item.kid, sizeof item.kid, "%s", k->keys.seal.kid);
    kit_reseal(k, &item, text ? text : kit_application(k, item.id, idno));
    return item;
}

void kit_sign(struct office_kit *k, const char *method, const char *path, const char *body,
              struct kit_headers *out)
{
    unsigned char nonce[16], sig[CRYPTO_SIG];
    struct wire_request r = {
        .method = method, .path = path, .body = body, .body_n = strlen(body), .time_ms = k->now
    };
    crypto_random(nonce, sizeof nonce);
    crypto_hex(nonce, sizeof nonce, r.nonce);
    wire_request_sign(&r, k->line_secret, sig);
    crypto_base64(k->terminal.line, CRYPTO_PUB, out->line, sizeof out->line);
    snprintf(out->time, sizeof out->time, "%lld", (long long)r.time_ms);
    memcpy(out->nonce, r.nonce, sizeof out->nonce);
    crypto_base64(sig, sizeof sig, out->signature, sizeof out->signature);
}

struct office_request kit_request(const char *method, const char *path, const char *body,
                                  const struct kit_headers *h)
{
    return (struct office_request){ .method = method,
                                    .path = path,
                                    .line = h->line,
                                    .time = h->time,
                                    .nonce = h->nonce,
                                    .signature = h->signature,
                                    .body = body,
                                    .body_n = strlen(body) };
}

int kit_ask(struct office_kit *k, const char *method, const char *path, const char *body,
            const struct kit_headers *h, const char **out_body)
{
    struct office_reply reply;
    struct office_request q = kit_request(method, path, body, h);
    office_answer(k->office, &k->arena, &q, &reply);
    *out_body = reply.body ? reply.body : "";
    return reply.status;
}

/* An acknowledgement signed by anybody else is as good as none. */
static void check_acks(struct office_kit *k, const struct wire_item *items,
                       const struct wire_ack *acks, int count)
{
    struct wire_keyset set = { .feed_count = 1 };
    char hash[65];
    set.feed[0] = k->keys.feed;
    for (int i = 0; i < count; i++) {
        crypto_hash_of(items[i].box, items[i].box_n, hash);
        must(wire_ack_verify(&acks[i], hash, &set), "acknowledgement");
    }
}

int kit_post(struct office_kit *k, const struct wire_item *items, int count,
             struct wire_ack **out_acks)
{
    struct kit_headers h;
    char *json = NULL;
    const char *body = NULL;
    int n = 0;
    must(wire_post_write(&k->arena, items, count, &json), "post");
    kit_sign(k, "POST", "/v1/outbox", json, &h);
    int status = kit_ask(k, "POST", "/v1/outbox", json, &h, &body);
    if (status != 200)
        return status;
    must(wire_acks_read(&k->arena, body, strlen(body), out_acks, &n), "acks");
    test_check_eq("office_kit.c", 0, n, count, "one answer per item");
    check_acks(k, items, *out_acks, n);
    return status;
}

int kit_query(struct office_kit *k, const char *what, const char *more, char **out)
{
    unsigned char own_pub[CRYPTO_SEAL_PUB], secret[CRYPTO_SEAL_SECRET];
    struct kit_headers h;
    struct json *root = NULL;
    const char *body, *text = NULL;
    unsigned char box[2048], sig[CRYPTO_SIG], sealed[32768];
    char pub[64], b64[4096], s64[128];
    size_t n = 0;
    crypto_seal_keypair(own_pub, secret);
    crypto_base64(own_pub, sizeof own_pub, pub, sizeof pub);
    char *plain =
        arena_printf(&k->arena, "{\"v\":1,\"ask\":\"%s\",\"at\":%lld,%s,\"reply\":\"%s\"}", what,
                     (long long)k->now, more, pub);
    if (crypto_seal(plain, strlen(plain), k->keys.seal.pub, box) != OK)
        return -1;
    n = strlen(plain) + CRYPTO_SEAL_EXTRA;
    wire_query_sign(k->keys.seal.kid, box, n, k->item_secret, sig);
    crypto_base64(box, n, b64, sizeof b64);
    crypto_base64(sig, sizeof sig, s64, sizeof s64);
    char *ask = arena_printf(&k->arena, "{\"v\":1,\"kid\":\"%s\",\"box\":\"%s\",\"sig\":\"%s\"}",
                             k->keys.seal.kid, b64, s64);
    kit_sign(k, "POST", "/v1/query", ask, &h);
    int status = kit_ask(k, "POST", "/v1/query", ask, &h, &body);
    *out = arena_strdup(&k->arena, body);
    if (status != 200)
        return status;
    if (json_parse(body, strlen(body), &root) != OK || json_get_str(root, "box", &text) != OK ||
        crypto_unbase64(text, sealed, sizeof sealed, &n) != OK)
        return -1;
    json_free(root);
    *out = arena_alloc(&k->arena, n);
    return crypto_open(sealed, n, own_pub, secret, (unsigned char *)*out) == OK ? status : -1;
}

const char *kit_text(struct office_kit *k, const char *answer, const char *key)
{
    struct json *root = NULL;
    const char *s = "";
    if (json_parse(answer, strlen(answer), &root) == OK && json_get_str(root, key, &s) == OK)
        s = arena_strdup(&k->arena, s);
    json_free(root);
    return s;
}

bool kit_visit(struct office_kit *k, const char *card)
{
    unsigned char visit[16];
    char *answer = NULL;
    crypto_random(visit, sizeof visit);
    crypto_hex(visit, sizeof visit, k->visit);
    char *more = arena_printf(&k->arena,
                              "\"card\":\"%s\",\"visit\":\"%s\"," KIT_CHIP
                              ",\"challenge\":\"\",\"answer\":\"\",\"why\":\"6A88\"",
                              card, k->visit);
    if (kit_query(k, "verdict", more, &answer) != 200)
        return test_check("office_kit.c", 0, false, "verdict");
    snprintf(k->token, sizeof k->token, "%s", kit_text(k, answer, "token"));
    return test_check("office_kit.c", 0, strlen(k->token) == 32, "token");
}

int kit_mine(struct office_kit *k, const char *what, const char *more, char **out)
{
    if (!k->token[0] && !kit_visit(k, KIT_CARD))
        return -1;
    char *all =
        arena_printf(&k->arena, "%s,\"visit\":\"%s\",\"token\":\"%s\"", more, k->visit, k->token);
    return kit_query(k, what, all, out);
}
