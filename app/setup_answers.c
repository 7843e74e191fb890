/* setup_answers.c - what was answered while setting up: sizes, addresses, what cannot be. */
#include "app/setup.h"

#include "hal/base/conf.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int setup_inches[SETUP_SIZES] = { 101, 133, 156, 185, 215, 238, 270, 320 };

void setup_mm(int inch_tenths, int w_px, int h_px, int *out_w, int *out_h)
{
    double diagonal = sqrt((double)w_px * w_px + (double)h_px * h_px);
    double mm = diagonal > 0 ? inch_tenths * 2.54 / diagonal : 0;
    *out_w = (int)lround(w_px * mm);
    *out_h = (int)lround(h_px * mm);
}

/* --- what is wrong with a page -----------------------------------------------------------------
 */

static bool digits(const char *s)
{
    return *s && s[strspn(s, "0123456789")] == '\0';
}

static const char *size_fault(const struct setup *s, enum setup_field *f)
{
    if (s->size < 0)
        return "setup.wrong.choose";
    for (int i = SETUP_W; s->size == SETUP_SIZES && i <= SETUP_H; i++) {
        long mm =
            digits(s->field[i]) && strlen(s->field[i]) < 5 ? strtol(s->field[i], NULL, 10) : 0;
        *f = (enum setup_field)i;
        if (mm < 50 || mm > 5000)
            return "setup.wrong.mm";
    }
    return NULL;
}

/* A text that goes into a config file; fewer bytes than it takes are typed anyway. */
static const char *text_fault(const struct setup *s, enum setup_field a, bool needed,
                              enum setup_field *f)
{
    *f = a;
    if (needed && !s->field[a][0])
        return "setup.wrong.empty";
    return conf_unsayable(s->field[a]) ? "setup.wrong.unsayable" : NULL;
}

/* "255.255.255.0" or "24": the prefix; 0: neither. */
static int prefix_of(const char *mask)
{
    struct in_addr a;
    if (digits(mask) && strlen(mask) < 4)
        return (int)strtol(mask, NULL, 10);
    if (inet_pton(AF_INET, mask, &a) != 1)
        return 0;
    uint32_t bits = ntohl(a.s_addr), holes = ~bits;
    int n = 0;
    for (; bits & 0x80000000U; bits <<= 1)
        n++;
    return (holes & (holes + 1)) == 0 ? n : 0;
}

/* The value stands where it would be wished for. */
static bool takes(const char *key, const char *value)
{
    struct wish scratch = { 0 };
    bool ok = wish_set(&scratch, key, value) == NULL;
    explicit_bzero(&scratch, sizeof scratch);
    return ok;
}

/* What setup_fault let pass is taken; what is not said stays as it is. */
static void want(struct wish *w, const char *key, const char *value)
{
    if (wish_set(w, key, value))
        wish_set(w, key, "");
}

static void want_fixed(const struct setup *s, struct wish *w)
{
    char text[2 * SETUP_TEXT_CAP + 8];
    snprintf(text, sizeof text, "%s/%d", s->field[SETUP_ADDRESS], prefix_of(s->field[SETUP_MASK]));
    want(w, "net.address", text);
    want(w, "net.gateway", s->field[SETUP_GATEWAY]);
    snprintf(text, sizeof text, "%s %s", s->field[SETUP_DNS1], s->field[SETUP_DNS2]);
    want(w, "net.dns", text);
}

static bool gateway_is_far(const struct setup *s)
{
    struct wish w = { 0 };
    const char *key;
    want(&w, "net", "static");
    want_fixed(s, &w);
    return wish_fault(&w, &key) && strcmp(key, "net.gateway") == 0;
}

static const char *fixed_fault(const struct setup *s, enum setup_field *f)
{
    char both[SETUP_TEXT_CAP + 8];
    bool v6 = strchr(s->field[SETUP_ADDRESS], ':') != NULL;
    *f = SETUP_ADDRESS;
    snprintf(both, sizeof both, "%s/1", s->field[SETUP_ADDRESS]);
    if (!takes("net.address", both))
        return "setup.wrong.address";
    *f = SETUP_MASK;
    int prefix = prefix_of(s->field[SETUP_MASK]);
    if (prefix < 1 || prefix > (v6 ? 128 : 32))
        return "setup.wrong.mask";
    for (int i = SETUP_GATEWAY; i <= SETUP_DNS2; i++) {
        *f = (enum setup_field)i;
        if (!takes("net.gateway", s->field[i]))
            return "setup.wrong.address";
    }
    *f = SETUP_GATEWAY;
    bool other = *s->field[SETUP_GATEWAY] && !strchr(s->field[SETUP_GATEWAY], ':') == v6;
    return other ? "setup.wrong.address" : gateway_is_far(s) ? "setup.wrong.gateway" : NULL;
}

static const char *wifi_fault(const struct setup *s, enum setup_field *f)
{
    *f = SETUP_SSID;
    if (!takes("wifi.ssid", s->field[SETUP_SSID]))
        return "setup.wrong.ssid";
    *f = SETUP_KEY;
    return takes("wifi.key", s->field[SETUP_KEY]) ? NULL : "setup.wrong.key";
}

/* "": later, or never. */
static const char *url_fault(const struct setup *s, enum setup_field *f)
{
    const char *url = s->field[SETUP_URL];
    bool web = strncmp(url, "https://", 8) == 0 ? url[8] != '\0'
                                                : strncmp(url, "http://", 7) == 0 && url[7];
    *f = SETUP_URL;
    return !*url || strcmp(url, "https://") == 0 || (web && !strpbrk(url, " #\""))
               ? NULL
               : "setup.wrong.url";
}

