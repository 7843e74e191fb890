/* enrol_test.c - sheets, codes, certificates: good once, for their keys, for their time. */
#include "tests/unit/office_kit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/enrol.h"
#include "hal/base/clock.h"
#include "hal/json.h"
#include "hal/wire_enrol.h"
#include "platform/ca.h"
#include "platform/enrol.h"
#include "platform/files.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"

#define HOST "127.0.0.1"
static const int64_t day_ms = 86400000;

/* --- the sheet ------------------------------------------------------------------------------ */

TEST(a_sheet_is_read_as_people_type_it)
{
    struct wire_sheet s = { "008J-4CT4-ANK0", "" }, back;
    char text[WIRE_SHEET + 1], typed[64];
    wire_anchor_print("root r1 AAAA\n", "CA\n", s.print);
    wire_sheet_write(&s, text);
    CHECK_EQ(strlen(text), WIRE_SHEET);
    CHECK_ERR(wire_sheet_read(text, &back), OK);
    CHECK_STR(back.code, s.code);
    CHECK_STR(back.print, s.print);
    snprintf(typed, sizeof typed, " oo8j 4ct4 ank0%.14s", text + WIRE_RECEIPT);
    CHECK_ERR(wire_sheet_read(typed, &back), ERR_FORMAT); /* two characters are missing */
    snprintf(typed, sizeof typed, " oo8j 4ct4 ank0%s", text + WIRE_RECEIPT);
    CHECK_ERR(wire_sheet_read(typed, &back), OK);
    text[0] = text[0] == '1' ? '2' : '1';
    CHECK_ERR(wire_sheet_read(text, &back), ERR_HASH);
    CHECK_ERR(wire_sheet_read("", &back), ERR_FORMAT);
}

TEST(a_print_is_of_the_root_keys_and_of_the_authority)
{
    char a[WIRE_RECEIPT + 1], b[WIRE_RECEIPT + 1], c[WIRE_RECEIPT + 1];
    CHECK_ERR(crypto_init(), OK);
    wire_anchor_print("roots", "ca", a);
    wire_anchor_print("roots", "cb", b);
    wire_anchor_print("rootz", "ca", c);
    CHECK_STR(a, "CZC2-P481-JM5H"); /* PROTOCOL.md has this example */
    CHECK(strcmp(a, b) != 0 && strcmp(a, c) != 0);
}

static void pub_of(unsigned char out[CRYPTO_PUB], const char *text)
{
    size_t n = 0;
    test_check_err(__FILE__, __LINE__, crypto_unbase64(text, out, CRYPTO_PUB, &n), OK, "base64");
}

TEST(an_enrolment_is_signed_as_the_document_shows)
{
    struct wire_enrol w = { .code = "008J-4CT4-ANK0" };
    struct terminal_key key = { .pub = { 0 } };
    char sig[96];
    CHECK_ERR(crypto_init(), OK);
    pub_of(w.item, "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=");
    pub_of(w.line, "gTl3Dqh9F19Wo1Rmw0x+zMuNipG07jeiXfYPW4/Js5Q=");
    memset(key.secret, 1, 32); /* the seed, and the public half after it */
    memcpy(key.secret + 32, w.item, CRYPTO_PUB);
    wire_enrol_sign(&w, key.secret);
    crypto_base64(w.sig, sizeof w.sig, sig, sizeof sig);
    CHECK_STR(sig, "g2osaIfYLybFw1z+Uea5meYMbxcW9K68Gope4/DXeCDU"
                   "76lOgk2DrmGXB+P+BD0mP6zmsIgGlPdZEU6HH3SGDw==");
    CHECK_ERR(wire_enrol_verify(&w), OK);
    w.line[0] ^= 1;
    CHECK_ERR(wire_enrol_verify(&w), ERR_SIGNATURE);
}

/* --- a platform with an authority ----------------------------------------------------------- */

