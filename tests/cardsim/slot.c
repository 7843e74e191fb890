/* slot.c - speaks the vpcd protocol to pcscd for the card that is in, and misbehaves on request. */
#include "tests/cardsim/slot.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { RETRY_MS = 50, POWER_OFF = 0, POWER_ON = 1, RESET = 2, GIVE_ATR = 4 };

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void slot_init(struct slot *s, int port, int delay_ms, const struct masters *masters)
{
    memset(s, 0, sizeof *s);
    s->port = port;
    s->delay_ms = delay_ms;
    s->fd = -1;
    s->masters = masters;
    faults_clear(&s->faults);
    s->closed_at = INT64_MIN / 2;
}

static void hang_up(struct slot *s)
{
    if (s->fd >= 0) {
        close(s->fd);
        s->closed_at = now_ms();
    }
    s->fd = -1;
    s->connecting = s->powered = false;
    s->in_n = s->out_n = 0;
    s->try_at = now_ms() + RETRY_MS;
}

void slot_out(struct slot *s)
{
    bool was_in = s->is_in;
    hang_up(s);
    s->is_in = false;
    s->path[0] = '\0';
    if (was_in)
        faults_clear(&s->faults);
}

bool slot_in(struct slot *s, const char *path, int gap_ms, char *why, size_t cap)
{
    struct card card;
    struct chip chip;
    if (!cardfile_read(path, &card, why, cap))
        return false;
    if (!chip_make(&chip, &card) || strlen(path) >= sizeof s->path) {
        snprintf(why, cap, "the name does not fit on a card");
        return false;
    }
    chip.memory = memory_of(&s->memories, path, &card);
    if (!chip.memory) {
        snprintf(why, cap, "it has no name of its own");
        return false;
    }
    auth_keys(&chip.keys, &card, s->masters);
    if (s->is_in)
        slot_out(s);
    s->chip = chip;
    memcpy(s->path, path, strlen(path) + 1);
    s->is_in = true;
    s->try_at = s->closed_at + gap_ms;
    return true;
}

/* --- the line ------------------------------------------------------------------------------- */

static void dial(struct slot *s)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)s->port) };
    int one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->try_at = now_ms() + RETRY_MS;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) {
        close(fd);
        return;
    }
    s->fd = fd;
    s->connecting = true;
    chip_reset(&s->chip);
}

static void connected(struct slot *s)
{
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    s->connecting = false;
    if (error == 0)
        return;
    close(s->fd); /* nobody has seen this card: hang_up would count as taking it out */
    s->fd = -1;
    s->try_at = now_ms() + RETRY_MS;
}

static void send_all(struct slot *s, const void *bytes, size_t n)
{
    if (send(s->fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
        hang_up(s);
}

/* Length, then the bytes, in one write: two would wait for each other's acknowledgement. The bytes
 * are already in their place. */
static void frame(struct slot *s, size_t n)
{
    s->out[0] = (unsigned char)(n >> 8);
    s->out[1] = (unsigned char)n;
    s->out_n = n + 2;
}

static void flush(struct slot *s)
{
    size_t n = s->out_n;
    s->out_n = 0;
    send_all(s, s->out, n);
}

/* --- commands ------------------------------------------------------------------------------- */

/* A faulty answer, or the right one. False: there is none and the card may be gone. */
static bool command(struct slot *s, const unsigned char *cmd, size_t n)
{
    s->commands++;
    enum fate fate = faults_before(&s->faults);
    if (fate == FATE_YANK)
        slot_out(s);
    if (fate != FATE_ANSWER)
        return false;
    size_t len = chip_command(&s->chip, cmd, n, s->out + 2);
    frame(s, faults_after(&s->faults, &s->chip, cmd, n, s->out + 2, len));
    return true;
}

static void answer_command(struct slot *s, const unsigned char *cmd, size_t n)
{
    if (!command(s, cmd, n))
        return;
    if (s->faults.truncate >= 0) {
        size_t part = 2 + (size_t)s->faults.truncate;
        s->out_n = part < s->out_n ? part : s->out_n;
        flush(s);
        slot_out(s);
        return;
    }
    s->due = now_ms() + s->delay_ms + s->faults.slow_ms;
    if (s->due <= now_ms())
        flush(s);
}

static void give_atr(struct slot *s)
{
    const struct card *card = &s->chip.card;
    size_t n = card->atr_n;
    memcpy(s->out + 2, card->atr, n);
    if (s->faults.no_atr) {
        n = 0;
    } else if (s->faults.upside_down) { /* longer than any ATR */
        n = 40;
        memset(s->out + 2, 0, n);
        s->out[2] = 0x3b;
    }
    frame(s, n);
    flush(s);
}

static void message(struct slot *s, const unsigned char *body, size_t n)
{
    if (n != 1) {
        answer_command(s, body, n);
        return;
    }
    if (body[0] == GIVE_ATR) {
        give_atr(s);
        return;
    }
    s->powered = body[0] == POWER_ON || body[0] == RESET;
    chip_reset(&s->chip);
}

/* One message at a time: the next is looked at when this one's answer is out. */
static void take_messages(struct slot *s)
{
    while (s->fd >= 0 && s->out_n == 0 && s->in_n >= 2) {
        unsigned char body[65536];
        size_t n = (size_t)s->in[0] << 8 | s->in[1];
        if (s->in_n < 2 + n)
            return;
        memcpy(body, s->in + 2, n);
        s->in_n -= 2 + n;
        memmove(s->in, s->in + 2 + n, s->in_n);
        message(s, body, n);
    }
}

static void receive(struct slot *s)
{
    int one = 1;
    setsockopt(s->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
    ssize_t n = recv(s->fd, s->in + s->in_n, sizeof s->in - s->in_n, 0);
    if (n > 0)
        s->in_n += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        hang_up(s); /* pcscd is gone; the card is still in */
}

/* --- the turn ------------------------------------------------------------------------------- */

short slot_events(const struct slot *s)
{
    if (s->fd < 0)
        return 0;
    return s->connecting ? POLLOUT : POLLIN;
}

int slot_timeout(const struct slot *s)
{
    int64_t until;
    if (s->fd >= 0 && s->out_n)
        until = s->due;
    else if (s->is_in && s->fd < 0)
        until = s->try_at;
    else
        return -1;
    int64_t left = until - now_ms();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

void slot_turn(struct slot *s, bool readable)
{
    if (s->fd >= 0 && readable && s->connecting)
        connected(s);
    else if (s->fd >= 0 && readable)
        receive(s);
    if (s->fd >= 0 && s->out_n && now_ms() >= s->due)
        flush(s);
    take_messages(s);
    if (s->is_in && s->fd < 0 && now_ms() >= s->try_at)
        dial(s);
}
