/* idreader_samv_test.c - the identity card reader against huimin-samv, over a real pseudo tty. */
#include "hal/reader.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/test.h"

#define CARDS    "tests/samv/cards/"
#define TIAN     CARDS "01-tian-yunxia.card"
#define XIANG    CARDS "02-xiang-zhengguo.card"
#define TIAN_ID  "422801197604112823"
#define XIANG_ID "420506194409231018"

extern char **environ;

/* A simulator and the reader on it. */
struct bench {
    pid_t pid;
    char tty[320], sock[100];
    struct reader *r;
    struct reader_status s;
};

static long real_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

/* One verb; true: it said ok. */
static bool say(struct bench *b, const char *line)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    char answer[512] = "";
    snprintf(addr.sun_path, sizeof addr.sun_path, "%s", b->sock);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool ok = connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0 &&
              dprintf(fd, "%s\n", line) > 0 && recv(fd, answer, sizeof answer - 1, 0) > 0 &&
              strncmp(answer, "{\"ok\":true", 10) == 0;
    close(fd);
    return ok;
}

/* The program lies beside this one. */
static bool start_module(struct bench *b)
{
    char program[512];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 32);
    snprintf(b->tty, sizeof b->tty, "%s/tty", test_dir());
    if (snprintf(b->sock, sizeof b->sock, "%s/sock", test_dir()) >= (int)sizeof b->sock)
        return false;
    if (n <= 0)
        return false;
    program[n] = '\0';
    snprintf(strrchr(program, '/'), 32, "/huimin-samv");
    char *argv[] = { program, "--tty", b->tty, "--control", b->sock, NULL };
    if (posix_spawn(&b->pid, program, NULL, NULL, argv, environ) != 0) {
        b->pid = 0;
        return false;
    }
    for (int i = 0; i < 5000 && !say(b, "state"); i++)
        usleep(1000);
    return say(b, "state");
}

static bool start(struct bench *b)
{
    *b = (struct bench){ .pid = 0 };
    return test_check(__FILE__, __LINE__, start_module(b), "huimin-samv runs") &&
           test_check_err(__FILE__, __LINE__, reader_create("samv", b->tty, NULL, NULL, &b->r), OK,
                          "reader_create");
}

static void stop(struct bench *b)
{
    reader_destroy(b->r);
    if (b->pid > 0) {
        kill(b->pid, SIGTERM);
        waitpid(b->pid, NULL, 0);
    }
}

/* Whether it comes to that state within ms. */
static bool comes_to(struct bench *b, enum reader_state want, int ms)
{
    for (long end = real_ms() + ms; real_ms() < end; usleep(1000)) {
        reader_status(b->r, &b->s);
        if (b->s.state == want)
            return true;
    }
    return false;
}

static bool stays(struct bench *b, enum reader_state want, int ms)
{
    uint32_t serial = b->s.serial;
    for (long end = real_ms() + ms; real_ms() < end; usleep(1000)) {
        reader_status(b->r, &b->s);
        if (b->s.state != want || b->s.serial != serial)
            return false;
    }
    return true;
}

/* READY with another card than `was`. */
static bool comes_to_another(struct bench *b, uint32_t was, int ms)
{
    for (long end = real_ms() + ms; real_ms() < end; usleep(1000)) {
        reader_status(b->r, &b->s);
        if (b->s.state == READER_READY && b->s.serial != was)
            return true;
    }
    return false;
}

static enum err confirmed(struct bench *b, const char *id)
{
    enum err e = ERR_BUSY;
    struct card_task t = { .kind = CARD_TASK_CONFIRM };
    snprintf(t.card_no, sizeof t.card_no, "%s", id);
    reader_order(b->r, &t);
    for (int i = 0; i < 9000 && (e = reader_ordered(b->r, NULL)) == ERR_BUSY; i++)
        usleep(1000);
    return e;
}

