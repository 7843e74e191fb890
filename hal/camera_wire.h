/* camera_wire.h - what huimin and huimin-camera say to each other about one picture.
 */
#ifndef HAL_CAMERA_WIRE_H
#define HAL_CAMERA_WIRE_H

#include "hal/camera.h"

#include <stddef.h>

/* A connection (AF_UNIX, SOCK_SEQPACKET) is one camera. huimin sends one message, the request as
 * JSON; then it only listens. huimin-camera sends struct camera_msg, the first (HELLO) with the
 * memfd; then states of its own and a PICTURE for each frame. Closing the socket closes the
 * camera. Both sides check everything: neither trusts the other's numbers. */
enum {
    CAMERA_REQUEST = 16384, /* bytes at most */
    CAMERA_FRAMES = 4,      /* places in the memfd, used in turn */
    CAMERA_FRAME_BYTES = CAMERA_W * CAMERA_H * 3 / 2,
    CAMERA_SHM_BYTES = CAMERA_FRAMES * CAMERA_FRAME_BYTES
};
enum camera_word {
    CAMERA_HELLO = 1,
    CAMERA_TRYING,  /* connecting to url[n] */
    CAMERA_PICTURE, /* place n is filled */
    CAMERA_LOST     /* why; the next try is wait_ms from now */
};
struct camera_msg {
    uint32_t word;
    uint32_t n;
    uint32_t w, h;
    uint32_t full_range, bt709;
    uint32_t why; /* enum err */
    uint32_t wait_ms;
    uint64_t hash; /* of the picture: equal ones are the same picture */
};

/* Where the planes of a w x h picture in place n lie, in bytes from the start of the memfd. */
struct camera_layout {
    int stride_y, stride_uv;
    size_t y, u, v, end;
};
/* False: no such place, or larger than CAMERA_W x CAMERA_H. */
bool camera_layout(uint32_t n, uint32_t w, uint32_t h, struct camera_layout *out);

/* ERR_TOO_BIG when it does not fit; CAMERA_REQUEST is enough for all that has no control bytes. */
MUST_CHECK enum err camera_request_pack(const struct camera_source *s, char *buf, size_t cap);
/* ERR_FORMAT, ERR_TYPE, ERR_NOT_FOUND, ERR_TOO_BIG; out holds whole strings only. */
MUST_CHECK enum err camera_request_parse(const char *text, size_t n, struct camera_source *out);

/* OK, or ERR_REFUSED: another protocol than http, https, rtsp, rtmp, or a host not in s->host. */
MUST_CHECK enum err camera_url_check(const struct camera_source *s, const char *url);
/* port 0: not known. An entry without a port stands for all ports. */
bool camera_host_allowed(const struct camera_source *s, const char *host, int port);

/* How long to wait before the next round of all urls: the tries since it failed first (0: just
 * now), how long ago that was, and any random number. At once, then at most 2.5 s in the first
 * minute, then growing to 30 s; spread, so that a village's terminals do not come all together. */
int camera_retry_ms(int tries, int64_t failing_ms, uint32_t random);

#endif
