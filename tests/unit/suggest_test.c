/* suggest_test.c - rules of the feed: what holds for whom, and what is not known holds for nobody.
 */
#include "app/suggest.h"

#include <stdio.h>
#include <string.h>

#include "platform/input.h"
#include "tests/test.h"

static struct facts facts;

static bool judged(const char *when)
{
    struct json *o = NULL;
    bool ok = json_parse(when, strlen(when), &o) == OK;
    bool holds = ok && facts_hold(&facts, o);
    json_free(o);
    return test_check("suggest_test.c", 0, ok, when) && holds;
}

static bool know(const char *text)
{
    struct json *o = NULL;
    memset(&facts, 0, sizeof facts);
    facts_number(&facts, "age", 61);
    facts_number(&facts, "month", 11);
    bool ok = json_parse(text, strlen(text), &o) == OK;
    facts_read(&facts, o);
    json_free(o);
    return ok;
}

TEST(a_condition_holds_for_what_is_known)
{
    CHECK(know("{\"has\":[\"pension\",\"elder_card\"],\"student\":false,\"event\":\"newborn\"}"));
    CHECK(judged("{\"fact\":\"age\",\"op\":\">=\",\"value\":60}"));
    CHECK(judged("{\"fact\":\"age\",\"op\":\"<\",\"value\":62}"));
    CHECK(judged("{\"fact\":\"age\",\"op\":\"<=\",\"value\":61}"));
    CHECK(!judged("{\"fact\":\"age\",\"op\":\"<\",\"value\":61}"));
    CHECK(judged("{\"fact\":\"has\",\"op\":\"has\",\"value\":\"pension\"}"));
    CHECK(judged("{\"fact\":\"has\",\"op\":\"not\",\"value\":\"elder\"}")); /* whole words only */
    CHECK(!judged("{\"fact\":\"has\",\"op\":\"not\",\"value\":\"elder_card\"}"));
    CHECK(judged("{\"fact\":\"student\",\"op\":\"=\",\"value\":false}"));
    CHECK(!judged("{\"fact\":\"student\",\"op\":\"=\",\"value\":true}"));
    CHECK(judged("{\"fact\":\"event\",\"op\":\"=\",\"value\":\"newborn\"}"));
    CHECK(judged("{\"fact\":\"month\",\"op\":\"in\",\"value\":[9,10,11]}"));
    CHECK(!judged("{\"fact\":\"month\",\"op\":\"in\",\"value\":[4,5]}"));
}

TEST(all_needs_all_and_any_needs_one)
{
    CHECK(know("{}"));
    CHECK(judged("{\"all\":[{\"fact\":\"age\",\"op\":\">=\",\"value\":60},"
                 "{\"any\":[{\"fact\":\"month\",\"op\":\"=\",\"value\":1},"
                 "{\"fact\":\"month\",\"op\":\"=\",\"value\":11}]}]}"));
    CHECK(!judged("{\"all\":[{\"fact\":\"age\",\"op\":\">=\",\"value\":60},"
                  "{\"fact\":\"month\",\"op\":\"=\",\"value\":1}]}"));
    CHECK(!judged("{\"all\":[]}"));
}

TEST(what_is_not_known_holds_for_nobody)
{
    CHECK(know("{\"has\":[\"pension\"],\"long\":[1,2]}"));
    CHECK(!judged("{\"fact\":\"enrolled\",\"op\":\"not\",\"value\":\"any_pension\"}"));
    CHECK(!judged("{\"fact\":\"paid_years\",\"op\":\"<\",\"value\":15}"));
    CHECK(!judged("{\"fact\":\"age\",\"op\":\"near\",\"value\":61}"));
    CHECK(!judged("{\"fact\":\"age\",\"op\":\"has\",\"value\":\"61\"}"));
    CHECK(!judged("{\"fact\":\"long\",\"op\":\"not\",\"value\":\"x\"}"));
    CHECK(!judged("{\"fact\":\"\",\"op\":\"=\",\"value\":0}"));
    CHECK(!judged("[1]"));
}

TEST(a_list_too_long_to_keep_is_not_known)
{
    char text[1024] = "{\"has\":[\"first\"";
    for (int i = 0; i < 40; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), ",\"word%06d\"", i);
    snprintf(text + strlen(text), sizeof text - strlen(text), "]}");
    CHECK(know(text));
    CHECK(!judged("{\"fact\":\"has\",\"op\":\"not\",\"value\":\"word000039\"}"));
    CHECK(!judged("{\"fact\":\"has\",\"op\":\"has\",\"value\":\"first\"}"));
}

/* --- what is published --------------------------------------------------------------------------
 */

static bool accepted(const char *text)
{
    struct input in = { .faults = 0 };
    struct json *o = NULL;
    input_begin(&in, test_dir());
    bool ok = json_parse(text, strlen(text), &o) == OK && input_rule(&in, "rules.jsonl", 1, o);
    json_free(o);
    input_close(&in);
    return ok;
}

#define RULE(when)                                                                       \
    "{\"id\":\"r\",\"priority\":1,\"service\":\"s\",\"title\":\"t\",\"sentence\":\"x\"," \
    "\"when\":" when "}"

TEST(a_rule_no_terminal_could_judge_is_refused_at_publish)
{
    CHECK(accepted(RULE("{\"all\":[{\"fact\":\"age\",\"op\":\"<\",\"value\":60}]}")));
    CHECK(!accepted(RULE("{\"fact\":\"age\",\"op\":\">\",\"value\":60}")));
    CHECK(!accepted(RULE("{\"fact\":\"age\",\"op\":\"in\",\"value\":60}")));
    CHECK(!accepted(RULE("{\"fact\":\"age\",\"op\":\"<\"}")));
    CHECK(!accepted(RULE("{\"all\":[]}")));
    CHECK(!accepted(RULE("{\"all\":[1]}")));
    CHECK(!accepted(
        "{\"id\":\"r\",\"priority\":1,\"service\":\"s\",\"title\":\"t\",\"sentence\":\"x\"}"));
    CHECK(!accepted("{\"id\":\"r\",\"priority\":1,\"title\":\"t\",\"sentence\":\"x\","
                    "\"when\":{\"fact\":\"age\",\"op\":\"<\",\"value\":1}}"));
}
