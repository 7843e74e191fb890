/* papers_test.c - papers of a form: offered, kept sealed, named in the application, forgotten. */
#include "app/papers.h"

#include "app/form.h"
#include "app/visit.h"
#include "hal/base/clock.h"
#include "tests/test.h"
#include "tests/unit/visit_kit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char service_text[] =
    "{\"id\":\"p-1\",\"name\":\"办事\",\"department\":\"区民政局\",\"kiosk\":\"full\","
    "\"consent\":{\"version\":\"v1\",\"text\":\"同意\"},"
    "\"questions\":[{\"id\":\"agent\",\"text\":\"替别人办吗？\"}],"
    "\"materials\":[{\"name\":\"身份证\",\"via\":\"card\"},{\"name\":\"户口簿\",\"via\":\"scan\"},"
    "{\"name\":\"委托书\",\"via\":\"scan\",\"when\":\"agent=yes\"},"
    "{\"name\":\"照片\",\"via\":\"bring\"}],"
    "\"fields\":[{\"id\":\"phone\",\"label\":\"手机\",\"type\":\"phone\"}]}";
enum { BOOK = 1, LETTER = 2 };

static struct app *app;
static struct doccam *camera;
static struct arena page;

static bool must(bool good, const char *what)
{
    return test_check("papers_test.c", 0, good, what);
}

static void changed(void *ctx)
{
    (void)ctx;
}

static void put_picture(const char *folder)
{
    static unsigned char raw[320 * 240 * 2], jpeg[64 * 1024];
    char path[400];
    size_t n = 0;
    for (int i = 0; i < 320 * 240; i++) {
        raw[2 * i] = i % 320 / 8 % 2 ? 230 : 40;
        raw[2 * i + 1] = 128;
    }
    snprintf(path, sizeof path, "%s/1.jpg", folder);
    must(jpeg_of_yuyv(raw, 320, 240, 640, 90, jpeg, sizeof jpeg, &n) == OK, "a picture");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0 && write(fd, jpeg, n) == (ssize_t)n, path);
    close(fd);
}

static bool begin(const char *setting)
{
    struct service *s = NULL;
    char folder[300], text[320];
    if (!visitkit_start("insert"))
        return false;
    app = &visitkit.app;
    snprintf(folder, sizeof folder, "%.200s/papers", test_dir());
    snprintf(text, sizeof text, "folder:%s", folder);
    mkdir(folder, 0700);
    put_picture(folder);
    arena_init(&page, 16384, 1 << 20);
    bool good = service_parse(&page, service_text, sizeof service_text - 1, &s) == OK &&
                form_begin(app->form, &app->session.desk, s, NULL, NULL, NULL) == OK &&
                doccam_create(setting ? setting : text, changed, NULL, &camera) == OK;
    app->dev.doccam = camera;
    if (good && papers_offered(app))
        app->papers->material = papers_next(app, -1, 1);
    return must(good, "a form and a camera");
}

static void end(void)
{
    papers_forget(app->papers);
    app->dev.doccam = NULL;
    doccam_destroy(camera);
    camera = NULL;
    arena_finish(&page);
}

static bool still(void)
{
    struct doccam_view v = { .mode = DOCCAM_SHOWING };
    doccam_watch(camera, 64, 64);
    doccam_shoot(camera);
    for (int i = 0; i < 3000 && v.mode != DOCCAM_HOLDING; i++) {
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        doccam_look(camera, &v);
    }
    return v.mode == DOCCAM_HOLDING && v.shot_err == OK;
}

static enum err keep(void)
{
    if (!still())
        return ERR_TIMEOUT;
    papers_keep(app);
    return app->papers->err;
}

TEST(papers_are_offered_where_there_is_a_camera_and_a_paper_to_be_photographed)
{
    int all = 0;
    CHECK(begin(NULL));
    bool offered = papers_offered(app);
    int first = papers_next(app, -1, 1), after = papers_next(app, BOOK, 1);
    form_say(app->form, 0, ANSWER_YES);
    int with_agent = papers_next(app, BOOK, 1), before = papers_next(app, LETTER, -1);
    int place = papers_place(app, LETTER, &all);
    end();
    CHECK(begin("none"));
    bool without = papers_offered(app);
    end();
    CHECK(offered && !without);
    CHECK(first == BOOK && after == -1);
    CHECK(with_agent == LETTER && before == BOOK && place == 2 && all == 2);
}

