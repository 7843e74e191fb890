/* doccam_v4l2.c - a document camera that is a video device: Video4Linux2, MJPEG or YUYV, mapped
 * buffers (Linux kernel documentation, "Video for Linux API", streaming I/O). */
#include "hal/doccam_part.h"

#include "hal/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/videodev2.h>

enum { BUFFERS = 3, DEVICES = 32, WAIT_MS = 1000, SIDE_MOST = 4096, LIST_MOST = 64 };
static const int64_t pixels_most = 12 * 1000 * 1000;

/* One size in one format. */
struct wish {
    uint32_t format;
    int w, h;
};

/* lent: the buffer whose bytes the caller looks at; -1 none. */
struct v4l2 {
    int fd;
    struct wish is;
    int stride, lent;
    uint32_t serial;
    unsigned count;
    struct {
        void *p;
        size_t n;
    } buffer[BUFFERS];
};

static int call(int fd, unsigned long what, void *arg)
{
    int rc;
    do
        rc = ioctl(fd, what, arg);
    while (rc < 0 && errno == EINTR);
    return rc;
}

static enum err why(void)
{
    switch (errno) {
    case EBUSY:
        return ERR_BUSY;
    case EACCES:
    case EPERM:
        return ERR_REFUSED;
    default:
        return ERR_NO_DEVICE;
    }
}

/* --- which device -------------------------------------------------------------------------------
 */

static bool takes_pictures(int fd, char out_name[DOCCAM_NAME])
{
    struct v4l2_capability c = { 0 };
    if (call(fd, VIDIOC_QUERYCAP, &c) < 0)
        return false;
    uint32_t can = c.capabilities & V4L2_CAP_DEVICE_CAPS ? c.device_caps : c.capabilities;
    snprintf(out_name, DOCCAM_NAME, "%.*s", (int)sizeof c.card, (const char *)c.card);
    return (can & V4L2_CAP_VIDEO_CAPTURE) && (can & V4L2_CAP_STREAMING);
}

static enum err open_path(const char *path, int *out_fd, char out_name[DOCCAM_NAME])
{
    int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return why();
    if (!takes_pictures(fd, out_name)) {
        close(fd);
        return ERR_NO_DEVICE;
    }
    *out_fd = fd;
    return OK;
}

/* The first that is meant; what kept us from another is told when none is. */
static enum err find(const char *where, int *out_fd, char out_name[DOCCAM_NAME])
{
    enum err told = ERR_NO_DEVICE;
    if (*where == '/')
        return open_path(where, out_fd, out_name);
    for (int i = 0; i < DEVICES; i++) {
        char path[32];
        int fd;
        snprintf(path, sizeof path, "/dev/video%d", i);
        enum err e = open_path(path, &fd, out_name);
        if (e == OK && (strcmp(where, "auto") == 0 || strcasestr(out_name, where))) {
            *out_fd = fd;
            return OK;
        }
        if (e == OK)
            close(fd);
        else if (e != ERR_NO_DEVICE)
            told = e;
    }
    return told;
}

/* --- which size ---------------------------------------------------------------------------------
 */

/* MJPEG before YUYV, which is slow over USB; then the larger. */
static void better(struct wish *best, uint32_t format, int64_t w, int64_t h)
{
    bool fits = w > 0 && h > 0 && w <= SIDE_MOST && h <= SIDE_MOST && w * h <= pixels_most;
    bool jpeg_now = format == V4L2_PIX_FMT_MJPEG, jpeg_was = best->format == V4L2_PIX_FMT_MJPEG;
    if (!fits || (jpeg_was && !jpeg_now))
        return;
    if ((jpeg_now && !jpeg_was) || w * h > (int64_t)best->w * best->h)
        *best = (struct wish){ format, (int)w, (int)h };
}

