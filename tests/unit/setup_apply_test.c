/* setup_apply_test.c - what root makes of a wish, and what it makes of what only looks like one. */
#include "tests/test.h"

#include "hal/base/io.h"
#include "hal/crypto.h"
#include "image/setup_part.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char where[5][300];
static struct setup_dirs d;
static unsigned touched;

static void begin(void)
{
    static const char *const name[] = { "data", "setup", "system", "deployer.pub", "cards" };
    for (int i = 0; i < 5; i++) {
        snprintf(where[i], sizeof where[i], "%s/%s", test_dir(), name[i]);
        if (i != 3)
            (void)mkdir(where[i], 0755);
    }
    d = (struct setup_dirs){ where[0], where[1], where[2], where[3], where[4] };
    touched = 0;
    CHECK_ERR(crypto_init(), OK);
}

static const char *path(const char *dir, const char *name)
{
    static char out[2][640];
    static int turn;
    turn = !turn;
    snprintf(out[turn], sizeof out[turn], "%s/%s", dir, name);
    return out[turn];
}

static void put(const char *dir, const char *name, const char *text)
{
    int fd = open(path(dir, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static const char *got(const char *dir, const char *name)
{
    static char text[SETUP_TEXT];
    size_t n;
    return io_slurp(AT_FDCWD, path(dir, name), text, sizeof text, &n) == OK ? text : "(none)";
}

static bool is_there(const char *dir, const char *name)
{
    struct stat st;
    return lstat(path(dir, name), &st) == 0;
}

static enum err wished(const char *text)
{
    put(d.setup, "wish.conf", text);
    return setup_apply(&d, &touched);
}

TEST(a_fixed_address_becomes_a_file_of_networkd)
{
    begin();
    CHECK_ERR(wished("serial = 3\nnet = static\nnet.address = 192.0.2.7/24\nnet.gateway = "
                     "192.0.2.1\nnet.dns = 192.0.2.1 192.0.2.2\nntp = 192.0.2.9\n"
                     "hostname = huimin-3\n"),
              OK);
    CHECK_EQ(touched, SETUP_NETWORK | SETUP_CLOCK | SETUP_HOSTNAME);
    CHECK_STR(got(d.system, "network/10-huimin.network"),
              "# by huimin-setup; the next setting up writes it anew\n[Match]\nType=ether\n\n"
              "[Link]\nRequiredForOnline=no\n\n[Network]\nLLMNR=no\nMulticastDNS=no\nDHCP=no\n"
              "Address=192.0.2.7/24\nGateway=192.0.2.1\nDNS=192.0.2.1\nDNS=192.0.2.2\n");
    CHECK_STR(got(d.system, "chrony/huimin.sources"), "server 192.0.2.9 iburst prefer\n");
    CHECK_STR(got(d.system, "hostname"), "huimin-3\n");
    CHECK(!is_there(d.system, "wifi/wpa_supplicant.conf"));
    CHECK_STR(got(d.setup, "answer.conf"), "serial = 3\nresult = ok\n");
    CHECK(!is_there(d.setup, "wish.conf"));
    touched = 0;
    CHECK_ERR(wished("serial = 4\nhostname = huimin-3\n"), OK); /* what is as it was stays so */
    CHECK_EQ(touched, 0);
    CHECK(is_there(d.system, "network/10-huimin.network"));
}

TEST(a_wireless_networks_key_is_for_root_alone_and_goes_with_it)
{
    struct stat st;
    begin();
    CHECK_ERR(wished("serial = 1\nnet = wifi\nwifi.ssid = IEEE\nwifi.key = password\n"), OK);
    CHECK_STR(got(d.system, "wifi/wpa_supplicant.conf"),
              "# by huimin-setup; the next setting up writes it anew\ncountry=CN\nnetwork={\n"
              "    ssid=49454545\n    scan_ssid=1\n    psk=\"password\"\n"
              "    key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE\n    ieee80211w=1\n}\n");
    CHECK(stat(path(d.system, "wifi/wpa_supplicant.conf"), &st) == 0 &&
          (st.st_mode & 0777) == 0600);
    CHECK(strstr(got(d.system, "network/10-huimin.network"), "Type=ether wlan wwan\n") != NULL);
    CHECK_ERR(wished("serial = 2\nnet = wifi\nwifi.ssid = \"}\nwifi.key = \n"), OK);
    CHECK(strstr(got(d.system, "wifi/wpa_supplicant.conf"), "ssid=227d\n") != NULL);
    CHECK(strstr(got(d.system, "wifi/wpa_supplicant.conf"), "key_mgmt=NONE\n") != NULL);
    CHECK_ERR(wished("serial = 3\nnet = none\n"), OK); /* the key does not outlive its network */
    CHECK(!is_there(d.system, "wifi/wpa_supplicant.conf"));
    CHECK(strstr(got(d.system, "network/10-huimin.network"), "Unmanaged=yes\n") != NULL);
}

/* wpa_supplicant takes all up to the last quote of the line, and no # within for a comment. */
TEST(a_wireless_networks_key_may_have_quotes_and_signs_in_it)
{
    begin();
    CHECK_ERR(wished("serial = 1\nnet = wifi\nwifi.ssid = x\nwifi.key = a\" #b\\\"} \n"), OK);
    CHECK(strstr(got(d.system, "wifi/wpa_supplicant.conf"), "\n    psk=\"a\" #b\\\"} \"\n") !=
          NULL);
    char hex[65];
    memset(hex, 'a', 64);
    hex[64] = '\0';
    char text[128];
    snprintf(text, sizeof text, "serial = 2\nnet = wifi\nwifi.ssid = x\nwifi.key = %s\n", hex);
    CHECK_ERR(wished(text), OK);
    snprintf(text, sizeof text, "\n    psk=%s\n", hex);
    CHECK(strstr(got(d.system, "wifi/wpa_supplicant.conf"), text) != NULL);
    CHECK_ERR(wished("serial = 3\nnet = wifi\nwifi.ssid = x\nwifi.key = pass\tword\n"),
              ERR_REFUSED);
}

TEST(a_wish_that_is_none_changes_nothing_and_is_answered)
{
    begin();
    CHECK_ERR(wished("serial = 5\nnet = static\nnet.address = 192.0.2.7/24\nntp = a\nntp = b\n"),
              ERR_REFUSED);
    CHECK_EQ(touched, 0);
    CHECK_STR(got(d.setup, "answer.conf"), "serial = 5\nkey = ntp\nwhy = stands there twice\n");
    CHECK(!is_there(d.setup, "wish.conf") && !is_there(d.system, "network"));
    CHECK_ERR(setup_apply(&d, &touched), ERR_NOT_FOUND);
}

TEST(a_wish_that_is_a_link_or_has_two_names_is_not_read_and_not_written_into)
{
    static const char mine[] = "serial = 1\nnet = dhcp\n";
    begin();
    put(test_dir(), "other", mine);
    CHECK(symlink(path(test_dir(), "other"), path(d.setup, "wish.conf")) == 0);
    CHECK_ERR(setup_apply(&d, &touched), ERR_REFUSED);
    CHECK(!is_there(d.setup, "wish.conf") && !is_there(d.system, "network"));
    CHECK(link(path(test_dir(), "other"), path(d.setup, "wish.conf")) == 0);
    CHECK_ERR(setup_apply(&d, &touched), ERR_REFUSED);
    CHECK(!is_there(d.setup, "wish.conf") && !is_there(d.system, "network"));
    CHECK_STR(got(test_dir(), "other"), mine);
    CHECK(mkfifo(path(d.setup, "wish.conf"), 0660) == 0);
    CHECK_ERR(setup_apply(&d, &touched), ERR_REFUSED);
    CHECK(mkdir(path(d.setup, "wish.conf"), 0770) == 0);
    CHECK_ERR(setup_apply(&d, &touched), ERR_REFUSED);
    CHECK(!is_there(d.setup, "wish.conf"));
}

/* By whoever shares huimin's group: huimin-sync, taken over by the network. */
TEST(a_wish_of_somebody_else_is_none)
{
    begin();
    if (geteuid() != 0)
        return; /* only root can give files away */
    put(d.setup, "wish.conf", "serial = 1\nnet = dhcp\n");
    CHECK(chown(path(d.setup, "wish.conf"), 12345, (gid_t)-1) == 0);
    CHECK_ERR(setup_apply(&d, &touched), ERR_REFUSED);
    CHECK(!is_there(d.setup, "wish.conf") && !is_there(d.system, "network"));
    CHECK(chown(d.setup, 12345, (gid_t)-1) == 0);
    put(d.setup, "wish.conf", "serial = 1\nnet = dhcp\n");
    CHECK_ERR(setup_apply(&d, &touched), ERR_REFUSED);
    CHECK(!is_there(d.system, "network"));
}

TEST(a_folder_of_wishes_that_is_a_link_is_none)
{
    begin();
    put(d.data, "wish.conf", "serial = 1\nnet = dhcp\n");
    CHECK(rmdir(d.setup) == 0 && symlink(d.data, d.setup) == 0);
    CHECK_ERR(setup_apply(&d, &touched), ERR_NOT_FOUND);
    CHECK(is_there(d.data, "wish.conf") && !is_there(d.data, "answer.conf"));
}

TEST(an_answer_goes_through_no_link)
{
    begin();
    put(test_dir(), "other", "mine");
    CHECK(symlink(path(test_dir(), "other"), path(d.setup, "answer.conf")) == 0);
    CHECK(symlink(path(test_dir(), "other"), path(d.setup, "answer.conf.part")) == 0);
    CHECK_ERR(wished("serial = 1\nnet = dhcp\n"), OK);
    CHECK_STR(got(test_dir(), "other"), "mine");
    CHECK_STR(got(d.setup, "answer.conf"), "serial = 1\nresult = ok\n");
}

/* --- a signed stick ------------------------------------------------------------------------------
 */

static char stick[300];

static void begin_stick(const char *text)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char hex[2 * CRYPTO_SECRET + 2];
    begin();
    snprintf(stick, sizeof stick, "%s/stick", test_dir());
    (void)mkdir(stick, 0755);
    (void)mkdir(path(d.cards, "eth0"), 0755);
    put(path(d.cards, "eth0"), "address", "aa:bb:cc:00:00:01\n");
    crypto_keypair(pub, secret);
    crypto_hex(pub, sizeof pub, hex);
    put(test_dir(), "deployer.pub", "# TEST\n\n");
    int fd = open(d.deployer, O_WRONLY | O_APPEND | O_CLOEXEC);
    CHECK(fd >= 0 && dprintf(fd, "%s\n", hex) > 0);
    close(fd);
    crypto_hex(secret, sizeof secret, hex);
    put(test_dir(), "secret", hex);
    put(stick, "huimin-setup.conf", text);
    char file[640], key[640];
    snprintf(file, sizeof file, "%s/huimin-setup.conf", stick);
    snprintf(key, sizeof key, "%s/secret", test_dir());
    CHECK_ERR(setup_sign(file, key), OK);
}

static const char batch_text[] =
    "huimin-setup 1\r\n# the batch of May\nlang = en\nnet = wifi\nwifi.ssid = cun wei\n"
    "wifi.key = p#ss;word\nrotate = right\npanel_w_mm = 268\nplatform.url = https://p.example.cn\n"
    "terminal.name_en = Unnamed\nstaff_pin_hash = $argon2id$v=19$m=8192,t=3,p=1$c2FsdA$aGFzaA\n"
    "[MAC AA:BB:CC:00:00:01]\nterminal.name_en = Xujiachong 3\nhostname = huimin-x3\n"
    "sheet = 008J-4CT4-ANK0-CZC2-P481-JM5H\n[MAC aa:bb:cc:00:00:02]\nhostname = huimin-x4\n"
    "terminal.name_en = Not here\n";

TEST(a_signed_stick_sets_this_machine_up_and_leaves_a_report)
{
    struct stat st;
    begin_stick(batch_text);
    put(d.data, "terminal.conf", "# image\nsetup.dir = /s\nlang = zh_CN\n");
    CHECK_ERR(setup_unattended(&d, stick, &touched), OK);
    CHECK_EQ(touched, SETUP_NETWORK | SETUP_HOSTNAME | SETUP_TERMINAL);
    CHECK_STR(
        got(d.data, "terminal.conf"),
        "# image\nsetup.dir = /s\nlang = en\nrotate = right\npanel_w_mm = 268\nplatform.url = "
        "https://p.example.cn\nterminal.name_en = Xujiachong 3\n");
    CHECK(stat(path(d.data, "terminal.conf"), &st) == 0 && (st.st_mode & 0777) == 0640);
    CHECK_STR(got(d.data, "staff.pin"), "$argon2id$v=19$m=8192,t=3,p=1$c2FsdA$aGFzaA\n");
    CHECK(stat(path(d.data, "staff.pin"), &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK(strstr(got(d.setup, "kept.conf"), "wifi.ssid = cun wei\n") != NULL);
    CHECK(strstr(got(d.setup, "kept.conf"), "p#ss") == NULL);
    CHECK(stat(path(d.setup, "sheet"), &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK_STR(got(d.setup, "sheet"), "008J-4CT4-ANK0-CZC2-P481-JM5H\n");
    CHECK_STR(got(d.system, "hostname"), "huimin-x3\n");
    CHECK(strstr(got(d.data, "setup.done"), "by = stick\n") != NULL);
    const char *report = got(stick, "huimin-report-huimin-xujiachong-3.txt");
    CHECK(strstr(report, "name = Xujiachong 3\n") && strstr(report, "card = aa:bb:cc:00:00:01\n"));
    CHECK(!strstr(report, "p#ss") && !strstr(report, "argon2id") && !strstr(report, "008J"));
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_BUSY); /* once */
}

TEST(a_stick_that_is_not_signed_or_was_changed_is_refused)
{
    begin_stick("huimin-setup 1\nnet = dhcp\n");
    put(stick, "huimin-setup.conf", "huimin-setup 1\nnet = none\n");
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_SIGNATURE);
    CHECK(unlink(path(stick, "huimin-setup.conf.sig")) == 0);
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_SIGNATURE);
    CHECK(!is_there(d.system, "network") && !is_there(d.data, "setup.done"));
    CHECK(unlink(path(stick, "huimin-setup.conf")) == 0);
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_NOT_FOUND);
    CHECK_EQ(touched, 0);
}

TEST(another_deployers_stick_and_an_image_without_a_key_are_refused)
{
    begin_stick("huimin-setup 1\nnet = dhcp\n");
    put(test_dir(), "deployer.pub",
        "0101010101010101010101010101010101010101010101010101010101010101\n");
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_SIGNATURE);
    CHECK(unlink(d.deployer) == 0);
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_NO_KEY);
}