static struct office_kit *with_ca(void)
{
    struct office_kit *k = kit_start();
    test_check_err(__FILE__, __LINE__, ca_make(k->conf.keys, HOST, k->now), OK, "ca_make");
    test_check_err(__FILE__, __LINE__, dir_make(k->conf.feed), OK, "feed");
    return k;
}

/* A terminal that is nobody yet. */
struct newcomer {
    unsigned char item[CRYPTO_PUB], item_secret[CRYPTO_SECRET];
    unsigned char line[CRYPTO_PUB], line_secret[CRYPTO_SECRET];
};

static struct newcomer make_newcomer(void)
{
    struct newcomer n;
    crypto_keypair(n.item, n.item_secret);
    crypto_keypair(n.line, n.line_secret);
    return n;
}

/* As which key it is signed, and what nginx says of the certificate. */
static int ask_as(struct office_kit *k, const struct newcomer *n, const char *path,
                  const char *body, const char *peer, char **out)
{
    struct kit_headers h;
    struct terminal was = k->terminal;
    unsigned char was_secret[CRYPTO_SECRET];
    struct office_reply reply;
    memcpy(was_secret, k->line_secret, sizeof was_secret);
    memcpy(k->terminal.line, n->line, CRYPTO_PUB);
    memcpy(k->line_secret, n->line_secret, CRYPTO_SECRET);
    kit_sign(k, body ? "POST" : "GET", path, body ? body : "", &h);
    k->terminal = was;
    memcpy(k->line_secret, was_secret, sizeof was_secret);
    struct office_request q = { .method = body ? "POST" : "GET",
                                .path = path,
                                .line = h.line,
                                .time = h.time,
                                .nonce = h.nonce,
                                .signature = h.signature,
                                .proxied = true,
                                .peer = peer,
                                .body = body ? body : "",
                                .body_n = body ? strlen(body) : 0 };
    office_answer(k->office, &k->arena, &q, &reply);
    *out = arena_strdup(&k->arena, reply.body ? reply.body : "");
    return reply.status;
}

static int enrol_with(struct office_kit *k, const struct newcomer *n, const char *code, char **out)
{
    struct wire_enrol w;
    char item[64], sig[96], body[512];
    snprintf(w.code, sizeof w.code, "%s", code);
    memcpy(w.item, n->item, sizeof w.item);
    memcpy(w.line, n->line, sizeof w.line);
    wire_enrol_sign(&w, n->item_secret);
    crypto_base64(w.item, sizeof w.item, item, sizeof item);
    crypto_base64(w.sig, sizeof w.sig, sig, sizeof sig);
    snprintf(body, sizeof body, "{\"v\":1,\"code\":\"%s\",\"item\":\"%s\",\"sig\":\"%s\"}", code,
             item, sig);
    return ask_as(k, n, "/v1/enrol", body, "NONE/", out);
}

static const char *error_of(struct office_kit *k, const char *answer)
{
    return kit_text(k, answer, "error");
}

/* What nginx would say of this terminal's newest certificate. */
static char *peer_of(struct office_kit *k, const char *name)
{
    struct certificate c;
    char *pem = NULL;
    test_check_err(__FILE__, __LINE__, db_cert_newest(kit_db(k), &k->arena, name, &c, &pem), OK,
                   "certificate");
    return arena_printf(&k->arena, "SUCCESS/%s", c.serial);
}

static void code_for(struct office_kit *k, const char *name, const char *village,
                     char code[WIRE_RECEIPT + 1])
{
    struct db *db = kit_db(k);
    test_check_err(__FILE__, __LINE__, db_begin(db), OK, "begin");
    test_check_err(__FILE__, __LINE__,
                   enrol_code_make(db, &k->keys, name, village, k->now + 7 * day_ms, code), OK,
                   "code");
    test_check_err(__FILE__, __LINE__, db_commit(db), OK, "commit");
}

static void at_day(struct office_kit *k, int64_t days)
{
    k->now += days * day_ms;
    clock_hold(k->now);
}

