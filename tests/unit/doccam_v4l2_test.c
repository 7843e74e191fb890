/* doccam_v4l2_test.c - the video device driver against a kernel played by this file: a device is a
 * plain file, and ioctl() of it is answered here. Written from the kernel's documentation; no real
 * camera has been seen. */
#include "hal/doccam.h"

#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/videodev2.h>

enum { W = 320, H = 240, BUFFER = 256 * 1024, BUFFERS = 3 };

/* The camera: what it offers, what is wrong with it, what lies under it. Under no lock: the flags
 * are atomic, the picture is set before anybody looks. */
static struct {
    ino_t inode;
    bool mjpeg, no_capture;
    atomic_int busy, gone, spoilt;
    atomic_int luma;
    bool queued[BUFFERS];
    int seen[BUFFERS]; /* what lay there when the buffer was given to the kernel */
    int next, fd_of_buffers;
    uint32_t format;
    atomic_int opened, closed;
} cam;

static size_t fill(unsigned char *to, int luma)
{
    static unsigned char raw[W * H * 2];
    size_t n = 0;
    for (int i = 0; i < W * H; i++) {
        raw[2 * i] = (unsigned char)luma;
        raw[2 * i + 1] = 128;
    }
    if (cam.format == V4L2_PIX_FMT_YUYV) {
        memcpy(to, raw, sizeof raw);
        return sizeof raw;
    }
    return jpeg_of_yuyv(raw, W, H, 2 * W, 90, to, BUFFER, &n) == OK ? n : 0;
}

static int fail(int code)
{
    errno = code;
    return -1;
}

static int capabilities(struct v4l2_capability *c)
{
    snprintf((char *)c->card, sizeof c->card, "Fake Document Camera");
    c->capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    c->device_caps =
        cam.no_capture ? V4L2_CAP_META_CAPTURE : V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    return 0;
}

static int formats(struct v4l2_fmtdesc *f)
{
    static const uint32_t both[] = { V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG };
    if (f->index >= (cam.mjpeg ? 2u : 1u))
        return fail(EINVAL);
    f->pixelformat = both[f->index];
    return 0;
}

/* A size beyond all bounds is offered, too. */
static int sizes(struct v4l2_frmsizeenum *s)
{
    static const uint32_t wide[] = { 160, W, 9000 }, high[] = { 120, H, 9000 };
    if (s->index >= 3)
        return fail(EINVAL);
    s->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    s->discrete.width = wide[s->index];
    s->discrete.height = high[s->index];
    return 0;
}

static int set_format(struct v4l2_format *f)
{
    cam.format = f->fmt.pix.pixelformat;
    f->fmt.pix.bytesperline = cam.format == V4L2_PIX_FMT_YUYV ? 2 * W : 0;
    return f->fmt.pix.width == W && f->fmt.pix.height == H ? 0 : fail(EINVAL);
}

static int give(int fd, struct v4l2_buffer *b)
{
    static unsigned char bytes[BUFFER];
    if (cam.gone)
        return fail(ENODEV);
    while (!cam.queued[cam.next % BUFFERS] && cam.next < 1000000)
        cam.next++;
    b->index = (uint32_t)(cam.next++ % BUFFERS);
    cam.queued[b->index] = false;
    size_t n = fill(bytes, cam.seen[b->index]);
    if (pwrite(fd, bytes, n, (off_t)b->index * BUFFER) != (ssize_t)n)
        return fail(EIO);
    b->bytesused = cam.spoilt == 2 ? BUFFER * 9 : (uint32_t)n;
    b->flags = cam.spoilt == 1 ? V4L2_BUF_FLAG_ERROR : 0;
    return 0;
}

static int play(int fd, unsigned long what, void *arg)
{
    struct v4l2_buffer *b = arg;
    switch (what) {
    case VIDIOC_QUERYCAP:
        return capabilities(arg);
    case VIDIOC_ENUM_FMT:
        return formats(arg);
    case VIDIOC_ENUM_FRAMESIZES:
        return sizes(arg);
    case VIDIOC_S_FMT:
        return cam.busy ? fail(EBUSY) : set_format(arg);
    case VIDIOC_REQBUFS:
        return ((struct v4l2_requestbuffers *)arg)->count == BUFFERS ? 0 : fail(EINVAL);
    case VIDIOC_QUERYBUF:
        b->length = BUFFER;
        b->m.offset = b->index * BUFFER;
        return 0;
    case VIDIOC_QBUF:
        cam.queued[b->index] = true;
        cam.seen[b->index] = cam.luma;
        return cam.gone ? fail(ENODEV) : 0;
    case VIDIOC_DQBUF:
        return give(fd, b);
    case VIDIOC_STREAMON:
        cam.opened++;
        return 0;
    case VIDIOC_STREAMOFF:
        cam.closed++;
        return 0;
    default:
        return fail(ENOTTY);
    }
}

/* Before libc's, for the whole of this program: any other file goes on to the kernel. */
int ioctl(int fd, unsigned long what, ...)
{
    struct stat st;
    va_list ap;
    va_start(ap, what);
    void *arg = va_arg(ap, void *);
    va_end(ap);
    if (cam.inode && fstat(fd, &st) == 0 && st.st_ino == cam.inode && S_ISREG(st.st_mode))
        return play(fd, what, arg);
    return (int)syscall(SYS_ioctl, fd, what, arg);
}

