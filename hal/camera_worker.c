/* camera_worker.c - plays one camera: opens its stream, decodes it in its own time, shows each
 * frame.
 */
#include "hal/camera_worker.h"

#include "hal/base/clock.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* avformat_find_stream_info() reads seconds of a stream to learn what the first key frame says
 * anyway: the decoder is opened at that frame. See the figures in README "What it costs". */
enum {
    SILENT_MS = 9500,      /* this long without a picture, and the camera is given up */
    SILENT_KEY_MS = 20000, /* … when only key frames are looked at */
    LIVED_MS = 3000,
    LATE_MS = 500,    /* behind by more: the stream stood still; go on from now */
    FRAME_MS = 25,    /* 60 and 50 a second become 30 and 25; 30 stay, with their jitter */
    BAD_PACKETS = 60, /* in a row: this stream cannot be decoded */
    PROBE_BYTES = 128 * 1024
};

/* Owner: camera_play; one thread, the child's only one. */
struct play {
    const struct camera_task *task;
    bool keyframes;
    AVFormatContext *demux;
    AVCodecContext *decoder;
    struct SwsContext *scaler;
    AVPacket *packet;
    AVFrame *frame;
    int stream; /* of the pictures; -1: not yet seen */
    int64_t give_up_ms, first_ms, shown_ms;
    int64_t zero_ms, zero_pts_ms; /* pts zero_pts_ms is due at zero_ms */
    uint32_t shown;
    int bad; /* packets in a row */
    bool too_big, refused;
    int (*io_open)(AVFormatContext *, AVIOContext **, const char *, int, AVDictionary **);
    enum err end;
};

/* --- deadlines -------------------------------------------------------------------------------- */

static int silent_ms(const struct play *p)
{
    return p->keyframes ? SILENT_KEY_MS : SILENT_MS;
}

/* libavformat asks this about ten times a second while it waits for the network. */
static int is_over(void *arg)
{
    const struct play *p = arg;
    return p->end != OK || clock_timer_ms() >= p->give_up_ms;
}

/* The alarm ends the process even when a decoder never comes back. */
static void set_deadline(struct play *p)
{
    p->give_up_ms = clock_timer_ms() + (p->shown ? silent_ms(p) : SILENT_MS);
    alarm((unsigned)silent_ms(p) / 1000 + 2);
}

static enum err err_of(const struct play *p, int code)
{
    if (p->end != OK)
        return p->end;
    if (p->shown == 0 && (p->refused || camera_names_refused()))
        return ERR_REFUSED;
    if (clock_timer_ms() >= p->give_up_ms)
        return ERR_TIMEOUT;
    switch (code) {
    case AVERROR_EOF:
        return ERR_CUT;
    case AVERROR(ETIMEDOUT):
    case AVERROR_EXIT:
        return ERR_TIMEOUT;
    case AVERROR(ENOMEM):
        return ERR_NOMEM;
    case AVERROR_HTTP_BAD_REQUEST:
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN:
    case AVERROR_HTTP_NOT_FOUND:
    case AVERROR_HTTP_OTHER_4XX:
    case AVERROR_HTTP_SERVER_ERROR:
        return ERR_SERVER;
    case AVERROR_PROTOCOL_NOT_FOUND:
        return ERR_REFUSED;
    case AVERROR(ECONNREFUSED):
    case AVERROR(EHOSTUNREACH):
    case AVERROR(ENETUNREACH):
    case AVERROR(EIO): /* also: no such name */
        return ERR_OFFLINE;
    case AVERROR(ECONNRESET):
    case AVERROR(EPIPE):
        return ERR_CUT;
    }
    return ERR_FORMAT;
}

/* --- showing -----------------------------------------------------------------------------------
 */

static bool is_full_range(const AVFrame *f)
{
    return f->color_range == AVCOL_RANGE_JPEG || f->format == AV_PIX_FMT_YUVJ420P;
}

/* How large it is shown: on the wall a small picture is enough, and costs huimin less memory. */
static void fit(const struct play *p, const AVFrame *f, uint32_t *out_w, uint32_t *out_h)
{
    int part = 1;
    while (p->keyframes && f->width / part > CAMERA_WALL_W && f->height / part > 64)
        part++;
    *out_w = (uint32_t)(f->width / part);
    *out_h = (uint32_t)(f->height / part);
}

static bool scale(struct play *p, const AVFrame *f, uint8_t *to[4], const int stride[4], int w,
                  int h)
{
    p->scaler = sws_getCachedContext(p->scaler, f->width, f->height, (enum AVPixelFormat)f->format,
                                     w, h, AV_PIX_FMT_YUV420P, SWS_FAST_BILINEAR, NULL, NULL, NULL);
    return p->scaler && sws_scale(p->scaler, (const uint8_t *const *)f->data, f->linesize, 0,
                                  f->height, to, stride) == h;
}

