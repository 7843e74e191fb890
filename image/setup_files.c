/* setup_files.c - what a wish becomes: files of networkd, wpa_supplicant, chrony. */
#include "image/setup_part.h"

#include "hal/crypto.h"

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

void setup_clock_text(const struct wish *w, char out[SETUP_TEXT])
{
    out[0] = '\0';
    if (*w->ntp)
        snprintf(out, SETUP_TEXT, "server %s iburst prefer\n", w->ntp);
}
