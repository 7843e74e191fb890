/* setup_sheet_test.c - a sheet that a stick brought is handed in by the terminal itself, once there
 * is a line, and not kept longer than it is good for. */
#include "tests/test.h"
#include "tests/unit/visit_kit.h"

#include "app/app.h"
#include "app/keys.h"
#include "hal/base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[200], path[240];

static void put(const char *name, const char *text)
{
    snprintf(path, sizeof path, "%.190s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static bool sheet_is_there(void)
{
    snprintf(path, sizeof path, "%.190s/sheet", dir);
    return access(path, F_OK) == 0;
}

/* A terminal that was set up, with the keys both programs made. */
static void begin(void)
{
    struct terminal_key item, line;
    CHECK(visitkit_start("insert"));
    snprintf(dir, sizeof dir, "%.150s/setup", visitkit.config.data_dir);
    CHECK(mkdir(dir, 0770) == 0);
    snprintf(visitkit.config.setup_dir, sizeof visitkit.config.setup_dir, "%s", dir);
    CHECK_ERR(key_load_item(visitkit.config.data_dir, &item), OK);
    CHECK_ERR(key_load_line(visitkit.config.data_dir, &line), OK);
    put("../setup.done", "by = stick\n");
    visitkit.app.setup = setup_create(&visitkit.app);
    CHECK(visitkit.app.setup && !setup_open(&visitkit.app));
}

static void sheet(void)
{
    struct wire_sheet s = { "008J-4CT4-ANK0", "" };
    char text[WIRE_SHEET + 2];
    wire_anchor_print("roots", "ca", s.print);
    wire_sheet_write(&s, text);
    text[WIRE_SHEET] = '\n';
    text[WIRE_SHEET + 1] = '\0';
    put("sheet", text);
}

static void ends(enum err e)
{
    app_update(&visitkit.app, &(struct event){ .type = EV_ENROLLED, .n = e, .s = "xjc-3" });
}

TEST(a_sheet_from_a_stick_is_handed_in_and_the_terminal_starts_anew)
{
    begin();
    visitkit_event(EV_LINE);
    CHECK(!visitkit.app.setup->sheet_asked); /* there is none */
    sheet();
    visitkit_event(EV_LINE);
    CHECK(visitkit.app.setup->sheet_asked);
    visitkit_event(EV_LINE); /* not twice */
    ends(OK);
    CHECK(!sheet_is_there() && visitkit.app.ending);
}

TEST(somebody_at_the_terminal_is_not_thrown_out_by_an_enrolment)
{
    begin();
    sheet();
    visitkit_event(EV_LINE);
    visitkit.app.visit = true;
    ends(OK);
    CHECK(!visitkit.app.ending);
    app_update(&visitkit.app, &(struct event){ .type = EV_DONE });
    CHECK(visitkit.app.ending);
}

TEST(without_a_line_a_sheet_waits_and_a_used_one_is_thrown_away)
{
    begin();
    sheet();
    visitkit_event(EV_LINE);
    ends(ERR_OFFLINE);
    CHECK(sheet_is_there() && !visitkit.app.ending && visitkit.app.setup->sheet_ms > 0);
    visitkit_event(EV_LINE);
    CHECK(!visitkit.app.setup->sheet_asked); /* a minute later */
    visitkit.app.setup->sheet_ms = clock_timer_ms() - 1;
    CHECK(!setup_due(&visitkit.app, clock_timer_ms()));
    CHECK(visitkit.app.setup->sheet_asked);
    ends(ERR_REPLAYED);
    CHECK(!sheet_is_there() && !visitkit.app.ending);
    put("sheet", "nonsense\n");
    visitkit_event(EV_LINE);
    CHECK(!sheet_is_there());
}