TEST(a_code_makes_a_terminal_known_and_gives_it_its_village)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer();
    struct terminal t;
    char code[WIRE_RECEIPT + 1], *a = NULL;
    code_for(k, "village-2", "420506104201", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 200);
    CHECK_STR(kit_text(k, a, "name"), "village-2");
    CHECK_STR(kit_text(k, a, "village"), "420506104201");
    CHECK_STR(kit_text(k, a, "area"), "420506");
    CHECK(strstr(kit_text(k, a, "cert"), "BEGIN CERTIFICATE") != NULL);
    CHECK_ERR(db_terminal_of_line(kit_db(k), n.line, &t), OK);
    CHECK(memcmp(t.item, n.item, CRYPTO_PUB) == 0);
    CHECK_EQ(ask_as(k, &n, "/v1/status?since=0", NULL, peer_of(k, "village-2"), &a), 200);
}

TEST(a_lost_answer_is_given_again_and_to_nobody_else)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer(), other = make_newcomer(), half = n;
    char code[WIRE_RECEIPT + 1], *first = NULL, *again = NULL, *a = NULL;
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &first), 200);
    CHECK_EQ(enrol_with(k, &n, code, &again), 200);
    CHECK_STR(kit_text(k, again, "cert"), kit_text(k, first, "cert"));
    CHECK_EQ(enrol_with(k, &other, code, &a), 403);
    CHECK_STR(error_of(k, a), "code_used");
    memcpy(half.item, other.item, CRYPTO_PUB);
    memcpy(half.item_secret, other.item_secret, CRYPTO_SECRET);
    CHECK_EQ(enrol_with(k, &half, code, &a), 403);
    CHECK_STR(error_of(k, a), "code_used");
}

TEST(codes_that_are_wrong_old_or_replaced_are_refused)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer();
    struct terminal t;
    char code[WIRE_RECEIPT + 1], later[WIRE_RECEIPT + 1], *a = NULL;
    CHECK_EQ(enrol_with(k, &n, "008J-4CT4-ANK0", &a), 403);
    CHECK_STR(error_of(k, a), "no_such_code");
    CHECK_EQ(enrol_with(k, &n, "008J-4CT4-ANK1", &a), 400);
    code_for(k, "village-2", "", code);
    code_for(k, "village-2", "", later);
    CHECK_EQ(enrol_with(k, &n, code, &a), 403);
    CHECK_STR(error_of(k, a), "no_such_code");
    at_day(k, 8);
    CHECK_EQ(enrol_with(k, &n, later, &a), 403);
    CHECK_STR(error_of(k, a), "code_over");
    CHECK_ERR(db_terminal_of_line(kit_db(k), n.line, &t), ERR_NOT_FOUND);
}

TEST(an_item_key_must_speak_for_itself)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer(), other = make_newcomer();
    char code[WIRE_RECEIPT + 1], *a = NULL;
    code_for(k, "village-2", "", code);
    memcpy(n.item, other.item, CRYPTO_PUB); /* somebody else's, without its secret */
    CHECK_EQ(enrol_with(k, &n, code, &a), 401);
    CHECK_STR(error_of(k, a), "bad_signature");
}

TEST(keys_of_another_terminal_and_a_revoked_name_do_not_enrol)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer(), other = make_newcomer();
    char code[WIRE_RECEIPT + 1], *a = NULL;
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 200);
    code_for(k, "village-3", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 403);
    CHECK_STR(error_of(k, a), "other_keys");
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &other, code, &a), 403);
    CHECK_STR(error_of(k, a), "other_keys");
    CHECK_EQ(enrol_with(k, &n, code, &a), 200); /* the same one once more: a certificate anew */
}