TEST(an_identity_card_is_read_confirmed_and_seen_to_leave)
{
    struct bench b;
    struct card_face f = { 0 }, none;
    bool good = start(&b) && comes_to(&b, READER_EMPTY, 5000);
    bool named = good && strcmp(b.s.name, b.tty) == 0 && strcmp(b.s.driver, "samv") == 0;
    bool in = good && say(&b, "in " TIAN) && comes_to(&b, READER_READY, 5000);
    bool face =
        in && reader_face(b.r, b.s.serial, &f) && b.s.kind == CARD_IDCARD && b.s.present_us > 0;
    enum err same = in ? confirmed(&b, TIAN_ID) : ERR_BUSY;
    bool still = in && stays(&b, READER_READY, 2000);
    bool out = in && say(&b, "out") && comes_to(&b, READER_EMPTY, 5000);
    bool left = out && !b.s.pulled_early && b.s.present_us == 0;
    enum err gone = in ? confirmed(&b, TIAN_ID) : ERR_BUSY;
    bool again = in && reader_face(b.r, b.s.serial, &none);
    stop(&b);
    CHECK(good && named && in && face && still && out && left && !again);
    CHECK_ERR(same, OK);
    CHECK_ERR(gone, ERR_CARD_GONE);
    CHECK_STR(f.name, "田云霞");
    CHECK_STR(f.id, TIAN_ID);
    CHECK(f.nation == 15 && f.sex == '2');
}

TEST(every_invented_identity_card_is_read)
{
    static const struct {
        const char *file, *name, *id;
        int nation;
        bool for_good;
    } all[] = { { TIAN, "田云霞", TIAN_ID, 15, false },
                { XIANG, "向正国", XIANG_ID, 1, true },
                { CARDS "03-dilinur.card", "迪丽努尔·阿卜杜热合曼·买买", "653101199206300145", 5,
                  false },
                { CARDS "04-hongkong.card", "陈嘉乐", "810000198802170034", 0, false },
                { CARDS "05-foreigner.card", "DOE, JANE EXAMPLE", "XXA420119850101", 0, false } };
    struct bench b;
    bool good = start(&b);
    for (size_t i = 0; good && i < sizeof all / sizeof *all; i++) {
        struct card_face f = { 0 };
        char verb[128];
        snprintf(verb, sizeof verb, "in %s", all[i].file);
        good = comes_to(&b, READER_EMPTY, 5000) && say(&b, verb) &&
               comes_to(&b, READER_READY, 5000) && reader_face(b.r, b.s.serial, &f) &&
               test_check_str(__FILE__, __LINE__, f.name, all[i].name, "name") &&
               test_check_str(__FILE__, __LINE__, f.id, all[i].id, "id") &&
               f.nation == all[i].nation && (f.expires_day == INT32_MIN) == all[i].for_good &&
               say(&b, "out");
    }
    stop(&b);
    CHECK(good);
}

/* However the module answers for a card that was read and still lies there. */
TEST(a_card_that_stays_is_the_same_and_another_one_is_not)
{
    static const char *const habits[] = { "habit find", "habit select", "habit read" };
    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        struct card_face f = { 0 };
        bool good = start(&b) && say(&b, habits[i]) && say(&b, "in " TIAN) &&
                    comes_to(&b, READER_READY, 5000);
        bool still = good && stays(&b, READER_READY, 2000);
        uint32_t was = b.s.serial;
        bool swapped = good && say(&b, "swap " XIANG " 0") && comes_to_another(&b, was, 6000) &&
                       reader_face(b.r, b.s.serial, &f);
        bool out = good && say(&b, "out") && comes_to(&b, READER_EMPTY, 5000);
        stop(&b);
        CHECK(good && still && swapped && out);
        CHECK_STR(f.id, XIANG_ID);
    }
}

/* Such a module cannot be asked; the card seems to leave, and says nothing wrong. */
TEST(a_module_that_denies_a_card_it_has_read_only_loses_it)
{
    struct bench b;
    bool good = start(&b) && say(&b, "habit never") && say(&b, "in " TIAN) &&
                comes_to(&b, READER_READY, 5000);
    bool lost = good && comes_to(&b, READER_EMPTY, 5000) && stays(&b, READER_EMPTY, 1500);
    stop(&b);
    CHECK(good && lost);
}

