/* verbs_test.c - the clerk's and the administrator's orders, and what they leave behind. */
#include "platform/verbs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/files.h"
#include "platform/publish.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"
#include "tests/unit/office_kit.h"

typedef int verb_fn(const struct verb_order *o, const struct conf *c);

/* Runs an order with its words printed into a file; their text in the kit's arena. */
static int order(struct office_kit *k, verb_fn *verb, struct verb_order o, char **out)
{
    char *path = arena_printf(&k->arena, "%s/out", test_dir());
    size_t n = 0;
    fflush(stdout);
    int keep = dup(STDOUT_FILENO), fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    dup2(fd, STDOUT_FILENO);
    while (o.words < VERB_WORDS && o.word[o.words])
        o.words++;
    int code = verb(&o, &k->conf);
    fflush(stdout);
    dup2(keep, STDOUT_FILENO);
    close(keep);
    close(fd);
    return file_read(&k->arena, path, 1 << 20, out, &n) == OK ? code : -1;
}

/* One case; its receipt number. */
static bool with_case(struct office_kit *k, char receipt[WIRE_RECEIPT + 1], char *ref)
{
    struct wire_item item = kit_item(k, KIT_IDNO, NULL);
    struct wire_ack *ack = NULL;
    wire_receipt(item.id, receipt);
    if (kit_post(k, &item, 1, &ack) != 200 || ack->outcome != WIRE_ACCEPTED)
        return false;
    snprintf(ref, WIRE_NAME_MAX, "%s", ack->ref);
    return true;
}

TEST_BOTH(a_clerk_opens_a_case_by_its_receipt_however_it_is_typed)
{
    struct office_kit *k = kit_start();
    char receipt[WIRE_RECEIPT + 1], ref[WIRE_NAME_MAX], *out = NULL;
    CHECK(with_case(k, receipt, ref));
    for (char *p = receipt; *p; p++)
        *p = *p == '-' ? ' ' : *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "show", receipt } }, &out), 0);
    CHECK(strstr(out, "甄试样") != NULL);
    CHECK(strstr(out, "电话: 13800000000 (typed 您填的)") != NULL);
    CHECK(strstr(out, "[ ] 户口簿") != NULL);
    CHECK(strstr(out, "identity    card") != NULL);
    CHECK_EQ(
        order(k, verb_case, (struct verb_order){ .word = { "show", ref }, .json = true }, &out), 0);
    CHECK(strstr(out, "\"idno\":\"" KIT_IDNO "\"") != NULL);
    CHECK(strstr(out, "\"from\":\"typed\"") != NULL);
}

TEST_BOTH(a_paper_is_ticked_by_number_or_name_and_stays_ticked)
{
    struct office_kit *k = kit_start();
    char receipt[WIRE_RECEIPT + 1], ref[WIRE_NAME_MAX], *out = NULL;
    CHECK(with_case(k, receipt, ref));
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "tick", ref, "2" } }, &out), 1);
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "tick", ref, "1" } }, &out), 0);
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "tick", ref, "户口簿" } }, &out),
             0);
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "show", ref } }, &out), 0);
    CHECK(strstr(out, "[x] 户口簿") != NULL);
}

TEST_BOTH(a_case_is_decided_once_and_the_audit_knows)
{
    struct office_kit *k = kit_start();
    char receipt[WIRE_RECEIPT + 1], ref[WIRE_NAME_MAX], *out = NULL;
    struct case_row c;
    CHECK(with_case(k, receipt, ref));
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "return", ref } }, &out), 2);
    CHECK_EQ(order(k, verb_case,
                   (struct verb_order){ .word = { "return", ref }, .reason = "缺户口簿" }, &out),
             0);
    CHECK_ERR(db_case_find(kit_db(k), ref, &c), OK);
    CHECK_STR(c.state, "returned");
    CHECK_STR(c.reason, "缺户口簿");
    CHECK_EQ(c.seq, 2);
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "accept", receipt } }, &out), 1);
    CHECK_EQ(order(k, verb_audit, (struct verb_order){ .word = { "verify" } }, &out), 0);
    CHECK(strstr(out, "2 lines, unbroken") != NULL);
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "list" }, .json = true }, &out), 0);
    CHECK(strstr(out, "\"state\":\"returned\"") != NULL);
    CHECK(strstr(out, "甄试样") == NULL);
}

TEST_BOTH(a_receipt_is_known_by_its_signature_before_it_arrives)
{
    struct office_kit *k = kit_start();
    char receipt[WIRE_RECEIPT + 1], ref[WIRE_NAME_MAX], qr[WIRE_QR], *out = NULL;
    CHECK(with_case(k, receipt, ref));
    wire_qr_write(receipt, k->now / 1000, k->terminal.item, k->item_secret, qr);
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "verify", qr } }, &out), 0);
    CHECK(strstr(out, "genuine") != NULL && strstr(out, ref) != NULL);
    wire_qr_write("0000-0000-0000", k->now / 1000, k->terminal.item, k->item_secret, qr);
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "verify", qr } }, &out), 0);
    CHECK(strstr(out, "not arrived") != NULL);
    wire_qr_write(receipt, k->now / 1000, k->terminal.item, k->line_secret, qr);
    CHECK_EQ(order(k, verb_case, (struct verb_order){ .word = { "verify", qr } }, &out), 1);
}

/* A key file as `huimin --check` names it; the item key's base64 in out. */
static char *key_file(struct office_kit *k, char item[64])
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char line[64], *path = arena_printf(&k->arena, "%s/key", test_dir());
    crypto_keypair(pub, secret);
    crypto_base64(pub, sizeof pub, item, 64);
    crypto_keypair(pub, secret);
    crypto_base64(pub, sizeof pub, line, sizeof line);
    char *text = arena_printf(&k->arena, "# keys\nitem = %s\nline = %s\n", item, line);
    return file_write(path, text, strlen(text), 0600) == OK ? path : NULL;
}