TEST(only_the_certificate_of_the_key_that_signed_opens_the_door)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer(), other = make_newcomer();
    char code[WIRE_RECEIPT + 1], *a = NULL;
    static const char path[] = "/v1/status?since=0";
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 200);
    code_for(k, "village-3", "", code);
    CHECK_EQ(enrol_with(k, &other, code, &a), 200);
    CHECK_EQ(ask_as(k, &n, path, NULL, peer_of(k, "village-2"), &a), 200);
    CHECK_EQ(ask_as(k, &n, path, NULL, peer_of(k, "village-3"), &a), 403);
    CHECK_STR(error_of(k, a), "wrong_certificate");
    CHECK_EQ(ask_as(k, &n, path, NULL, "SUCCESS/00112233445566778899AABBCCDDEEFF", &a), 403);
    CHECK_STR(error_of(k, a), "wrong_certificate");
    static const char *const none[] = { NULL, "", "NONE/", "SUCCESS/", "SUCCESS/12", "FAILED:x/1" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        CHECK_EQ(ask_as(k, &n, path, NULL, none[i], &a), 403);
        CHECK_STR(error_of(k, a), "no_certificate");
    }
}

TEST(a_word_about_certificates_is_believed_only_behind_nginx)
{
    struct office_kit *k = with_ca();
    struct kit_headers h;
    struct office_reply reply;
    kit_sign(k, "GET", "/v1/status?since=0", "", &h);
    struct office_request q = { .method = "GET",
                                .path = "/v1/status?since=0",
                                .line = h.line,
                                .time = h.time,
                                .nonce = h.nonce,
                                .signature = h.signature,
                                .peer = "SUCCESS/00112233445566778899AABBCCDDEEFF",
                                .body = "" };
    office_answer(k->office, &k->arena, &q, &reply);
    CHECK_EQ(reply.status, 403);
    CHECK_STR(error_of(k, reply.body), "forged_peer");
    q.path = "/v1/enrol";
    q.method = "POST";
    q.peer = NULL;
    kit_sign(k, "POST", "/v1/enrol", "", &h);
    office_answer(k->office, &k->arena, &q, &reply);
    CHECK_EQ(reply.status, 404); /* no code travels without TLS */
}

TEST(a_revoked_terminal_is_out_at_its_next_request)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer();
    struct x509_revoked r[4];
    char code[WIRE_RECEIPT + 1], *a = NULL;
    int count = 0;
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 200);
    char *peer = peer_of(k, "village-2");
    struct db *db = kit_db(k);
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_certs_revoke(db, "village-2", k->now), OK);
    CHECK_ERR(db_commit(db), OK);
    CHECK_EQ(ask_as(k, &n, "/v1/status?since=0", NULL, peer, &a), 403);
    CHECK_STR(error_of(k, a), "revoked");
    CHECK_ERR(db_begin(db), OK);
    CHECK_ERR(db_terminal_revoke(db, "village-2"), OK);
    CHECK_ERR(db_commit(db), OK);
    CHECK_EQ(ask_as(k, &n, "/v1/renew", "{\"v\":1}", "NONE/", &a), 403);
    CHECK_STR(error_of(k, a), "revoked");
    CHECK_EQ(enrol_with(k, &n, code, &a), 403);
    CHECK_STR(error_of(k, a), "revoked");
    CHECK_ERR(db_certs_revoked(db, k->now, r, 4, &count), OK);
    CHECK_EQ(count, 1);
    CHECK_ERR(ca_write_crl(k->conf.keys, db, k->now), OK);
    CHECK_ERR(db_certs_revoked(db, k->now + 31 * day_ms, r, 4, &count), OK);
    CHECK_EQ(count, 0); /* over anyway */
}

TEST(a_certificate_is_given_anew_from_its_twentieth_day_on)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer();
    char code[WIRE_RECEIPT + 1], *first = NULL, *a = NULL;
    static const char path[] = "/v1/renew", body[] = "{\"v\":1}";
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &first), 200);
    at_day(k, 19);
    CHECK_EQ(ask_as(k, &n, path, body, peer_of(k, "village-2"), &a), 200);
    CHECK_STR(kit_text(k, a, "cert"), kit_text(k, first, "cert"));
    at_day(k, 2);
    CHECK_EQ(ask_as(k, &n, path, body, peer_of(k, "village-2"), &a), 200);
    CHECK(strcmp(kit_text(k, a, "cert"), kit_text(k, first, "cert")) != 0);
}

