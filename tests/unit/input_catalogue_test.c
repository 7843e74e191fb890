/* input_catalogue_test.c - a service that does not fit together is refused before it is published,
 * with its file, line, id and the reason; and what was published stays as it was. */
#include "hal/json.h"
#include "platform/files.h"
#include "platform/input.h"
#include "platform/publish.h"
#include "tests/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A sound item; each test puts its own members in place of the mark. */
static const char sound[] =
    "{\"id\":\"a-one\",\"name\":\"甲事\",\"department\":\"区民政局\",\"kiosk\":\"full\","
    "\"fields\":[{\"id\":\"name\",\"label\":\"姓名\",\"type\":\"text\"}]}";

static struct input in;

static const char *rule(const char *json)
{
    static char said_of_it[512];
    struct json *o = NULL;
    input_begin(&in, ".");
    const char *why = json_parse(json, strlen(json), &o) == OK ? input_item(&in, o) : "not JSON";
    snprintf(said_of_it, sizeof said_of_it, "%s", why ? why : "");
    json_free(o);
    input_close(&in);
    return said_of_it;
}

/* The sound item with more members. */
static const char *with(const char *members)
{
    static char json[2048];
    snprintf(json, sizeof json, "%.*s,%s}", (int)strlen(sound) - 1, sound, members);
    return rule(json);
}

/* The same with its own fields. */
static const char *asks(const char *members)
{
    static char json[2048];
    snprintf(json, sizeof json,
             "{\"id\":\"a-one\",\"name\":\"甲事\",\"department\":\"区民政局\",%s}", members);
    return rule(json);
}

static bool says(const char *why, const char *start)
{
    return strncmp(why, start, strlen(start)) == 0;
}

TEST(a_sound_item_passes)
{
    CHECK_STR(rule(sound), "");
    CHECK_STR(with("\"legal_days\":20,\"promised_days\":20,\"handling\":\"承诺件\""), "");
}

TEST(a_promise_longer_than_the_law_allows_is_refused)
{
    CHECK_STR(with("\"legal_days\":20,\"promised_days\":21"),
              "promised_days: is more than legal_days");
}

TEST(what_is_done_at_once_cannot_take_days)
{
    CHECK_STR(with("\"handling\":\"即办件\",\"legal_days\":5,\"promised_days\":1"), "");
    CHECK(says(with("\"handling\":\"即办件\",\"legal_days\":5,\"promised_days\":2"),
               "promised_days: is more than 1"));
}

TEST(who_must_come_is_told_why_and_only_then)
{
    CHECK(says(with("\"trips\":1"), "trip_reason: is missing"));
    CHECK_STR(with("\"trips\":1,\"trip_reason\":\"要当面签字\""), "");
    CHECK(says(with("\"trips\":0,\"trip_reason\":\"要当面签字\""), "trips: is 0"));
}

TEST(a_fee_needs_its_basis)
{
    CHECK(says(with("\"fee\":\"10元\""), "legal_basis: is missing"));
    CHECK_STR(with("\"fee\":\"10元\",\"legal_basis\":\"驾驶证规定\""), "");
    CHECK_STR(with("\"fee\":\"不收费\""), "");
}

TEST(numbers_that_cannot_be_dialled_are_refused)
{
    CHECK(input_phone("0717-7123456") && input_phone("07177123456") && input_phone("13812345678"));
    CHECK(input_phone("12345") && input_phone("110（紧急）/12367（出入境）"));
    CHECK(input_phone("400-123-4567"));
    CHECK(!input_phone("7123456") && !input_phone("0717-") && !input_phone("问村里") &&
          !input_phone("") && !input_phone("12345/") && !input_phone("10012345678"));
    CHECK(says(with("\"phone\":\"7123456\""), "phone: is no number"));
    CHECK(says(with("\"complaint\":\"找领导\""), "complaint: is no number"));
    CHECK(says(with("\"hotline\":\"1\""), "hotline: is no number"));
}

TEST(nobody_complains_to_whom_it_is_about)
{
    CHECK(says(with("\"phone\":\"0717-7123456\",\"complaint\":\"0717-7123456\""),
               "complaint: is the same number"));
    CHECK_STR(with("\"phone\":\"0717-7123456\",\"complaint\":\"0717-7123457\""), "");
}

TEST(full_needs_a_form_and_a_guide_has_none)
{
    CHECK(says(asks("\"kiosk\":\"full\""), "fields: is missing"));
    CHECK(says(asks("\"kiosk\":\"full\",\"fields\":[]"), "fields: is missing"));
    CHECK(says(asks("\"kiosk\":\"guide\",\"fields\":[{\"id\":\"a\"}]"), "kiosk: is guide"));
    CHECK_STR(asks("\"kiosk\":\"guide\""), "");
}

TEST(a_field_takes_only_what_its_source_gives)
{
    CHECK(says(asks("\"kiosk\":\"full\",\"fields\":[{\"id\":\"a\",\"type\":\"text\","
                    "\"from\":\"card.idno\"}]"),
               "fields.type: does not fit"));
    CHECK_STR(asks("\"kiosk\":\"full\",\"fields\":[{\"id\":\"a\",\"type\":\"idno\","
                   "\"from\":\"card.idno\"}]"),
              "");
}

TEST(options_are_of_a_choice_and_each_once)
{
    CHECK(says(asks("\"kiosk\":\"full\",\"fields\":[{\"id\":\"a\",\"type\":\"choice\","
                    "\"options\":[\"甲\",\"乙\",\"甲\"]}]"),
               "fields.options: has the same"));
    CHECK(says(asks("\"kiosk\":\"full\",\"fields\":[{\"id\":\"a\",\"type\":\"text\","
                    "\"options\":[\"甲\"]}]"),
               "fields.options: only a choice"));
}

