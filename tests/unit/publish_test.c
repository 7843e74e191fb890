/* publish_test.c - what a publication leaves in the feed, also when it is refused or cut short. */
#include "platform/publish.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hal/base/clock.h"
#include "hal/wire.h"
#include "hal/zstd.h"
#include "platform/files.h"
#include "tests/test.h"
#include "tests/unit/db_kit.h"

static struct conf conf;
static struct arena arena;
static char input[512];

/* A fresh platform in the test's directory with two goods at one place. */
static void put(const char *name, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", input, name);
    test_check(__FILE__, __LINE__, file_write(path, text, strlen(text), 0600) == OK, name);
}

static void start(void)
{
    arena_finish(&arena);
    arena_init(&arena, 65536, 16 << 20);
    conf_default(&conf);
    snprintf(input, sizeof input, "%s/in", test_dir());
    dbkit_path("p.db", conf.db, sizeof conf.db);
    snprintf(conf.keys, sizeof conf.keys, "%s/keys", test_dir());
    snprintf(conf.feed, sizeof conf.feed, "%s/feed", test_dir());
    test_check(__FILE__, __LINE__, dir_make(input) == OK, "input directory");
    put("categories.csv", "id,name,sort\nmeat,肉蛋禽,1\n");
    put("goods.csv",
        "id,name,spec,unit,category\n1,鸡蛋,散装,元/斤,meat\n10,排骨,肋排,元/斤,meat\n");
    put("townships.csv", "code,name\n420506001,小溪塔街道\n");
    put("places.csv", "id,kind,name,township,address\n3,market,中心市场,420506001,集镇\n");
    put("prices.csv", "day,place,good,yuan,taken,source\n2026-11-23,3,1,4.98,08:40,价格监测\n"
                      "2026-11-23,3,10,,08:40,价格监测\n");
}

static char *feed_text(const char *name)
{
    char *path = arena_printf(&arena, "%s/%s", conf.feed, name), *text = NULL;
    size_t n;
    return path && file_read(&arena, path, 1 << 20, &text, &n) == OK ? text : NULL;
}

/* Reads the feed as a terminal does: root.pub, key set, index. */
static enum err read_feed(struct wire_index *out)
{
    struct wire_key root[WIRE_KEYS];
    struct wire_keyset keys;
    char *pub = feed_text("../keys/root.pub"), *set = feed_text("root/1");
    char *index = feed_text("420506/index");
    int n = 0;
    if (!pub || !set || !index)
        return ERR_NOT_FOUND;
    enum err e = wire_root_read(pub, root, &n);
    if (e == OK)
        e = wire_keyset_read(set, strlen(set), root, n, 1, &keys);
    return e == OK ? wire_index_read(&arena, index, strlen(index), &keys, out) : e;
}

static const struct wire_channel *channel(const struct wire_index *x, const char *name)
{
    for (int i = 0; i < x->channel_count; i++)
        if (strcmp(x->channel[i].name, name) == 0)
            return &x->channel[i];
    return NULL;
}

/* All lines of an object, joined. */
static char *object_text(const struct wire_object *o)
{
    struct zstd_lines *z = NULL;
    const char *line = NULL;
    size_t n = 0;
    char *path = arena_printf(&arena, "%s/o/%s", conf.feed, o->hash);
    char *all = arena_strdup(&arena, "");
    enum err e = zstd_lines_open(path, (size_t)o->raw, &z);
    while (e == OK && (e = zstd_lines_next(z, &line, &n)) == OK && line)
        all = arena_printf(&arena, "%s%.*s\n", all, (int)n, line);
    zstd_lines_close(z);
    return e == OK ? all : NULL;
}

TEST_BOTH(the_first_publication_is_a_base_with_rows_in_order)
{
    static struct wire_index x;
    struct publish_result r;
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    CHECK_EQ(r.n, 1);
    CHECK_EQ(r.changed, 8);
    CHECK_ERR(read_feed(&x), OK);
    const struct wire_channel *ch = channel(&x, "price");
    CHECK(ch && ch->has_base && ch->seg_count == 0 && ch->head == 6 && ch->rows == 6);
    char *rows = strchr(object_text(&ch->base), '\n');
    CHECK_STR(
        rows + 1,
        "[\"p\",\"category\",\"meat\",\"肉蛋禽\",null,1]\n"
        "[\"p\",\"good\",1,\"鸡蛋\",null,\"散装\",null,\"元/斤\",null,\"meat\",0,null,null]\n"
        "[\"p\",\"good\",10,\"排骨\",null,\"肋排\",null,\"元/斤\",null,\"meat\",0,null,null]\n"
        "[\"p\",\"sheet\",20780,3,520,\"价格监测\",null]\n"
        "[\"p\",\"price\",20780,1,3,498]\n"
        "[\"p\",\"price\",20780,10,3,null]\n");
}

