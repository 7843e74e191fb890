/* setup_test.c - setting up: what the answers come to, and what is never left behind. */
#include "tests/test.h"

#include "app/config.h"
#include "app/setup.h"
#include "app/system_state.h"
#include "image/setup_part.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

TEST(a_panels_millimetres_come_from_its_inches_and_its_pixels)
{
    int w, h;
    setup_mm(215, 1080, 1920, &w, &h);
    CHECK_EQ(w, 268);
    CHECK_EQ(h, 476);
    setup_mm(101, 1280, 800, &w, &h);
    CHECK_EQ(w, 218);
    CHECK_EQ(h, 136);
    setup_mm(215, 0, 0, &w, &h);
    CHECK_EQ(w + h, 0);
}

/* --- a wish out of the answers --------------------------------------------------------------- */

static struct setup s;

static void answer(enum setup_field f, const char *text)
{
    snprintf(s.field[f], SETUP_TEXT_CAP, "%s", text);
}

static const char *fault(enum setup_page page)
{
    enum setup_field f;
    const char *wrong = setup_fault(&s, page, &f);
    return wrong ? wrong : "";
}

TEST(a_mask_is_a_prefix_however_it_is_written)
{
    static const struct {
        const char *mask, *address;
    } ok[] = { { "255.255.255.0", "192.168.1.20/24" },
               { "24", "192.168.1.20/24" },
               { "255.255.240.0", "192.168.1.20/20" },
               { "255.255.255.255", "192.168.1.20/32" } };
    struct wish w;
    memset(&s, 0, sizeof s);
    s.net = NET_STATIC;
    answer(SETUP_ADDRESS, "192.168.1.20");
    for (size_t i = 0; i < 4; i++) {
        answer(SETUP_MASK, ok[i].mask);
        CHECK_STR(fault(SETUP_NET_HOW), "");
        CHECK(setup_wish(&s, &w));
        CHECK_STR(w.address, ok[i].address);
    }
    static const char *const bad[] = { "",   "0",           "0.0.0.0", "255.0.255.0",
                                       "33", "255.255.255", "-1",      "x" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        answer(SETUP_MASK, bad[i]);
        CHECK_STR(fault(SETUP_NET_HOW), "setup.wrong.mask");
    }
}

TEST(each_wrong_answer_is_pointed_at)
{
    enum setup_field f;
    memset(&s, 0, sizeof s);
    s.size = -1;
    CHECK_STR(fault(SETUP_SIZE), "setup.wrong.choose");
    s.size = SETUP_SIZES;
    answer(SETUP_W, "268");
    CHECK_STR(setup_fault(&s, SETUP_SIZE, &f), "setup.wrong.mm");
    CHECK_EQ(f, SETUP_H);
    CHECK_STR(fault(SETUP_NET), "setup.wrong.choose");
    CHECK_STR(fault(SETUP_NAME), "setup.wrong.empty");
    answer(SETUP_NAME_ZH, "a #b");
    CHECK_STR(fault(SETUP_NAME), "setup.wrong.unsayable");
    s.net = NET_WIFI;
    CHECK_STR(fault(SETUP_NET_HOW), "setup.wrong.ssid");
    answer(SETUP_SSID, "x");
    CHECK_STR(fault(SETUP_NET_HOW), "");
    answer(SETUP_KEY, "1234567");
    CHECK_STR(fault(SETUP_NET_HOW), "setup.wrong.key");
    answer(SETUP_KEY, "");
    answer(SETUP_URL, "p.example.cn");
    CHECK_STR(fault(SETUP_PLATFORM), "setup.wrong.url");
    answer(SETUP_URL, "https://p.example cn");
    CHECK_STR(fault(SETUP_PLATFORM), "setup.wrong.url");
    answer(SETUP_URL, "https://p.example.cn:8443/x");
    CHECK_STR(fault(SETUP_PLATFORM), "");
    answer(SETUP_URL, "");
    CHECK_STR(fault(SETUP_PLATFORM), ""); /* later */
    s.net = NET_NOT_SAID;
    CHECK_STR(fault(SETUP_NTP), "setup.wrong.choose_net");
    CHECK_STR(fault(SETUP_APPLY), "setup.wrong.choose_net");
    s.net = NET_WIFI;
    answer(SETUP_SERVER, "a b");
    CHECK_STR(fault(SETUP_NTP), "setup.wrong.server");
    answer(SETUP_PIN_NEW, "12345");
    CHECK_STR(fault(SETUP_PIN), "setup.wrong.pin");
    answer(SETUP_PIN_NEW, "123456");
    CHECK_STR(fault(SETUP_PIN), "setup.wrong.again");
    answer(SETUP_PIN_AGAIN, "123456");
    CHECK_STR(fault(SETUP_PIN), "");
    answer(SETUP_PIN_NEW, "");
    CHECK_STR(fault(SETUP_PIN), "setup.wrong.pin");
    answer(SETUP_PIN_AGAIN, "");
    s.pin_there = true;
    CHECK_STR(fault(SETUP_PIN), ""); /* it stays */
}

TEST(a_gateway_is_in_the_network_of_the_address)
{
    static const struct {
        const char *address, *mask, *gateway, *fault;
    } of[] = { { "192.168.1.20", "255.255.255.0", "192.168.1.1", "" },
               { "192.168.1.20", "255.255.255.0", "192.168.2.1", "setup.wrong.gateway" },
               { "192.168.1.20", "255.255.252.0", "192.168.2.1", "" },
               { "192.168.1.20", "24", "", "" },
               { "2001:db8::7", "64", "2001:db8::1", "" },
               { "2001:db8::7", "64", "fe80::1", "" },
               { "2001:db8::7", "64", "2001:db8:1::1", "setup.wrong.gateway" } };
    memset(&s, 0, sizeof s);
    s.net = NET_STATIC;
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        answer(SETUP_ADDRESS, of[i].address);
        answer(SETUP_MASK, of[i].mask);
        answer(SETUP_GATEWAY, of[i].gateway);
        CHECK_STR(fault(SETUP_NET_HOW), of[i].fault);
    }
}

