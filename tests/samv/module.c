/* module.c - plays a SAM_V module on a pseudo terminal, and misbehaves on request. */
#include "tests/samv/module.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { NAP_MS = 20, PHOTO = 1024, HEADER = 5 };

static const unsigned char header[HEADER] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69 };

int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* --- the line ------------------------------------------------------------------------------- */

bool module_plug(struct module *m)
{
    char slave[128], temporary[PATH_ROOM + 2];
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    snprintf(temporary, sizeof temporary, "%s~", m->link);
    unlink(temporary);
    bool ok = grantpt(fd) == 0 && unlockpt(fd) == 0 && ptsname_r(fd, slave, sizeof slave) == 0 &&
              symlink(slave, temporary) == 0 && rename(temporary, m->link) == 0;
    if (ok)
        m->master = fd;
    else
        close(fd);
    m->ask_n = m->answer_n = m->answer_at = 0;
    m->found = m->selected = m->was_read = false;
    return ok;
}

void module_unplug(struct module *m)
{
    if (m->master < 0)
        return;
    unlink(m->link);
    close(m->master);
    m->master = -1;
}

/* --- the card ------------------------------------------------------------------------------- */

void module_out(struct module *m)
{
    m->in = m->found = m->selected = m->was_read = false;
    m->path[0] = '\0';
    m->next_ms = 0;
}

static void put_in(struct module *m)
{
    m->card = m->next;
    snprintf(m->path, sizeof m->path, "%s", m->next_path);
    m->in = true;
    m->next_ms = 0;
}

bool module_in(struct module *m, const char *file, int gap_ms, char *why, size_t cap)
{
    struct card c;
    if (strlen(file) >= sizeof m->next_path) {
        snprintf(why, cap, "the path is too long");
        return false;
    }
    if (!card_load(file, &c, why, cap))
        return false;
    module_out(m);
    m->next = c;
    snprintf(m->next_path, sizeof m->next_path, "%s", file);
    m->next_ms = now_ms() + gap_ms;
    if (gap_ms == 0)
        put_in(m);
    return true;
}

bool module_habit(struct module *m, const char *name)
{
    static const char *const names[] = { "find", "select", "read", "never" };
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            m->habit = (enum habit)i;
            return true;
        }
    return false;
}

/* --- bad days ------------------------------------------------------------------------------- */

static void no_faults(struct module *m)
{
    m->mute = m->sum = m->cut_after = m->too_long = m->sw = m->garbage = m->slow_ms = 0;
    m->silent = m->split = m->no_photo = m->cut = false;
}

bool module_fault(struct module *m, const char *name, int n)
{
    if (strcmp(name, "none") == 0)
        no_faults(m);
    else if (strcmp(name, "mute") == 0)
        m->mute = n;
    else if (strcmp(name, "sum") == 0)
        m->sum = n;
    else if (strcmp(name, "long") == 0)
        m->too_long = n;
    else if (strcmp(name, "sw") == 0)
        m->sw = n & 0xff;
    else if (strcmp(name, "garbage") == 0)
        m->garbage = n <= 4096 ? n : 4096;
    else if (strcmp(name, "slow") == 0)
        m->slow_ms = n;
    else if (strcmp(name, "split") == 0)
        m->split = n != 0;
    else if (strcmp(name, "nophoto") == 0)
        m->no_photo = n != 0;
    else if (strcmp(name, "cut") == 0) {
        m->cut = true;
        m->cut_after = n;
    } else
        return false;
    return true;
}

/* Whether this is the command it was set for. */
static bool comes_due(int *count)
{
    return *count > 0 && --*count == 0;
}

/* --- answers -------------------------------------------------------------------------------- */

static void spoil(struct module *m, size_t frame_at)
{
    unsigned char *frame = m->answer + frame_at;
    if (comes_due(&m->sum))
        m->answer[m->answer_n - 1] ^= 0x55;
    if (comes_due(&m->too_long))
        frame[6] =
            (unsigned char)(frame[6] + 16); /* the sum is wrong then, too: nobody gets there */
    if (m->cut && (size_t)m->cut_after < m->answer_n - frame_at) {
        m->answer_n = frame_at + (size_t)m->cut_after;
        m->cut = false;
    }
    m->silent |= comes_due(&m->mute);
    if (m->silent)
        m->answer_n = 0;
}

static void say(struct module *m, unsigned char sw3, const unsigned char *data, size_t n)
{
    unsigned char *p = m->answer;
    if (m->sw) {
        sw3 = (unsigned char)m->sw;
        m->sw = 0;
        n = 0;
    }
    for (int i = 0; i < m->garbage; i++)
        *p++ = (unsigned char)(i % 7 == 3 ? 0xaa : i * 37);
    size_t frame_at = (size_t)(p - m->answer), length = 3 + n + 1;
    memcpy(p, header, HEADER);
    p[5] = (unsigned char)(length >> 8);
    p[6] = (unsigned char)length;
    p[7] = p[8] = 0;
    p[9] = sw3;
    if (n)
        memcpy(p + 10, data, n);
    unsigned char x = 0;
    for (size_t i = 5; i < 10 + n; i++)
        x ^= p[i];
    p[10 + n] = x;
    m->answer_n = frame_at + 11 + n;
    m->answer_at = 0;
    m->due_ms = now_ms() + m->slow_ms;
    spoil(m, frame_at);
}

