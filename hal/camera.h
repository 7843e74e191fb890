/* camera.h - live pictures from huimin-camera: frames of a few cameras at once, never waited for.
 */
#ifndef HAL_CAMERA_H
#define HAL_CAMERA_H

#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* huimin-camera is a process of its own (camera_worker.c). Each picture is one connection to its
 * Unix socket and one sandboxed child there: what the network sends is parsed by a process that
 * knows no citizen and may die at any time. Frames come as planar YUV 4:2:0 in a memfd. */
enum {
    CAMERA_SLOTS = 4, /* pictures at once */
    CAMERA_URLS = 6,
    CAMERA_URL = 512, /* bytes */
    CAMERA_HOSTS = 32,
    CAMERA_HOST = 128,
    CAMERA_W = 1920,
    CAMERA_H = 1088, /* larger is refused: ERR_TOO_BIG */
    CAMERA_WALL_W = 640
};
enum camera_mode {
    CAMERA_FULL,     /* every frame: for the one camera that is open */
    CAMERA_KEYFRAMES /* for the wall; wider ones come scaled down to CAMERA_WALL_W and less */
};
enum camera_state {
    CAMERA_CLOSED,
    CAMERA_CONNECTING, /* no picture yet */
    CAMERA_LIVE,       /* the last picture is younger than 5 s */
    CAMERA_STALLED,    /* it was live; no new picture for 5 s (keyframes: 10 s) */
    CAMERA_OFFLINE,    /* 10 s without a picture, or given up for now; tried again at next_try_ms */
    CAMERA_NO_SERVICE  /* huimin-camera does not run; tried again */
};

/* What to open. urls are tried in order, each as it is; a host that is not in hosts, or a protocol
 * other than http, https, rtsp, rtmp, is refused by the worker (ERR_REFUSED). */
struct camera_source {
    char url[CAMERA_URLS][CAMERA_URL];
    int url_count;
    char host[CAMERA_HOSTS][CAMERA_HOST]; /* the whitelist of the signed feed: name or name:port */
    int host_count;
    enum camera_mode mode;
};

/* One picture as it is now. y, u, v point into shared memory that stays mapped until camera_close
 * and is read only; they are the newest whole frame and stay whole for at least two frames more.
 * NULL as long as there is none. They outlive the stream: stalled, offline or without the service
 * the last picture stays. Times are clock_timer_ms() of hal/base/clock.h. */
struct camera_frame {
    enum camera_state state;
    enum err why; /* of CAMERA_OFFLINE */
    int w, h, stride_y, stride_uv;
    const uint8_t *y, *u, *v;
    uint32_t n;          /* counts up with each new frame */
    int64_t at_ms;       /* when it came */
    int64_t next_try_ms; /* of CAMERA_OFFLINE and CAMERA_NO_SERVICE */
    bool frozen;         /* frames come, but the same picture for 20 s */
    bool full_range;     /* YUV of JPEG range, not of video range */
    bool bt709;          /* colours of HD (ITU-R BT.709), not of BT.601 */
};

/* Owner: the app. One thread of its own speaks to huimin-camera for all slots and calls `notify`
 * [camera thread] when a slot has a new frame or another state (the app posts EV_CAMERA n=slot). */
struct cameras;
struct cameras *cameras_create(const char *socket_path, void (*notify)(void *user, int slot),
                               void *user); /* NULL: no memory */
void cameras_destroy(struct cameras *c);    /* accepts NULL; closes every slot */
/* [ui] Never block. Opening a slot that is open replaces its source; its last picture goes.
 * Pointers of camera_look are good until the next camera_look, camera_open or camera_close of that
 * slot. */
void camera_open(struct cameras *c, int slot, const struct camera_source *s);
void camera_close(struct cameras *c, int slot);
void camera_look(struct cameras *c, int slot, struct camera_frame *out);

#endif
