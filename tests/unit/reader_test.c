/* reader_test.c - what every reader must do, and the road of a card through the simulated one. */
#include "hal/base/clock.h"
#include "hal/reader.h"
#include "hal/reader_sim.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/test.h"

#define CARDS "assets/sim/cards/"

static atomic_int news;

static void count_news(void *ctx)
{
    (void)ctx;
    news++;
}

/* Whether it comes to that state, ever; a reader that does not is caught after 5 s. */
static bool comes_to(struct reader *r, enum reader_state want, struct reader_status *out)
{
    for (int i = 0; i < 5000; i++) {
        reader_status(r, out);
        if (out->state == want)
            return true;
        usleep(1000);
    }
    return false;
}

static void order(struct reader *r, enum card_task_kind kind, const char *card_no)
{
    struct card_task t = { .kind = kind };
    snprintf(t.card_no, sizeof t.card_no, "%s", card_no);
    reader_order(r, &t);
}

static enum err ordered(struct reader *r, struct card_task *out)
{
    enum err e = ERR_BUSY;
    for (int i = 0; i < 5000 && (e = reader_ordered(r, out)) == ERR_BUSY; i++)
        usleep(1000);
    return e;
}

/* No card service is where the unit tests look for one. */
static struct reader *make(const char *driver)
{
    struct reader *r = NULL;
    char path[300];
    snprintf(path, sizeof path, "%s/nobody.sock", test_dir());
    setenv("PCSCLITE_CSOCK_NAME", path, 1);
    news = 0;
    if (!test_check_err(__FILE__, __LINE__, reader_create(driver, "", count_news, NULL, &r), OK,
                        "reader_create"))
        return NULL;
    return r;
}

TEST(every_reader_begins_without_a_card_and_ends_when_asked)
{
    static const struct {
        const char *driver;
        enum reader_state state;
    } all[] = { { "pcsc", READER_NO_SERVICE }, { "sim", READER_EMPTY }, { "none", READER_ABSENT } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct reader_status s;
        struct card_face f;
        struct reader *r = make(all[i].driver);
        CHECK(r != NULL);
        bool came = comes_to(r, all[i].state, &s);
        bool face = reader_face(r, s.serial, &f);
        order(r, CARD_TASK_CONFIRM, "A42050607");
        enum err e = ordered(r, NULL), again = reader_ordered(r, NULL);
        reader_destroy(r);
        CHECK(came);
        CHECK(!face);
        CHECK_STR(s.driver, all[i].driver);
        CHECK_EQ(s.present_us, 0);
        CHECK_ERR(e, ERR_CARD_GONE);
        CHECK_ERR(again, ERR_BUSY);
    }
    reader_destroy(NULL);
}

TEST(every_driver_bears_being_opened_and_closed)
{
    static const struct reader_driver *const all[] = { &reader_pcsc, &reader_sim };
    for (size_t i = 0; i < 2; i++) {
        struct reader_status s = { .state = READER_STATES };
        struct apdu_channel ch;
        void *self = NULL;
        CHECK_ERR(all[i]->open("no such reader", &self), OK);
        all[i]->wait(self, 0, &s);
        CHECK(s.state == READER_NO_SERVICE || s.state == READER_EMPTY);
        CHECK(all[i]->connect(self, &ch) != OK);
        all[i]->wake(self);
        all[i]->wait(self, 600000, &s); /* the wake came first: it returns */
        all[i]->disconnect(self, true);
        all[i]->close(self);
        all[i]->close(NULL);
    }
}

TEST(a_simulated_reader_is_used_only_when_asked_for)
{
    struct reader *r = NULL;
    struct reader_status s;
    CHECK(reader_sim.ask_only && !reader_pcsc.ask_only);
    CHECK_ERR(reader_create("made-up", "", NULL, NULL, &r), ERR_ARG);
    CHECK_ERR(reader_create("", "", NULL, NULL, &r), OK);
    reader_status(r, &s);
    enum err e = reader_sim_card(r, CARDS "zhang-guilan.apdu");
    reader_destroy(r);
    CHECK_STR(s.driver, "pcsc");
    CHECK_ERR(e, ERR_ARG);
}