/* Every fourth row is enough to tell a still from a moving picture. */
static uint64_t hash_of(const uint8_t *y, int stride, uint32_t h)
{
    uint64_t hash = 14695981039346656037u, word;
    for (uint32_t row = 0; row < h; row += 4)
        for (int x = 0; x < stride; x += 8) {
            memcpy(&word, y + (size_t)row * (size_t)stride + x, 8);
            hash = (hash ^ word) * 1099511628211u;
        }
    return hash;
}

static void tell(struct play *p, struct camera_msg *m)
{
    ssize_t n = send(p->task->fd, m, sizeof *m, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
        p->end = ERR_STOPPED;
}

static void show(struct play *p, const AVFrame *f)
{
    struct camera_layout l;
    struct camera_msg m = { .word = CAMERA_PICTURE, .n = p->shown % CAMERA_FRAMES };
    fit(p, f, &m.w, &m.h);
    if (!camera_layout(m.n, m.w, m.h, &l)) {
        p->end = ERR_TOO_BIG;
        return;
    }
    uint8_t *to[4] = { p->task->shm + l.y, p->task->shm + l.u, p->task->shm + l.v, NULL };
    const int stride[4] = { l.stride_y, l.stride_uv, l.stride_uv, 0 };
    bool as_it_is = f->format == AV_PIX_FMT_YUV420P || f->format == AV_PIX_FMT_YUVJ420P;
    if (as_it_is && (int)m.w == f->width) {
        av_image_copy(to, (int *)stride, (const uint8_t **)f->data, f->linesize, AV_PIX_FMT_YUV420P,
                      f->width, f->height);
    } else if (!scale(p, f, to, stride, (int)m.w, (int)m.h)) {
        p->end = ERR_TYPE;
        return;
    }
    /* swscale turns the J formats into video range. */
    m.full_range = is_full_range(f) && (f->format == AV_PIX_FMT_YUV420P || (int)m.w == f->width);
    m.bt709 = f->colorspace == AVCOL_SPC_BT709 ||
              (f->colorspace == AVCOL_SPC_UNSPECIFIED && f->height >= 720);
    m.hash = hash_of(to[0], l.stride_y, m.h);
    tell(p, &m);
    p->shown++;
    p->shown_ms = clock_timer_ms();
    if (p->first_ms == 0)
        p->first_ms = p->shown_ms;
    set_deadline(p);
}

/* --- in its own time ---------------------------------------------------------------------------
 */

static void sleep_until(int64_t ms)
{
    int64_t left = ms - clock_timer_ms();
    struct timespec t = { .tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000 };
    if (left > 0)
        (void)nanosleep(&t, NULL);
}

/* Streams come in bursts (a segment, a cached group of pictures): each frame waits until it is due.
 * False: due so soon after the last one that it is left out. */
static bool wait_for_its_time(struct play *p, const AVFrame *f)
{
    int64_t now = clock_timer_ms();
    if (f->best_effort_timestamp != AV_NOPTS_VALUE) {
        AVRational ms = { 1, 1000 };
        AVRational base = p->demux->streams[p->stream]->time_base;
        int64_t pts = av_rescale_q(f->best_effort_timestamp, base, ms);
        int64_t due = p->zero_ms + (pts - p->zero_pts_ms);
        int64_t ahead = p->keyframes ? SILENT_KEY_MS / 2 : 3000;
        if (p->shown == 0 || due < now - LATE_MS || due > now + ahead) {
            p->zero_ms = now;
            p->zero_pts_ms = pts;
        } else {
            sleep_until(due);
            now = due > now ? due : now;
        }
    }
    return p->shown == 0 || now - p->shown_ms >= FRAME_MS;
}

static void take_frames(struct play *p)
{
    while (p->end == OK && avcodec_receive_frame(p->decoder, p->frame) == 0) {
        p->bad = 0;
        if (p->frame->width > CAMERA_W || p->frame->height > CAMERA_H)
            p->end = ERR_TOO_BIG;
        else if (wait_for_its_time(p, p->frame))
            show(p, p->frame);
        av_frame_unref(p->frame);
    }
}

/* --- decoding -----------------------------------------------------------------------------------
 */

/* The one place where every decoder says how large its pictures are, before it has memory. */
static int give_buffer(AVCodecContext *c, AVFrame *f, int flags)
{
    struct play *p = c->opaque;
    if (c->width > CAMERA_W || c->height > CAMERA_H) {
        p->too_big = true;
        return AVERROR(ENOMEM);
    }
    return avcodec_default_get_buffer2(c, f, flags);
}

static enum err open_decoder(struct play *p, AVStream *s)
{
    enum AVCodecID id = s->codecpar->codec_id;
    const AVCodec *codec = avcodec_find_decoder(id);
    if ((id != AV_CODEC_ID_H264 && id != AV_CODEC_ID_HEVC) || !codec)
        return ERR_TYPE;
    p->decoder = avcodec_alloc_context3(codec);
    if (!p->decoder || avcodec_parameters_to_context(p->decoder, s->codecpar) < 0)
        return ERR_NOMEM;
    p->decoder->pkt_timebase = s->time_base;
    p->decoder->thread_count = 1;
    p->decoder->opaque = p;
    p->decoder->get_buffer2 = give_buffer;
    if (p->keyframes)
        p->decoder->skip_frame = AVDISCARD_NONKEY;
    return avcodec_open2(p->decoder, codec, NULL) == 0 ? OK : ERR_FORMAT;
}

/* Streams turn up while packets are read; sound is not even taken apart. */
static void find_pictures(struct play *p)
{
    for (unsigned i = 0; i < p->demux->nb_streams; i++) {
        AVStream *s = p->demux->streams[i];
        bool video = s->codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
        if (video && p->stream < 0)
            p->stream = (int)i;
        if ((int)i != p->stream && s->codecpar->codec_type != AVMEDIA_TYPE_UNKNOWN)
            s->discard = AVDISCARD_ALL;
        else if (video && p->keyframes)
            s->discard = AVDISCARD_NONKEY;
    }
}

/* A key frame alone comes out only when the decoder is told that nothing follows. */
static void decode(struct play *p)
{
    int code = avcodec_send_packet(p->decoder, p->packet);
    if (p->keyframes)
        (void)avcodec_send_packet(p->decoder, NULL);
    if (code < 0 && ++p->bad >= BAD_PACKETS)
        p->end = ERR_FORMAT;
    take_frames(p);
    if (p->keyframes)
        avcodec_flush_buffers(p->decoder);
    if (p->too_big)
        p->end = ERR_TOO_BIG;
}

static void take_packet(struct play *p)
{
    bool key = p->packet->flags & AV_PKT_FLAG_KEY;
    find_pictures(p);
    if (p->packet->stream_index != p->stream || (!key && (!p->decoder || p->keyframes)))
        return;
    if (!p->decoder)
        p->end = open_decoder(p, p->demux->streams[p->stream]);
    if (p->end == OK)
        decode(p);
}

/* --- life ------------------------------------------------------------------------------------- */

/* Every playlist, segment and key goes through here: its protocol and host are looked at once more,
 * and https is checked against the authorities (the HLS demuxer forgets these options). */
static int open_part(AVFormatContext *s, AVIOContext **out, const char *url, int flags,
                     AVDictionary **options)
{
    struct play *p = s->opaque;
    const char *plain = strncmp(url, "crypto+", 7) == 0 ? url + 7 : url;
    AVDictionary *own = NULL, **o = options ? options : &own;
    if (camera_url_check(p->task->source, plain) != OK) {
        p->refused = true;
        return AVERROR(EPERM);
    }
    av_dict_set(o, "tls_verify", "1", 0);
    av_dict_set(o, "ca_file", "/etc/ssl/certs/ca-certificates.crt", 0);
    int code = p->io_open(s, out, url, flags, o);
    av_dict_free(&own);
    return code;
}

static int open_stream(struct play *p, const char *url)
{
    AVDictionary *o = NULL;
    p->demux = avformat_alloc_context();
    if (!p->demux)
        return AVERROR(ENOMEM);
    p->demux->interrupt_callback = (AVIOInterruptCB){ .callback = is_over, .opaque = p };
    p->demux->opaque = p;
    p->io_open = p->demux->io_open;
    p->demux->io_open = open_part;
    p->demux->probesize = PROBE_BYTES;
    av_dict_set(&o, "protocol_whitelist", "http,https,tls,tcp,rtsp,rtmp,crypto", 0);
    av_dict_set(&o, "format_whitelist", "hls,applehttp,mpegts,flv,live_flv,rtsp,mov,mp4", 0);
    av_dict_set(&o, "codec_whitelist", "h264,hevc", 0);
    av_dict_set(&o, "rtsp_transport", "tcp", 0);
    av_dict_set(&o, "allowed_media_types", "video", 0);
    av_dict_set(&o, "live_start_index", "-2", 0);
    int code = avformat_open_input(&p->demux, url, NULL, &o);
    av_dict_free(&o);
    return code;
}

void camera_play_init(void)
{
    av_log_set_level(AV_LOG_QUIET); /* what it would say comes from the network */
    (void)avformat_network_init();
}

enum err camera_play(const struct camera_task *t, bool *out_lived)
{
    static struct play p; /* the child has one, and ends with it */
    int code = 0;
    p = (struct play){ .task = t, .stream = -1, .keyframes = t->source->mode == CAMERA_KEYFRAMES };
    p.packet = av_packet_alloc();
    p.frame = av_frame_alloc();
    if (!p.packet || !p.frame)
        return ERR_NOMEM;
    set_deadline(&p);
    p.end = camera_url_check(t->source, t->source->url[t->url]);
    if (p.end == OK)
        code = open_stream(&p, t->source->url[t->url]);
    while (p.end == OK && code >= 0) {
        code = av_read_frame(p.demux, p.packet);
        if (code < 0 || is_over(&p)) /* what a parser still held is no sign of life */
            break;
        take_packet(&p);
        av_packet_unref(p.packet);
    }
    *out_lived = p.first_ms > 0 && p.shown_ms - p.first_ms >= LIVED_MS;
    return err_of(&p, code);
}
