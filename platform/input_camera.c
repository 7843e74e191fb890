/* input_camera.c - whether a terminal may open a camera's addresses: protocol, and a host on its
 * list.
 */
#include "platform/input.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { URLS = 6, URL_BYTES = 511, HOSTS = 32, HOST_BYTES = 127 };

/* The next word of a list; its length, 0 at the end. */
static size_t word(const char **list)
{
    *list += strspn(*list, " ");
    return strcspn(*list, " ");
}

static bool listed(const char *hosts, const char *name, size_t n)
{
    for (size_t m; (m = word(&hosts)) > 0; hosts += m) {
        size_t bare = strcspn(hosts, ": ");
        if (n == m && strncasecmp(hosts, name, n) == 0)
            return true;
        if (bare == m && n > m && name[m] == ':' && strncasecmp(hosts, name, m) == 0)
            return true;
    }
    return false;
}

/* The part behind "//"; NULL: not a protocol a terminal opens. */
static const char *host_of(const char *url)
{
    static const char *const protocol[] = { "http://", "https://", "rtsp://", "rtmp://" };
    for (size_t i = 0; i < sizeof protocol / sizeof *protocol; i++)
        if (strncmp(url, protocol[i], strlen(protocol[i])) == 0)
            return url + strlen(protocol[i]);
    return NULL;
}

static const char *address(const char *url, size_t n, const char *hosts)
{
    const char *host = host_of(url);
    if (n > URL_BYTES)
        return "urls: one is longer than 511 bytes";
    if (!host || host >= url + n)
        return "urls: not an address of http, https, rtsp or rtmp";
    size_t m = strcspn(host, "/? ");
    if (m == 0 || memchr(host, '@', m))
        return "urls: no host, or a password in it";
    return listed(hosts, host, m) ? NULL : "urls: a host that hosts does not name";
}

const char *input_camera(const char *urls, const char *hosts)
{
    int count = 0;
    size_t n;
    const char *why = NULL;
    for (const char *h = hosts; (n = word(&h)) > 0; h += n, count++)
        if (n > HOST_BYTES || count == HOSTS)
            return "hosts: more than 32, or one longer than 127 bytes";
    count = 0;
    for (const char *u = urls; !why && (n = word(&u)) > 0; u += n, count++)
        why = count == URLS ? "urls: more than 6" : address(u, n, hosts);
    return why ? why : count ? NULL : "urls: none";
}