TEST(a_kept_page_is_sealed_and_the_camera_goes_on)
{
    struct outbox_page list[PAPER_ALL];
    struct doccam_view v;
    size_t n = 0;
    CHECK(begin(NULL));
    enum err e = still() ? OK : ERR_TIMEOUT;
    const unsigned char *jpeg = doccam_still(camera, &n);
    bool looks = jpeg && jpeg[0] == 0xFF && jpeg[1] == 0xD8;
    papers_keep(app);
    app->form->papers = app->papers;
    int count = papers_list(app->form, list);
    int64_t bytes = count ? list[0].page.bytes : 0;
    bool plain = count && memmem(list[0].sealed, (size_t)bytes, "JFIF", 4);
    char hash[65] = "";
    if (count)
        crypto_hash_of(list[0].sealed, (size_t)bytes, hash);
    bool right = count && strcmp(hash, list[0].page.hash) == 0;
    bool touched = visit_unsent(app);
    doccam_look(camera, &v);
    end();
    CHECK_ERR(e, OK);
    CHECK(looks && count == 1);
    CHECK_EQ(bytes, (int64_t)n + CRYPTO_SEAL_EXTRA);
    CHECK(right && !plain);
    CHECK(touched); /* the visit warns before it is lost */
    CHECK(v.mode == DOCCAM_SHOWING);
}

TEST(four_pages_of_a_paper_and_no_more_and_one_can_go_again)
{
    enum err e[PAPER_PAGES + 1];
    char second[65], now_first[65];
    CHECK(begin(NULL));
    for (int i = 0; i <= PAPER_PAGES; i++)
        e[i] = keep();
    int kept = papers_count(app->papers, BOOK);
    snprintf(second, sizeof second, "%s", app->papers->of[BOOK].page[1].page.hash);
    papers_remove(app, BOOK, 0);
    papers_remove(app, BOOK, 7);
    snprintf(now_first, sizeof now_first, "%s", app->papers->of[BOOK].page[0].page.hash);
    int left = papers_count(app->papers, BOOK);
    end();
    for (int i = 0; i < PAPER_PAGES; i++)
        CHECK_ERR(e[i], OK);
    CHECK_ERR(e[PAPER_PAGES], ERR_TOO_BIG);
    CHECK(kept == PAPER_PAGES && left == PAPER_PAGES - 1);
    CHECK_STR(now_first, second);
}

TEST(the_application_names_the_pages_it_asks_for_and_no_others)
{
    struct outbox_page list[PAPER_ALL];
    char *json = NULL, *other = NULL;
    char book[65], letter[65];
    CHECK(begin(NULL));
    form_say(app->form, 0, ANSWER_YES);
    enum err e = keep();
    app->papers->material = LETTER;
    if (e == OK)
        e = keep();
    snprintf(book, sizeof book, "%s", app->papers->of[BOOK].page[0].page.hash);
    snprintf(letter, sizeof letter, "%s", app->papers->of[LETTER].page[0].page.hash);
    app->form->papers = app->papers;
    if (e == OK)
        e = form_pack(app->form, &page, NULL, "R", 1, "1", &json);
    int both = papers_list(app->form, list);
    form_say(app->form, 0, ANSWER_NO); /* they thought better of it */
    if (e == OK)
        e = form_pack(app->form, &page, NULL, "R", 1, "1", &other);
    int one = papers_list(app->form, list);
    bool named =
        e == OK && strstr(json, book) && strstr(json, letter) && strstr(json, "\"kid\":\"p1\"");
    bool first = e == OK && strstr(json, book) < strstr(json, letter);
    bool shown = e == OK && strstr(json, "户口簿\",\"via\":\"scan\",\"show\":false,\"pages\":[{") &&
                 strstr(json, "照片\",\"via\":\"bring\",\"show\":true}");
    bool left_out = e == OK && strstr(other, book) && !strstr(other, letter);
    end();
    CHECK_ERR(e, OK);
    CHECK(named && first && shown && both == 2);
    CHECK(left_out && one == 1);
}

TEST(the_end_of_the_visit_forgets_papers_and_what_the_camera_saw)
{
    CHECK(begin(NULL));
    enum err e = keep();
    bool there = papers_all(app->papers) == 1 && !doccam_wiped(camera);
    app->visit = true;
    visit_done(app);
    bool gone = papers_all(app->papers) == 0 && !doccam_image(camera);
    for (int i = 0; i < 3000 && !doccam_wiped(camera); i++)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    bool wiped = doccam_wiped(camera);
    end();
    CHECK_ERR(e, OK);
    CHECK(there && gone && wiped);
}

TEST(dark_and_blurred_are_advice)
{
    CHECK_EQ(papers_advice(&(struct jpeg_look){ .luma = 40, .edges = 3 }), PAPER_LOOKS_DARK);
    CHECK_EQ(papers_advice(&(struct jpeg_look){ .luma = 150, .edges = 20 }), PAPER_LOOKS_BLURRED);
    CHECK_EQ(papers_advice(&(struct jpeg_look){ .luma = 150, .edges = 900 }), PAPER_LOOKS_GOOD);
}
