/* setup_files.c - what a wish becomes: files of networkd, wpa_supplicant, Xorg, chrony. */
#include "image/setup_part.h"

#include "hal/crypto.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HEAD "# by huimin-setup; the next setting up writes it anew\n"

static void put(char out[SETUP_TEXT], const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(char out[SETUP_TEXT], const char *fmt, ...)
{
    size_t n = strlen(out);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(out + n, SETUP_TEXT - n, fmt, ap);
    va_end(ap);
}

static void put_dns(char out[SETUP_TEXT], const struct wish *w)
{
    char list[sizeof w->dns];
    memcpy(list, w->dns, sizeof list);
    for (char *p = list; *p;) {
        size_t n = strcspn(p, " ");
        put(out, "DNS=%.*s\n", (int)n, p);
        p += n + (p[n] == ' ');
    }
}

/* A dongle shows itself as a wired card, so "dhcp" takes whatever is there. */
void setup_network_text(const struct wish *w, char out[SETUP_TEXT])
{
    bool fixed = strcmp(w->net, "static") == 0, none = strcmp(w->net, "none") == 0;
    snprintf(out, SETUP_TEXT, "%s[Match]\nType=%s\n\n[Link]\n%s\n", HEAD,
             fixed ? "ether" : "ether wlan wwan", none ? "Unmanaged=yes" : "RequiredForOnline=no");
    if (none)
        return;
    put(out, "\n[Network]\nLLMNR=no\nMulticastDNS=no\n");
    if (fixed) {
        put(out, "DHCP=no\nAddress=%s\n", w->address);
        if (*w->gateway)
            put(out, "Gateway=%s\n", w->gateway);
    } else {
        put(out, "DHCP=yes\n");
    }
    put_dns(out, w);
    if (!fixed) /* a network does not name this machine, and is not told its name */
        put(out, "\n[DHCPv4]\nClientIdentifier=mac\nUseHostname=no\nSendHostname=no\n");
}

/* The name in hex: nothing in it can be taken for a quote or a line. A key ends at the last quote
 * of its line, so it may have quotes itself; hal/wish.c lets no control character through. A
 * network of WPA3 wants the words, not what WPA2 makes of them. */
void setup_wifi_text(const struct wish *w, char out[SETUP_TEXT])
{
    char ssid[2 * sizeof w->ssid + 1];
    bool hex = strlen(w->key) == 64;
    crypto_hex(w->ssid, strlen(w->ssid), ssid);
    snprintf(out, SETUP_TEXT, "%scountry=CN\nnetwork={\n    ssid=%s\n    scan_ssid=1\n", HEAD,
             ssid);
    if (!*w->key)
        put(out, "    key_mgmt=NONE\n}\n");
    else if (hex)
        put(out, "    psk=%s\n    key_mgmt=WPA-PSK WPA-PSK-SHA256\n    ieee80211w=1\n}\n", w->key);
    else
        put(out, "    psk=\"%s\"\n    key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE\n    ieee80211w=1\n}\n",
            w->key);
}

/* --- the screen ---------------------------------------------------------------------------------
 */

/* "card0-HDMI-A-1" is "HDMI-1" in Xorg; what is no picture (Writeback-1) has no name there. */
static bool output_of(const char *entry, char out[SETUP_OUTPUT])
{
    static const char *const kind[][2] = {
        { "HDMI-A-", "HDMI-" }, { "eDP-", "eDP-" },       { "DP-", "DP-" },
        { "LVDS-", "LVDS-" },   { "DSI-", "DSI-" },       { "DPI-", "DPI-" },
        { "VGA-", "VGA-" },     { "DVI-D-", "DVI-D-" },   { "DVI-I-", "DVI-I-" },
        { "DVI-A-", "DVI-A-" }, { "HDMI-B-", "HDMI-B-" }, { "Virtual-", "Virtual-" },
    };
    const char *name = strncmp(entry, "card", 4) == 0 ? strchr(entry, '-') : NULL;
    for (size_t i = 0; name && i < sizeof kind / sizeof *kind; i++) {
        size_t n = strlen(kind[i][0]);
        const char *number = name + 1 + n;
        if (strncmp(name + 1, kind[i][0], n) != 0 || !*number || strlen(number) > 3 ||
            number[strspn(number, "0123456789")])
            continue;
        snprintf(out, SETUP_OUTPUT, "%s%.3s", kind[i][1], number);
        return true;
    }
    return false;
}

int setup_outputs(const char *drm, char out[SETUP_OUTPUTS][SETUP_OUTPUT])
{
    DIR *d = opendir(drm);
    struct dirent *entry;
    int count = 0;
    while (d && count < SETUP_OUTPUTS && (entry = readdir(d)))
        count += output_of(entry->d_name, out[count]);
    if (d)
        closedir(d);
    return count;
}

static const char *matrix_of(const char *rotate)
{
    return strcmp(rotate, "left") == 0       ? "0 -1 1 1 0 0 0 0 1"
           : strcmp(rotate, "right") == 0    ? "0 1 0 -1 0 1 0 0 1"
           : strcmp(rotate, "inverted") == 0 ? "-1 0 1 0 -1 1 0 0 1"
                                             : NULL;
}

/* Which output the panel is on is known to nobody before Xorg: each that there may be is turned.
 * Some touch panels call themselves a pointer, as mice do. */
void setup_screen_text(const struct wish *w, const char (*outputs)[SETUP_OUTPUT], int count,
                       char text[SETUP_TEXT])
{
    static const char any[][SETUP_OUTPUT] = { "eDP-1",   "LVDS-1", "DSI-1",  "DPI-1",    "VGA-1",
                                              "DVI-D-1", "HDMI-1", "HDMI-2", "HDMI-3",   "DP-1",
                                              "DP-2",    "DP-3",   "DP-4",   "Virtual-1" };
    static const char *const kind[] = { "Touchscreen", "Pointer" };
    const char *matrix = matrix_of(w->rotate);
    text[0] = '\0';
    if (!matrix)
        return;
    if (count == 0) {
        outputs = any;
        count = sizeof any / sizeof *any;
    }
    put(text, "%s", HEAD);
    for (int i = 0; i < count; i++)
        put(text,
            "Section \"Monitor\"\n    Identifier \"%s\"\n    Option \"Rotate\" "
            "\"%s\"\nEndSection\n",
            outputs[i], w->rotate);
    for (int i = 0; i < 2; i++)
        put(text,
            "Section \"InputClass\"\n    Identifier \"%s turned with the picture\"\n"
            "    MatchIs%s \"on\"\n    Option \"TransformationMatrix\" \"%s\"\nEndSection\n",
            kind[i], kind[i], matrix);
}

void setup_clock_text(const struct wish *w, char out[SETUP_TEXT])
{
    out[0] = '\0';
    if (*w->ntp)
        snprintf(out, SETUP_TEXT, "server %s iburst prefer\n", w->ntp);
}
