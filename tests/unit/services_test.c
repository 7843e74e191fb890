/* services_test.c - services of the feed: read strictly, listed by life event, found by what people
 * type. */
#include "tests/unit/cache_fixture.h"

#include "app/services.h"

#include <string.h>

static const char whole[] =
    "{\"id\":\"a-1\",\"name\":\"临时救助\",\"plain_name\":\"家里遭难申请救助\",\"name_en\":"
    "\"Emergency relief\",\"department\":"
    "\"区民政局\","
    "\"life_event\":\"救助\",\"handling\":\"承诺件\",\"legal_days\":20,\"promised_days\":10,"
    "\"day_unit\":\"工作日\",\"trips\":0,\"trip_reason\":null,\"kiosk\":\"full\",\"keywords\":["
    "\"急难\"],"
    "\"questions\":[{\"id\":\"agent\",\"text\":\"替别人办吗？\"}],"
    "\"materials\":[{\"name\":\"委托书\",\"required\":true,\"copies\":1,\"when\":\"agent=yes\","
    "\"via\":"
    "\"scan\"}],"
    "\"fields\":[{\"id\":\"name\",\"label\":\"姓名\",\"type\":\"text\",\"from\":\"card.name\"},"
    "{\"id\":\"kind\",\"label\":\"哪种\",\"type\":\"choice\",\"options\":[\"甲\",\"乙\"],\"when\":"
    "\"agent=no\"}],\"steps\":[\"填\"],\"updated\":\"2026-11-18\",\"show\":{\"where\":\"窗口\","
    "\"days\":5},\"unknown\":{\"x\":[1]}}";

static enum err parsed(struct arena *a, const char *json, struct service **out)
{
    arena_init(a, 8192, 1 << 20);
    return service_parse(a, json, strlen(json), out);
}

TEST(a_service_is_read_as_it_was_written)
{
    struct arena a;
    struct service *s = NULL;
    CHECK_ERR(parsed(&a, whole, &s), OK);
    CHECK_STR(s->plain_name, "家里遭难申请救助");
    CHECK_STR(s->name_en, "Emergency relief");
    CHECK_EQ(s->mode, SERVICE_FULL);
    CHECK_EQ(s->legal_days, 20);
    CHECK(s->working_days && !s->at_once);
    CHECK_EQ(s->field_count, 2);
    CHECK_EQ(s->field[1].option_count, 2);
    CHECK_STR(s->material[0].when.question, "agent");
    CHECK_EQ(s->show_days, 5);
    CHECK(s->updated_day == 20775);
    arena_finish(&a);
}

TEST(what_a_district_left_out_gets_the_usual_meaning)
{
    struct arena a;
    struct service *s = NULL;
    CHECK_ERR(parsed(&a, "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\"}", &s), OK);
    CHECK_EQ(s->mode, SERVICE_GUIDE);
    CHECK_STR(s->plain_name, "名");
    CHECK_EQ(s->legal_days, 0);
    CHECK(s->phone == NULL);
    arena_finish(&a);
}

TEST(an_unusable_service_is_refused)
{
    static const char *const bad[] = {
        "[]",
        "{\"name\":\"名\",\"department\":\"局\"}",
        "{\"id\":\"a b\",\"name\":\"名\",\"department\":\"局\"}",
        "{\"id\":\"../x\",\"name\":\"名\",\"department\":\"局\"}",
        "{\"id\":\"x\",\"name\":7,\"department\":\"局\"}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"legal_days\":3,\"promised_days\":4}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"legal_days\":\"3\"}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"kiosk\":\"whole\"}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"kiosk\":\"full\"}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"fields\":[{\"id\":\"f\",\"label\":"
        "\"l\","
        "\"type\":\"face\"}]}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"fields\":[{\"id\":\"f\",\"label\":"
        "\"l\","
        "\"type\":\"choice\"}]}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"fields\":[{\"id\":\"f\",\"label\":"
        "\"l\","
        "\"type\":\"text\",\"when\":\"q=yes\"}]}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"fields\":[{\"id\":\"f\",\"label\":"
        "\"l\","
        "\"type\":\"text\"},{\"id\":\"f\",\"label\":\"l\",\"type\":\"text\"}]}",
        "{\"id\":\"x\",\"name\":\"名\",\"department\":\"局\",\"updated\":\"2026-02-30\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena a;
        struct service *s = NULL;
        CHECK_ERR(parsed(&a, bad[i], &s), ERR_FORMAT);
        arena_finish(&a);
    }
}

