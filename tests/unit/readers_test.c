/* readers_test.c - several readers seen as one: which of them is spoken of, and which is asked. */
#include "hal/readers.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/test.h"

#define CARDS "assets/sim/cards/"

static bool comes_to(struct readers *rs, enum reader_state want, struct reader_status *out)
{
    for (int i = 0; i < 5000; i++) {
        readers_status(rs, out);
        if (out->state == want)
            return true;
        usleep(1000);
    }
    return false;
}

static enum err confirm(struct readers *rs, uint32_t serial, const char *card_no)
{
    struct card_task t = { .kind = CARD_TASK_CONFIRM };
    enum err e = ERR_BUSY;
    snprintf(t.card_no, sizeof t.card_no, "%s", card_no);
    readers_order(rs, serial, &t);
    for (int i = 0; i < 5000 && (e = readers_ordered(rs, NULL)) == ERR_BUSY; i++)
        usleep(1000);
    return e;
}

static struct readers *make(const char *first, const char *second)
{
    struct readers *rs = NULL;
    if (readers_create(NULL, NULL, &rs) != OK)
        return NULL;
    if ((*first && readers_add(rs, first, "") != OK) ||
        (*second && readers_add(rs, second, "") != OK)) {
        readers_destroy(rs);
        return NULL;
    }
    return rs;
}

TEST(no_reader_at_all_is_absent_and_answers_nothing)
{
    struct readers *rs = make("", "");
    struct reader_status s;
    struct card_face f;
    CHECK(rs != NULL);
    readers_status(rs, &s);
    bool face = readers_face(rs, 0, &f), face1 = readers_face(rs, 1, &f);
    enum err ordered = readers_ordered(rs, NULL), put = readers_sim_card(rs, NULL);
    readers_destroy(rs);
    readers_destroy(NULL);
    CHECK_EQ(s.state, READER_ABSENT);
    CHECK(!face && !face1);
    CHECK_ERR(ordered, ERR_BUSY);
    CHECK_ERR(put, ERR_ARG);
}

TEST(no_more_readers_fit_than_there_is_room_for)
{
    struct readers *rs = make("sim", "sim");
    CHECK(rs != NULL);
    enum err e = readers_add(rs, "none", ""), unknown = readers_add(rs, "made-up", "");
    struct reader_status s;
    bool two = readers_each(rs, 0, &s) && readers_each(rs, 1, &s) && !readers_each(rs, 2, &s);
    readers_destroy(rs);
    CHECK_ERR(e, ERR_FULL);
    CHECK_ERR(unknown, ERR_FULL);
    CHECK(two);
}

TEST(a_place_for_a_card_is_spoken_of_before_a_reader_that_is_missing)
{
    static const char *const order[][2] = { { "none", "sim" }, { "sim", "none" } };
    for (int i = 0; i < 2; i++) {
        struct readers *rs = make(order[i][0], order[i][1]);
        struct reader_status s;
        CHECK(rs != NULL);
        bool came = comes_to(rs, READER_EMPTY, &s);
        readers_destroy(rs);
        CHECK(came);
        CHECK_STR(s.driver, "sim");
    }
}

/* Whichever of the two has it: its face, its number and its serial are that one's alone. */
TEST(a_card_is_asked_where_it_is)
{
    static const char *const order[][2] = { { "none", "sim" },
                                            { "sim", "none" },
                                            { "sim", "sim" } };
    for (int i = 0; i < 3; i++) {
        struct readers *rs = make(order[i][0], order[i][1]);
        struct reader_status s;
        struct card_face f;
        CHECK(rs != NULL);
        bool in =
            readers_sim_card(rs, CARDS "zhang-guilan.apdu") == OK && comes_to(rs, READER_READY, &s);
        uint32_t one = READERS_MAX + 1; /* the same count, of the other reader */
        uint32_t elsewhere = s.serial % one == 0 ? s.serial + 1 : s.serial - 1;
        enum err other = confirm(rs, elsewhere, "A42050607");
        enum err right = confirm(rs, s.serial, "A42050607");
        enum err wrong = confirm(rs, s.serial, "A42050623");
        bool none = readers_face(rs, elsewhere, &f), face = readers_face(rs, s.serial, &f);
        readers_destroy(rs);
        CHECK(in && face && !none);
        CHECK_STR(f.name, "张桂兰");
        CHECK_ERR(other, ERR_CARD_GONE);
        CHECK_ERR(right, OK);
        CHECK_ERR(wrong, ERR_REFUSED);
    }
}

TEST(every_card_has_a_serial_of_its_own)
{
    struct readers *rs = make("none", "sim");
    struct reader_status s;
    uint32_t was = 0;
    bool good = rs != NULL;
    for (int i = 0; i < 4 && good; i++) {
        good = readers_sim_card(rs, CARDS "zhang-guilan.apdu") == OK &&
               comes_to(rs, READER_READY, &s) && s.serial != was &&
               readers_sim_card(rs, NULL) == OK;
        was = s.serial;
        good = good && comes_to(rs, READER_EMPTY, &s);
    }
    readers_destroy(rs);
    CHECK(good);
}

TEST(what_was_ordered_is_forgotten_by_all)
{
    struct readers *rs = make("sim", "sim");
    struct reader_status s;
    CHECK(rs != NULL);
    bool in =
        readers_sim_card(rs, CARDS "zhang-guilan.apdu") == OK && comes_to(rs, READER_READY, &s);
    struct card_task t = { .kind = CARD_TASK_CONFIRM, .card_no = "A42050607" };
    readers_order(rs, s.serial, &t);
    bool wiped = t.card_no[0] == '\0';
    readers_forget(rs);
    usleep(20000);
    enum err e = readers_ordered(rs, NULL);
    readers_destroy(rs);
    CHECK(in && wiped);
    CHECK_ERR(e, ERR_BUSY);
}
