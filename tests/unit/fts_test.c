/* fts_test.c - what is typed is found, exactly where LIKE would find it. */
#include "app/feed_tables.h"
#include "app/search_fts.h"
#include "app/store.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

static struct store *library(void)
{
    char path[400];
    struct store *s = NULL;
    snprintf(path, sizeof path, "%s/cache.db", test_dir());
    if (store_open(path, STORE_WRITE, &s) != OK || feed_schema_ensure(s) != OK)
        return NULL;
    return s;
}

static bool add(struct store *s, int id, int day, const char *title, const char *body)
{
    struct query *q = store_query(s, "INSERT INTO notice VALUES(?1, ?2, 480, '村委会', NULL, ?3,"
                                     " NULL, ?4, NULL, 'village', 0)");
    query_int(q, 1, id);
    query_int(q, 2, day);
    query_text(q, 3, title);
    query_text(q, 4, body);
    query_step(q);
    return query_done(q) == OK;
}

/* "3,1,2" of the ids found. */
static const char *found(struct store *s, const char *query)
{
    static char text[200];
    int64_t id[20];
    int count = 0, total = 0;
    if (search_notices(s, query, id, 20, &count, &total) != OK || total != count)
        return "failed";
    text[0] = '\0';
    for (int i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", i ? "," : "", (int)id[i]);
    return text;
}

TEST(notices_are_found_by_hanzi_words_and_numbers_newest_first)
{
    struct store *s = library();
    CHECK(s);
    CHECK(add(s, 1, 20000, "社会保障卡办理", "请带身份证"));
    CHECK(add(s, 2, 19999, "停水通知", "三峡路 12月3日 停水, WiFi 不停"));
    CHECK(add(s, 3, 20001, "社会保险补贴", "COVID-19 疫苗接种"));
    CHECK_ERR(store_exec(s, "INSERT INTO notice_fts(notice_fts) VALUES('rebuild')"), OK);
    CHECK_STR(found(s, "社会"), "3,1");
    CHECK_STR(found(s, "社会保障"), "1");
    CHECK_STR(found(s, "会保"), "3,1");
    CHECK_STR(found(s, "停"), "2");
    CHECK_STR(found(s, "水"), "2");
    CHECK_STR(found(s, "社会 补贴"), "3");
    CHECK_STR(found(s, "社会　补贴"), "3");
    CHECK_STR(found(s, "wifi"), "2");
    CHECK_STR(found(s, "cov"), "3");
    CHECK_STR(found(s, "12月"), "2");
    CHECK_STR(found(s, "会障"), "");
    store_close(s);
}

TEST(anything_typed_is_a_safe_query)
{
    static const char *const odd[] = { "",   "\"",     "\" OR \"", "NEAR(",    "*",     "社\"会",
                                       "^-", "title:", "\xff\xfe", "（）！？", "a\" b", "AND" };
    struct store *s = library();
    CHECK(s);
    CHECK(add(s, 1, 20000, "社会", "b"));
    CHECK_ERR(store_exec(s, "INSERT INTO notice_fts(notice_fts) VALUES('rebuild')"), OK);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        CHECK(strcmp(found(s, odd[i]), "failed") != 0);
    CHECK_STR(found(s, ""), "");
    CHECK_STR(found(s, "社\"会"), "1");
    store_close(s);
}

TEST(two_hanzi_find_what_like_finds)
{
    static const char word[] = "社会保障水电村民医疗补贴道路天气通知缴费停复";
    enum { WORDS = sizeof word / 3 };
    struct store *s = library();
    unsigned r = 1;
    CHECK(s);
    CHECK_ERR(store_begin(s), OK);
    for (int i = 1; i <= 400; i++) {
        char body[200] = "";
        for (int k = 0; k < 24; k++) {
            r = r * 1103515245 + 12345;
            memcpy(body + k * 3, (r >> 16) % 7 ? word + (r >> 20) % WORDS * 3 : "，", 3);
        }
        CHECK(add(s, i, 20000 + i % 30, "通知", body));
    }
    CHECK_ERR(store_exec(s, "INSERT INTO notice_fts(notice_fts) VALUES('rebuild')"), OK);
    CHECK_ERR(store_commit(s), OK);
    for (int i = 0; i < 100; i++) {
        char two[7] = "";
        int64_t id[400];
        int count = 0, total = 0;
        r = r * 1103515245 + 12345;
        memcpy(two, word + (r >> 16) % WORDS * 3, 3);
        memcpy(two + 3, word + (r >> 22) % WORDS * 3, 3);
        CHECK_ERR(search_notices(s, two, id, 400, &count, &total), OK);
        struct query *q =
            store_query(s, "SELECT id FROM notice WHERE body LIKE '%' || ?1 || '%'"
                           " OR title LIKE '%' || ?1 || '%' ORDER BY day DESC, id DESC");
        query_text(q, 1, two);
        int n = 0;
        while (query_step(q) && n < count && query_col_int(q, 0) == id[n])
            n++;
        CHECK_EQ(n, count);
        CHECK(!query_step(q));
        CHECK_ERR(query_done(q), OK);
    }
    store_close(s);
}