TEST(an_answer_decides_and_no_answer_decides_nothing)
{
    struct arena a;
    struct service *s = NULL;
    signed char answer[SERVICE_QUESTIONS] = { 0 };
    CHECK_ERR(parsed(&a, whole, &s), OK);
    CHECK(!service_when(s, answer, s->material[0].when));
    CHECK(!service_when(s, answer, s->field[1].when));
    answer[0] = 1;
    CHECK(service_when(s, answer, s->material[0].when));
    CHECK(!service_when(s, answer, s->field[1].when));
    answer[0] = 2;
    CHECK(service_when(s, answer, s->field[1].when));
    CHECK(service_when(s, answer, s->field[0].when));
    arena_finish(&a);
}

static const char rows[] =
    "INSERT INTO service VALUES('a', "
    "'{\"id\":\"a\",\"name\":\"甲\",\"plain_name\":\"给自己上养老保险\","
    "\"department\":\"人社局\",\"life_event\":\"社保\",\"keywords\":[\"农保\"]}'),"
    "('b', '{\"id\":\"b\",\"name\":\"老年证\",\"department\":\"卫健局\",\"life_event\":\"养老\"}'),"
    "('c', "
    "'{\"id\":\"c\",\"name\":\"高龄津贴\",\"department\":\"民政局\",\"life_event\":\"养老\"}'),"
    "('d', '{\"id\":\"d\"}');"
    "INSERT INTO township VALUES(420506104, '太平溪镇', NULL);"
    "INSERT INTO village VALUES(420506104201, '许家冲村村民委员会', 420506104),"
    "(420506104001, '花园社区居民委员会', 420506104);";

TEST(services_are_listed_by_life_event_and_found_by_letters_and_villagers_words)
{
    struct store *st = fixture_open();
    CHECK(fixture_run(st, rows));
    struct services *s = services_create();
    CHECK_ERR(services_load(s, st), OK);
    CHECK_EQ(s->count, 3);
    CHECK_EQ(s->refused, 1);
    CHECK_EQ(s->event_count, 2);
    CHECK_STR(s->event[0], "养老");
    services_show(s, 0, "");
    CHECK_EQ(s->shown_count, 2);
    services_show(s, -1, "nb");
    CHECK_EQ(s->shown_count, 1);
    CHECK_STR(s->line[s->shown[0]].id, "a");
    services_show(s, -1, "yanglao");
    CHECK_STR(s->line[s->shown[0]].id, "a");
    services_show(s, -1, "养老院没有");
    CHECK_EQ(s->shown_count, 0);
    services_destroy(s);
    store_close(st);
}

TEST(services_are_looked_through_for_a_household_a_firm_or_by_who_decides)
{
    struct store *st = fixture_open();
    CHECK(fixture_run(st, rows));
    CHECK(fixture_run(st, "INSERT INTO service VALUES('e', '{\"id\":\"e\",\"name\":\"开店\","
                          "\"department\":\"民政局\",\"life_event\":\"企业开办\","
                          "\"audience\":\"enterprise\"}')"));
    struct services *s = services_create();
    CHECK_ERR(services_load(s, st), OK);
    services_look(s, SERVICES_PERSON);
    CHECK_EQ(s->shown_count, 3);
    CHECK(services_has(s, 0)); /* 养老 */
    services_look(s, SERVICES_ENTERPRISE);
    CHECK_EQ(s->shown_count, 1);
    CHECK_STR(s->line[s->shown[0]].id, "e");
    CHECK(!services_has(s, 0));
    services_look(s, SERVICES_BY_DEPARTMENT);
    CHECK_EQ(s->shown_count, 0);
    CHECK_EQ(s->department_count, 3);
    CHECK_STR(s->department[0], "民政局");
    CHECK_EQ(s->department_size[0], 2);
    services_show_department(s, 0);
    CHECK_EQ(s->shown_count, 2);
    services_show(s, -1, "kaidian"); /* what is typed is looked for among all */
    CHECK_EQ(s->shown_count, 1);
    services_destroy(s);
    store_close(st);
}

TEST(another_guide_forgets_what_was_ticked_the_same_one_does_not)
{
    struct store *st = fixture_open();
    CHECK(fixture_run(st, rows));
    struct services *s = services_create();
    CHECK_ERR(services_open(s, st, service_key("a")), OK);
    CHECK_STR(s->service->id, "a");
    s->brought[0] = true;
    CHECK_ERR(services_open(s, st, service_key("a")), OK);
    CHECK(s->brought[0]);
    CHECK_ERR(services_open(s, st, service_key("b")), OK);
    CHECK(!s->brought[0]);
    CHECK_ERR(services_open(s, st, service_key("d")), ERR_FORMAT);
    CHECK(s->service == NULL);
    CHECK_ERR(services_open(s, st, 5), ERR_NOT_FOUND);
    services_destroy(s);
    store_close(st);
}

