/* wish_test.c - what may be wished of the system; every other value is refused. */
#include "tests/test.h"

#include "hal/wish.h"

#include <stdio.h>
#include <string.h>

static struct wish w;
static struct wish_why why;

static enum err given(const char *text)
{
    memset(&w, 0, sizeof w);
    return wish_read(&w, text, strlen(text), &why);
}

TEST(a_wish_comes_back_as_it_was_written)
{
    char out[WISH_TEXT];
    static const char text[] = "serial = 7\nnet = wifi\nnet.dns = 192.0.2.1 2001:db8::1\n"
                               "wifi.ssid =  村委会\"2.4G\"; $(x)\nwifi.key = p\"a'ss;w#rd \\\n"
                               "ntp = ntp.example.cn\nhostname = huimin-3\n";
    CHECK_ERR(given(text), OK);
    CHECK_EQ(w.serial, 7);
    CHECK_STR(w.ssid, " 村委会\"2.4G\"; $(x)");
    CHECK_STR(w.key, "p\"a'ss;w#rd \\");
    wish_write(&w, true, out);
    CHECK_STR(out, text);
    wish_write(&w, false, out);
    CHECK(strstr(out, "wifi.key") == NULL && strstr(out, "p\"a'ss") == NULL);
}

TEST(addresses_are_written_anew_never_copied)
{
    CHECK_ERR(given("serial = 1\nnet = static\nnet.address = 2001:0DB8:0::0001/064\n"
                    "net.gateway = 2001:db8::FFFF\n"),
              OK);
    CHECK_STR(w.address, "2001:db8::1/64");
    CHECK_STR(w.gateway, "2001:db8::ffff");
}

