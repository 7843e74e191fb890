/* staff.c - judges the staff's PIN on a thread of its own, and makes guessing slower each time. */
#include "app/staff.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"
#include "hal/crypto.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { PATH = 512, FIRST_WAIT_S = 30, MOST_WAIT_S = 3600 };

/* Owner: main.c. `judging` is [ui]'s until the thread is joined; tries and until_ms under lock. */
struct staff {
    char dir[PATH];
    char hash[CRYPTO_PASSWORD]; /* "" none was set */
    void (*post)(const struct event *ev);
    pthread_mutex_t lock;
    pthread_t thread;
    bool judging, joinable;
    char pin[STAFF_PIN_MAX + 1]; /* of the thread, while it judges */
    int tries;
    int64_t until_ms; /* wall clock */
};

static void path_of(const struct staff *s, const char *name, char out[PATH + 32])
{
    snprintf(out, PATH + 32, "%s/%s", s->dir, name);
}

static void read_line(const char *path, char *out, size_t cap)
{
    FILE *f = fopen(path, "re");
    out[0] = '\0';
    if (!f)
        return;
    if (!fgets(out, (int)cap, f))
        out[0] = '\0';
    out[strcspn(out, "\n")] = '\0';
    fclose(f);
}

/* On the disk before its name says so, so that a power cut leaves the old one or the new one. */
static enum err write_line(const char *path, const char *text)
{
    char part[PATH + 40];
    snprintf(part, sizeof part, "%s.part", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EROFS || errno == EACCES ? ERR_READONLY : ERR_IO;
    bool well = dprintf(fd, "%s\n", text) > 0 && fsync(fd) == 0;
    well &= close(fd) == 0;
    if (well && rename(part, path) == 0)
        return OK;
    (void)unlink(part);
    return ERR_IO;
}

/* Read again at each try: it may have been set since the terminal started. */
static void read_hash(struct staff *s)
{
    char path[PATH + 32];
    path_of(s, "staff.pin", path);
    read_line(path, s->hash, sizeof s->hash);
}

static void load(struct staff *s)
{
    char path[PATH + 32], line[64];
    long long until = 0;
    int tries = 0;
    read_hash(s);
    path_of(s, "staff.tries", path);
    if (access(path, F_OK) != 0)
        return;
    read_line(path, line, sizeof line);
    bool told = sscanf(line, "%d %lld", &tries, &until) == 2 && tries >= 0;
    if (!told) /* damaged: whoever did that wins nothing by it */
        log_warn("tries_unreadable", "tries=%d", STAFF_FREE_TRIES);
    s->tries = told ? tries : STAFF_FREE_TRIES;
    s->until_ms = told ? until : clock_wall_ms() + FIRST_WAIT_S * 1000LL;
}

enum err staff_create(const char *data_dir, void (*post)(const struct event *ev),
                      struct staff **out)
{
    struct staff *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    snprintf(s->dir, sizeof s->dir, "%s", data_dir);
    s->post = post;
    pthread_mutex_init(&s->lock, NULL);
    load(s);
    *out = s;
    return OK;
}

static void join(struct staff *s)
{
    if (s->joinable)
        pthread_join(s->thread, NULL);
    s->joinable = false;
}

void staff_destroy(struct staff *s)
{
    if (!s)
        return;
    join(s);
    pthread_mutex_destroy(&s->lock);
    explicit_bzero(s, sizeof *s);
    free(s);
}

void staff_look(struct staff *s)
{
    pthread_mutex_lock(&s->lock);
    bool busy = s->judging;
    pthread_mutex_unlock(&s->lock);
    if (!busy)
        read_hash(s);
}

bool staff_has_pin(const struct staff *s)
{
    return s->hash[0] != '\0';
}

static int delay_s(int tries)
{
    int wait = FIRST_WAIT_S;
    for (int i = STAFF_FREE_TRIES; i < tries && wait < MOST_WAIT_S; i++)
        wait *= 2;
    return wait < MOST_WAIT_S ? wait : MOST_WAIT_S;
}

/* A clock that was set back must not lock the door for longer than the longest delay. */
static int wait_of(int64_t until_ms)
{
    int64_t left = until_ms - clock_wall_ms();
    if (left <= 0)
        return 0;
    return left > MOST_WAIT_S * 1000LL ? MOST_WAIT_S : (int)((left + 999) / 1000);
}

int staff_wait_s(const struct staff *s)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&s->lock;
    pthread_mutex_lock(lock);
    int wait = wait_of(s->until_ms);
    pthread_mutex_unlock(lock);
    return wait;
}

/* A try counts before it is judged: pulling the plug in between wins nothing. */
static void count(struct staff *s, bool right)
{
    char path[PATH + 32], line[64];
    pthread_mutex_lock(&s->lock);
    s->tries = right ? 0 : s->tries + 1;
    s->until_ms = s->tries < STAFF_FREE_TRIES ? 0 : clock_wall_ms() + delay_s(s->tries) * 1000LL;
    snprintf(line, sizeof line, "%d %lld", s->tries, (long long)s->until_ms);
    pthread_mutex_unlock(&s->lock);
    path_of(s, "staff.tries", path);
    enum err e = write_line(path, line);
    if (e != OK)
        log_warn("tries_not_kept", "err=%s", err_name(e));
}

