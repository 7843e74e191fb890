/* console_test.c - who may call the platform from the clerks' page, for how long, and how often. */
#include "tests/test.h"

#include <string.h>

#include "hal/base/clock.h"
#include "tests/unit/console_kit.h"
#include "tests/unit/db_kit.h"

enum { MINUTE = 60 * 1000 };

static void later(struct desk *d, int64_t ms)
{
    d->k->now += ms;
    clock_hold(d->k->now);
}

TEST_BOTH(a_session_ends_after_half_an_hour_of_rest)
{
    struct desk *d = desk_start("");
    CHECK(d && desk_login(d, "clerk"));
    later(d, 29 * MINUTE);
    CHECK_EQ(desk_call(d, "me", "{}"), 200);
    later(d, 29 * MINUTE);
    CHECK_EQ(desk_call(d, "me", "{}"), 200);
    later(d, 31 * MINUTE);
    CHECK_EQ(desk_call(d, "me", "{}"), 401);
    CHECK(desk_says(d, "\"login\""));
    desk_stop(d);
}

TEST_BOTH(a_session_ends_after_twelve_hours_however_busy)
{
    struct desk *d = desk_start("");
    CHECK(d && desk_login(d, "clerk"));
    for (int i = 0; i < 12 * 60 / 20; i++) {
        CHECK_EQ(desk_call(d, "cases", "{}"), 200);
        later(d, 20 * MINUTE);
    }
    CHECK_EQ(desk_call(d, "cases", "{}"), 200);
    later(d, 1);
    CHECK_EQ(desk_call(d, "cases", "{}"), 401);
    desk_stop(d);
}

TEST_BOTH(only_the_page_that_logged_in_may_call)
{
    struct desk *d = desk_start("");
    CHECK(d && desk_login(d, "clerk"));
    const struct console_request good = d->q;
    static const char *const origins[] = { NULL,
                                           "",
                                           "null",
                                           "http://127.0.0.1:8431",
                                           "https://127.0.0.1:8430",
                                           "http://127.0.0.1:84300",
                                           "http://evil.example" };
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        d->q.origin = origins[i];
        CHECK_EQ(desk_call(d, "cases", "{}"), 403);
        CHECK_EQ(desk_call(d, "login", "{}"), 403);
    }
    d->q = good;
    d->q.origin = "http://localhost:8430";
    CHECK_EQ(desk_call(d, "cases", "{}"), 200);
    d->q = good;
    d->q.type = "text/plain";
    CHECK_EQ(desk_call(d, "cases", "{}"), 403);
    d->q = good;
    d->q.token = NULL;
    CHECK_EQ(desk_call(d, "cases", "{}"), 403);
    d->q.token = "";
    CHECK_EQ(desk_call(d, "cases", "{}"), 403);
    d->q = good;
    d->token[5] = d->token[5] == 'a' ? 'b' : 'a';
    CHECK_EQ(desk_call(d, "cases", "{}"), 403);
    d->q.method = "GET";
    CHECK_EQ(desk_call(d, "cases", "{}"), 405);
    desk_stop(d);
}

TEST_BOTH(a_cookie_that_is_not_whole_opens_nothing)
{
    struct desk *d = desk_start("");
    CHECK(d && desk_login(d, "clerk"));
    d->cookie[strlen(d->cookie) - 1] ^= 1;
    CHECK_EQ(desk_call(d, "me", "{}"), 401);
    d->q.cookie = "huimin=";
    CHECK_EQ(desk_call(d, "me", "{}"), 401);
    d->q.cookie = NULL;
    CHECK_EQ(desk_call(d, "me", "{}"), 401);
    CHECK(desk_login(d, "clerk"));
    char among[200] = "a=b; huimin=short; ";
    strncat(among, d->cookie, 100);
    d->q.cookie = among;
    CHECK_EQ(desk_call(d, "me", "{}"), 200);
    desk_stop(d);
}

TEST_BOTH(each_call_asks_for_its_role)
{
    static const struct {
        const char *name, *role;
    } calls[] = {
        { "cases", "clerk" },        { "case", "clerk" },
        { "case_id", "clerk" },      { "case_do", "clerk" },
        { "case_tick", "clerk" },    { "notices", "publisher" },
        { "notice", "publisher" },   { "withdraw", "publisher" },
        { "sheet", "publisher" },    { "sheet_publish", "publisher" },
        { "fleet", "operator" },     { "revoke", "operator" },
        { "audit", "operator" },     { "clerks", "operator" },
        { "clerk_add", "operator" }, { "clerk_do", "operator" },
    };
    static const char *const roles[] = { "clerk", "publisher", "operator" };
    struct desk *d = desk_start("");
    CHECK(d != NULL);
    for (size_t r = 0; r < 3; r++) {
        CHECK(desk_login(d, roles[r]));
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
            bool may = strcmp(calls[i].role, roles[r]) == 0;
            int status = desk_call(d, calls[i].name, "{}");
            CHECK((status != 403) == may);
            CHECK(may || desk_says(d, "\"role\""));
        }
    }
    CHECK_EQ(desk_call(d, "nothing", "{}"), 404);
    CHECK_EQ(desk_call(d, "cases", "[]"), 400);
    CHECK_EQ(desk_call(d, "cases", "{"), 400);
    desk_stop(d);
}