static void find(struct module *m)
{
    static const unsigned char iin[4];
    m->found = m->in && (!m->was_read || m->habit == HABIT_FIND);
    if (m->found || !m->was_read)
        m->selected = false;
    if (m->found)
        say(m, 0x9f, iin, sizeof iin);
    else
        say(m, 0x80, NULL, 0);
}

static void select_card(struct module *m)
{
    static const unsigned char number[8];
    bool again = m->was_read && m->habit == HABIT_SELECT;
    if (m->in && (m->found || again)) {
        m->selected = true;
        say(m, 0x90, number, sizeof number);
    } else {
        say(m, 0x81, NULL, 0);
    }
}

static void read_card(struct module *m)
{
    unsigned char data[4 + CARD_TEXT + PHOTO] = { 1, 0, 4, 0 };
    if (!m->in || !m->selected || (m->was_read && m->habit == HABIT_NEVER)) {
        say(m, 0x41, NULL, 0);
        return;
    }
    m->was_read = true;
    memcpy(data + 4, m->card.text, CARD_TEXT);
    for (int i = 0; i < PHOTO; i++)
        data[4 + CARD_TEXT + i] = (unsigned char)(i * 131 + 7); /* no picture of anybody */
    data[2] = m->no_photo ? 0 : 4;
    say(m, 0x90, data, m->no_photo ? 4 + CARD_TEXT : sizeof data);
}

static void obey(struct module *m, unsigned command)
{
    static const unsigned char number[16] = { 5, 0, 3, 0 };
    m->commands++;
    switch (command) {
    case 0x10ff:
    case 0x11ff:
    case 0x6000:
        say(m, 0x90, NULL, 0);
        break;
    case 0x12ff:
        say(m, 0x90, number, sizeof number);
        break;
    case 0x2001:
        find(m);
        break;
    case 0x2002:
        select_card(m);
        break;
    case 0x3001:
        read_card(m);
        break;
    case 0x3003:
        say(m, 0x91, NULL, 0);
        break;
    default:
        say(m, 0x21, NULL, 0);
    }
}

/* --- turns ---------------------------------------------------------------------------------- */

/* One command at the front of what came; a byte that is none is dropped. */
static void take_commands(struct module *m)
{
    while (m->ask_n > 0 && m->answer_n == 0) {
        size_t known = m->ask_n < HEADER ? m->ask_n : HEADER, used = 1;
        if (memcmp(m->ask, header, known) == 0) {
            size_t length = m->ask_n > 6 ? (size_t)(m->ask[5] << 8 | m->ask[6]) : 3;
            used = 7 + length;
            if (length < 3 || used > sizeof m->ask) {
                used = 1;
            } else if (m->ask_n < used) {
                return;
            } else {
                unsigned char x = 0;
                for (size_t i = 5; i < used; i++)
                    x ^= m->ask[i];
                if (x == 0)
                    obey(m, (unsigned)(m->ask[7] << 8 | m->ask[8]));
                else
                    say(m, 0x10, NULL, 0);
            }
        }
        m->ask_n -= used;
        memmove(m->ask, m->ask + used, m->ask_n);
    }
}

static void send_some(struct module *m)
{
    size_t left = m->answer_n - m->answer_at;
    ssize_t n = write(m->master, m->answer + m->answer_at, m->split ? 1 : left);
    m->answer_at += n > 0 ? (size_t)n : 0;
    m->due_ms = now_ms() + 1;
    if (m->answer_at == m->answer_n || (n < 0 && errno != EAGAIN))
        m->answer_n = m->answer_at = 0;
}

short module_events(const struct module *m)
{
    bool nobody = m->look_ms > now_ms();
    return m->master >= 0 && m->answer_n == 0 && !nobody ? POLLIN : 0;
}

int module_timeout(const struct module *m)
{
    int64_t at = INT64_MAX;
    if (m->answer_n)
        at = m->due_ms;
    if (m->next_ms && m->next_ms < at)
        at = m->next_ms;
    if (m->look_ms > now_ms() && m->look_ms < at)
        at = m->look_ms;
    if (at == INT64_MAX)
        return -1;
    return at > now_ms() ? (int)(at - now_ms()) : 0;
}

void module_turn(struct module *m, short revents)
{
    if (m->next_ms && now_ms() >= m->next_ms)
        put_in(m);
    if (m->master < 0)
        return;
    if (revents & POLLIN) {
        ssize_t n = read(m->master, m->ask + m->ask_n, sizeof m->ask - m->ask_n);
        m->ask_n += n > 0 ? (size_t)n : 0;
        take_commands(m);
    } else if (revents & POLLHUP) {
        m->look_ms = now_ms() + NAP_MS; /* nobody holds the other end */
        m->ask_n = m->answer_n = 0;
    }
    if (m->answer_n && now_ms() >= m->due_ms) {
        send_some(m);
        take_commands(m);
    }
}
