/* setup_open_test.c - a terminal that is being set up: what a power cut, an absence, a lost disk
 * and a picture that nobody can see leave open to whoever comes by. */
#include "tests/test.h"
#include "tests/unit/visit_kit.h"

#include "app/app.h"
#include "app/staff.h"
#include "hal/base/clock.h"
#include "hal/base/io.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[200], path[240];

static const char *in(const char *name)
{
    snprintf(path, sizeof path, "%.190s/%s", dir, name);
    return path;
}

static void put(const char *name, const char *text)
{
    int fd = open(in(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static const char *got(const char *name)
{
    static char text[4096];
    size_t n = 0;
    return io_slurp(AT_FDCWD, in(name), text, sizeof text, &n) == OK ? text : "(none)";
}

/* As after a start. */
static struct setup *starts(void)
{
    setup_destroy(visitkit.app.setup);
    visitkit.app.setup = setup_create(&visitkit.app);
    app_home(&visitkit.app);
    return visitkit.app.setup;
}

static void begin(void)
{
    CHECK(visitkit_start("insert"));
    snprintf(dir, sizeof dir, "%.150s/setup", visitkit.config.data_dir);
    CHECK(mkdir(dir, 0770) == 0);
    snprintf(visitkit.config.setup_dir, sizeof visitkit.config.setup_dir, "%s", dir);
    snprintf(visitkit.config.system_state, sizeof visitkit.config.system_state, "%.190s/state",
             dir);
    (void)starts();
}

static void later(int64_t ms)
{
    clock_advance_ms(ms);
    (void)app_due(&visitkit.app, clock_timer_ms());
}

static const char *on(void)
{
    return app_screen(&visitkit.app)->name;
}

TEST(a_power_cut_on_the_pages_of_the_network_begins_them_anew)
{
    static const char *const page[] = { "net\n", "net_how\n", "ntp\n", "platform\n", "apply\n" };
    begin();
    for (size_t i = 0; i < sizeof page / sizeof *page; i++) {
        put("page", page[i]);
        CHECK_EQ(starts()->page, SETUP_NET);
    }
    put("page", "pin\n");
    CHECK_EQ(starts()->page, SETUP_PIN);
}

TEST(a_wish_without_a_network_is_never_sent)
{
    begin();
    setup_show(&visitkit.app, SETUP_APPLY);
    CHECK_EQ(visitkit.app.setup->wait, WISH_QUIET);
    CHECK_STR(visitkit.app.setup->wrong, "setup.wrong.choose_net");
    CHECK(access(in("wish.conf"), F_OK) != 0);
}

TEST(a_lost_disk_is_no_new_machine)
{
    begin();
    CHECK_STR(on(), "setup");
    put("state", "data = lost\n");
    starts();
    CHECK(!setup_open(&visitkit.app) && !setup_may(&visitkit.app));
    CHECK_STR(on(), "out_of_service");
    app_go(&visitkit.app, "setup", 0);
    CHECK(strcmp(on(), "setup") != 0);
    put("../setup.done", "by = stick\n"); /* a signed one was put in */
    starts();
    CHECK(!setup_lost(&visitkit.app));
    CHECK_STR(on(), "home");
}

/* --- wishes ------------------------------------------------------------------------------------
 */

static void wishes(const char *ntp)
{
    struct wish w = { 0 };
    CHECK(wish_set(&w, "ntp", ntp) == NULL);
    setup_wish_send(&visitkit.app, &w);
}

TEST(a_wish_is_huimins_alone_and_each_has_a_number_of_its_own)
{
    struct stat st;
    begin();
    struct setup *s = visitkit.app.setup;
    wishes("a.example.cn");
    CHECK(stat(in("wish.conf"), &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK_STR(got("wish.conf"), "serial = 1\nntp = a.example.cn\n");
    put("answer.conf", "serial = 1\nkey = ntp\nwhy = no\n");
    later(300);
    CHECK_EQ(s->wait, WISH_REFUSED);
    CHECK_STR(got("asked.conf"), "(none)");
    CHECK_STR(got("answer.conf"), "(none)");
    wishes("b.example.cn");
    CHECK_STR(got("wish.conf"), "serial = 2\nntp = b.example.cn\n");
    put("answer.conf", "serial = 2\nresult = ok\n");
    later(300);
    CHECK_EQ(s->wait, WISH_DONE);
    CHECK_STR(got("asked.conf"), "(none)");
    CHECK_STR(s->kept.ntp, "b.example.cn");
}

/* --- turned ------------------------------------------------------------------------------------
 */

static const char *kept(void)
{
    static struct config c;
    static char why[256];
    config_init(&c);
    if (config_load(&c, in("../terminal.conf"), why, sizeof why) != OK)
        return why;
    return c.rotate;
}

TEST(a_picture_that_nobody_touches_is_turned_back)
{
    begin();
    struct setup *s = visitkit.app.setup;
    setup_show(&visitkit.app, SETUP_TURN);
    setup_pick_turn(&visitkit.app, 1);
    CHECK_EQ(s->turned, 1);
    later(SETUP_TURN_MS - 1000);
    CHECK_EQ(s->turned, 1);
    later(1000);
    CHECK_EQ(s->turned, 0);
    CHECK_EQ(s->page, SETUP_TURN);
    setup_pick_turn(&visitkit.app, 3);
    app_go(&visitkit.app, "help", 0); /* left, for whatever reason: nobody said it is well */
    CHECK_EQ(s->turned, 0);
    CHECK(access(in("../terminal.conf"), F_OK) != 0);
}

TEST(a_picture_that_is_touched_hangs_so_after_a_start)
{
    struct event again = { .type = EV_PICK, .what = "setup.turn", .n = 1 },
                 up = { .type = EV_PICK, .what = "setup.turn", .n = 0 };
    begin();
    struct setup *s = visitkit.app.setup;
    setup_show(&visitkit.app, SETUP_TURN);
    app_update(&visitkit.app, &again);
    app_update(&visitkit.app, &again); /* seen, but a quarter is missing */
    CHECK_EQ(s->turned, 2);
    CHECK_STR(kept(), "left");
    later(SETUP_TURN_MS); /* … and now it was seen no more: as it was seen last */
    CHECK_EQ(s->turned, 1);
    app_update(&visitkit.app, &again);
    app_update(&visitkit.app, &up);
    CHECK_STR(kept(), "inverted");
    CHECK_EQ(s->page, SETUP_NAME);
    later(SETUP_TURN_MS);
    CHECK_EQ(s->turned, 2);
}

/* --- the door ----------------------------------------------------------------------------------
 */

static void posted(const struct event *ev)
{
    (void)ev;
}

TEST(a_new_pin_opens_no_door_and_one_that_is_there_shuts_it_behind_those_who_left)
{
    struct staff *staff = NULL;
    begin();
    put("../staff.pin", "$argon2id$x\n");
    CHECK_ERR(staff_create(visitkit.config.data_dir, posted, &staff), OK);
    visitkit.app.dev.staff = staff;
    visitkit_event(EV_PIN_SET);
    CHECK(!visitkit.app.staff_in);
    setup_show(&visitkit.app, SETUP_TEST);
    visitkit_event(EV_TOUCH);
    later(SETUP_REST_MS - 1000);
    CHECK_STR(on(), "setup");
    later(1000);
    CHECK_STR(on(), "staff");
    app_go(&visitkit.app, "setup", SETUP_AT + SETUP_REPORT);
    CHECK_STR(on(), "staff");
    app_home(&visitkit.app);
    CHECK_STR(on(), "staff");
    app_update(&visitkit.app, &(struct event){ .type = EV_PIN, .n = ERR_REFUSED });
    CHECK_STR(on(), "staff");
    app_update(&visitkit.app, &(struct event){ .type = EV_PIN, .n = OK });
    CHECK_STR(on(), "setup");
    CHECK(!visitkit.app.staff_in && visitkit.app.setup->page == SETUP_TEST);
    starts(); /* the plug was pulled */
    CHECK_STR(on(), "staff");
    visitkit.app.dev.staff = NULL;
    staff_destroy(staff);
}