static enum err keep_line(void *ctx, const char *line)
{
    snprintf(ctx, 128, "%s", line);
    return OK;
}

TEST_BOTH(a_new_terminal_is_published_with_its_key_and_so_is_its_end)
{
    struct office_kit *k = kit_start();
    char item[64], want[128], line[128], *out = NULL;
    char *path = key_file(k, item);
    struct verb_order add = { .word = { "add", "hall-2", path } };
    CHECK_EQ(order(k, verb_terminal, add, &out), 0);
    CHECK_EQ(order(k, verb_terminal, add, &out), 1);
    snprintf(want, sizeof want, "[\"p\",\"terminal\",\"hall-2\",\"%s\",0]", item);
    CHECK_ERR(db_row_get(kit_db(k), 50, "hall-2", keep_line, line), OK);
    CHECK_STR(line, want);
    CHECK_EQ(order(k, verb_terminal, (struct verb_order){ .word = { "revoke", "hall-2" } }, &out),
             0);
    snprintf(want, sizeof want, "[\"p\",\"terminal\",\"hall-2\",\"%s\",1]", item);
    CHECK_ERR(db_row_get(kit_db(k), 50, "hall-2", keep_line, line), OK);
    CHECK_STR(line, want);
    CHECK_EQ(order(k, verb_terminal, (struct verb_order){ .word = { "list" } }, &out), 0);
    CHECK(strstr(out, "revoked") != NULL);
    char *index = arena_printf(&k->arena, "%s/420506/index", k->conf.feed);
    CHECK(access(index, R_OK) == 0);
}

/* Lines NAME ITEM LINE of fresh keys, and one more line, into a file. */
static bool write_list(const char *path, int count, const char *last)
{
    unsigned char pub[2][CRYPTO_PUB], secret[CRYPTO_SECRET];
    char text[2][64];
    FILE *f = fopen(path, "we");
    for (int i = 0; f && i < count; i++) {
        for (int key = 0; key < 2; key++) {
            crypto_keypair(pub[key], secret);
            crypto_base64(pub[key], CRYPTO_PUB, text[key], sizeof text[key]);
        }
        fprintf(f, "hall-%d %s %s\n", 10 + i, text[0], text[1]);
    }
    return f && fputs(last, f) >= 0 && fclose(f) == 0;
}

static enum err count_one(void *ctx, const struct terminal *t)
{
    (void)t;
    ++*(int *)ctx;
    return OK;
}

TEST_BOTH(a_list_of_terminals_is_taken_whole_or_not_at_all)
{
    struct office_kit *k = kit_start();
    char path[512], *out = NULL;
    int known = 0;
    snprintf(path, sizeof path, "%s/list", test_dir());
    struct verb_order import = { .word = { "import", path } };
    CHECK(write_list(path, 20, "hall-99 AAAA AAAA\n"));
    CHECK_EQ(order(k, verb_terminal, import, &out), 1);
    CHECK_ERR(db_terminals(kit_db(k), count_one, &known), OK);
    CHECK_EQ(known, 1);
    CHECK(write_list(path, 20, "\n"));
    CHECK_EQ(order(k, verb_terminal, import, &out), 0);
    CHECK(strstr(out, "20 terminals added") != NULL);
    CHECK_EQ(order(k, verb_terminal, import, &out), 1); /* they are known now */
    known = 0;
    CHECK_ERR(db_terminals(kit_db(k), count_one, &known), OK);
    CHECK_EQ(known, 21);
}

TEST_BOTH(a_database_of_a_newer_platform_is_left_alone)
{
    struct office_kit *k = kit_start();
    struct db *db = NULL;
    CHECK(kit_db(k) != NULL);
    CHECK(dbkit_sql(k->conf.db, dbkit_is_file() ? "PRAGMA user_version = 99"
                                                : "UPDATE platform SET version = 99"));
    CHECK(dbkit_sql(k->conf.db, "UPDATE meta SET value = '98' WHERE key = 'tables_for'"));
    CHECK_ERR(db_open(k->conf.db, &db), ERR_TYPE);
}

TEST(a_database_from_before_the_office_gets_its_tables)
{
    struct office_kit *k = kit_start();
    struct db *db = NULL;
    struct terminal t;
    sqlite3 *sq = NULL;
    char *path = arena_printf(&k->arena, "%s/old.db", test_dir()), *value = NULL;
    CHECK_ERR(db_open(path, &db), OK);
    CHECK_ERR(db_meta_set(db, "epoch", "e1"), OK);
    db_close(db);
    CHECK_EQ(sqlite3_open(path, &sq), SQLITE_OK);
    CHECK_EQ(sqlite3_exec(sq,
                          "DROP TABLE terminal; DROP TABLE nonce; DROP TABLE inbox;"
                          "DROP TABLE cases; DROP TABLE tick; DROP TABLE audit;"
                          "PRAGMA user_version = 1",
                          NULL, NULL, NULL),
             SQLITE_OK);
    sqlite3_close(sq);
    CHECK_ERR(db_open(path, &db), OK);
    enum err kept = db_meta_get(db, &k->arena, "epoch", &value);
    enum err none = db_terminal_find(db, "nobody", &t);
    db_close(db);
    CHECK_ERR(kept, OK);
    CHECK_STR(value, "e1");
    CHECK_ERR(none, ERR_NOT_FOUND);
}
