/* schedule.c - one seed: what happens in which order, then quiet, then the reckoning. */
#include "tests/model/schedule.h"

#include "tests/model/check.h"
#include "tests/model/disk.h"
#include "tests/model/line.h"
#include "tests/model/look.h"
#include "tests/model/platform.h"
#include "tests/model/programs.h"
#include "tests/model/terminal.h"
#include "tests/model/vfs.h"
#include "tests/model/world.h"

#include <sqlite3.h>
#include <string.h>

enum { OLD_TERMINAL, NEW_TERMINAL, READY_PLATFORM };
enum { FEED_BEFORE = 26, FEED_AFTER = 4, QUIET_S = 3 * 3600, TURNS_AT_ONCE = 100 };

/* How bad this seed's world is: each fault comes once in so many steps; 0: never. */
static struct {
    int weather, crash, full, error, clock, backup, down;
    bool tight; /* long notices, and a cache they do not fit into */
} world;

/* --- time ------------------------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int64_t next_us(void)
{
    int64_t at = earlier(line_next_us(), programs_next_us());
    if (prog[SYNC].up)
        at = earlier(at, line_ready() ? world_us : line_wanted_us());
    return at;
}

static bool turn_due(void)
{
    return prog[SYNC].up && (line_ready() || line_wanted_us() <= world_us);
}

/* Somebody who asks again and again at one instant is let wait a little, as a slow machine does. */
static void turns(void)
{
    for (int i = 0; turn_due() && !broken_why(); i++) {
        terminal_turn();
        programs_bury();
        if (i > TURNS_AT_ONCE)
            world_us += 10000;
    }
}

static void pass(int64_t us)
{
    int64_t until = world_us + us;
    while (!broken_why()) {
        int64_t at = next_us();
        if (at < 0 || at > until)
            break;
        world_us = at > world_us ? at : world_us;
        programs_mend();
        line_deliver();
        turns();
    }
    world_us = world_us > until ? world_us : until;
}

/* --- what happens ----------------------------------------------------------------------------- */

/* Before it has done so many calls of its disk, from one to very many. */
static int64_t some_calls(void)
{
    return 1 + below(1 << between(0, 9));
}

static void somebody_dies(void)
{
    enum program p = (enum program)between(HUIMIN, CLERK);
    bool power = one_in(2);
    int64_t fuse = some_calls();
    trace("%s dies in %lld calls%s", prog[p].name, (long long)fuse, power ? ", of power" : "");
    if (p == CLERK) {
        platform_clerk_dies(fuse, power);
        return;
    }
    prog[p].fuse = fuse;
    prog[p].power = power;
}

static void trouble_of_disks(void)
{
    enum machine m = one_in(2) ? TERMINAL : PLATFORM;
    if (one_in(world.full))
        disk_room(m, below(1 << between(8, 17)));
    else if (one_in(2))
        disk_room(m, -1);
    if (one_in(world.error))
        disk_error_in(m, (int)some_calls());
}

static void trouble(void)
{
    if (one_in(world.crash))
        somebody_dies();
    trouble_of_disks();
    if (one_in(world.clock))
        skew_ms[TERMINAL] = between(-7200, 7200) * 1000LL;
    if (one_in(world.down))
        line_down(true);
    else if (one_in(3))
        line_down(false);
}

static void deed(void)
{
    int what = below(20);
    if (what < 8 && prog[HUIMIN].up) {
        for (int n = one_in(4) ? between(2, 6) : 1; n > 0 && prog[HUIMIN].up; n--) {
            terminal_put(one_in(12));
            programs_bury();
        }
    } else if (what < 13) {
        platform_publish();
    } else if (what < 17) {
        platform_decide();
    } else if (what == 17 && world.backup) {
        platform_backup();
    } else if (what == 18 && one_in(world.backup)) {
        platform_restore();
    } else if (what == 19 && one_in(3)) {
        programs_stop((enum program)between(HUIMIN, OFFICE));
    }
}

static int64_t some_time(void)
{
    switch (below(4)) {
    case 0:
        return between(1, 200) * 1000LL;
    case 1:
        return between(1, 10) * 1000000LL;
    case 2:
        return between(1, 120) * 1000000LL;
    default:
        return one_in(6) ? between(1, 3600) * 1000000LL : between(1, 3000) * 1000LL;
    }
}

