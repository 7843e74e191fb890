/* wish.c - the one table of what may be wished of the system, and what its values may be. */
#include "hal/wish.h"

#include "hal/base/utf8.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool made_of(const char *s, const char *set)
{
    return s[strspn(s, set)] == '\0';
}

static bool among(const char *value, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(value, *words) == 0)
            return true;
    return false;
}

/* --- values: each copies what it takes, written anew where that can be --------------------------
 */

static const char *take_serial(struct wish *w, const char *v)
{
    if (!*v || strlen(v) > 9 || !made_of(v, DIGITS) || strtol(v, NULL, 10) < 1)
        return "is not a number from 1";
    w->serial = (int)strtol(v, NULL, 10);
    return NULL;
}

static const char *take_net(struct wish *w, const char *v)
{
    static const char *const words[] = { "dhcp", "static", "wifi", "none", NULL };
    if (!among(v, words))
        return "is not dhcp, static, wifi or none";
    snprintf(w->net, sizeof w->net, "%s", v);
    return NULL;
}

/* 4, 6, or 0: no address. */
static int address_of(const char *v, char out[INET6_ADDRSTRLEN])
{
    unsigned char a[16];
    if (inet_pton(AF_INET, v, a) == 1)
        return inet_ntop(AF_INET, a, out, INET6_ADDRSTRLEN) ? 4 : 0;
    if (inet_pton(AF_INET6, v, a) == 1)
        return inet_ntop(AF_INET6, a, out, INET6_ADDRSTRLEN) ? 6 : 0;
    return 0;
}

static const char *take_address(struct wish *w, const char *v)
{
    char host[INET6_ADDRSTRLEN], ip[INET6_ADDRSTRLEN];
    const char *slash = strchr(v, '/');
    size_t n = slash ? (size_t)(slash - v) : 0;
    if (!slash || n >= sizeof host)
        return "is not an address with its prefix, as 192.0.2.7/24";
    memcpy(host, v, n);
    host[n] = '\0';
    int family = address_of(host, ip);
    const char *p = slash + 1;
    if (!family || !*p || strlen(p) > 3 || !made_of(p, DIGITS))
        return "is not an address with its prefix, as 192.0.2.7/24";
    long prefix = strtol(p, NULL, 10);
    if (prefix < 1 || prefix > (family == 4 ? 32 : 128))
        return "has a prefix that cannot be";
    snprintf(w->address, sizeof w->address, "%s/%ld", ip, prefix);
    return NULL;
}

static const char *take_gateway(struct wish *w, const char *v)
{
    char ip[INET6_ADDRSTRLEN] = "";
    if (*v && !address_of(v, ip))
        return "is not an address";
    snprintf(w->gateway, sizeof w->gateway, "%s", ip);
    return NULL;
}

static const char *take_dns(struct wish *w, const char *v)
{
    char one[INET6_ADDRSTRLEN], ip[INET6_ADDRSTRLEN], all[sizeof w->dns] = "";
    int count = 0;
    for (size_t n; *(v += strspn(v, " ")); v += n) {
        n = strcspn(v, " ");
        if (n >= sizeof one || count++ == WISH_DNS)
            return "is not a list of at most three addresses";
        memcpy(one, v, n);
        one[n] = '\0';
        if (!address_of(one, ip))
            return "is not a list of at most three addresses";
        size_t have = strlen(all);
        snprintf(all + have, sizeof all - have, "%s%s", have ? " " : "", ip);
    }
    memcpy(w->dns, all, sizeof w->dns);
    return NULL;
}