TEST_BOTH(nothing_changed_publishes_nothing_unless_renewed)
{
    static struct wire_index x;
    struct publish_result r;
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    CHECK(!r.issued && r.changed == 0);
    CHECK_ERR(read_feed(&x), OK);
    CHECK_EQ(x.n, 1);
    CHECK_ERR(publish(&conf, input, true, &r), OK);
    CHECK(r.issued && r.changed == 0);
    CHECK_ERR(read_feed(&x), OK);
    CHECK_EQ(x.n, 2);
    CHECK_EQ(x.expires_ms - x.issued_ms, 30 * 86400000LL);
}

TEST_BOTH(only_really_changed_rows_make_a_segment)
{
    static struct wire_index x;
    struct publish_result r;
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    put("prices.csv", "day,place,good,yuan\n2026-11-23,3,1,4.98\n2026-11-23,3,10,21.5\n");
    put("withdraw.csv", "table,key1\ngood,77\n");
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    CHECK_EQ(r.changed, 1);
    CHECK_ERR(read_feed(&x), OK);
    const struct wire_channel *ch = channel(&x, "price");
    CHECK(ch && ch->seg_count == 1);
    CHECK_EQ(ch->seg[0].from, 6);
    CHECK_EQ(ch->seg[0].to, 7);
    CHECK_STR(strchr(object_text(&ch->seg[0]), '\n') + 1, "[\"p\",\"price\",20780,10,3,2150]\n");
}

TEST_BOTH(a_withdrawn_row_becomes_a_delete)
{
    static struct wire_index x;
    struct publish_result r;
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    put("prices.csv", "day,place,good,yuan\n");
    put("withdraw.csv", "price,2026-11-23,10,3\n");
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    CHECK_ERR(read_feed(&x), OK);
    const struct wire_channel *ch = channel(&x, "price");
    CHECK(ch && ch->seg_count == 1 && ch->rows == 5);
    CHECK_STR(strchr(object_text(&ch->seg[0]), '\n') + 1, "[\"d\",\"price\",20780,10,3]\n");
}

/* The faults of a publication are lines on stderr; here they are gathered. */
static enum err publish_quietly(char *said, size_t cap)
{
    char path[1024];
    struct publish_result r;
    snprintf(path, sizeof path, "%s/stderr", test_dir());
    int keep = dup(STDERR_FILENO), fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(fd, STDERR_FILENO);
    enum err e = publish(&conf, input, false, &r);
    dup2(keep, STDERR_FILENO);
    close(keep);
    ssize_t n = pread(fd, said, cap - 1, 0);
    said[n > 0 ? n : 0] = '\0';
    close(fd);
    return e;
}

TEST_BOTH(a_faulty_input_is_refused_whole_and_every_fault_has_its_line)
{
    static struct wire_index x;
    static char said[8192];
    struct publish_result r;
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    put("prices.csv", "day,place,good,yuan\n2026-11-24,3,1,5.00\n2026-11-24,3,99,5\n"
                      "2026-02-30,3,1,5\n2026-11-24,3,1,4.999\n2026-11-24,3\n");
    put("notices.jsonl", "{\"id\":1}\nnot json\n");
    CHECK_ERR(publish_quietly(said, sizeof said), ERR_FORMAT);
    CHECK(strstr(said, "prices.csv:3: price: names a good that is not known") != NULL);
    CHECK(strstr(said, "prices.csv:4: day: not a date like 2026-11-23") != NULL);
    CHECK(strstr(said, "prices.csv:5: yuan: not a price like 4.98") != NULL);
    CHECK(strstr(said, "prices.csv:6: another number of fields") != NULL);
    CHECK(strstr(said, "notices.jsonl:1: day: is missing") != NULL);
    CHECK(strstr(said, "notices.jsonl:2: not a JSON object") != NULL);
    CHECK_ERR(read_feed(&x), OK);
    CHECK_EQ(x.n, 1);
    CHECK_EQ(channel(&x, "price")->head, 6);
}

/* Publishes a village's files; what was said of them. */
static const char *village_said(const char *books, const char *lines, const char *subsidies)
{
    static char said[8192];
    start();
    put("villages.csv", "code,name,township\n420506001001,东湖社区居民委员会,420506001\n");
    put("village_books.csv", books);
    put("village_lines.csv", lines);
    put("village_subsidies.csv", subsidies);
    return publish_quietly(said, sizeof said) == OK ? "" : said;
}