TEST(a_terminal_that_was_off_for_long_renews_by_its_key_and_one_for_too_long_needs_a_code)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer();
    char code[WIRE_RECEIPT + 1], *a = NULL;
    static const char path[] = "/v1/renew", body[] = "{\"v\":1}";
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 200);
    at_day(k, ENROL_DAYS + ENROL_GRACE_DAYS - 1);
    CHECK_EQ(ask_as(k, &n, "/v1/status?since=0", NULL, "NONE/", &a), 403);
    CHECK_EQ(ask_as(k, &n, path, body, "NONE/", &a), 200);
    at_day(k, ENROL_DAYS + ENROL_GRACE_DAYS + 1);
    CHECK_EQ(ask_as(k, &n, path, body, "NONE/", &a), 403);
    CHECK_STR(error_of(k, a), "code_needed");
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 200);
}

TEST(a_terminal_added_by_hand_gets_its_first_certificate_by_its_key)
{
    struct office_kit *k = with_ca();
    struct newcomer n;
    char *a = NULL;
    memcpy(n.line, k->terminal.line, CRYPTO_PUB);
    memcpy(n.line_secret, k->line_secret, CRYPTO_SECRET);
    CHECK_EQ(ask_as(k, &n, "/v1/renew", "{\"v\":1}", "NONE/", &a), 200);
    CHECK_STR(kit_text(k, a, "name"), "hall-1");
    CHECK_EQ(ask_as(k, &n, "/v1/status?since=0", NULL, peer_of(k, "hall-1"), &a), 200);
}

/* The sheet's print (verb_enrol.c) is of what ca_anchors says. */
TEST(what_new_terminals_are_told_is_what_their_sheet_has_the_print_of)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer();
    struct json *root = NULL;
    const char *told = NULL, *told_ca = NULL;
    char *a = NULL, *roots = NULL, *ca = NULL;
    char *path = arena_printf(&k->arena, "%s/root-2.pub", k->conf.keys);
    const char *text = "set 2\nroot r9 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    CHECK_ERR(file_write(path, text, strlen(text), 0644), OK);
    CHECK_EQ(ask_as(k, &n, "/v1/anchors", NULL, "NONE/", &a), 200);
    CHECK_ERR(ca_anchors(&k->arena, k->conf.keys, &roots, &ca), OK);
    CHECK_ERR(json_parse(a, strlen(a), &root), OK);
    CHECK_ERR(json_get_str(root, "roots", &told), OK);
    CHECK_ERR(json_get_str(root, "ca", &told_ca), OK);
    CHECK_STR(told, text);
    CHECK_STR(told, roots);
    CHECK_STR(told_ca, ca);
    json_free(root);
}

TEST(an_authority_is_made_once_and_its_server_has_only_real_names)
{
    struct office_kit *k = with_ca();
    CHECK_ERR(ca_make(k->conf.keys, HOST, k->now), ERR_BUSY);
    CHECK_ERR(ca_renew_server(k->conf.keys, "a.cn,10.0.0.1", k->now), OK);
    CHECK_ERR(ca_renew_server(k->conf.keys, "a.cn,IP:1", k->now), ERR_ARG);
    CHECK_ERR(ca_renew_server(k->conf.keys, "", k->now), ERR_ARG);
    CHECK_ERR(ca_renew_server(k->conf.keys, "a\nb", k->now), ERR_ARG);
}

/* --- what the terminal keeps ---------------------------------------------------------------- */