static const char *pin_fault(const struct setup *s, enum setup_field *f)
{
    if (s->pin_there && !*s->field[SETUP_PIN_NEW] && !*s->field[SETUP_PIN_AGAIN])
        return NULL; /* as it is */
    size_t n = strlen(s->field[SETUP_PIN_NEW]);
    *f = SETUP_PIN_NEW;
    if (n < STAFF_PIN_MIN || n > STAFF_PIN_MAX || !digits(s->field[SETUP_PIN_NEW]))
        return "setup.wrong.pin";
    *f = SETUP_PIN_AGAIN;
    return strcmp(s->field[SETUP_PIN_NEW], s->field[SETUP_PIN_AGAIN]) == 0 ? NULL
                                                                           : "setup.wrong.again";
}

static const char *words_fault(const struct setup *s, enum setup_page page, enum setup_field *f)
{
    enum setup_field zh = page == SETUP_NAME ? SETUP_NAME_ZH : SETUP_PLACE_ZH;
    const char *fault = text_fault(s, zh, true, f);
    return fault ? fault
                 : text_fault(s, page == SETUP_NAME ? SETUP_NAME_EN : SETUP_PLACE_EN, false, f);
}

const char *setup_fault(const struct setup *s, enum setup_page page, enum setup_field *out_field)
{
    *out_field = SETUP_FIELDS;
    switch (page) {
    case SETUP_SIZE:
        return size_fault(s, out_field);
    case SETUP_NAME:
    case SETUP_PLACE:
        return words_fault(s, page, out_field);
    case SETUP_NET:
        return s->net == NET_NOT_SAID ? "setup.wrong.choose" : NULL;
    case SETUP_NET_HOW:
        return s->net == NET_STATIC ? fixed_fault(s, out_field) : wifi_fault(s, out_field);
    case SETUP_APPLY:
        return s->net == NET_NOT_SAID ? "setup.wrong.choose_net" : NULL;
    case SETUP_PLATFORM:
        return url_fault(s, out_field);
    case SETUP_NTP:
        if (s->net == NET_NOT_SAID)
            return "setup.wrong.choose_net";
        *out_field = SETUP_SERVER;
        return takes("ntp", s->field[SETUP_SERVER]) ? NULL : "setup.wrong.server";
    case SETUP_PIN:
        return pin_fault(s, out_field);
    default:
        return NULL;
    }
}

/* --- the wish -----------------------------------------------------------------------------------
 */

static const char *net_word(enum setup_net n)
{
    static const char *const word[] = { "", "dhcp", "static", "wifi", "dhcp", "none" };
    return word[n];
}

static bool net_same(const struct wish *a, const struct wish *b)
{
    return strcmp(a->net, b->net) == 0 && strcmp(a->address, b->address) == 0 &&
           strcmp(a->gateway, b->gateway) == 0 && strcmp(a->dns, b->dns) == 0 &&
           strcmp(a->ssid, b->ssid) == 0 && !*a->key;
}

/* As it is, and nobody typed a key: the key that is there stays. */
static void leave_net(struct wish *w)
{
    struct wish rest = { .said = w->said & (WISH_NTP | WISH_HOSTNAME | WISH_RESTART) };
    memcpy(rest.restart, w->restart, sizeof rest.restart);
    memcpy(rest.ntp, w->ntp, sizeof rest.ntp);
    memcpy(rest.hostname, w->hostname, sizeof rest.hostname);
    *w = rest;
}

bool setup_wish(const struct setup *s, struct wish *out)
{
    char name[64];
    memset(out, 0, sizeof *out);
    wish_hostname(s->field[SETUP_NAME_EN], name);
    want(out, "net", net_word(s->net));
    if (s->net == NET_STATIC)
        want_fixed(s, out);
    if (s->net == NET_WIFI) {
        want(out, "wifi.ssid", s->field[SETUP_SSID]);
        want(out, "wifi.key", s->field[SETUP_KEY]);
    }
    want(out, "ntp", s->field[SETUP_SERVER]);
    want(out, "hostname", name);
    if (strcmp(s->field[SETUP_URL], s->url_was) != 0)
        want(out, "restart", "sync");
    if (!net_same(out, &s->kept))
        return true;
    leave_net(out);
    return strcmp(out->ntp, s->kept.ntp) != 0 || strcmp(out->hostname, s->kept.hostname) != 0 ||
           out->said & WISH_RESTART;
}

static void set(struct setup *s, enum setup_field f, const char *text, size_t n)
{
    n = strnlen(text, n < SETUP_TEXT_CAP - 1 ? n : SETUP_TEXT_CAP - 1);
    memcpy(s->field[f], text, n);
    s->field[f][n] = '\0';
}

void setup_fill_net(struct setup *s)
{
    const struct wish *k = &s->kept;
    size_t slash = strcspn(k->address, "/"), gap = strcspn(k->dns, " ");
    s->net = strcmp(k->net, "dhcp") == 0     ? NET_DHCP
             : strcmp(k->net, "static") == 0 ? NET_STATIC
             : strcmp(k->net, "wifi") == 0   ? NET_WIFI
             : strcmp(k->net, "none") == 0   ? NET_NONE
                                             : NET_NOT_SAID;
    set(s, SETUP_ADDRESS, k->address, slash);
    if (k->address[slash])
        set(s, SETUP_MASK, k->address + slash + 1, 4);
    set(s, SETUP_GATEWAY, k->gateway, sizeof k->gateway);
    set(s, SETUP_DNS1, k->dns, gap);
    if (k->dns[gap])
        set(s, SETUP_DNS2, k->dns + gap + 1, strcspn(k->dns + gap + 1, " "));
    set(s, SETUP_SSID, k->ssid, sizeof k->ssid);
    set(s, SETUP_SERVER, k->ntp, sizeof k->ntp);
}
