/* publisher_test.c - who publishes signs what is applied: not even the platform can forge it. */
#include "tests/unit/fleet_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hal/crypto.h"
#include "hal/zstd.h"
#include "platform/files.h"
#include "platform/keys.h"
#include "platform/publish.h"
#include "tests/test.h"

static struct fleet f;

#define EGG   "SELECT group_concat(day || '=' || fen, ' ') FROM price"
#define POSTS "SELECT group_concat((village % 1000) || '=' || title, ' ') FROM post"

/* The price office has a key; two villages have theirs. */
static bool offices(void)
{
    fleet_init(&f, test_dir());
    fleet_pair(&f, "publisher", "prices");
    fleet_pair(&f, "publisher", "va");
    fleet_pair(&f, "publisher", "vb");
    return fleet_publish(&f, false) == OK &&
           fleet_keys(&f,
                      "add-publisher=@/prices.pub:price add-publisher=@/va.pub:village:420506001201"
                      " add-publisher=@/vb.pub:village:420506001202",
                      "keys/root") == OK;
}

static void price(const char *day, const char *yuan)
{
    fleet_put(&f, "prices.csv",
              arena_printf(&f.arena, "day,place,good,yuan\n%s,3,1,%s\n", day, yuan));
}

static void post(const char *village, int id, const char *title)
{
    fleet_put(&f, "village_posts.csv",
              arena_printf(&f.arena, "village,id,kind,day,title\n%s,%d,notice,2026-11-23,%s\n",
                           village, id, title));
}

TEST(a_price_is_applied_when_the_price_office_signed_it)
{
    CHECK(offices());
    CHECK_ERR(fleet_publish_by(&f, "prices"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, EGG), "20780=498");
    price("2026-11-24", "5.10");
    CHECK_ERR(fleet_publish(&f, false), ERR_REFUSED); /* the platform's own key */
    CHECK_ERR(fleet_publish_by(&f, "va"), ERR_REFUSED);
    CHECK_ERR(fleet_publish_by(&f, "prices"), OK);
    CHECK_ERR(fleet_sync(&f), OK); /* a segment */
    CHECK_STR(fleet_value(&f, EGG), "20780=498 20781=510");
    snprintf(f.config.data_dir, sizeof f.config.data_dir, "%.200s/new", f.dir);
    CHECK_ERR(fleet_sync(&f), OK); /* base and segment */
    CHECK_STR(fleet_value(&f, EGG), "20780=498 20781=510");
    fleet_finish(&f);
}

TEST(until_its_publisher_has_signed_a_channel_is_refused_and_the_others_arrive)
{
    CHECK(offices());
    fleet_put(&f, "holidays.csv", "day,work,name\n2026-10-01,0,国庆\n"); /* a later channel */
    CHECK_ERR(fleet_publish(&f, false), OK);
    CHECK_ERR(fleet_sync(&f), ERR_SIGNATURE);
    CHECK_STR(fleet_value(&f, "SELECT count(*) FROM holiday"), "1");
    CHECK_STR(fleet_value(&f, EGG), "");
    CHECK_STR(fleet_value(&f, "SELECT count(*) FROM village"), "2");
    CHECK_ERR(fleet_publish_by(&f, "prices"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, EGG), "20780=498");
    fleet_finish(&f);
}

TEST(each_village_signs_its_own_rows_and_no_other)
{
    CHECK(offices());
    CHECK_ERR(fleet_publish_by(&f, "prices"), OK);
    unlink(arena_printf(&f.arena, "%s/prices.csv", f.input));
    post("420506001201", 1, "甲一");
    CHECK_ERR(fleet_publish_by(&f, "vb"), ERR_REFUSED);
    CHECK_ERR(fleet_publish_by(&f, "va"), OK);
    post("420506001202", 1, "乙一");
    CHECK_ERR(fleet_publish_by(&f, "vb"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, POSTS), "201=甲一 202=乙一");
    post("420506001201", 2, "甲二");
    CHECK_ERR(fleet_publish_by(&f, "va"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, POSTS), "201=甲一 201=甲二 202=乙一");
    fleet_finish(&f);
}

/* --- a platform that wants to deceive --------------------------------------------------------- */

static struct wire_index x;
static struct wire_object seg[WIRE_SEGMENTS];

static struct wire_channel *channel(const char *name)
{
    for (int i = 0; i < x.channel_count; i++)
        if (strcmp(x.channel[i].name, name) == 0)
            return &x.channel[i];
    return NULL;
}