TEST(another_platform_is_told_to_whom_reads_its_config_at_its_start_only)
{
    struct wish w;
    memset(&s, 0, sizeof s);
    s.net = NET_NONE;
    CHECK(setup_wish(&s, &w));
    s.kept = w;
    CHECK(!setup_wish(&s, &w));
    answer(SETUP_URL, "https://p.example.cn");
    CHECK(setup_wish(&s, &w));
    CHECK(w.said & WISH_RESTART && !(w.said & WISH_NET));
    CHECK_STR(w.restart, "sync");
}

TEST(whoever_changes_nothing_wishes_for_nothing_and_keeps_the_key)
{
    struct wish w;
    memset(&s, 0, sizeof s);
    s.net = NET_WIFI;
    answer(SETUP_SSID, "cun wei");
    answer(SETUP_KEY, "password");
    CHECK(setup_wish(&s, &w));
    CHECK_STR(w.key, "password");
    s.kept = w;
    explicit_bzero(s.kept.key, sizeof s.kept.key);
    answer(SETUP_KEY, "");
    CHECK(!setup_wish(&s, &w));
    answer(SETUP_SERVER, "192.0.2.9");
    CHECK(setup_wish(&s, &w));
    CHECK(!(w.said & (WISH_NET | WISH_KEY | WISH_SSID)) && strcmp(w.ntp, "192.0.2.9") == 0);
}

/* --- what an image's batch file may say, terminal.conf takes ---------------------------------- */

TEST(what_a_batch_file_may_say_the_terminals_config_takes)
{
    static const char text[] =
        "huimin-setup 1\nlang = en\npanel_w_mm = 5000\npanel_h_mm = 0\nrotate = "
        "left\nterminal.name_zh = 许家冲\n"
        "terminal.name_en = a = \"b\" ; c\nterminal.place_zh = x\nterminal.place_en =\n"
        "terminal.village = 420506104201\narea = 420506\nplatform.url = "
        "https://p.example.cn:8443/x\n"
        "help.phone = 12345\nhelp.phone_name_zh = x\nhelp.phone_name_en = y\nreader = pcsc\n"
        "reader.name = z\nidreader = /dev/ttyUSB0\nscanner.device = auto\npinpad = keys:auto\n"
        "doccam = auto\nprinter = usb:/dev/usb/lp0\n";
    static struct batch b;
    char copy[sizeof text], why[400];
    struct config c;
    memcpy(copy, text, sizeof text);
    config_init(&c);
    CHECK_ERR(batch_read(&b, copy, NULL, 0), OK);
    CHECK_EQ(b.settings, 21);
    for (int i = 0; i < b.settings; i++)
        CHECK_ERR(config_set(&c, b.setting[i].key, b.setting[i].value, why, sizeof why), OK);
}

/* Asking the system may end the program, perhaps before it has read the answer. */
static void put(const char *name, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", test_dir(), name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

TEST(an_answer_that_was_missed_is_read_at_the_next_start)
{
    put("kept.conf", "serial = 3\nnet = dhcp\nntp = a\nhostname = x\n");
    put("asked.conf", "serial = 4\nhostname = y\n");
    memset(&s, 0, sizeof s);
    setup_wish_load(&s, test_dir());
    CHECK_STR(s.kept.hostname, "x");
    put("answer.conf", "serial = 3\nresult = ok\n"); /* of another one */
    setup_wish_load(&s, test_dir());
    CHECK_STR(s.kept.hostname, "x");
    put("answer.conf", "serial = 4\nkey = hostname\nwhy = no\n");
    setup_wish_load(&s, test_dir());
    CHECK_STR(s.kept.hostname, "x");
    setup_wish_load(&s, test_dir()); /* that was the end of it */
    put("answer.conf", "serial = 4\nresult = ok\n");
    setup_wish_load(&s, test_dir());
    CHECK_STR(s.kept.hostname, "x");
    put("asked.conf", "serial = 4\nhostname = y\n");
    setup_wish_load(&s, test_dir());
    CHECK_STR(s.kept.hostname, "y");
    CHECK_EQ(s.kept.serial, 4);
    CHECK(strcmp(s.kept.net, "dhcp") == 0 && strcmp(s.kept.ntp, "a") == 0);
}

/* --- what the system says ----------------------------------------------------------------------
 */

TEST(what_the_system_says_of_itself_is_read_as_a_few_words)
{
    struct config c;
    struct system_state sys;
    char path[200];
    config_init(&c);
    snprintf(path, sizeof path, "%s/state", test_dir());
    snprintf(c.system_state, sizeof c.system_state, "%s", path);
    system_state_read(&c, &sys);
    CHECK(!sys.there && !*sys.data);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    CHECK(dprintf(fd, "version = 7\nslot = huimin-b\nsecure_boot = on\ndata = encrypted\n"
                      "word\nother = x\nclock = \x1b[31mntp\n") > 0);
    close(fd);
    system_state_read(&c, &sys);
    CHECK(sys.there);
    CHECK_STR(sys.version, "7");
    CHECK_STR(sys.data, "encrypted");
    CHECK_STR(sys.clock, "[31mntp");
}
