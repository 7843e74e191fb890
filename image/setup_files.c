/* setup_files.c - what a wish becomes: files of networkd, wpa_supplicant, Xorg, chrony. */
#include "image/setup_part.h"

#include "hal/crypto.h"
#include "image/setup_psk.h"

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
}

/* Name and key in hex: nothing in them can be taken for a quote or a line. */
void setup_wifi_text(const struct wish *w, char out[SETUP_TEXT])
{
    char ssid[2 * sizeof w->ssid + 1], psk[PSK_HEX] = "";
    crypto_hex(w->ssid, strlen(w->ssid), ssid);
    if (strlen(w->key) == 64)
        memcpy(psk, w->key, sizeof psk);
    else if (*w->key)
        psk_of(w->key, w->ssid, psk);
    snprintf(out, SETUP_TEXT, "%scountry=CN\nnetwork={\n    ssid=%s\n    scan_ssid=1\n", HEAD,
             ssid);
    if (*psk)
        put(out, "    psk=%s\n}\n", psk);
    else
        put(out, "    key_mgmt=NONE\n}\n");
    explicit_bzero(psk, sizeof psk);
}

/* Which output the panel is on is known to nobody before Xorg: each that there may be is turned. */
void setup_screen_text(const struct wish *w, char out[SETUP_TEXT])
{
    static const char *const outputs[] = { "eDP-1",   "LVDS-1", "DSI-1",  "DPI-1",    "VGA-1",
                                           "DVI-D-1", "HDMI-1", "HDMI-2", "HDMI-3",   "DP-1",
                                           "DP-2",    "DP-3",   "DP-4",   "Virtual-1" };
    const char *matrix = strcmp(w->rotate, "left") == 0       ? "0 -1 1 1 0 0 0 0 1"
                         : strcmp(w->rotate, "right") == 0    ? "0 1 0 -1 0 1 0 0 1"
                         : strcmp(w->rotate, "inverted") == 0 ? "-1 0 1 0 -1 1 0 0 1"
                                                              : NULL;
    out[0] = '\0';
    if (!matrix)
        return;
    put(out, "%s", HEAD);
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        put(out,
            "Section \"Monitor\"\n    Identifier \"%s\"\n    Option \"Rotate\" "
            "\"%s\"\nEndSection\n",
            outputs[i], w->rotate);
    put(out,
        "Section \"InputClass\"\n    Identifier \"touch is turned with the picture\"\n"
        "    MatchIsTouchscreen \"on\"\n    Option \"TransformationMatrix\" \"%s\"\nEndSection\n",
        matrix);
}

void setup_clock_text(const struct wish *w, char out[SETUP_TEXT])
{
    out[0] = '\0';
    if (*w->ntp)
        snprintf(out, SETUP_TEXT, "server %s iburst prefer\n", w->ntp);
}