#define BOOK                                                                                   \
    "village,id,from_day,to_day,opening,closing,signed,object_day\n420506001001,1,2026-07-01," \
    "2026-09-30,"
#define LINES \
    "village,book,no,side,text,fen\n420506001001,1,1,in,租金,500\n420506001001,1,2,out,电费,200\n"
#define PAID "village,id,title,day,name,fen\n420506001001,1,补贴,2026-09-30,"

TEST(a_village_s_book_must_add_up_and_its_names_be_masked)
{
    CHECK_STR(village_said(BOOK "100,400,甲,2026-10-20\n", LINES, PAID "张*明,100\n"), "");
    CHECK(strstr(village_said(BOOK "100,401,甲,2026-10-20\n", LINES, PAID "张*明,100\n"),
                 "village_books.csv:2: closing: 100 + 300 is not 401"));
    CHECK(strstr(village_said(BOOK "100,400,甲,2026-10-20\n", LINES, PAID "张明,100\n"),
                 "village_subsidies.csv:2: name: "));
    CHECK(strstr(village_said(BOOK "100,400,甲,2026-10-20\n", LINES "420506001001,2,1,in,租金,1\n",
                              PAID "张*明,100\n"),
                 "village_lines.csv:4: book: "));
}

TEST_BOTH(an_index_lost_between_commit_and_rename_comes_back)
{
    static struct wire_index x;
    struct publish_result r;
    char path[2048];
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    snprintf(path, sizeof path, "%s/420506/index", conf.feed);
    CHECK_EQ(unlink(path), 0);
    CHECK_ERR(read_feed(&x), ERR_NOT_FOUND);
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    CHECK(!r.issued);
    CHECK_ERR(read_feed(&x), OK);
    CHECK_EQ(x.n, 1);
}

TEST_BOTH(other_keys_than_the_first_are_refused)
{
    static char said[4096];
    struct publish_result r;
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    snprintf(conf.keys, sizeof conf.keys, "%s/other", test_dir());
    CHECK_ERR(publish_quietly(said, sizeof said), ERR_SIGNATURE);
    CHECK(strstr(said, "not the keys of") != NULL);
}

TEST_BOTH(secret_keys_are_for_their_owner_only)
{
    struct publish_result r;
    struct stat st;
    char path[2048];
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    snprintf(path, sizeof path, "%s/root.key", conf.keys);
    CHECK_EQ(stat(path, &st), 0);
    CHECK_EQ(st.st_mode & 077, 0);
    CHECK(strstr(feed_text("../keys/root.pub"), "TEST") != NULL);
}

TEST(a_hundred_publications_stay_within_the_index_and_keep_the_chain)
{
    static struct wire_index x;
    struct publish_result r;
    start();
    CHECK_ERR(publish(&conf, input, false, &r), OK);
    for (int i = 1; i <= 100; i++) {
        char text[128];
        snprintf(text, sizeof text, "day,place,good,yuan\n2026-11-23,3,1,5.%02d\n", i % 100);
        put("prices.csv", text);
        CHECK_ERR(publish(&conf, input, false, &r), OK);
        CHECK_EQ(r.changed, 1);
    }
    CHECK_ERR(read_feed(&x), OK); /* refuses a gap and more than 8 KB */
    const struct wire_channel *ch = channel(&x, "price");
    CHECK_EQ(ch->head, 106);
    CHECK(ch->base.to > 6);
    CHECK(ch->seg_count > 0);
    CHECK(object_text(&ch->base) != NULL);
}

TEST(an_unknown_platform_key_names_the_nearest_one)
{
    struct conf c;
    conf_default(&c);
    CHECK_ERR(conf_set(&c, "feeds", "x"), ERR_NOT_FOUND);
    CHECK_STR(conf_nearest("feeds"), "feed");
    CHECK_STR(conf_nearest("expire_day"), "expires_days");
    CHECK_ERR(conf_set(&c, "expires_days", "soon"), ERR_ARG);
    CHECK_ERR(conf_set(&c, "expires_days", "7"), OK);
    CHECK_EQ(c.expires_days, 7);
}

TEST(an_address_with_a_password_in_it_is_refused)
{
    struct conf c;
    conf_default(&c);
    CHECK_ERR(conf_set(&c, "db", "postgres://huimin@10.1.1.1:5432/huimin"), OK);
    CHECK_ERR(conf_set(&c, "db", "postgres://huimin:secret@10.1.1.1/huimin"), ERR_REFUSED);
    CHECK_ERR(conf_set(&c, "db", "postgresql:///huimin?user=a&password=b"), ERR_REFUSED);
}