static const char *take_ssid(struct wish *w, const char *v)
{
    size_t n = strlen(v);
    if (n < 1 || n >= sizeof w->ssid)
        return "is not 1 to 32 bytes long";
    if (!utf8_valid(v, n))
        return "is not UTF-8";
    for (const char *p = v; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return "has a control character";
    memcpy(w->ssid, v, n + 1);
    return NULL;
}

static const char *take_key(struct wish *w, const char *v)
{
    size_t n = strlen(v);
    if (n == 64 && !made_of(v, DIGITS "abcdefABCDEF"))
        return "is 64 long and not of hex digits";
    if (n && (n < 8 || n > 64))
        return "is not 8 to 63 characters long";
    for (const char *p = v; *p; p++)
        if (*p < ' ' || *p > '~')
            return "has a character that is not in ASCII";
    memcpy(w->key, v, n + 1);
    return NULL;
}

static const char *take_ntp(struct wish *w, const char *v)
{
    char ip[INET6_ADDRSTRLEN];
    bool name = made_of(v, LETTERS DIGITS ".-") && strlen(v) < sizeof w->ntp && *v != '-' &&
                *v != '.' && !strstr(v, "..");
    if (*v && !name && !address_of(v, ip))
        return "is not the name or address of a server";
    snprintf(w->ntp, sizeof w->ntp, "%s", v);
    return NULL;
}

static const char *take_hostname(struct wish *w, const char *v)
{
    size_t n = strlen(v);
    if (n < 1 || n >= sizeof w->hostname || !made_of(v, LETTERS DIGITS "-") || v[0] == '-' ||
        v[n - 1] == '-')
        return "is not 1 to 63 letters, digits and hyphens";
    memcpy(w->hostname, v, n + 1);
    return NULL;
}

static const char *take_restart(struct wish *w, const char *v)
{
    if (strcmp(v, "sync") != 0)
        return "is not sync";
    snprintf(w->restart, sizeof w->restart, "%s", v);
    return NULL;
}

static const struct {
    const char *key;
    enum wish_said said;
    const char *(*take)(struct wish *w, const char *value);
} table[] = {
    { "serial", WISH_SERIAL, take_serial },
    { "net", WISH_NET, take_net },
    { "net.address", WISH_ADDRESS, take_address },
    { "net.gateway", WISH_GATEWAY, take_gateway },
    { "net.dns", WISH_SAID_DNS, take_dns },
    { "wifi.ssid", WISH_SSID, take_ssid },
    { "wifi.key", WISH_KEY, take_key },
    { "ntp", WISH_NTP, take_ntp },
    { "hostname", WISH_HOSTNAME, take_hostname },
    { "restart", WISH_RESTART, take_restart },
};
enum { KEYS = sizeof table / sizeof *table };

static int find(const char *key)
{
    for (int i = 0; i < KEYS; i++)
        if (strcmp(table[i].key, key) == 0)
            return i;
    return -1;
}

bool wish_knows(const char *key)
{
    return find(key) >= 0;
}

const char *wish_set(struct wish *w, const char *key, const char *value)
{
    int i = find(key);
    if (i < 0)
        return "is not a key of a wish";
    const char *why = table[i].take(w, value);
    if (!why)
        w->said |= table[i].said;
    return why;
}

/* A gateway outside is one that no packet reaches. A link's own addresses (fe80::) are everywhere.
 */
static bool same_net(const char *address, const char *gateway)
{
    unsigned char a[16] = { 0 }, g[16] = { 0 };
    char host[INET6_ADDRSTRLEN];
    int family = strchr(gateway, ':') ? AF_INET6 : AF_INET;
    const char *slash = strchr(address, '/');
    snprintf(host, sizeof host, "%.*s", (int)(slash - address), address);
    if (inet_pton(family, host, a) != 1 || inet_pton(family, gateway, g) != 1)
        return false;
    if (family == AF_INET6 && g[0] == 0xfe && (g[1] & 0xc0) == 0x80)
        return true;
    for (long i = 0, n = strtol(slash + 1, NULL, 10); i < n; i++)
        if ((a[i / 8] ^ g[i / 8]) & 0x80 >> i % 8)
            return false;
    return true;
}

const char *wish_fault(const struct wish *w, const char **out_key)
{
    bool fixed = strcmp(w->net, "static") == 0, wifi = strcmp(w->net, "wifi") == 0;
    *out_key = "net.address";
    if (fixed != !!*w->address)
        return fixed ? "is missing: net is static" : "is for net = static";
    *out_key = "net.gateway";
    if (*w->gateway && !fixed)
        return "is for net = static";
    if (*w->gateway && !strchr(w->gateway, ':') != !strchr(w->address, ':'))
        return "is of another kind than the address";
    *out_key = "net.dns";
    if (*w->dns && !(w->said & WISH_NET))
        return "is said without net";
    *out_key = "wifi.ssid";
    if (wifi != !!*w->ssid)
        return wifi ? "is missing: net is wifi" : "is for net = wifi";
    *out_key = "wifi.key";
    if (*w->key && !wifi)
        return "is for net = wifi";
    *out_key = "net.gateway";
    return *w->gateway && !same_net(w->address, w->gateway) ? "is not in the network of the address"
                                                            : NULL;
}

/* --- the file ------------------------------------------------------------------------------------
 */

static enum err fail(struct wish_why *why, const char *key, const char *what)
{
    snprintf(why->key, sizeof why->key, "%.31s", key);
    snprintf(why->why, sizeof why->why, "%s", what);
    return ERR_FORMAT;
}

/* The value is all behind "key = ": a name of a network may begin with a blank. */
static enum err read_line(struct wish *w, const char *line, size_t n, struct wish_why *why)
{
    char text[512];
    if (n >= sizeof text || memchr(line, '\0', n))
        return fail(why, "?", n >= sizeof text ? "has a line that is too long" : "is not text");
    memcpy(text, line, n);
    text[n] = '\0';
    char *eq = strstr(text, " =");
    enum err e = ERR_FORMAT;
    if (n && !eq) {
        (void)fail(why, "?", "has a line without \" = \"");
    } else if (n) {
        *eq = '\0';
        const char *value = eq[2] == ' ' ? eq + 3 : eq + 2;
        int i = find(text);
        const char *fault = i < 0                     ? "is not a key of a wish"
                            : w->said & table[i].said ? "stands there twice"
                                                      : wish_set(w, text, value);
        e = fault ? fail(why, i < 0 ? "?" : text, fault) : OK;
    } else {
        e = OK;
    }
    explicit_bzero(text, sizeof text);
    return e;
}

enum err wish_read(struct wish *w, const char *text, size_t n, struct wish_why *why)
{
    struct wish got = { 0 };
    enum err e = n > WISH_FILE ? fail(why, "?", "is too long") : OK;
    for (size_t at = 0; e == OK && at < n;) {
        const char *lf = memchr(text + at, '\n', n - at);
        size_t len = lf ? (size_t)(lf - (text + at)) : n - at;
        e = read_line(&got, text + at, len, why);
        at += len + 1;
    }
    const char *key, *fault = e == OK ? wish_fault(&got, &key) : NULL;
    if (fault)
        e = fail(why, key, fault);
    if (e == OK)
        *w = got;
    explicit_bzero(&got, sizeof got);
    return e;
}

void wish_write(const struct wish *w, bool with_key, char out[WISH_TEXT])
{
    const char *const value[] = { NULL,    w->net, w->address, w->gateway,  w->dns,
                                  w->ssid, w->key, w->ntp,     w->hostname, w->restart };
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < KEYS; i++) {
        if (!(w->said & table[i].said) || (table[i].said == WISH_KEY && !with_key))
            continue;
        if (table[i].said == WISH_SERIAL)
            n += (size_t)snprintf(out + n, WISH_TEXT - n, "serial = %d\n", w->serial);
        else
            n += (size_t)snprintf(out + n, WISH_TEXT - n, "%s = %s\n", table[i].key, value[i]);
    }
}