/* One bad value each, beside what makes the rest right. */
TEST(no_value_can_bring_a_line_a_path_or_an_option)
{
    static const char *const bad[][2] = {
        { "net", "serial = 1\nnet = DHCP\n" },
        { "net", "serial = 1\nnet = dhcp \n" },
        { "net", "serial = 1\nnet = dhcp\r\n" },
        { "net", "serial = 1\nnet = \n" },
        { "net.address", "serial = 1\nnet = static\nnet.address = 192.0.2.7\n" },
        { "net.address", "serial = 1\nnet = static\nnet.address = 192.0.2.7/33\n" },
        { "net.address", "serial = 1\nnet = static\nnet.address = 192.0.2.7/0\n" },
        { "net.address", "serial = 1\nnet = static\nnet.address = 192.0.2.7/24;x\n" },
        { "net.address", "serial = 1\nnet = static\nnet.address = 192.0.2.7/24/1\n" },
        { "net.address", "serial = 1\nnet = static\nnet.address = 192.0.2.07/24\n" },
        { "net.address", "serial = 1\nnet = static\n" },
        { "net.address", "serial = 1\nnet = dhcp\nnet.address = 192.0.2.7/24\n" },
        { "net.gateway",
          "serial = 1\nnet = static\nnet.address = 192.0.2.7/24\nnet.gateway = gw\n" },
        { "net.gateway",
          "serial = 1\nnet = static\nnet.address = 192.0.2.7/24\nnet.gateway = 2001:db8::1\n" },
        { "net.gateway", "serial = 1\nnet = dhcp\nnet.gateway = 192.0.2.1\n" },
        { "net.dns", "serial = 1\nnet = dhcp\nnet.dns = 192.0.2.1 name\n" },
        { "net.dns", "serial = 1\nnet = dhcp\nnet.dns = 1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4\n" },
        { "net.dns", "serial = 1\nnet.dns = 1.1.1.1\n" },
        { "wifi.ssid", "serial = 1\nnet = wifi\n" },
        { "wifi.ssid", "serial = 1\nnet = wifi\nwifi.ssid = \n" },
        { "wifi.ssid", "serial = 1\nnet = wifi\nwifi.ssid = 123456789012345678901234567890123\n" },
        { "wifi.ssid", "serial = 1\nnet = wifi\nwifi.ssid = a\tb\n" },
        { "wifi.ssid", "serial = 1\nnet = wifi\nwifi.ssid = a\xff\n" },
        { "wifi.ssid", "serial = 1\nnet = dhcp\nwifi.ssid = home\n" },
        { "wifi.key", "serial = 1\nnet = wifi\nwifi.ssid = a\nwifi.key = 1234567\n" },
        { "wifi.key", "serial = 1\nnet = wifi\nwifi.ssid = a\nwifi.key = 密码密码密码\n" },
        { "wifi.key", "serial = 1\nnet = wifi\nwifi.ssid = a\nwifi.key = "
                      "g123456789012345678901234567890123456789012345678901234567890123\n" },
        { "wifi.key", "serial = 1\nnet = dhcp\nwifi.key = 12345678\n" },
        { "ntp", "serial = 1\nntp = a b\n" },
        { "ntp", "serial = 1\nntp = -x\n" },
        { "ntp", "serial = 1\nntp = a iburst\n" },
        { "ntp", "serial = 1\nntp = ../../etc\n" },
        { "ntp", "serial = 1\nntp = a;b\n" },
        { "hostname", "serial = 1\nhostname = a.b\n" },
        { "hostname", "serial = 1\nhostname = -a\n" },
        { "hostname", "serial = 1\nhostname = ../x\n" },
        { "hostname", "serial = 1\nhostname = 许家冲\n" },
        { "hostname", "serial = 1\nhostname = "
                      "a123456789a123456789a123456789a123456789a123456789a123456789a1234\n" },
        { "serial", "serial = 0\n" },
        { "serial", "serial = -1\n" },
        { "serial", "serial = 1x\n" },
        { "serial", "serial = 9999999999\n" },
        { "serial", "serial = 1\nserial = 2\n" },
        { "?", "serial = 1\nExecStart = /bin/sh\n" },
        { "?", "serial = 1\n[Match]\n" },
        { "?", "serial=1\n" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why = (struct wish_why){ "", "" };
        enum err e = given(bad[i][1]);
        if (e != ERR_FORMAT || strcmp(why.key, bad[i][0]) != 0)
            test_fail(__FILE__, __LINE__, "%s: %s, of %s", bad[i][1], err_name(e), why.key);
        CHECK(w.said == 0);
    }
}

TEST(a_wish_that_is_too_long_or_no_text_is_none)
{
    static char text[WISH_FILE + 2];
    memset(text, '\n', sizeof text);
    CHECK_ERR(wish_read(&w, text, WISH_FILE, &why), OK);
    CHECK_ERR(wish_read(&w, text, WISH_FILE + 1, &why), ERR_FORMAT);
    memset(text, 'a', 600);
    CHECK_ERR(wish_read(&w, text, WISH_FILE, &why), ERR_FORMAT);
    CHECK_ERR(wish_read(&w, "net = dhcp\0\n", 12, &why), ERR_FORMAT);
}

TEST(no_reason_for_a_refusal_tells_the_value)
{
    CHECK_ERR(given("serial = 1\nnet = wifi\nwifi.ssid = a\nwifi.key = geheim\n"), ERR_FORMAT);
    CHECK(strstr(why.why, "geheim") == NULL);
    CHECK_ERR(given("serial = 1\ngeheim = 1\n"), ERR_FORMAT);
    CHECK(strstr(why.key, "geheim") == NULL);
}

TEST(every_name_gives_a_name_for_the_network)
{
    static const char *const of[][2] = { { "许家冲村", "huimin" },
                                         { "Xujiachong Village, No. 3",
                                           "huimin-xujiachong-village-no-3" },
                                         { "Huimin Terminal", "huimin-terminal" },
                                         { "--", "huimin" } };
    char out[64];
    for (size_t i = 0; i < 4; i++) {
        wish_hostname(of[i][0], out);
        CHECK_STR(out, of[i][1]);
    }
    wish_hostname("a very long name of a terminal that stands in a village with a very long name",
                  out);
    CHECK(strlen(out) <= 63);
    memset(&w, 0, sizeof w);
    CHECK(wish_set(&w, "hostname", out) == NULL);
}