static struct enrolment grant(void)
{
    return (struct enrolment){ .name = "village-2",
                               .area = "420506",
                               .village = "420506104201",
                               .cert = "-----BEGIN CERTIFICATE-----\nx\n",
                               .ca = "ca\n",
                               .roots = "root r AAAA\n",
                               .renew_ms = 5,
                               .until_ms = 7 };
}

TEST(what_was_said_at_enrolment_beats_the_config_file)
{
    struct enrolment g = grant();
    struct enrol_cert cert;
    struct config c;
    char why[256], path[512];
    config_init(&c);
    snprintf(c.data_dir, sizeof c.data_dir, "%s", test_dir());
    CHECK_ERR(config_set(&c, "terminal.village", "1", why, sizeof why), OK);
    CHECK_ERR(enrol_config(&c, why, sizeof why), OK);
    CHECK_STR(c.terminal_village, "1");
    CHECK_ERR(enrol_keep(test_dir(), &g), OK);
    CHECK_ERR(enrol_config(&c, why, sizeof why), OK);
    CHECK_STR(c.terminal_village, "420506104201");
    CHECK_STR(c.data_dir, test_dir());
    snprintf(path, sizeof path, "%s/ca.crt", test_dir());
    CHECK_STR(c.platform_ca, path);
    snprintf(path, sizeof path, "%s/root.pub", test_dir());
    CHECK_STR(c.feed_root, path);
    CHECK_ERR(enrol_cert_read(test_dir(), &cert), OK);
    CHECK_EQ(cert.renew_ms, 5);
    CHECK_EQ(cert.until_ms, 7);
    CHECK_STR(cert.pem, g.cert);
}

TEST(a_platform_cannot_write_other_keys_into_the_config)
{
    struct enrolment g = grant();
    char path[512];
    g.village = "1\nprinter = x";
    CHECK_ERR(enrol_keep(test_dir(), &g), ERR_FORMAT);
    g = grant();
    g.name = "a\nprinter = x";
    CHECK_ERR(enrol_keep(test_dir(), &g), ERR_FORMAT);
    snprintf(path, sizeof path, "%s/enrolled.conf", test_dir());
    CHECK(access(path, F_OK) != 0);
}

TEST(a_line_key_is_written_as_tls_libraries_read_it)
{
    struct terminal_key key = { .pub = { 0 } };
    char pem[ENROL_KEY_PEM];
    memset(key.secret, 1, 32);
    enrol_key_pem(&key, pem);
    CHECK_STR(pem, "-----BEGIN PRIVATE KEY-----\n"
                   "MC4CAQAwBQYDK2VwBCIEIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB\n"
                   "-----END PRIVATE KEY-----\n");
}

TEST(after_a_restore_a_certificate_nobody_remembers_is_renewed)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer();
    char code[WIRE_RECEIPT + 1], *a = NULL, peer[64];
    static const char path[] = "/v1/status?since=0";
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 200);
    snprintf(peer, sizeof peer, "%s", peer_of(k, "village-2"));
    /* the backup is older than this certificate (a renewal since) */
    CHECK(dbkit_sql(k->conf.db, "DELETE FROM certificate"));
    CHECK_EQ(ask_as(k, &n, path, NULL, peer, &a), 403);
    CHECK_EQ(ask_as(k, &n, "/v1/renew", "{\"v\":1}", peer, &a), 200);
}

TEST(a_used_sheet_brings_no_certificate_after_the_last_one_is_over)
{
    struct office_kit *k = with_ca();
    struct newcomer n = make_newcomer();
    char code[WIRE_RECEIPT + 1], *a = NULL;
    code_for(k, "village-2", "", code);
    CHECK_EQ(enrol_with(k, &n, code, &a), 200);
    k->now += 200 * day_ms;
    clock_hold(k->now);
    CHECK_EQ(ask_as(k, &n, "/v1/renew", "{\"v\":1}", "NONE/", &a), 403);
    CHECK_STR(error_of(k, a), "code_needed");
    CHECK_EQ(enrol_with(k, &n, code, &a), 403);
}