/* The lines of an object below its head, as one text. */
static char *lines_of(const struct wire_object *o)
{
    struct zstd_lines *z = NULL;
    const char *line = NULL;
    size_t n = 0, at = 0;
    char *path = arena_printf(&f.arena, "%s/o/%s", f.conf.feed, o->hash);
    char *all = arena_alloc(&f.arena, (size_t)o->raw + 1);
    if (zstd_lines_open(path, (size_t)o->raw, &z) != OK || zstd_lines_next(z, &line, &n) != OK)
        return NULL;
    while (zstd_lines_next(z, &line, &n) == OK && line) {
        memcpy(all + at, line, n);
        at += n;
        all[at++] = '\n';
    }
    all[at] = '\0';
    zstd_lines_close(z);
    return all;
}

static int64_t count(const char *lines)
{
    int64_t n = 0;
    for (; *lines; lines++)
        n += *lines == '\n';
    return n;
}

static struct wire_object object(const struct wire_channel *ch, int64_t from, int64_t to,
                                 const char *lines)
{
    struct wire_segment_head h = { .schema = 1, .from = from, .to = to, .rows = count(lines) };
    struct wire_object o = { .from = from, .to = to };
    char *head = NULL;
    void *packed = NULL;
    size_t n = 0;
    snprintf(h.channel, sizeof h.channel, "%s", ch->name);
    snprintf(h.epoch, sizeof h.epoch, "%s", ch->epoch);
    if (wire_segment_head_write(&f.arena, &h, &head) != OK)
        return o;
    char *all = arena_printf(&f.arena, "%.*s\n%s", (int)strcspn(head, "\n"), head, lines);
    o.raw = (int64_t)strlen(all);
    if (zstd_pack(all, (size_t)o.raw, 3, &packed, &n) != OK)
        return o;
    o.size = (int64_t)n;
    crypto_hash_of(packed, n, o.hash);
    char *path = arena_printf(&f.arena, "%s/o/%s", f.conf.feed, o.hash);
    test_check(__FILE__, __LINE__, file_write(path, packed, n, 0644) == OK, path);
    free(packed);
    return o;
}

/* The index as changed, signed by the platform's feed key. */
static enum err deceive(void)
{
    struct keys keys;
    char *json = NULL, *text = NULL;
    enum err e = keys_load(f.conf.keys, &keys);
    const char *kid = keys.feed.kid;
    x.n++;
    if (e == OK)
        e = wire_index_write(&f.arena, &x, &json);
    if (e == OK)
        e = wire_sign_text(&f.arena, json, &kid, (const unsigned char(*)[64])keys.feed_secret, 1,
                           &text);
    if (e == OK)
        e = file_write(arena_printf(&f.arena, "%s/420506/index", f.conf.feed), text, strlen(text),
                       0644);
    return e == OK ? fleet_sync(&f) : e;
}

/* A segment behind the head with these lines. */
static enum err with_segment(const char *name, const char *lines)
{
    fleet_index(&f, &x);
    struct wire_channel *ch = channel(name);
    memcpy(seg, ch->seg, sizeof *seg * (size_t)ch->seg_count);
    seg[ch->seg_count++] = object(ch, ch->head, ch->head + count(lines), lines);
    ch->head += count(lines);
    ch->seg = seg;
    return deceive();
}

static bool good_prices(void)
{
    bool ok = offices() && fleet_publish_by(&f, "prices") == OK;
    price("2026-11-24", "5.10");
    return ok && fleet_publish_by(&f, "prices") == OK && fleet_sync(&f) == OK;
}

TEST(the_platform_cannot_slip_in_a_price)
{
    CHECK(good_prices());
    CHECK_ERR(with_segment("price", "[\"p\",\"price\",20782,1,3,1]\n"), ERR_SIGNATURE);
    CHECK_STR(fleet_value(&f, EGG), "20780=498 20781=510");
    fleet_index(&f, &x);
    struct wire_channel *ch = channel("price");
    char *lines = lines_of(&ch->base), *at = strstr(lines, ",498]");
    CHECK(at != NULL);
    memcpy(at, ",198]", 5);
    ch->base = object(ch, 0, ch->head + 1, lines);
    ch->head++;
    ch->seg_count = 0;
    CHECK_ERR(deceive(), ERR_ROLLBACK); /* the office has signed something newer */
    CHECK_STR(fleet_value(&f, EGG), "20780=498 20781=510");
    snprintf(f.config.data_dir, sizeof f.config.data_dir, "%.200s/new", f.dir);
    CHECK_ERR(deceive(), ERR_SIGNATURE);
    CHECK_STR(fleet_value(&f, EGG), "");
    fleet_finish(&f);
}

