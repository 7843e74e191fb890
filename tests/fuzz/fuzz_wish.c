/* fuzz_wish.c - any bytes as a wish or a set-up file: what is taken makes files of known lines. */
#include "hal/crypto.h"
#include "image/setup_part.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool so)
{
    if (!so)
        abort();
}

/* Every line begins as one of ours does. */
static void lines_of(const char *text, const char *const *begins)
{
    while (*text) {
        int i = 0;
        while (begins[i] && strncmp(text, begins[i], strlen(begins[i])) != 0)
            i++;
        need(begins[i] != NULL);
        text += strcspn(text, "\n");
        need(*text++ == '\n');
    }
}

static void files_of(const struct wish *w)
{
    static const char *const network[] = { "# by ",     "[Match]\n",  "Type=ether",  "[Link]\n",
                                           "Required",  "Unmanaged",  "[Network]\n", "LLMNR",
                                           "Multicast", "DHCP=",      "Address=",    "Gateway=",
                                           "DNS=",      "[DHCPv4]\n", "UseHost",     "SendHost",
                                           "\n",        NULL };
    static const char *const wifi[] = {
        "# by ",    "country=CN\n",  "network={\n",        "    ssid=", "    scan_ssid=1\n",
        "    psk=", "    key_mgmt=", "    ieee80211w=1\n", "}\n",       NULL
    };
    static const char *const clock[] = { "server ", NULL };
    char text[SETUP_TEXT];
    if (w->said & WISH_NET) {
        setup_network_text(w, text);
        lines_of(text, network);
    }
    if (strcmp(w->net, "wifi") == 0) {
        setup_wifi_text(w, text);
        lines_of(text, wifi);
    }
    setup_clock_text(w, text);
    lines_of(text, clock);
    setup_screen_text(w, NULL, 0, text);
}

static void as_wish(const char *text, size_t size)
{
    struct wish w = { 0 }, again = { 0 };
    struct wish_why why = { "", "" };
    char out[WISH_TEXT], twice[WISH_TEXT];
    if (wish_read(&w, text, size, &why) != OK) {
        need(*why.key && *why.why && w.said == 0);
        return;
    }
    wish_write(&w, true, out);
    need(wish_read(&again, out, strlen(out), &why) == OK);
    wish_write(&again, true, twice);
    need(strcmp(out, twice) == 0);
    files_of(&w);
}

static void as_batch(char *text)
{
    static const char cards[1][18] = { "aa:bb:cc:00:00:01" };
    struct batch b;
    enum err e = batch_read(&b, text, cards, 1);
    need(e == OK || (e == ERR_FORMAT && *b.why && b.line > 0));
    if (e == OK)
        files_of(&b.wish);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[WISH_FILE + 32];
    if (size > WISH_FILE)
        return 0;
    as_wish((const char *)data, size);
    memcpy(text, data, size);
    text[size] = '\0';
    if (strlen(text) == size)
        as_batch(text);
    memcpy(text, "huimin-setup 1\n", 15);
    memcpy(text + 15, data, size);
    text[15 + size] = '\0';
    as_batch(text);
    return 0;
}