TEST(a_card_changed_before_it_is_confirmed_is_refused)
{
    struct bench b;
    bool good = start(&b) && say(&b, "in " TIAN) && comes_to(&b, READER_READY, 5000);
    uint32_t was = b.s.serial;
    bool swapped = good && say(&b, "swap " XIANG " 0");
    enum err e = swapped ? confirmed(&b, TIAN_ID) : ERR_BUSY;
    bool read = swapped && comes_to_another(&b, was, 5000);
    stop(&b);
    CHECK(good && swapped && read);
    /* seen by the confirmation, or already by the look before it */
    CHECK(e == ERR_REFUSED || e == ERR_CARD_GONE);
}

TEST(the_same_card_laid_down_again_slowly_is_a_new_visit)
{
    struct bench b;
    bool good = start(&b) && say(&b, "in " TIAN) && comes_to(&b, READER_READY, 5000);
    uint32_t was = b.s.serial;
    bool back = good && say(&b, "swap " TIAN " 2000") && comes_to(&b, READER_EMPTY, 1900) &&
                comes_to_another(&b, was, 5000);
    stop(&b);
    CHECK(good && back);
}

TEST(a_module_may_be_unplugged_and_plugged_in_again)
{
    struct bench b;
    bool good = start(&b) && say(&b, "in " TIAN) && comes_to(&b, READER_READY, 5000);
    bool absent = good && say(&b, "unplug") && comes_to(&b, READER_ABSENT, 5000);
    bool unnamed = absent && !b.s.name[0];
    enum err gone = good ? confirmed(&b, TIAN_ID) : ERR_BUSY;
    bool back = absent && say(&b, "out") && say(&b, "plug") && comes_to(&b, READER_EMPTY, 5000);
    bool reads = back && say(&b, "in " XIANG) && comes_to(&b, READER_READY, 5000);
    stop(&b);
    CHECK(good && absent && unnamed && back && reads);
    CHECK_ERR(gone, ERR_CARD_GONE);
}

TEST(answers_that_are_disturbed_still_bring_the_card)
{
    static const char *const faults[] = { "fault garbage 300", "fault split", "fault slow 400",
                                          "fault nophoto",     "fault sum 4", "fault sum 6",
                                          "fault cut 9",       "fault cut 0", "fault long 5",
                                          "fault sw 41",       "fault sw 31", "fault sw 10" };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct bench b;
        bool good = start(&b) && comes_to(&b, READER_EMPTY, 5000) && say(&b, faults[i]) &&
                    say(&b, "in " TIAN);
        struct card_face f = { 0 };
        bool ready = good && comes_to(&b, READER_READY, 8000) && reader_face(b.r, b.s.serial, &f);
        stop(&b);
        if (!test_check(__FILE__, __LINE__, ready, faults[i]))
            return;
        CHECK_STR(f.id, TIAN_ID);
    }
}

/* By the driver alone: the reader thread would try again in any case. */
TEST(a_text_that_is_spoilt_is_asked_for_again)
{
    static const char *const faults[] = { "fault cut 700", "fault sum 2", "fault long 2" };
    struct bench b = { .pid = 0 };
    struct reader_status s = { .state = READER_STATES };
    struct card_face f = { 0 };
    void *self = NULL;
    bool good = start_module(&b) && say(&b, "in " TIAN) && reader_idcard.open(b.tty, &self) == OK;
    if (good)
        reader_idcard.wait(self, 0, &s);
    bool there = good && s.state == READER_READING;
    for (size_t i = 0; there && i < sizeof faults / sizeof *faults; i++) {
        enum err e = say(&b, faults[i]) ? reader_idcard.read(self, &f) : ERR_ARG;
        if (!test_check_err(__FILE__, __LINE__, e, OK, faults[i]))
            break;
    }
    reader_idcard.close(self);
    stop(&b);
    CHECK(good && there);
    CHECK_STR(f.id, TIAN_ID);
}

