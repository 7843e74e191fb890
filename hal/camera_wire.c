/* camera_wire.c - requests, layouts, the list of allowed hosts and the patience of huimin-camera.
 */
#include "hal/camera_wire.h"

#include "hal/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE = 64, MINUTE_MS = 60000, PATIENCE_MS = 2000, LONGEST_MS = 24000 };

bool camera_layout(uint32_t n, uint32_t w, uint32_t h, struct camera_layout *out)
{
    if (n >= CAMERA_FRAMES || w == 0 || h == 0 || w > CAMERA_W || h > CAMERA_H)
        return false;
    int stride = (int)((w + LINE - 1) / LINE * LINE);
    size_t half = (size_t)(stride / 2) * ((h + 1) / 2);
    out->stride_y = stride;
    out->stride_uv = stride / 2;
    out->y = (size_t)n * CAMERA_FRAME_BYTES;
    out->u = out->y + (size_t)stride * h;
    out->v = out->u + half;
    out->end = out->v + half;
    return true;
}

/* --- the request -------------------------------------------------------------------------- */

enum err camera_request_pack(const struct camera_source *s, char *buf, size_t cap)
{
    struct json_out w;
    json_out_start(&w);
    json_open(&w, NULL, '{');
    json_open(&w, "urls", '[');
    for (int i = 0; i < s->url_count && i < CAMERA_URLS; i++)
        json_put_str(&w, NULL, s->url[i]);
    json_close(&w, ']');
    json_open(&w, "hosts", '[');
    for (int i = 0; i < s->host_count && i < CAMERA_HOSTS; i++)
        json_put_str(&w, NULL, s->host[i]);
    json_close(&w, ']');
    json_put_bool(&w, "keyframes", s->mode == CAMERA_KEYFRAMES);
    json_close(&w, '}');
    const char *text = json_out_text(&w);
    enum err e = !text ? ERR_NOMEM : strlen(text) >= cap ? ERR_TOO_BIG : OK;
    if (e == OK)
        snprintf(buf, cap, "%s", text);
    json_out_finish(&w);
    return e;
}

/* Up to `most` strings of `size` bytes each, one behind the other in out. */
static enum err read_strings(const struct json *root, const char *key, char *out, int size,
                             int most, int *out_count)
{
    const struct json *list;
    enum err e = json_get(root, key, &list);
    if (e != OK)
        return e;
    if (!json_is_array(list))
        return ERR_TYPE;
    if (json_count(list) > (size_t)most)
        return ERR_TOO_BIG;
    for (size_t i = 0; i < json_count(list); i++) {
        const char *s = json_str(json_at(list, i));
        if (!s)
            return ERR_TYPE;
        if (strlen(s) >= (size_t)size)
            return ERR_TOO_BIG;
        snprintf(out + i * (size_t)size, (size_t)size, "%s", s);
    }
    *out_count = (int)json_count(list);
    return OK;
}

enum err camera_request_parse(const char *text, size_t n, struct camera_source *out)
{
    struct json *root;
    bool keyframes = false;
    enum err e = json_parse(text, n, &root);
    if (e != OK)
        return e;
    memset(out, 0, sizeof *out);
    e = read_strings(root, "urls", out->url[0], CAMERA_URL, CAMERA_URLS, &out->url_count);
    if (e == OK)
        e = read_strings(root, "hosts", out->host[0], CAMERA_HOST, CAMERA_HOSTS, &out->host_count);
    if (e == OK)
        e = json_get_bool(root, "keyframes", &keyframes);
    out->mode = keyframes ? CAMERA_KEYFRAMES : CAMERA_FULL;
    json_free(root);
    return e;
}

/* --- the whitelist --------------------------------------------------------------------------- */

struct place {
    char host[CAMERA_HOST];
    int port; /* 0: none given */
};

/* "name", "name:port", "[v6]", "[v6]:port". */
static bool read_place(const char *s, size_t n, struct place *out)
{
    const char *end = s + n, *port = NULL, *host_end = end;
    if (n > 0 && *s == '[') {
        host_end = memchr(s, ']', n);
        if (!host_end || (host_end + 1 < end && host_end[1] != ':'))
            return false;
        port = host_end + 1 < end ? host_end + 2 : NULL;
        s++;
    } else if ((port = memchr(s, ':', n)) != NULL) {
        host_end = port++;
    }
    if (host_end <= s || host_end - s >= CAMERA_HOST)
        return false;
    snprintf(out->host, sizeof out->host, "%.*s", (int)(host_end - s), s);
    out->port = 0;
    for (; port && port < end; port++) {
        if (*port < '0' || *port > '9' || out->port > 6553)
            return false;
        out->port = out->port * 10 + (*port - '0');
    }
    return out->port <= 65535;
}

bool camera_host_allowed(const struct camera_source *s, const char *host, int port)
{
    struct place p;
    for (int i = 0; i < s->host_count && i < CAMERA_HOSTS; i++)
        if (read_place(s->host[i], strlen(s->host[i]), &p) && strcasecmp(p.host, host) == 0 &&
            (p.port == 0 || port == 0 || p.port == port))
            return true;
    return false;
}

enum err camera_url_check(const struct camera_source *s, const char *url)
{
    static const struct {
        const char *name;
        int port;
    } protocols[] = {
        { "http://", 80 }, { "https://", 443 }, { "rtsp://", 554 }, { "rtmp://", 1935 }
    };
    struct place p;
    for (const char *c = url; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == '\\' || *c == 0x7f)
            return ERR_REFUSED;
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        size_t n = strlen(protocols[i].name);
        if (strncasecmp(url, protocols[i].name, n) != 0)
            continue;
        const char *from = url + n, *end = from + strcspn(from, "/?#");
        for (const char *c = from; c < end; c++) /* user:password@ */
            if (*c == '@')
                from = c + 1;
        if (!read_place(from, (size_t)(end - from), &p))
            return ERR_REFUSED;
        int port = p.port ? p.port : protocols[i].port;
        return camera_host_allowed(s, p.host, port) ? OK : ERR_REFUSED;
    }
    return ERR_REFUSED;
}

/* --- patience ----------------------------------------------------------------------------------
 */

int camera_retry_ms(int tries, int64_t failing_ms, uint32_t random)
{
    int ms = tries <= 0 ? 0 : tries == 1 ? 500 : tries == 2 ? 1000 : PATIENCE_MS;
    if (failing_ms > MINUTE_MS) {
        int64_t grown = failing_ms / 15; /* 4 s after a minute, the longest after six */
        ms = grown > LONGEST_MS ? LONGEST_MS : (int)grown;
    }
    return ms + (int)(random % (unsigned)(ms / 4 + 1));
}