/* --- one schedule ----------------------------------------------------------------------------- */

static void choose_world(void)
{
    world.weather = below(3);
    world.crash = one_in(4) ? 0 : between(2, 12);
    world.full = one_in(2) ? 0 : between(2, 10);
    world.error = one_in(2) ? 0 : between(2, 12);
    world.clock = one_in(2) ? 0 : between(4, 20);
    world.backup = one_in(3) ? between(1, 3) : 0;
    world.down = one_in(2) ? 0 : between(4, 12);
    world.tight = one_in(12);
    trace("weather %d crash %d full %d error %d clock %d backup %d down %d tight %d", world.weather,
          world.crash, world.full, world.error, world.clock, world.backup, world.down, world.tight);
    terminal_cache_mb(world.tight ? 1 : 64);
    platform_long_notices(world.tight);
    line_weather(world.weather);
}

static void begin(uint64_t seed)
{
    trace_reset();
    broken_reset();
    chance_seed(seed);
    keys_seed(seed);
    sqlite3_randomness(0, NULL);
    programs_reset();
    line_reset();
    platform_reset();
    check_reset();
    world_us = world_start_us;
    memset(skew_ms, 0, sizeof skew_ms);
    look_reset();
    disk_empty(SAFE);
    disk_empty(CHECKER);
    disk_load(PLATFORM, READY_PLATFORM);
    disk_load(TERMINAL, one_in(2) ? OLD_TERMINAL : NEW_TERMINAL);
    choose_world();
    programs_mend();
}

static void quiet(void)
{
    line_weather(0);
    line_down(false);
    for (int m = 0; m < MACHINES; m++) {
        disk_room((enum machine)m, -1);
        disk_error_in((enum machine)m, 0);
    }
    for (int i = 0; i < PROGRAMS; i++)
        prog[i].fuse = 0;
    platform_clerk_dies(0, false);
    terminal_cache_mb(64);
    if (world.tight)
        programs_stop(SYNC); /* its cache may grow from the next start on */
    trace("quiet from now on");
}

/* Everything comes to its place by itself, in bounded time. */
static int64_t wait_for_all(void)
{
    int64_t from = world_us;
    const char *missing = "";
    for (int64_t step = 1; world_us - from < QUIET_S * 1000000LL; step += step / 2 + 1) {
        pass(step * 1000000LL);
        if (broken_why())
            return 0;
        missing = check_done();
        if (!missing)
            return (world_us - from) / 1000000;
    }
    broken("after %d s of quiet: %s", QUIET_S, missing);
    return 0;
}

void schedule_run(uint64_t seed, struct schedule_result *out)
{
    begin(seed);
    for (int n = between(4, 32); n > 0 && !broken_why(); n--) {
        trouble();
        deed();
        pass(some_time());
    }
    int64_t quiet_s = 0;
    if (!broken_why()) {
        quiet();
        pass(10000000); /* whoever lay in bed is up again */
        platform_publish();
        quiet_s = wait_for_all();
    }
    for (int p = HUIMIN; p <= OFFICE; p++)
        programs_stop((enum program)p);
    if (!broken_why())
        check_end();
    *out = (struct schedule_result){
        .why = broken_why(), .trace = trace_hash(), .saved = check_saved_count(), .quiet_s = quiet_s
    };
}

/* --- once ------------------------------------------------------------------------------------- */

const char *schedule_make(void)
{
    chance_seed(0);
    keys_seed(0);
    keys_install();
    must(crypto_init() == OK, "crypto");
    vfs_install();
    vfs_on_commit(check_commit);
    world_us = world_start_us - 3600000000;
    platform_make();
    terminal_make();
    for (int i = 0; i < FEED_BEFORE; i++)
        platform_publish();
    disk_keep(TERMINAL, OLD_TERMINAL);
    programs_reset();
    programs_mend();
    pass(1200000000);
    for (int p = HUIMIN; p <= OFFICE; p++)
        programs_stop((enum program)p);
    const char *missing = broken_why() ? NULL : check_done();
    if (missing)
        broken("%s", missing);
    disk_keep(TERMINAL, NEW_TERMINAL);
    for (int i = 0; i < FEED_AFTER; i++)
        platform_publish();
    disk_keep(PLATFORM, READY_PLATFORM);
    check_keep_feed();
    return broken_why();
}
