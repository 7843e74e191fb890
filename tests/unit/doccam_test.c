/* doccam_test.c - the document camera's contract, over its drivers and what can go wrong. */
#include "hal/doccam.h"

#include "tests/test.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { W = 320, H = 240 };

static atomic_int told;
static char folder[300], setting[320];
static struct doccam_view view;

static void changed(void *ctx)
{
    (void)ctx;
    atomic_fetch_add(&told, 1);
}

static void put_file(const char *name, const void *p, size_t n)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    (void)test_check("doccam_test.c", 0, fd >= 0 && write(fd, p, n) == (ssize_t)n, name);
    close(fd);
}

static void fault(const char *word)
{
    put_file("fault", word, strlen(word));
}

/* One picture all of one brightness. */
static void put_picture(const char *name, unsigned char luma)
{
    static unsigned char raw[W * H * 2], jpeg[64 * 1024];
    size_t n = 0;
    for (int i = 0; i < W * H; i++) {
        raw[2 * i] = luma;
        raw[2 * i + 1] = 128;
    }
    (void)test_check("doccam_test.c", 0,
                     jpeg_of_yuyv(raw, W, H, W * 2, 90, jpeg, sizeof jpeg, &n) == OK, name);
    put_file(name, jpeg, n);
}

static struct doccam *begin(void)
{
    struct doccam *d = NULL;
    snprintf(folder, sizeof folder, "%.200s/papers", test_dir());
    snprintf(setting, sizeof setting, "folder:%s", folder);
    mkdir(folder, 0700);
    fault("");
    put_picture("a.jpg", 60);
    put_picture("b.jpg", 200);
    (void)test_check("doccam_test.c", 0, doccam_create(setting, changed, NULL, &d) == OK, "create");
    return d;
}

/* Until it is so, for at most three seconds. */
#define AWAIT(d, cond)                                                 \
    do {                                                               \
        for (int i_ = 0; i_ < 3000; i_++) {                            \
            doccam_look(d, &view);                                     \
            if (cond)                                                  \
                break;                                                 \
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL); \
        }                                                              \
        doccam_look(d, &view);                                         \
    } while (0)

static int brightness(struct doccam *d)
{
    const struct draw_image *im = doccam_image(d);
    return im ? (int)(im->pixels[im->h / 2 * im->stride + im->w / 2] & 0xFF) : -1;
}

static void nearly(int is, int want, const char *what)
{
    (void)test_check("doccam_test.c", 0, is > want - 12 && is < want + 12, what);
}

TEST(none_is_no_thread_and_says_so)
{
    struct doccam *d = NULL;
    CHECK_ERR(doccam_create("none", changed, NULL, &d), OK);
    doccam_watch(d, 100, 100);
    doccam_shoot(d);
    doccam_look(d, &view);
    CHECK_EQ(view.state, DOCCAM_NONE);
    CHECK(!doccam_is_set(d) && !doccam_image(d));
    doccam_destroy(d);
}

TEST(a_camera_that_is_not_there_is_looked_for_by_either_driver)
{
    static const char *const settings[] = { "/dev/video-none", "no such camera",
                                            "folder:/nowhere" };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct doccam *d = NULL;
        size_t n = 0;
        CHECK_ERR(doccam_create(settings[i], changed, NULL, &d), OK);
        doccam_look(d, &view);
        CHECK_EQ(view.state, DOCCAM_RESTING);
        CHECK(doccam_is_set(d));
        doccam_watch(d, 100, 100);
        AWAIT(d, view.state != DOCCAM_RESTING);
        CHECK_EQ(view.state, DOCCAM_ABSENT);
        CHECK(!doccam_image(d) && !doccam_still(d, &n));
        doccam_destroy(d);
    }
}

TEST(a_still_is_what_lay_there_and_the_next_paper_follows)
{
    struct doccam *d = begin();
    size_t n = 0;
    int w = 0, h = 0;
    doccam_watch(d, 160, 400);
    AWAIT(d, view.has_image);
    CHECK_EQ(view.state, DOCCAM_READY);
    CHECK_STR(view.name, "folder");
    CHECK(view.mode == DOCCAM_SHOWING);
    CHECK(doccam_image(d) && doccam_image(d)->w == 160 && doccam_image(d)->h == 120);
    nearly(brightness(d), 60, "the first paper");
    doccam_shoot(d);
    AWAIT(d, view.mode == DOCCAM_HOLDING);
    CHECK_ERR(view.shot_err, OK);
    const unsigned char *still = doccam_still(d, &n);
    CHECK(still && n > 100 && n <= DOCCAM_STILL);
    CHECK_ERR(jpeg_size(still, n, &w, &h), OK);
    CHECK(w == W && h == H);
    nearly(view.look.luma, 60, "its brightness");
    nearly(brightness(d), 60, "what was taken is shown");
    doccam_again(d);
    CHECK(!doccam_still(d, &n));
    AWAIT(d, view.has_image);
    nearly(brightness(d), 200, "the second paper");
    doccam_destroy(d);
}