static void *judge(void *arg)
{
    struct staff *s = arg;
    count(s, false);
    enum err e = crypto_password_check(s->hash, s->pin);
    explicit_bzero(s->pin, sizeof s->pin);
    if (e == OK)
        count(s, true);
    log_info("staff_pin", "err=%s", err_name(e));
    pthread_mutex_lock(&s->lock);
    s->judging = false;
    pthread_mutex_unlock(&s->lock);
    s->post(&(struct event){ .type = EV_PIN, .n = e });
    return NULL;
}

enum err staff_try(struct staff *s, const char *pin)
{
    pthread_mutex_lock(&s->lock);
    bool busy = s->judging;
    pthread_mutex_unlock(&s->lock);
    if (busy)
        return ERR_BUSY;
    if (staff_wait_s(s) > 0)
        return ERR_LOCKED;
    join(s);
    read_hash(s);
    if (!staff_has_pin(s) || strlen(pin) > STAFF_PIN_MAX)
        return ERR_REFUSED;
    snprintf(s->pin, sizeof s->pin, "%s", pin);
    s->judging = true;
    s->joinable = pthread_create(&s->thread, NULL, judge, s) == 0;
    if (s->joinable)
        return OK;
    s->judging = false;
    explicit_bzero(s->pin, sizeof s->pin);
    return ERR_NOMEM;
}

/* --- a new one, from the screen ----------------------------------------------------------------
 */

static bool good_pin(const char *pin)
{
    size_t n = strlen(pin);
    return n >= STAFF_PIN_MIN && n <= STAFF_PIN_MAX && pin[strspn(pin, "0123456789")] == '\0';
}

static void forget_tries(struct staff *s)
{
    char path[PATH + 32];
    pthread_mutex_lock(&s->lock);
    s->tries = 0;
    s->until_ms = 0;
    pthread_mutex_unlock(&s->lock);
    path_of(s, "staff.tries", path);
    (void)unlink(path);
}

static enum err keep_pin(const struct staff *s, const char *pin)
{
    char hash[CRYPTO_PASSWORD], path[PATH + 32];
    enum err e = crypto_password_hash(pin, hash);
    path_of(s, "staff.pin", path);
    if (e == OK)
        e = write_line(path, hash);
    explicit_bzero(hash, sizeof hash);
    return e;
}

static void *make(void *arg)
{
    struct staff *s = arg;
    enum err e = keep_pin(s, s->pin);
    explicit_bzero(s->pin, sizeof s->pin);
    if (e == OK)
        forget_tries(s);
    log_info("staff_pin_set", "err=%s", err_name(e));
    pthread_mutex_lock(&s->lock);
    s->judging = false;
    pthread_mutex_unlock(&s->lock);
    s->post(&(struct event){ .type = EV_PIN_SET, .n = e });
    return NULL;
}

enum err staff_set(struct staff *s, const char *pin)
{
    if (!good_pin(pin))
        return ERR_ARG;
    pthread_mutex_lock(&s->lock);
    bool busy = s->judging;
    pthread_mutex_unlock(&s->lock);
    if (busy)
        return ERR_BUSY;
    join(s);
    snprintf(s->pin, sizeof s->pin, "%s", pin);
    s->judging = true;
    s->joinable = pthread_create(&s->thread, NULL, make, s) == 0;
    if (s->joinable)
        return OK;
    s->judging = false;
    explicit_bzero(s->pin, sizeof s->pin);
    return ERR_NOMEM;
}

/* --- out of service -------------------------------------------------------------------------- */

bool staff_closed(const char *data_dir)
{
    char path[PATH + 32];
    snprintf(path, sizeof path, "%s/closed", data_dir);
    return access(path, F_OK) == 0;
}

enum err staff_close(const char *data_dir, bool closed)
{
    char path[PATH + 32];
    snprintf(path, sizeof path, "%s/closed", data_dir);
    if (closed)
        return write_line(path, "closed by the staff");
    return unlink(path) == 0 || errno == ENOENT ? OK : ERR_IO;
}

/* --- setting it ------------------------------------------------------------------------------ */

static bool ask(const char *what, bool terminal, char *out, size_t cap)
{
    struct termios was, quiet;
    bool hide = terminal && tcgetattr(STDIN_FILENO, &was) == 0;
    if (terminal)
        fprintf(stderr, "%s", what);
    if (hide) {
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    bool got = fgets(out, (int)cap, stdin) != NULL;
    if (hide) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
        fputc('\n', stderr);
    }
    if (got)
        out[strcspn(out, "\n")] = '\0';
    return got;
}

static int fail(const char *why)
{
    fprintf(stderr, "huimin: --staff-pin: %s\n", why);
    return 2;
}

int staff_set_pin(const char *data_dir)
{
    char pin[64], again[64], path[PATH + 32];
    struct staff s = { 0 };
    bool terminal = isatty(STDIN_FILENO);
    if (!ask("PIN of the staff, 6 to 12 digits: ", terminal, pin, sizeof pin) || !good_pin(pin))
        return fail("wanted 6 to 12 digits");
    if (terminal && (!ask("once more: ", true, again, sizeof again) || strcmp(pin, again) != 0))
        return fail("that was another one; nothing was changed");
    snprintf(s.dir, sizeof s.dir, "%s", data_dir);
    enum err e = crypto_init();
    if (e == OK)
        e = keep_pin(&s, pin);
    explicit_bzero(pin, sizeof pin);
    explicit_bzero(again, sizeof again);
    if (e != OK)
        return fail(err_name(e));
    path_of(&s, "staff.tries", path);
    (void)unlink(path);
    return 0;
}
