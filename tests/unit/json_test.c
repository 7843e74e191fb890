/* json_test.c - the strict reader and the small writer. */
#include "hal/json.h"

#include <math.h>
#include <string.h>

#include "tests/test.h"

static enum err parse(const char *text)
{
    struct json *o = NULL;
    enum err e = json_parse(text, strlen(text), &o);
    json_free(o);
    return e;
}

TEST(json_that_is_not_strict_is_refused)
{
    CHECK_ERR(parse("{\"a\":1,\"a\":2}"), ERR_FORMAT);
    CHECK_ERR(parse("{\"a\":1}x"), ERR_FORMAT);
    CHECK_ERR(parse("{'a':1}"), ERR_FORMAT);
    CHECK_ERR(parse("[1,]"), ERR_FORMAT);
    CHECK_ERR(parse("\"\xff\""), ERR_FORMAT);
    CHECK_ERR(parse(""), ERR_FORMAT);
    CHECK_ERR(parse("[9223372036854775808]"), ERR_FORMAT);
}

TEST(json_nested_deeper_than_32_is_refused)
{
    char text[128] = "";
    for (int depth = 32; depth <= 33; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        CHECK_ERR(parse(text), depth == 32 ? OK : ERR_FORMAT);
    }
    CHECK_ERR(parse("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\""), OK);
}

TEST(json_getters_tell_missing_from_wrong)
{
    static const char text[] =
        "{\"s\":\"\xe8\x9b\x8b\",\"i\":-5,\"r\":1.5,\"b\":true,\"n\":null,\"l\":[1,2]}";
    struct json *o = NULL;
    const struct json *v = NULL;
    const char *s = "kept";
    int64_t i = 7;
    bool b = false;
    CHECK_ERR(json_parse(text, strlen(text), &o), OK);
    CHECK_ERR(json_get_str(o, "none", &s), ERR_NOT_FOUND);
    CHECK_ERR(json_get_str(o, "i", &s), ERR_TYPE);
    CHECK_STR(s, "kept");
    CHECK_ERR(json_get_str(o, "s", &s), OK);
    CHECK_STR(s, "\xe8\x9b\x8b");
    CHECK_ERR(json_get_int(o, "r", &i), ERR_TYPE);
    CHECK_EQ(i, 7);
    CHECK_ERR(json_get_int(o, "i", &i), OK);
    CHECK_EQ(i, -5);
    CHECK_ERR(json_get_bool(o, "n", &b), ERR_TYPE);
    CHECK_ERR(json_get_bool(o, "b", &b), OK);
    CHECK(b);
    CHECK_ERR(json_get(o, "n", &v), OK);
    CHECK(json_is_null(v));
    CHECK_ERR(json_get(o, "l", &v), OK);
    CHECK(json_is_array(v) && !json_is_object(v));
    CHECK_EQ(json_count(v), 2);
    CHECK_ERR(json_int(json_at(v, 1), &i), OK);
    CHECK_EQ(i, 2);
    CHECK(json_at(v, 2) == NULL);
    json_free(o);
}

TEST(json_walks_every_member_once)
{
    struct json *o = NULL;
    const struct json *v = NULL;
    const char *key = NULL;
    int64_t sum = 0, one = 0;
    CHECK_ERR(json_parse("{\"a\":1,\"b\":20,\"c\":300}", 22, &o), OK);
    for (const void *it = NULL; (it = json_next(o, it, &key, &v));)
        sum += json_int(v, &one) == OK ? one : 0;
    json_free(o);
    CHECK_EQ(sum, 321);
}

TEST(json_writes_what_it_can_read_again)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_put_str(&w, "t", "a\"b\\c\nd\x01\xe8\x9b\x8b");
    json_open(&w, "l", '[');
    json_put_int(&w, NULL, -3);
    json_put_real(&w, NULL, 4.984);
    json_put_real(&w, NULL, (double)INFINITY);
    json_put_bool(&w, NULL, false);
    json_put_str(&w, NULL, NULL);
    json_close(&w, ']');
    json_put_raw(&w, "raw", "{}");
    json_close(&w, '}');
    CHECK_STR(json_out_text(&w), "{\"t\":\"a\\\"b\\\\c\\nd\\u0001\xe8\x9b\x8b\","
                                 "\"l\":[-3,4.98,null,false,null],\"raw\":{}}");
    CHECK_ERR(parse(json_out_text(&w)), OK);
    json_out_finish(&w);
}