TEST(villages_are_offered_as_people_say_them)
{
    struct store *st = fixture_open();
    struct arena a;
    const char *town = NULL, *village = NULL;
    CHECK(fixture_run(st, rows));
    arena_init(&a, 4096, 65536);
    struct services *s = services_create();
    CHECK_ERR(services_pick(s, st, 0), OK);
    CHECK_EQ(s->choice_count, 1);
    CHECK_ERR(services_pick(s, st, s->choice[0].code), OK);
    CHECK_STR(s->choice_name, "太平溪镇");
    CHECK_STR(s->choice[0].name, "花园社区");
    CHECK_STR(s->choice[1].name, "许家冲村");
    CHECK_ERR(services_village(st, &a, 420506104201, &town, &village), OK);
    CHECK_STR(village, "许家冲村");
    CHECK_ERR(services_village(st, &a, 1, &town, &village), ERR_NOT_FOUND);
    services_destroy(s);
    arena_finish(&a);
    store_close(st);
}

TEST(an_appointment_offers_offices_working_days_and_times_and_without_any_takes_a_wish)
{
    static const char item[] =
        "INSERT INTO service VALUES('s', "
        "'{\"id\":\"s\",\"name\":\"预约\",\"department\":\"民政局\","
        "\"kiosk\":\"full\",\"fields\":["
        "{\"id\":\"slot_place\",\"label\":\"去哪里\",\"type\":\"choice\",\"from\":\"slot.place\"},"
        "{\"id\":\"slot_day\",\"label\":\"哪天\",\"type\":\"choice\",\"from\":\"slot.day\"},"
        "{\"id\":\"slot_time\",\"label\":\"几点\",\"type\":\"choice\",\"from\":\"slot.time\"}]}')";
    struct store *st = fixture_open();
    struct service *s = NULL;
    struct arena a;
    arena_init(&a, 4096, 1 << 20);
    CHECK(fixture_run(st, item));
    CHECK_ERR(service_load(st, &a, service_key("s"), &s), OK);
    CHECK_EQ(s->field[0].type, FIELD_TEXT); /* nothing published: what is wished is written */
    CHECK(fixture_run(st, "INSERT INTO place(id, kind, name, township, address) VALUES"
                          "(7, 'centre', '试办中心', 1, '街上');"
                          "INSERT INTO slot VALUES(7, 540, 600, 30, 2), (7, 870, 900, 30, 2)"));
    CHECK_ERR(service_load(st, &a, service_key("s"), &s), OK);
    CHECK_EQ(s->field[0].option_count, 1);
    CHECK_STR(s->field[0].options[0], "试办中心");
    CHECK_EQ(s->field[1].option_count, 10);
    CHECK_EQ(s->field[2].option_count, 3);
    CHECK_STR(s->field[2].options[2], "14:30–15:00");
    arena_finish(&a);
    store_close(st);
}

TEST(an_appointment_at_a_hospital_offers_hospitals_and_their_hours_only)
{
    static const char clinic[] =
        "INSERT INTO service VALUES('h', "
        "'{\"id\":\"h\",\"name\":\"看病\",\"department\":\"卫健局\","
        "\"kiosk\":\"full\",\"fields\":["
        "{\"id\":\"slot_place\",\"label\":\"去哪里\",\"type\":\"choice\","
        "\"from\":\"slot.place.hospital\"},"
        "{\"id\":\"slot_time\",\"label\":\"几点\",\"type\":\"choice\","
        "\"from\":\"slot.time.hospital\"}]}');"
        "INSERT INTO place(id, kind, name, township, address) VALUES(7, "
        "'centre', '中心', 1, '街上'),"
        "(8, 'hospital', '卫生院', 1, '街上');"
        "INSERT INTO slot VALUES(7, 540, 600, 30, 2), (8, 480, 510, 30, 4);";
    struct store *st = fixture_open();
    struct service *s = NULL;
    struct arena a;
    arena_init(&a, 4096, 1 << 20);
    CHECK(fixture_run(st, clinic));
    CHECK_ERR(service_load(st, &a, service_key("h"), &s), OK);
    CHECK_EQ(s->field[0].option_count, 1);
    CHECK_STR(s->field[0].options[0], "卫生院");
    CHECK_EQ(s->field[1].option_count, 1);
    CHECK_STR(s->field[1].options[0], "08:00–08:30");
    arena_finish(&a);
    store_close(st);
}