static void sign_again(const char *text)
{
    char file[640], key[640];
    put(stick, "huimin-setup.conf", text);
    snprintf(file, sizeof file, "%s/huimin-setup.conf", stick);
    snprintf(key, sizeof key, "%s/secret", test_dir());
    CHECK_ERR(setup_sign(file, key), OK);
}

TEST(a_machine_without_a_pin_is_not_set_up_without_one_and_the_stick_says_why)
{
    begin_stick("huimin-setup 1\nnet = dhcp\n");
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_FORMAT);
    CHECK(!is_there(d.data, "setup.done") && !is_there(d.system, "network"));
    const char *report = got(stick, "huimin-report-huimin-aa-bb-cc-00-00-01.txt");
    CHECK(strstr(report, "refused\n") && strstr(report, "key = staff_pin_hash\n") &&
          strstr(report, "why = is missing"));
    put(d.data, "staff.pin", "x\n"); /* somebody set one by hand */
    CHECK_ERR(setup_unattended(&d, stick, &touched), OK);
    CHECK_STR(got(d.data, "staff.pin"), "x\n");
}

TEST(a_stick_that_says_again_sets_up_again_but_the_same_file_once_only)
{
    begin_stick("huimin-setup 1\nnet = dhcp\nstaff_pin_hash = $argon2id$a\n");
    CHECK_ERR(setup_unattended(&d, stick, &touched), OK);
    sign_again("huimin-setup 1\nnet = none\nstaff_pin_hash = $argon2id$b\n");
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_BUSY);
    CHECK_STR(got(d.data, "staff.pin"), "$argon2id$a\n");
    sign_again("huimin-setup 1\nagain = yes\nnet = none\nstaff_pin_hash = $argon2id$b\n");
    CHECK_ERR(setup_unattended(&d, stick, &touched), OK);
    CHECK_STR(got(d.data, "staff.pin"), "$argon2id$b\n");
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_BUSY);
    sign_again("huimin-setup 1\nagain = yes\nntp = 192.0.2.9\n"); /* no more than that */
    CHECK_ERR(setup_unattended(&d, stick, &touched), OK);
    CHECK_STR(got(d.setup, "kept.conf"), "net = none\nntp = 192.0.2.9\n");
    CHECK(strstr(got(d.system, "network/10-huimin.network"), "Unmanaged=yes\n") != NULL);
    put(stick, "huimin-setup.conf", "huimin-setup 1\nagain = yes\nnet = dhcp\n"); /* not signed */
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_SIGNATURE);
}