static void look_at_sizes(int fd, uint32_t format, struct wish *best)
{
    for (uint32_t i = 0; i < LIST_MOST; i++) {
        struct v4l2_frmsizeenum s = { .index = i, .pixel_format = format };
        if (call(fd, VIDIOC_ENUM_FRAMESIZES, &s) < 0)
            return;
        if (s.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
            better(best, format, s.discrete.width, s.discrete.height);
            continue;
        }
        uint32_t w = s.stepwise.max_width, h = s.stepwise.max_height;
        better(best, format, w < 2592 ? w : 2592, h < 1944 ? h : 1944);
        return;
    }
}

static enum err choose(int fd, struct wish *out)
{
    struct wish best = { 0 };
    for (uint32_t i = 0; i < LIST_MOST; i++) {
        struct v4l2_fmtdesc f = { .index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
        if (call(fd, VIDIOC_ENUM_FMT, &f) < 0)
            break;
        if (f.pixelformat == V4L2_PIX_FMT_MJPEG || f.pixelformat == V4L2_PIX_FMT_YUYV)
            look_at_sizes(fd, f.pixelformat, &best);
    }
    *out = best;
    return best.w ? OK : ERR_NO_DEVICE;
}

/* What the driver made of our wish is what counts. Few pictures a second: the rest would be thrown
 * away. */
static enum err settle(struct v4l2 *v)
{
    struct v4l2_format f = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
    struct v4l2_streamparm p = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
    enum err e = choose(v->fd, &v->is);
    if (e != OK)
        return e;
    f.fmt.pix.width = (uint32_t)v->is.w;
    f.fmt.pix.height = (uint32_t)v->is.h;
    f.fmt.pix.pixelformat = v->is.format;
    f.fmt.pix.field = V4L2_FIELD_NONE;
    if (call(v->fd, VIDIOC_S_FMT, &f) < 0)
        return why();
    if (f.fmt.pix.pixelformat != v->is.format || f.fmt.pix.width == 0 || f.fmt.pix.height == 0 ||
        f.fmt.pix.width > SIDE_MOST || f.fmt.pix.height > SIDE_MOST)
        return ERR_NO_DEVICE;
    v->is.w = (int)f.fmt.pix.width;
    v->is.h = (int)f.fmt.pix.height;
    v->stride = (int)f.fmt.pix.bytesperline;
    if (v->stride < 2 * v->is.w)
        v->stride = 2 * v->is.w;
    p.parm.capture.timeperframe = (struct v4l2_fract){ 1, 5 };
    if (call(v->fd, VIDIOC_S_PARM, &p) < 0)
        log_debug("doccam_rate", "errno=%d", errno);
    return OK;
}

/* --- buffers ------------------------------------------------------------------------------------
 */

static struct v4l2_buffer buffer(unsigned i)
{
    return (struct v4l2_buffer){ .index = i,
                                 .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
                                 .memory = V4L2_MEMORY_MMAP };
}

static enum err map_one(struct v4l2 *v, unsigned i)
{
    struct v4l2_buffer b = buffer(i);
    if (call(v->fd, VIDIOC_QUERYBUF, &b) < 0)
        return why();
    void *p = mmap(NULL, b.length, PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, b.m.offset);
    if (p == MAP_FAILED)
        return ERR_NOMEM;
    v->buffer[i].p = p;
    v->buffer[i].n = b.length;
    v->count = i + 1;
    b = buffer(i);
    return call(v->fd, VIDIOC_QBUF, &b) < 0 ? why() : OK;
}

static enum err start(struct v4l2 *v)
{
    struct v4l2_requestbuffers r = { .count = BUFFERS,
                                     .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
                                     .memory = V4L2_MEMORY_MMAP };
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (call(v->fd, VIDIOC_REQBUFS, &r) < 0)
        return why();
    enum err e = r.count > 0 ? OK : ERR_NO_DEVICE;
    for (unsigned i = 0; e == OK && i < r.count && i < BUFFERS; i++)
        e = map_one(v, i);
    return e == OK && call(v->fd, VIDIOC_STREAMON, &type) < 0 ? why() : e;
}

static void v4l2_close(void *state)
{
    struct v4l2 *v = state;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    (void)call(v->fd, VIDIOC_STREAMOFF, &type);
    for (unsigned i = 0; i < v->count; i++) {
        explicit_bzero(v->buffer[i].p, v->buffer[i].n);
        munmap(v->buffer[i].p, v->buffer[i].n);
    }
    close(v->fd);
}

static enum err v4l2_open(const char *where, struct arena *memory, void **out_state,
                          char out_name[DOCCAM_NAME])
{
    struct v4l2 *v = arena_new(memory, struct v4l2);
    if (!v)
        return ERR_NOMEM;
    v->lent = -1;
    enum err e = find(where, &v->fd, out_name);
    if (e != OK)
        return e;
    e = settle(v);
    if (e == OK)
        e = start(v);
    if (e != OK) {
        v4l2_close(v);
        return e;
    }
    log_info("doccam_size", "w=%d h=%d format=%.4s", v->is.w, v->is.h, (const char *)&v->is.format);
    *out_state = v;
    return OK;
}

/* --- pictures -----------------------------------------------------------------------------------
 */

static enum err give_back(struct v4l2 *v)
{
    if (v->lent < 0)
        return OK;
    struct v4l2_buffer b = buffer((unsigned)v->lent);
    v->lent = -1;
    return call(v->fd, VIDIOC_QBUF, &b) < 0 ? ERR_NO_DEVICE : OK;
}

static enum err await(const struct v4l2 *v, int wake_fd)
{
    struct pollfd p[2] = { { .fd = wake_fd, .events = POLLIN }, { .fd = v->fd, .events = POLLIN } };
    int n = poll(p, 2, WAIT_MS);
    if (n > 0 && p[0].revents)
        return ERR_STOPPED;
    if (n > 0 && p[1].revents & (POLLERR | POLLHUP | POLLNVAL))
        return ERR_NO_DEVICE;
    return n > 0 ? OK : ERR_TIMEOUT;
}

/* What the driver says is checked against what was mapped. */
static enum err borrow(struct v4l2 *v, struct v4l2_buffer *out)
{
    *out = buffer(0);
    if (call(v->fd, VIDIOC_DQBUF, out) < 0)
        return errno == EAGAIN ? ERR_TIMEOUT : ERR_NO_DEVICE;
    if (out->index >= v->count)
        return ERR_NO_DEVICE;
    v->lent = (int)out->index;
    return OK;
}

static enum err v4l2_frame(void *state, int wake_fd, struct doccam_frame *out)
{
    struct v4l2 *v = state;
    struct v4l2_buffer b;
    enum err e = give_back(v);
    if (e == OK)
        e = await(v, wake_fd);
    if (e == OK)
        e = borrow(v, &b);
    if (e != OK)
        return e;
    size_t n = b.bytesused < v->buffer[b.index].n ? b.bytesused : v->buffer[b.index].n;
    if (b.flags & V4L2_BUF_FLAG_ERROR || n == 0)
        return ERR_CUT;
    *out = (struct doccam_frame){ .bytes = v->buffer[b.index].p,
                                  .n = n,
                                  .yuyv = v->is.format == V4L2_PIX_FMT_YUYV,
                                  .w = v->is.w,
                                  .h = v->is.h,
                                  .stride = v->stride,
                                  .serial = ++v->serial };
    return OK;
}

/* What waits in the buffers, and what is being exposed, was seen before the button was pressed. */
static void v4l2_fresh(void *state)
{
    struct v4l2 *v = state;
    struct v4l2_buffer b;
    for (unsigned i = 0; i <= v->count; i++) {
        bool last = give_back(v) != OK || borrow(v, &b) != OK;
        if (last)
            break;
    }
    struct pollfd p = { .fd = v->fd, .events = POLLIN };
    if (poll(&p, 1, WAIT_MS) > 0 && borrow(v, &b) != OK)
        log_debug("doccam_fresh", "errno=%d", errno);
}

const struct doccam_driver doccam_v4l2 = { .name = "v4l2",
                                           .memory = 16384,
                                           .open = v4l2_open,
                                           .frame = v4l2_frame,
                                           .fresh = v4l2_fresh,
                                           .close = v4l2_close };
