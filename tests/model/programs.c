/* programs.c - starting, stopping, killing and burying the programs. */
#include "tests/model/programs.h"

#include "tests/model/check.h"
#include "tests/model/check_feed.h"
#include "tests/model/disk.h"
#include "tests/model/platform.h"
#include "tests/model/terminal.h"

static int64_t again_us[PROGRAMS];
static int patience_least, patience_most;

static enum err open_it(enum program p)
{
    switch (p) {
    case HUIMIN:
        return terminal_box_open();
    case SYNC:
        return terminal_sync_open();
    case OFFICE:
        return platform_open();
    default:
        return OK;
    }
}

static void close_it(enum program p)
{
    if (p == HUIMIN)
        terminal_box_close();
    if (p == SYNC)
        terminal_sync_close();
    if (p == OFFICE)
        platform_close();
}

static void wait_a_while(enum program p)
{
    again_us[p] = world_us + between(patience_least, patience_most) * 1000LL;
}

/* Even one that fails at its start may have died of it. */
bool programs_start(enum program p)
{
    prog[p].up = true;
    prog[p].dead = false;
    enum err e = open_it(p);
    trace("%s starts: %s", prog[p].name, err_name(e));
    if (e == OK && !prog[p].dead) {
        if (p == OFFICE)
            check_platform();
        return true;
    }
    if (e == OK || p == SYNC)
        close_it(p);
    prog[p].up = false;
    wait_a_while(p);
    programs_bury();
    return false;
}

void programs_stop(enum program p)
{
    if (!prog[p].up)
        return;
    close_it(p);
    prog[p].up = false;
    prog[p].fuse = 0;
    trace("%s stops", prog[p].name);
    programs_bury(); /* it may have died of it */
}

void programs_bury(void)
{
    bool touched[MACHINES] = { false };
    for (int i = 0; i < PROGRAMS; i++) {
        if (!prog[i].dead || (i == CLERK && prog[i].up))
            continue;
        if (prog[i].up) {
            close_it((enum program)i);
            wait_a_while((enum program)i);
        }
        prog[i].up = prog[i].dead = false;
        prog[i].fuse = 0;
        touched[prog[i].on] = true;
    }
    for (int m = 0; m < MACHINES; m++)
        if (touched[m] && disk_bury((enum machine)m) && m == TERMINAL)
            check_feed_power_lost();
}

void programs_mend(void)
{
    for (int i = HUIMIN; i <= OFFICE; i++)
        if (!prog[i].up && again_us[i] <= world_us)
            (void)programs_start((enum program)i);
}

int64_t programs_next_us(void)
{
    int64_t at = -1;
    for (int i = HUIMIN; i <= OFFICE; i++)
        if (!prog[i].up && (at < 0 || again_us[i] < at))
            at = again_us[i];
    return at;
}

void programs_patience(int least_ms, int most_ms)
{
    patience_least = least_ms;
    patience_most = most_ms;
}

void programs_reset(void)
{
    for (int i = 0; i < PROGRAMS; i++) {
        prog[i].up = prog[i].dead = prog[i].power = false;
        prog[i].fuse = 0;
        again_us[i] = 0;
    }
    running = OUTSIDE;
    programs_patience(1, 5000);
}