TEST(every_state_of_a_reader_has_its_name)
{
    for (int i = 0; i < READER_STATES; i++)
        CHECK(strcmp(reader_state_name((enum reader_state)i), "unknown") != 0);
    CHECK_STR(reader_state_name(READER_UPSIDE_DOWN), "upside_down");
    CHECK_STR(reader_state_name(READER_STATES), "unknown");
}

TEST(a_face_is_given_once_and_leaves_with_its_card)
{
    struct reader *r = make("sim");
    struct reader_status s, next;
    struct card_face f, none = { 0 };
    CHECK(r != NULL);
    bool in = reader_sim_card(r, CARDS "zhang-guilan.apdu") == OK && comes_to(r, READER_READY, &s);
    bool wrong = reader_face(r, s.serial + 1, &f);
    bool first = reader_face(r, s.serial, &f);
    bool second = reader_face(r, s.serial, &none);
    bool out = reader_sim_card(r, NULL) == OK && comes_to(r, READER_EMPTY, &next);
    bool back = reader_sim_card(r, CARDS "deng-shuxiu.apdu") == OK &&
                comes_to(r, READER_READY, &next) && reader_sim_card(r, NULL) == OK;
    uint32_t serial = next.serial;
    bool gone = comes_to(r, READER_EMPTY, &next), late = reader_face(r, serial, &none);
    reader_destroy(r);
    CHECK(in && first && out && back && gone);
    CHECK(!wrong && !second && !late);
    CHECK(serial != s.serial && s.present_us > 0 && next.present_us == 0);
    CHECK(!next.pulled_early);
    CHECK_STR(f.name, "张桂兰");
    CHECK_STR(none.name, "");
    CHECK(news >= 6); /* empty, and reading, ready, empty of each */
}

TEST(a_card_is_confirmed_while_it_is_in)
{
    struct reader *r = make("sim");
    struct reader_status s;
    CHECK(r != NULL);
    bool in = reader_sim_card(r, CARDS "zhang-guilan.apdu") == OK && comes_to(r, READER_READY, &s);
    order(r, CARD_TASK_CONFIRM, "A42050607");
    enum err same = ordered(r, NULL);
    order(r, CARD_TASK_CONFIRM, "A42050623");
    enum err other = ordered(r, NULL);
    bool out = reader_sim_card(r, NULL) == OK && comes_to(r, READER_EMPTY, &s);
    order(r, CARD_TASK_CONFIRM, "A42050607");
    enum err gone = ordered(r, NULL);
    reader_destroy(r);
    CHECK(in && out);
    CHECK_ERR(same, OK);
    CHECK_ERR(other, ERR_REFUSED);
    CHECK_ERR(gone, ERR_CARD_GONE);
}

/* Another serial than before, and how long it took to be told (-1: never). */
static int64_t swapped_us(struct reader *r, const char *file, uint32_t was)
{
    struct reader_status s = { .serial = was };
    int64_t begin = clock_timer_us();
    if (reader_sim_card(r, file) != OK)
        return -1;
    while (s.serial == was && clock_timer_us() - begin < 5000000) {
        reader_status(r, &s);
        usleep(200);
    }
    return s.serial == was ? -1 : clock_timer_us() - begin;
}

TEST(a_card_swapped_without_a_pause_is_another_one_within_100_ms)
{
    static const struct {
        const char *file, *name;
    } card[] = { { CARDS "zhang-guilan.apdu", "张桂兰" }, { CARDS "xiong-daqing.apdu", "熊大庆" } };
    struct reader *r = make("sim");
    struct reader_status s;
    struct card_face f;
    CHECK(r != NULL);
    bool good = reader_sim_card(r, card[0].file) == OK && comes_to(r, READER_READY, &s);
    for (int i = 1; i <= 50 && good; i++) {
        uint32_t was = s.serial;
        int64_t us = swapped_us(r, card[i % 2].file, was);
        good =
            test_check(__FILE__, __LINE__, us >= 0 && us <= 100000, "told within 100 ms") &&
            test_check(__FILE__, __LINE__, !reader_face(r, was, &f), "the first one's is gone") &&
            test_check(__FILE__, __LINE__, comes_to(r, READER_READY, &s), "read") &&
            test_check(__FILE__, __LINE__, s.serial != was, "another") &&
            test_check(__FILE__, __LINE__, reader_face(r, s.serial, &f), "has a face") &&
            test_check_str(__FILE__, __LINE__, f.name, card[i % 2].name, "its own");
    }
    reader_destroy(r);
    CHECK(good);
}