/* --- the tests ----------------------------------------------------------------------------------
 */

static char path[300];
static struct doccam_view view;

static void changed(void *ctx)
{
    (void)ctx;
}

static struct doccam *begin(bool mjpeg)
{
    struct doccam *d = NULL;
    struct stat st = { .st_ino = 0 };
    memset(&cam, 0, sizeof cam);
    snprintf(path, sizeof path, "%.200s/video", test_dir());
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    bool good = fd >= 0 && ftruncate(fd, BUFFERS * BUFFER) == 0 && fstat(fd, &st) == 0;
    close(fd);
    cam.inode = st.st_ino;
    cam.mjpeg = mjpeg;
    cam.luma = 90;
    (void)test_check("doccam_v4l2_test.c", 0, good && doccam_create(path, changed, NULL, &d) == OK,
                     path);
    return d;
}

static void end(struct doccam *d)
{
    doccam_destroy(d);
    cam.inode = 0;
}

#define AWAIT(d, cond)                                                 \
    do {                                                               \
        for (int i_ = 0; i_ < 4000; i_++) {                            \
            doccam_look(d, &view);                                     \
            if (cond)                                                  \
                break;                                                 \
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL); \
        }                                                              \
    } while (0)

static int brightness(struct doccam *d)
{
    const struct draw_image *im = doccam_image(d);
    return im ? (int)(im->pixels[im->h / 2 * im->stride + im->w / 2] & 0xFF) : -1;
}

static bool near(int is, int want)
{
    return is > want - 8 && is < want + 8;
}

TEST(a_video_device_shows_and_takes_what_lies_there_now)
{
    for (int mjpeg = 0; mjpeg < 2; mjpeg++) {
        struct doccam *d = begin(mjpeg);
        size_t n = 0;
        int w = 0, h = 0;
        doccam_watch(d, 200, 200);
        AWAIT(d, view.has_image);
        int shown = brightness(d);
        char name[DOCCAM_NAME];
        snprintf(name, sizeof name, "%s", view.name);
        uint32_t format = cam.format;
        cam.luma = 200; /* another paper, and the button at once */
        doccam_shoot(d);
        AWAIT(d, view.mode == DOCCAM_HOLDING);
        struct jpeg_look look = view.look;
        enum err shot = view.shot_err;
        const unsigned char *still = doccam_still(d, &n);
        enum err size = still ? jpeg_size(still, n, &w, &h) : ERR_NOT_FOUND;
        doccam_watch(d, 0, 0);
        AWAIT(d, view.state == DOCCAM_RESTING);
        int opened = cam.opened, closed = cam.closed;
        end(d);
        CHECK(near(shown, 90));
        CHECK_STR(name, "Fake Document Camera");
        CHECK_EQ(format, mjpeg ? V4L2_PIX_FMT_MJPEG : V4L2_PIX_FMT_YUYV);
        CHECK_ERR(shot, OK);
        CHECK(near(look.luma, 200));
        CHECK_ERR(size, OK);
        CHECK(w == W && h == H); /* the largest within bounds */
        CHECK(opened == 1 && closed == 1);
    }
}

TEST(a_video_device_that_is_pulled_out_is_looked_for_again)
{
    struct doccam *d = begin(true);
    doccam_watch(d, 200, 200);
    AWAIT(d, view.has_image);
    cam.gone = 1;
    AWAIT(d, view.state == DOCCAM_ABSENT);
    enum doccam_state gone = view.state;
    cam.gone = 0;
    AWAIT(d, view.has_image);
    enum doccam_state back = view.state;
    end(d);
    CHECK_EQ(gone, DOCCAM_ABSENT);
    CHECK_EQ(back, DOCCAM_READY);
}

TEST(a_video_device_that_another_program_has_is_busy_and_one_without_pictures_absent)
{
    struct doccam *d = begin(true);
    cam.busy = 1;
    doccam_watch(d, 200, 200);
    AWAIT(d, view.state == DOCCAM_BUSY);
    enum doccam_state busy = view.state;
    end(d);
    d = begin(true);
    cam.no_capture = true;
    doccam_watch(d, 200, 200);
    AWAIT(d, view.state == DOCCAM_ABSENT);
    enum doccam_state absent = view.state;
    end(d);
    CHECK_EQ(busy, DOCCAM_BUSY);
    CHECK_EQ(absent, DOCCAM_ABSENT);
}

/* A spoilt frame gives no still; one that claims more bytes than its buffer has is not believed. */
TEST(what_a_video_device_says_of_its_buffers_is_not_believed)
{
    struct doccam *d = begin(true);
    doccam_watch(d, 200, 200);
    AWAIT(d, view.has_image);
    cam.spoilt = 1;
    doccam_shoot(d);
    AWAIT(d, view.mode == DOCCAM_HOLDING);
    enum err spoilt = view.shot_err;
    cam.spoilt = 2;
    doccam_shoot(d);
    AWAIT(d, view.mode == DOCCAM_HOLDING);
    enum err claimed = view.shot_err;
    end(d);
    CHECK_ERR(spoilt, ERR_CUT);
    CHECK_ERR(claimed, OK);
}