TEST(nobody_looks_and_nothing_is_kept)
{
    struct doccam *d = begin();
    size_t n = 0;
    CHECK(doccam_wiped(d));
    doccam_watch(d, 160, 160);
    AWAIT(d, view.has_image);
    doccam_shoot(d);
    AWAIT(d, view.mode == DOCCAM_HOLDING);
    CHECK(!doccam_wiped(d));
    doccam_watch(d, 0, 0);
    CHECK(!doccam_still(d, &n) && !doccam_image(d)); /* at once, for whoever comes next */
    doccam_watch(d, 160, 160);
    doccam_look(d, &view);
    CHECK(view.mode == DOCCAM_SHOWING);
    AWAIT(d, view.has_image);
    nearly(brightness(d), 60, "from the start, as plugged in anew");
    doccam_watch(d, 0, 0);
    AWAIT(d, doccam_wiped(d) && view.state == DOCCAM_RESTING);
    CHECK(doccam_wiped(d));
    doccam_destroy(d);
}

TEST(pulled_out_it_is_a_state_and_plugged_in_it_goes_on)
{
    struct doccam *d = begin();
    doccam_watch(d, 160, 160);
    AWAIT(d, view.has_image);
    const struct draw_image *seen = doccam_image(d);
    fault("absent");
    AWAIT(d, view.state == DOCCAM_ABSENT);
    CHECK_EQ(view.state, DOCCAM_ABSENT);
    CHECK(!doccam_image(d));
    CHECK(seen->pixels[0] >> 24 == 0xFF); /* whoever paints it still may */
    fault("");
    AWAIT(d, view.has_image);
    CHECK_EQ(view.state, DOCCAM_READY);
    doccam_destroy(d);
}

TEST(busy_and_denied_are_told_apart)
{
    struct doccam *d = begin();
    fault("busy");
    doccam_watch(d, 160, 160);
    AWAIT(d, view.state == DOCCAM_BUSY);
    CHECK_EQ(view.state, DOCCAM_BUSY);
    fault("denied");
    AWAIT(d, view.state == DOCCAM_DENIED);
    CHECK_EQ(view.state, DOCCAM_DENIED);
    doccam_destroy(d);
}

TEST(a_torn_picture_gives_no_still_and_the_next_try_does)
{
    struct doccam *d = begin();
    size_t n = 0;
    doccam_watch(d, 160, 160);
    AWAIT(d, view.has_image);
    fault("torn");
    doccam_shoot(d);
    AWAIT(d, view.mode == DOCCAM_HOLDING);
    CHECK_ERR(view.shot_err, ERR_CUT);
    CHECK(!doccam_still(d, &n));
    fault("");
    doccam_shoot(d);
    AWAIT(d, view.mode == DOCCAM_HOLDING);
    CHECK_ERR(view.shot_err, OK);
    CHECK(doccam_still(d, &n));
    doccam_destroy(d);
}

TEST(in_the_dark_the_still_says_how_dark_it_is)
{
    struct doccam *d = begin();
    fault("black");
    doccam_watch(d, 160, 160);
    AWAIT(d, view.has_image);
    doccam_shoot(d);
    AWAIT(d, view.mode == DOCCAM_HOLDING);
    CHECK_ERR(view.shot_err, OK);
    CHECK(view.look.luma < 20 && view.look.edges < 5);
    doccam_destroy(d);
}

TEST(a_slow_camera_holds_nobody_up)
{
    struct doccam *d = begin();
    struct timespec a, b;
    fault("slow");
    doccam_watch(d, 160, 160);
    AWAIT(d, view.state == DOCCAM_READY);
    clock_gettime(CLOCK_MONOTONIC, &a);
    doccam_shoot(d);
    doccam_look(d, &view);
    doccam_destroy(d);
    clock_gettime(CLOCK_MONOTONIC, &b);
    CHECK(b.tv_sec - a.tv_sec < 2);
}