TEST(a_connection_is_to_the_card_it_was_made_to)
{
    static const unsigned char select[] = { 0x00, 0xa4, 0x00, 0x00, 0x02, 0xef, 0x05 };
    unsigned char out[APDU_ANSWER];
    struct apdu_channel ch;
    void *self = NULL;
    size_t n = 0;
    CHECK_ERR(reader_sim.open("", &self), OK);
    bool first = reader_sim_put(self, CARDS "zhang-guilan.apdu") == OK &&
                 reader_sim.connect(self, &ch) == OK;
    enum err there = ch.transmit(ch.ctx, select, sizeof select, out, sizeof out, &n);
    bool other = reader_sim_put(self, CARDS "xiong-daqing.apdu") == OK;
    enum err left = ch.transmit(ch.ctx, select, sizeof select, out, sizeof out, &n);
    bool again = reader_sim.connect(self, &ch) == OK;
    enum err back = ch.transmit(ch.ctx, select, sizeof select, out, sizeof out, &n);
    reader_sim.close(self);
    CHECK(first && other && again);
    CHECK_ERR(there, OK);
    CHECK_ERR(left, ERR_CARD_GONE);
    CHECK_ERR(back, OK);
}

TEST(what_is_ordered_of_a_card_that_fell_silent_is_answered_at_once)
{
    struct reader *r = make("sim");
    struct reader_status s;
    CHECK(r != NULL);
    bool in = reader_sim_card(r, CARDS "mute.apdu") == OK && comes_to(r, READER_READING, &s);
    usleep(20000); /* the thread is in the card's hands now */
    int64_t begin = clock_timer_us();
    order(r, CARD_TASK_CONFIRM, "A42050607");
    enum err e = ordered(r, NULL);
    int64_t took = clock_timer_us() - begin;
    reader_destroy(r);
    CHECK(in);
    CHECK_ERR(e, ERR_CARD_GONE);
    CHECK(took < 1000000);
}

TEST(a_card_that_is_no_use_is_a_state_of_its_own)
{
    static const struct {
        const char *file;
        enum reader_state state;
    } all[] = { { CARDS "bank.apdu", READER_UNSUPPORTED },
                { CARDS "upside-down.apdu", READER_UPSIDE_DOWN },
                { CARDS "wu-yang.apdu", READER_READY } };
    struct reader *r = make("sim");
    CHECK(r != NULL);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct reader_status s;
        bool came = reader_sim_card(r, all[i].file) == OK && comes_to(r, all[i].state, &s);
        if (!test_check(__FILE__, __LINE__, came, all[i].file))
            break;
    }
    reader_destroy(r);
}

TEST(a_card_torn_out_while_it_is_read_is_told)
{
    struct reader *r = make("sim");
    struct reader_status s;
    CHECK(r != NULL);
    bool in = reader_sim_card(r, CARDS "mute.apdu") == OK && comes_to(r, READER_READING, &s);
    bool out = reader_sim_card(r, NULL) == OK && comes_to(r, READER_EMPTY, &s);
    bool early = s.pulled_early;
    bool next =
        reader_sim_card(r, CARDS "zhang-guilan.apdu") == OK && comes_to(r, READER_READY, &s);
    reader_destroy(r);
    CHECK(in && out && early && next);
}

TEST(a_reader_with_a_mute_card_in_it_can_be_ended)
{
    struct reader *r = make("sim");
    struct reader_status s;
    CHECK(r != NULL);
    bool in = reader_sim_card(r, CARDS "mute.apdu") == OK && comes_to(r, READER_READING, &s);
    reader_destroy(r);
    CHECK(in);
}

TEST(a_recording_that_is_none_is_refused)
{
    struct reader *r = make("sim");
    char path[300];
    CHECK(r != NULL);
    enum err missing = reader_sim_card(r, "no/such.apdu");
    snprintf(path, sizeof path, "%s/bad.apdu", test_dir());
    FILE *f = fopen(path, "w");
    if (f) {
        fputs("atr 3B00\n> 00A4\n< 90 0g\n", f);
        fclose(f);
    }
    enum err bad = reader_sim_card(r, path);
    reader_destroy(r);
    CHECK_ERR(missing, ERR_NOT_FOUND);
    CHECK_ERR(bad, ERR_FORMAT);
}