TEST(a_paper_asked_for_twice_is_refused)
{
    CHECK(says(with("\"materials\":[{\"name\":\"户口簿\"},{\"name\":\"户口簿\"}]"),
               "materials: the same paper"));
    CHECK_STR(with("\"materials\":[{\"name\":\"户口簿\",\"when\":\"q=yes\"},"
                   "{\"name\":\"户口簿\",\"when\":\"q=no\"}]"),
              "");
}

TEST(a_question_that_changes_nothing_is_refused)
{
    CHECK(says(with("\"questions\":[{\"id\":\"far\",\"text\":\"远吗？\"}]"), "questions: one"));
    CHECK_STR(with("\"questions\":[{\"id\":\"far\",\"text\":\"远吗？\"}],"
                   "\"materials\":[{\"name\":\"证明\",\"when\":\"far=no\"}]"),
              "");
}

TEST(an_id_or_a_name_taken_by_another_is_refused)
{
    struct json *o = NULL;
    const char *first = "{\"id\":\"a\",\"name\":\"甲\",\"plain_name\":\"甲\"}";
    const char *same_id = "{\"id\":\"a\",\"name\":\"乙\"}";
    const char *same_name = "{\"id\":\"b\",\"name\":\"丙\",\"plain_name\":\"甲\"}";
    input_begin(&in, ".");
    CHECK(json_parse(first, strlen(first), &o) == OK && input_item(&in, o) == NULL);
    json_free(o);
    CHECK(json_parse(same_id, strlen(same_id), &o) == OK);
    CHECK_STR(input_item(&in, o), "id: is that of a too");
    json_free(o);
    CHECK(json_parse(same_name, strlen(same_name), &o) == OK);
    CHECK_STR(input_item(&in, o), "plain_name: is that of a too");
    json_free(o);
}

/* --- a whole publication ------------------------------------------------------------------- */

static struct conf conf;
static char input_dir[512];

static void put(const char *name, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", input_dir, name);
    test_check(__FILE__, __LINE__, file_write(path, text, strlen(text), 0600) == OK, name);
}

static void start(void)
{
    conf_default(&conf);
    snprintf(input_dir, sizeof input_dir, "%s/in", test_dir());
    snprintf(conf.db, sizeof conf.db, "%s/p.db", test_dir());
    snprintf(conf.keys, sizeof conf.keys, "%s/keys", test_dir());
    snprintf(conf.feed, sizeof conf.feed, "%s/feed", test_dir());
    test_check(__FILE__, __LINE__, dir_make(input_dir) == OK, "input directory");
    put("departments.csv", "name,phone,complaint,hotline\n区民政局,0717-1,0717-1000002,12345\n");
}

/* What publishing said on stderr; the feed's index is compared by the caller. */
static enum err publish_told(char *told, size_t cap)
{
    struct publish_result r;
    char path[1200];
    snprintf(path, sizeof path, "%s/stderr", test_dir());
    /* not freopen: stderr would keep its words back from the tests that come after */
    int keep = dup(STDERR_FILENO), fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    test_check(__FILE__, __LINE__, keep >= 0 && fd >= 0, "stderr");
    dup2(fd, STDERR_FILENO);
    close(fd);
    enum err e = publish(&conf, input_dir, false, &r);
    fflush(stderr);
    dup2(keep, STDERR_FILENO);
    close(keep);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(told, 1, cap - 1, f) : 0;
    told[n] = '\0';
    if (f)
        fclose(f);
    return e;
}

static void index_of(char *out, size_t cap)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/420506/index", conf.feed);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(out, 1, cap - 1, f) : 0;
    out[n] = '\0';
    if (f)
        fclose(f);
}

TEST(a_bad_catalogue_is_refused_whole_and_the_feed_stays)
{
    static char told[4096], before[16384], after[16384];
    char bad[1024];
    start();
    CHECK_ERR(publish_told(told, sizeof told), ERR_FORMAT); /* the department's phone */
    CHECK(strstr(told, "departments.csv:2: phone: is no number") != NULL);
    put("departments.csv", "name,phone,complaint\n区民政局,0717-1000001,0717-1000002\n");
    put("services.jsonl", sound);
    CHECK_ERR(publish_told(told, sizeof told), OK);
    index_of(before, sizeof before);
    CHECK(before[0] != '\0');
    snprintf(bad, sizeof bad,
             "{\"id\":\"b-two\",\"name\":\"乙事\",\"department\":\"区民政局\"}\n%.*s,"
             "\"legal_days\":5,\"promised_days\":9}\n",
             (int)strlen(sound) - 1, sound);
    put("services.jsonl", bad);
    CHECK_ERR(publish_told(told, sizeof told), ERR_FORMAT);
    CHECK(strstr(told, "services.jsonl:2: a-one: promised_days: is more than") != NULL);
    index_of(after, sizeof after);
    CHECK_STR(after, before);
}

TEST(a_service_of_a_department_nobody_published_is_refused)
{
    static char told[4096];
    start();
    put("departments.csv", "name,phone,complaint\n区教育局,0717-1000001,0717-1000002\n");
    put("services.jsonl", sound);
    CHECK_ERR(publish_told(told, sizeof told), ERR_FORMAT);
    CHECK(strstr(told, "services.jsonl:1: a-one: names a department that is not known") != NULL);
}