static int wrong(struct desk *d, const char *name)
{
    return desk_call(d, "login",
                     arena_printf(&d->k->arena, "{\"name\":\"%s\",\"password\":\"falsch\"}", name));
}

TEST_BOTH(wrong_passwords_wait_longer_each_time_and_the_right_one_forgets_them)
{
    struct desk *d = desk_start("");
    CHECK(d != NULL);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(wrong(d, "clerk"), 401);
    CHECK_EQ(wrong(d, "clerk"), 429);
    CHECK(desk_says(d, "\"s\":1"));
    later(d, 1000);
    CHECK_EQ(wrong(d, "clerk"), 401);
    later(d, 1999);
    CHECK(!desk_login(d, "clerk")); /* the right one waits too */
    CHECK_EQ(d->reply.status, 429);
    later(d, 1);
    CHECK(desk_login(d, "clerk"));
    CHECK_EQ(wrong(d, "clerk"), 401); /* counted from the beginning */
    CHECK_EQ(wrong(d, "clerk"), 401);
    CHECK(desk_login(d, "operator")); /* others never waited */
    desk_stop(d);
}

static bool failed_before(struct desk *d, const char *key, int fails)
{
    struct db *db = kit_db(d->k);
    struct console_try t = { .fails = fails, .last_ms = d->k->now };
    later(d, 15 * 60 * 1000);
    return db_begin(db) == OK && db_try_put(db, key, &t) == OK && db_commit(db) == OK;
}

TEST_BOTH(one_address_cannot_try_many_accounts)
{
    struct desk *d = desk_start("https://desk.example");
    CHECK(d != NULL);
    d->q.forwarded = "1.2.3.4, 203.0.113.9"; /* what the proxy adds stands last */
    CHECK(failed_before(d, "i:203.0.113.9", 19));
    CHECK_EQ(wrong(d, "one"), 401);
    CHECK_EQ(wrong(d, "another"), 429);
    d->q.forwarded = "203.0.113.9, 203.0.113.10";
    CHECK(desk_login(d, "clerk"));
    CHECK(strstr(d->reply.cookie, "; Secure") != NULL);
    desk_stop(d);
}

TEST_BOTH(without_a_proxy_nobody_says_for_another_where_they_are)
{
    struct desk *d = desk_start("");
    CHECK(d != NULL);
    CHECK(failed_before(d, "i:127.0.0.1", 19));
    d->q.forwarded = "10.0.0.1";
    CHECK_EQ(wrong(d, "one"), 401);
    d->q.forwarded = "10.0.0.2";
    CHECK_EQ(wrong(d, "another"), 429);
    desk_stop(d);
}

TEST(the_wait_doubles_and_ends_at_a_quarter_of_an_hour)
{
    for (int fails = 0; fails < 60; fails++) {
        struct console_try t = { .fails = fails, .last_ms = 1000 };
        int64_t want = fails < 3 ? 0 : fails < 13 ? 1000LL << (fails - 3) : 900000;
        CHECK_EQ(clerk_wait_ms(&t, 3, 1000), want < 900000 ? want : 900000);
        CHECK_EQ(clerk_wait_ms(&t, 3, 901000), 0);
    }
}

TEST_BOTH(a_locked_account_is_out_at_once_and_stays_out)
{
    struct desk *d = desk_start("");
    CHECK(d && desk_login(d, "clerk"));
    CHECK_ERR(clerk_lock(kit_db(d->k), "test", "clerk", true, d->k->now), OK);
    CHECK_EQ(desk_call(d, "me", "{}"), 401);
    CHECK(!desk_login(d, "clerk"));
    CHECK_EQ(d->reply.status, 401);
    CHECK_ERR(clerk_lock(kit_db(d->k), "test", "clerk", false, d->k->now), OK);
    CHECK(desk_login(d, "clerk"));
    CHECK_EQ(desk_call(d, "passwd", "{\"old\":\"falsch\",\"password\":\"noch ein Wort\"}"), 401);
    CHECK_EQ(
        desk_call(d, "passwd", "{\"old\":\"" DESK_PASSWORD "\",\"password\":\"noch ein Wort\"}"),
        200);
    CHECK_EQ(desk_call(d, "me", "{}"), 401); /* also where it is open elsewhere */
    CHECK(!desk_login(d, "clerk"));
    CHECK_EQ(desk_call(d, "login", "{\"name\":\"clerk\",\"password\":\"noch ein Wort\"}"), 200);
    desk_stop(d);
}

TEST(roles_are_read_and_written_as_words)
{
    int roles = 0;
    char text[48];
    CHECK_ERR(clerk_roles_read("operator,clerk", &roles), OK);
    clerk_roles_write(roles, text);
    CHECK_STR(text, "clerk,operator");
    CHECK_ERR(clerk_roles_read("", &roles), ERR_ARG);
    CHECK_ERR(clerk_roles_read("clerk,", &roles), ERR_ARG);
    CHECK_ERR(clerk_roles_read("clerks", &roles), ERR_ARG);
    CHECK(clerk_name_ok("wang.fang-2"));
    CHECK(!clerk_name_ok("Wang") && !clerk_name_ok("") && !clerk_name_ok("a b"));
    CHECK(!clerk_password_ok("neunneun9") && clerk_password_ok("zehnzehn10"));
}
