/* lookcam.c - looks at cameras through huimin-camera as huimin does, and says in lines what it
 * sees.
 */
#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/camera.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <poll.h>

static const char usage[] = "lookcam --socket PATH --host HOST... --url URL... - prints `MS slot=N "
                            "state=… why=… WxH …` lines\n"
                            "  --keyframes       as on the wall\n"
                            "  --slots N         the same picture N times (1)\n"
                            "  --ms N            how long (10000)\n"
                            "  --until STATE     … or until the first slot is in that state\n"
                            "  --frames N        … or until it has shown N frames\n"
                            "  --cycles N        open, wait for a picture, close, N times\n"
                            "  --shot FILE       the last picture as PGM (brightness only)\n"
                            "ends with 0 if what it waited for came\n";

static const char *const names[] = {
    [CAMERA_CLOSED] = "closed",   [CAMERA_CONNECTING] = "connecting",
    [CAMERA_LIVE] = "live",       [CAMERA_STALLED] = "stalled",
    [CAMERA_OFFLINE] = "offline", [CAMERA_NO_SERVICE] = "no_service"
};
static const struct option options[] = { { "socket", required_argument, NULL, 's' },
                                         { "url", required_argument, NULL, 'u' },
                                         { "host", required_argument, NULL, 'h' },
                                         { "keyframes", no_argument, NULL, 'k' },
                                         { "slots", required_argument, NULL, 'n' },
                                         { "ms", required_argument, NULL, 'm' },
                                         { "until", required_argument, NULL, 't' },
                                         { "frames", required_argument, NULL, 'f' },
                                         { "cycles", required_argument, NULL, 'c' },
                                         { "shot", required_argument, NULL, 'o' },
                                         { NULL, 0, NULL, 0 } };

static struct camera_source source;
static const char *path = "camera.sock", *until, *shot;
static int slots = 1, ms = 10000, frames, cycles, news;
static int64_t begun;

static void notify(void *user, int slot)
{
    (void)user;
    (void)slot;
    (void)!write(news, &(uint64_t){ 1 }, sizeof(uint64_t));
}

static bool read_options(int argc, char **argv)
{
    int o;
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        int number = optarg ? (int)strtol(optarg, NULL, 10) : 0;
        if (o == 's')
            path = optarg;
        else if (o == 'u' && source.url_count < CAMERA_URLS)
            snprintf(source.url[source.url_count++], CAMERA_URL, "%s", optarg);
        else if (o == 'h' && source.host_count < CAMERA_HOSTS)
            snprintf(source.host[source.host_count++], CAMERA_HOST, "%s", optarg);
        else if (o == 'k')
            source.mode = CAMERA_KEYFRAMES;
        else if (o == 'n')
            slots = number < 1 ? 1 : number > CAMERA_SLOTS ? CAMERA_SLOTS : number;
        else if (o == 'm')
            ms = number;
        else if (o == 't')
            until = optarg;
        else if (o == 'f')
            frames = number;
        else if (o == 'c')
            cycles = number;
        else if (o == 'o')
            shot = optarg;
        else
            return false;
    }
    return optind == argc;
}

static long brightness(const struct camera_frame *f)
{
    long long sum = 0;
    for (int y = 0; y < f->h; y++)
        for (int x = 0; x < f->w; x++)
            sum += f->y[y * f->stride_y + x];
    return f->h ? (long)(sum / ((long long)f->w * f->h)) : 0;
}

/* A line for each new state and for the first picture after it; frames are only counted. */
static void say(int slot, const struct camera_frame *f, struct camera_frame *last)
{
    bool other = f->state != last->state || f->frozen != last->frozen || f->why != last->why ||
                 (f->y != NULL) != (last->y != NULL) || f->w != last->w;
    if (other)
        printf(
            "%lld slot=%d state=%s why=%s n=%u %dx%d light=%ld frozen=%d full_range=%d bt709=%d\n",
            (long long)(clock_timer_ms() - begun), slot, names[f->state], err_name(f->why), f->n,
            f->w, f->h, f->y ? brightness(f) : 0, f->frozen, f->full_range, f->bt709);
    fflush(stdout);
    *last = *f;
}

static void wait_ms(int most)
{
    struct pollfd p = { .fd = news, .events = POLLIN };
    if (poll(&p, 1, most) > 0)
        (void)!read(news, &(uint64_t){ 0 }, sizeof(uint64_t));
}

static bool came(const struct camera_frame *f)
{
    return (until && strcmp(until, names[f->state]) == 0) || (frames && (int)f->n >= frames);
}

/* Every pixel is read, as a screen would: a fault in the shared memory would show here. */
static bool look(struct cameras *c)
{
    struct camera_frame f, last[CAMERA_SLOTS];
    memset(last, 0, sizeof last);
    begun = clock_timer_ms();
    for (int i = 0; i < slots; i++)
        camera_open(c, i, &source);
    bool done = false;
    while (!done && clock_timer_ms() - begun < ms) {
        wait_ms((int)(ms - (clock_timer_ms() - begun)) + 1);
        for (int i = 0; i < slots; i++) {
            camera_look(c, i, &f);
            say(i, &f, &last[i]);
            done |= i == 0 && came(&f);
        }
    }
    camera_look(c, 0, &f);
    printf("end ms=%lld n=%u state=%s\n", (long long)(clock_timer_ms() - begun), f.n,
           names[f.state]);
    FILE *out = shot && f.y ? fopen(shot, "w") : NULL;
    for (int y = 0; out && y < f.h; y++) {
        if (y == 0)
            fprintf(out, "P5 %d %d 255\n", f.w, f.h);
        fwrite(f.y + (size_t)y * (size_t)f.stride_y, 1, (size_t)f.w, out);
    }
    if (out)
        fclose(out);
    for (int i = 0; i < slots; i++)
        camera_close(c, i);
    return done || (!until && !frames);
}

static long own_kb(void)
{
    char row[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/smaps_rollup", "r");
    while (f && fgets(row, sizeof row, f))
        if (strncmp(row, "Pss:", 4) == 0)
            kb = strtol(row + 4, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

int main(int argc, char **argv)
{
    log_init("lookcam", LOG_INFO);
    if (!read_options(argc, argv) || source.url_count == 0) {
        fputs(usage, stderr);
        return 2;
    }
    news = eventfd(0, EFD_NONBLOCK);
    struct cameras *c = cameras_create(path, notify, NULL);
    if (!c)
        return 1;
    bool well = true;
    for (int i = 0; well && i < (cycles ? cycles : 1); i++) {
        well = look(c);
        if (cycles)
            printf("cycle %d pss_kb=%ld\n", i + 1, own_kb());
    }
    cameras_destroy(c);
    return well ? 0 : 1;
}