TEST(what_a_stick_leaves_in_huimins_directory_is_huimins)
{
    static const char *const name[] = { "terminal.conf", "staff.pin", "setup.done" };
    struct stat st;
    begin_stick("huimin-setup 1\nlang = en\nstaff_pin_hash = $argon2id$a\n");
    if (geteuid() != 0)
        return; /* only root can give files away */
    CHECK(chown(d.data, 12345, 12346) == 0);
    CHECK_ERR(setup_unattended(&d, stick, &touched), OK);
    for (int i = 0; i < 3; i++)
        CHECK(stat(path(d.data, name[i]), &st) == 0 && st.st_uid == 12345 && st.st_gid == 12346);
}

/* What only one machine would meet is met where it is signed. */
TEST(signing_asks_what_each_machine_would_say)
{
    char file[640], key[640];
    begin_stick(
        "huimin-setup 1\nnet = static\n[MAC aa:bb:cc:00:00:01]\nnet.address = 192.0.2.7/24\n"
        "[MAC aa:bb:cc:00:00:02]\nnet.address = 192.0.2.8/24\n");
    snprintf(file, sizeof file, "%s/huimin-setup.conf", stick);
    snprintf(key, sizeof key, "%s/secret", test_dir());
    put(stick, "huimin-setup.conf",
        "huimin-setup 1\nnet = static\n[MAC aa:bb:cc:00:00:01]\nnet.address = 192.0.2.7/24\n"
        "[MAC aa:bb:cc:00:00:02]\nhostname = x\n");
    CHECK_ERR(setup_sign(file, key), ERR_FORMAT);
    static struct batch b;
    CHECK_ERR(batch_check(&b, got(stick, "huimin-setup.conf")), ERR_FORMAT);
    CHECK_EQ(b.line, 5);
    CHECK_STR(b.key, "net.address");
}