TEST(a_module_that_falls_silent_is_absent_within_the_deadline)
{
    struct bench b;
    bool good = start(&b) && comes_to(&b, READER_EMPTY, 5000);
    long at = real_ms();
    bool absent = good && say(&b, "fault mute 1") && comes_to(&b, READER_ABSENT, 8000);
    long silent_ms = real_ms() - at;
    bool back = absent && say(&b, "fault none") && comes_to(&b, READER_EMPTY, 8000);
    /* and while it reads: find and select are answered, the text is not */
    bool in = back && say(&b, "fault slow 300") && say(&b, "in " TIAN) &&
              comes_to(&b, READER_READING, 5000) && say(&b, "fault mute 1");
    bool gone = in && comes_to(&b, READER_ABSENT, READER_GIVE_UP_MS);
    stop(&b);
    CHECK(good && absent && back && in && gone);
    CHECK(silent_ms < READER_GIVE_UP_MS);
}

TEST(a_line_of_nothing_but_noise_is_absent)
{
    struct bench b;
    bool good = start(&b) && say(&b, "in " TIAN) && comes_to(&b, READER_READY, 5000);
    bool refused = good;
    for (int i = 0; refused && i < 400 && !(b.s.state == READER_ABSENT); i++) {
        refused = say(&b, "fault sum 1");
        usleep(20000);
        reader_status(b.r, &b.s);
    }
    stop(&b);
    CHECK(good && refused);
    CHECK_EQ(b.s.state, READER_ABSENT);
}

TEST(a_reader_without_its_line_waits_for_it_and_can_be_ended_at_any_time)
{
    struct bench b = { .pid = 0 };
    char path[320];
    snprintf(path, sizeof path, "%s/nothing", test_dir());
    struct reader *r = NULL;
    CHECK_ERR(reader_create("samv", "", NULL, NULL, &r), ERR_ARG);
    CHECK_ERR(reader_create("samv", path, NULL, NULL, &b.r), OK);
    bool absent = comes_to(&b, READER_ABSENT, 1000) && stays(&b, READER_ABSENT, 700);
    long at = real_ms();
    reader_destroy(b.r);
    long end_ms = real_ms() - at;
    CHECK(absent && end_ms < 900);
    CHECK(start(&b));
    bool mute = comes_to(&b, READER_EMPTY, 5000) && say(&b, "fault mute 1");
    usleep(500000); /* now it waits for an answer that does not come */
    at = real_ms();
    reader_destroy(b.r);
    end_ms = real_ms() - at;
    b.r = NULL;
    stop(&b);
    CHECK(mute && end_ms < 900);
}

TEST(a_wake_ends_the_wait_of_an_identity_reader)
{
    struct bench b = { .pid = 0 };
    struct reader_status s = { .state = READER_STATES };
    void *self = NULL;
    bool good = start_module(&b) && reader_idcard.open(b.tty, &self) == OK;
    if (good)
        reader_idcard.wait(self, 0, &s);
    bool empty = good && s.state == READER_EMPTY;
    long at = real_ms();
    if (good) {
        reader_idcard.wake(self);
        reader_idcard.wait(self, 600000, &s); /* the wake came first: it returns */
    }
    long wait_ms = real_ms() - at;
    struct card_face f;
    enum err nothing = good ? reader_idcard.read(self, &f) : OK;
    reader_idcard.close(self);
    reader_idcard.close(NULL);
    stop(&b);
    CHECK(good && empty && wait_ms < 30000);
    CHECK_ERR(nothing, ERR_CARD_GONE);
}

TEST(a_card_the_module_cannot_read_is_told_so)
{
    struct bench b;
    char path[320], verb[400];
    bool good = start(&b) && comes_to(&b, READER_EMPTY, 5000);
    snprintf(path, sizeof path, "%s/other.card", test_dir());
    snprintf(verb, sizeof verb, "in %s", path);
    FILE *f = fopen(path, "w");
    if (f) {
        fputs("type = Q\nname = 某某\nid = " TIAN_ID "\nto = 长期\n", f);
        fclose(f);
    }
    bool unknown =
        good && say(&b, verb) && comes_to(&b, READER_UNSUPPORTED, 5000) && b.s.kind == CARD_IDCARD;
    bool next = unknown && say(&b, "out") && comes_to(&b, READER_EMPTY, 5000) &&
                say(&b, "in " TIAN) && comes_to(&b, READER_READY, 5000);
    stop(&b);
    CHECK(good && unknown && next);
}