void wish_keep(struct wish *kept, const struct wish *done)
{
    const unsigned net =
        WISH_NET | WISH_ADDRESS | WISH_GATEWAY | WISH_SAID_DNS | WISH_SSID | WISH_KEY;
    const struct wish *from = done->said & WISH_NET ? done : kept;
    const struct wish old = *kept;
    struct wish k = *from;
    k.said = (from->said & net) | ((old.said | done->said) & ~(net | WISH_RESTART));
    k.said &= ~(unsigned)WISH_KEY;
    k.serial = done->said & WISH_SERIAL ? done->serial : old.serial;
    memcpy(k.ntp, done->said & WISH_NTP ? done->ntp : old.ntp, sizeof k.ntp);
    memcpy(k.hostname, done->said & WISH_HOSTNAME ? done->hostname : old.hostname,
           sizeof k.hostname);
    k.restart[0] = '\0';
    explicit_bzero(k.key, sizeof k.key);
    *kept = k;
}

void wish_hostname(const char *text, char out[64])
{
    size_t n = (size_t)snprintf(out, 64, "huimin");
    bool gap = true;
    for (; *text && n < 62; text++) {
        unsigned char c = (unsigned char)*text;
        bool upper = c >= 'A' && c <= 'Z';
        if (!upper && (c < 'a' || c > 'z') && (c < '0' || c > '9')) {
            gap = true;
            continue;
        }
        if (gap)
            out[n++] = '-';
        gap = false;
        out[n++] = (char)(upper ? c + ('a' - 'A') : c);
    }
    out[n] = '\0';
    if (strncmp(out, "huimin-huimin", 13) == 0)
        memmove(out, out + 7, strlen(out + 7) + 1);
}