/* What is signed for another purpose, or wrong, does nothing: all of it is right, or none is done.
 */
TEST(a_file_with_one_wrong_line_does_nothing_and_cannot_be_signed)
{
    static const char *const bad[] = {
        "huimin-update 1\nnet = dhcp\n",
        "net = dhcp\n",
        "huimin-setup 1\nnet = dhcp\nwindow_w_px = 5\n",
        "huimin-setup 1\nserial = 5\n",
        "huimin-setup 1\ndata.dir = /etc\n",
        "huimin-setup 1\nfeed.root = /x\n",
        "huimin-setup 1\nsetup.dir = /x\n",
        "huimin-setup 1\npanel_w_mm = 5001\n",
        "huimin-setup 1\nterminal.village = 42x\n",
        "huimin-setup 1\nlang = xx\n",
        "huimin-setup 1\nplatform.url = ftp://x\n",
        "huimin-setup 1\nnet = static\n",
        "huimin-setup 1\n[MAC aa:bb:cc:00:00:0g]\n",
        "huimin-setup 1\n[MAC aa:bb:cc:00:00:09]\nnet = x\n", /* of another machine */
        "huimin-setup 1\nstaff_pin_hash = 123456\n",
        "huimin-setup 1\nsheet = a/b\n",
        "huimin-setup 1\nword\n",
        "huimin-setup 1\nagain = perhaps\n",
    };
    char file[640], key[640];
    begin_stick("huimin-setup 1\nnet = dhcp\n");
    snprintf(file, sizeof file, "%s/huimin-setup.conf", stick);
    snprintf(key, sizeof key, "%s/secret", test_dir());
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[256];
        struct batch b;
        snprintf(text, sizeof text, "%s", bad[i]);
        enum err e = batch_read(&b, text, NULL, 0);
        if (e != ERR_FORMAT || !*b.why)
            test_fail(__FILE__, __LINE__, "%s: %s", bad[i], err_name(e));
        put(stick, "huimin-setup.conf", bad[i]);
        CHECK_ERR(setup_sign(file, key), ERR_FORMAT);
    }
    CHECK_ERR(setup_unattended(&d, stick, &touched), ERR_SIGNATURE);
    CHECK(!is_there(d.data, "setup.done"));
}