TEST(an_old_signature_is_not_taken_for_a_new_state)
{
    CHECK(good_prices());
    fleet_index(&f, &x);
    char *first_base = lines_of(&channel("price")->base);
    char *second = lines_of(&channel("price")->seg[channel("price")->seg_count - 1]);
    CHECK_ERR(with_segment("price", second), ERR_ROLLBACK); /* the same again */
    fleet_index(&f, &x);
    struct wire_channel *ch = channel("price");
    snprintf(ch->epoch, sizeof ch->epoch, "other"); /* as if restored: the old base */
    ch->base = object(ch, 0, ch->head, first_base);
    ch->seg_count = 0;
    CHECK_ERR(deceive(), ERR_ROLLBACK);
    CHECK_STR(fleet_value(&f, EGG), "20780=498 20781=510");
    fleet_finish(&f);
}

TEST(a_signature_for_another_channel_or_scope_is_worth_nothing)
{
    struct keys_pair {
        unsigned char secret[64];
        struct wire_key key;
    } va;
    char hash[65], *line = NULL;
    const char *row = "[\"p\",\"post\",420506001202,9,\"notice\",20780,\"x\",null,null,null]\n";
    CHECK(good_prices());
    post("420506001201", 1, "甲一");
    unlink(arena_printf(&f.arena, "%s/prices.csv", f.input));
    CHECK_ERR(fleet_publish_by(&f, "va"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_ERR(keys_read_secret(fleet_path(&f, "va.key"), va.secret, &va.key), OK);
    fleet_index(&f, &x);
    struct wire_rows was, rows;
    char *base = lines_of(&channel("village")->base);
    CHECK_ERR(wire_rows_read(base, strcspn(base, "\n"), &was), OK);
    rows = (struct wire_rows){ .kid = "va", .from = was.to, .to = was.to + 1, .rows = 1 };
    struct wire_rows_place at = { "420506", "village", hash };
    crypto_hash_of(row, strlen(row), hash);
    snprintf(rows.scope, sizeof rows.scope, "420506001201");
    wire_rows_sign(&rows, &at, va.secret); /* its own scope, another village's row */
    CHECK_ERR(wire_rows_write(&f.arena, &rows, &line), OK);
    CHECK_ERR(with_segment("village", arena_printf(&f.arena, "%s\n%s", line, row)), ERR_SIGNATURE);
    snprintf(rows.scope, sizeof rows.scope, "420506001202");
    wire_rows_sign(&rows, &at, va.secret); /* another village's scope */
    CHECK_ERR(wire_rows_write(&f.arena, &rows, &line), OK);
    CHECK(with_segment("village", arena_printf(&f.arena, "%s\n%s", line, row)) != OK);
    at.channel = "price"; /* a village that would set prices */
    rows.scope[0] = '\0';
    wire_rows_sign(&rows, &at, va.secret);
    CHECK_ERR(wire_rows_write(&f.arena, &rows, &line), OK);
    CHECK(with_segment("price", arena_printf(&f.arena, "%s\n%s", line,
                                             "[\"p\",\"price\",20782,1,3,1]\n")) != OK);
    CHECK_STR(fleet_value(&f, POSTS), "201=甲一");
    CHECK_STR(fleet_value(&f, EGG), "20780=498 20781=510");
    fleet_finish(&f);
}

TEST(no_row_hides_behind_another_or_in_another_spelling_of_its_key)
{
    static const char *const tricks[] = {
        "[\"p\",\"post\",420506009999,1,\"notice\",1,\"x\",null,null,null],"
        "[\"p\",\"post\",420506001201,9,\"notice\",1,\"x\",null,null,null]",
        "[\"p\",\"post\",420506001201.0,1,\"notice\",1,\"x\",null,null,null]",
        "[\"p\",\"post\", 420506001201,1,\"notice\",1,\"x\",null,null,null]",
        "[\"p\",\"post\",\"4205060012\\u00301\",1,\"notice\",1,\"x\",null,null,null]",
        "[\"p\",\"post\",4.20506001201e11,1,\"notice\",1,\"x\",null,null,null]",
        "[\"p\",\"post\",420506009999,1,'\"'],[\"p\",\"post\",420506001201,2,'\"']",
    };
    char key[WIRE_NAME_MAX];
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++)
        CHECK_ERR(wire_row_key(tricks[i], strlen(tricks[i]), key), ERR_FORMAT);
    const char *good = "[\"p\",\"service\",\"a-b\",{\"x\":[1,\"]\\\"[\"]}]";
    CHECK_ERR(wire_row_key(good, strlen(good), key), OK);
    CHECK_STR(key, "a-b");
}

TEST(a_base_may_not_leave_a_village_out)
{
    CHECK(good_prices());
    unlink(arena_printf(&f.arena, "%s/prices.csv", f.input));
    post("420506001201", 1, "甲一");
    CHECK_ERR(fleet_publish_by(&f, "va"), OK);
    post("420506001202", 1, "乙一");
    CHECK_ERR(fleet_publish_by(&f, "vb"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    fleet_index(&f, &x);
    struct wire_channel *ch = channel("village");
    char *lines = lines_of(&ch->base), *other = strstr(lines + 1, "[\"p\",\"signed\"");
    CHECK(other != NULL);
    *other = '\0';
    ch->base = object(ch, 0, ch->head + 1, lines);
    ch->head++;
    ch->seg_count = 0;
    CHECK_ERR(deceive(), ERR_ROLLBACK);
    CHECK_STR(fleet_value(&f, POSTS), "201=甲一 202=乙一");
    fleet_finish(&f);
}

TEST(a_publishers_key_is_replaced_and_the_old_one_signs_nothing)
{
    CHECK(good_prices());
    fleet_pair(&f, "publisher", "prices2");
    CHECK_ERR(fleet_keys(&f, "add-publisher=@/prices2.pub:price", "keys/root"), OK);
    price("2026-11-25", "5.20");
    CHECK_ERR(fleet_publish_by(&f, "prices2"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_ERR(fleet_keys(&f, "drop-publisher=prices", "keys/root"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    price("2026-11-26", "5.30");
    CHECK_ERR(fleet_publish_by(&f, "prices"), ERR_REFUSED);
    CHECK_ERR(fleet_publish_by(&f, "prices2"), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    snprintf(f.config.data_dir, sizeof f.config.data_dir, "%.200s/new", f.dir);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, EGG), "20780=498 20781=510 20782=520 20783=530");
    fleet_finish(&f);
}

/* The office's own machine: its database, a mirror of the feed, its key; the platform has none. */
static enum err sign_at_the_office(void)
{
    struct conf office = f.conf;
    struct publish_result r;
    struct publish_as as = { .kid = "prices" };
    struct wire_key key;
    snprintf(office.db, sizeof office.db, "%s/office.db", f.dir);
    snprintf(office.keys, sizeof office.keys, "%s/none", f.dir);
    enum err e = keys_read_secret(fleet_path(&f, "prices.key"), as.secret, &key);
    return e == OK ? publish_sign(&office, f.input, &as, &r) : e;
}

static enum err publish_what_was_signed(void)
{
    struct publish_result r;
    struct publish_as as = { .kid = "prices", .without = true };
    return publish_by(&f.conf, f.input, &as, &r);
}

TEST(an_office_signs_on_its_own_machine_and_the_platform_changes_nothing)
{
    CHECK(offices());
    CHECK_ERR(publish_what_was_signed(), ERR_NOT_FOUND);
    CHECK_ERR(sign_at_the_office(), OK);
    CHECK(access(fleet_path(&f, "none"), F_OK) != 0);
    CHECK_ERR(publish_what_was_signed(), OK);
    price("2026-11-24", "5.10");
    CHECK_ERR(publish_what_was_signed(), ERR_SIGNATURE); /* of yesterday */
    CHECK_ERR(sign_at_the_office(), OK);
    price("2026-11-24", "1.10");
    CHECK_ERR(publish_what_was_signed(), ERR_SIGNATURE);
    price("2026-11-24", "5.10");
    CHECK_ERR(publish_what_was_signed(), OK);
    CHECK_ERR(fleet_sync(&f), OK);
    CHECK_STR(fleet_value(&f, EGG), "20780=498 20781=510");
    fleet_finish(&f);
}
