/* printer_port.c - the way to a printer: a file for tests, a USB device, a socket; none may hang.
 */
#include "hal/printer_part.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- which ------------------------------------------------------------------------------------ */

/* Numbers only: huimin asks no name server. */
static enum err parse_tcp(const char *s, struct port *out)
{
    struct in_addr at;
    const char *colon = strrchr(s, ':');
    char *end;
    if (!colon || colon == s || (size_t)(colon - s) >= sizeof out->path)
        return ERR_CONFIG;
    snprintf(out->path, sizeof out->path, "%.*s", (int)(colon - s), s);
    if (strcmp(out->path, "localhost") == 0)
        snprintf(out->path, sizeof out->path, "127.0.0.1");
    long number = strtol(colon + 1, &end, 10);
    if (inet_pton(AF_INET, out->path, &at) != 1 || *end || number < 1 || number > 65535)
        return ERR_CONFIG;
    out->number = (int)number;
    out->kind = PORT_TCP;
    return OK;
}

static enum err parse_path(const char *s, enum port_kind kind, struct port *out)
{
    if (!*s || strlen(s) >= sizeof out->path - 8)
        return ERR_CONFIG;
    snprintf(out->path, sizeof out->path, "%s", s);
    out->kind = kind;
    return OK;
}

enum err port_parse(const char *target, struct port *out)
{
    struct port p = { .kind = PORT_NONE, .fd = -1, .stop_fd = -1 };
    enum err e = OK;
    if (strncmp(target, "file:", 5) == 0)
        e = parse_path(target + 5, PORT_FILE, &p);
    else if (strncmp(target, "usb:", 4) == 0)
        e = parse_path(target + 4, PORT_USB, &p);
    else if (strncmp(target, "tcp:", 4) == 0)
        e = parse_tcp(target + 4, &p);
    else if (*target && strcmp(target, "none") != 0)
        e = ERR_CONFIG;
    if (e == OK)
        *out = p;
    return e;
}

/* --- waiting ---------------------------------------------------------------------------------- */

static enum err wait_for(struct port *p, short what, int ms)
{
    struct pollfd fd[2] = { { .fd = p->fd, .events = what },
                            { .fd = p->stop_fd, .events = POLLIN } };
    int n;
    do
        n = poll(fd, 2, ms);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return ERR_IO;
    if (fd[1].revents)
        return ERR_STOPPED;
    if (n == 0)
        return ERR_TIMEOUT;
    return fd[0].revents & (POLLNVAL | POLLERR) ? ERR_NO_DEVICE : OK;
}

static enum err err_of(int code)
{
    switch (code) {
    case ENOSPC:
        return ERR_PAPER; /* usblp says so when it runs out */
    case ENOMEM:
        return ERR_NOMEM;
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case EACCES:
    case EPERM:
    case ECONNREFUSED:
    case ECONNRESET:
    case EPIPE:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
        return ERR_NO_DEVICE;
    case ETIMEDOUT:
        return ERR_TIMEOUT;
    default:
        return ERR_IO;
    }
}

/* --- open and close --------------------------------------------------------------------------- */

static enum err connected(struct port *p)
{
    int code = 0;
    socklen_t n = sizeof code;
    enum err e = wait_for(p, POLLOUT, PORT_DEADLINE_MS);
    if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &code, &n) == 0 && code)
        return err_of(code);
    return e;
}

static enum err open_tcp(struct port *p)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)p->number) };
    if (inet_pton(AF_INET, p->path, &at.sin_addr) != 1)
        return ERR_CONFIG;
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (p->fd < 0)
        return ERR_NO_DEVICE;
    if (connect(p->fd, (struct sockaddr *)&at, sizeof at) == 0)
        return OK;
    return errno == EINPROGRESS ? connected(p) : err_of(errno);
}

enum err port_open(struct port *p)
{
    enum err e = OK;
    if (p->kind == PORT_NONE)
        return ERR_NO_DEVICE;
    if (p->kind == PORT_TCP) {
        e = open_tcp(p);
    } else {
        int how = p->kind == PORT_FILE ? O_WRONLY | O_APPEND | O_CREAT : O_RDWR | O_NONBLOCK;
        p->fd = open(p->path, how | O_CLOEXEC | O_NOCTTY, 0600);
        e = p->fd < 0 ? err_of(errno) : OK;
    }
    if (e != OK)
        port_close(p);
    return e;
}

void port_close(struct port *p)
{
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
}

/* --- bytes ------------------------------------------------------------------------------------ */

static enum err write_some(struct port *p, const unsigned char *data, size_t n, size_t *done)
{
    ssize_t put = p->kind == PORT_TCP ? send(p->fd, data, n, MSG_NOSIGNAL) : write(p->fd, data, n);
    if (put >= 0) {
        *done += (size_t)put;
        return OK;
    }
    if (errno == EINTR)
        return OK;
    return errno == EAGAIN ? wait_for(p, POLLOUT, PORT_DEADLINE_MS) : err_of(errno);
}

enum err port_write(struct port *p, const void *data, size_t n)
{
    enum err e = OK;
    for (size_t done = 0; e == OK && done < n;)
        e = write_some(p, (const unsigned char *)data + done, n - done, &done);
    return e;
}

enum err port_read(struct port *p, unsigned char *out, int ms)
{
    enum err e = wait_for(p, POLLIN, ms);
    if (e != OK)
        return e;
    ssize_t n = read(p->fd, out, 1);
    if (n == 1)
        return OK;
    return n == 0 ? ERR_NO_DEVICE : errno == EAGAIN ? ERR_TIMEOUT : err_of(errno);
}

/* --- status ----------------------------------------------------------------------------------- */

/* What a test or a tour wrote beside the file. */
static enum err file_status(const struct port *p)
{
    char name[PORT_PATH + 8], word[16] = "";
    snprintf(name, sizeof name, "%s.status", p->path);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return OK;
    ssize_t n = read(fd, word, sizeof word - 1);
    close(fd);
    word[n > 0 ? strcspn(word, " \n") : 0] = '\0';
    if (strcmp(word, "paper_out") == 0)
        return ERR_PAPER;
    if (strcmp(word, "cover_open") == 0)
        return ERR_COVER;
    return strcmp(word, "absent") == 0 ? ERR_NO_DEVICE : OK;
}

static enum err ask(struct port *p, int i)
{
    unsigned char byte;
    enum err e = port_write(p, escpos_ask[i], ESCPOS_ASK);
    for (int tries = 0; e == OK && tries < 8; tries++) {
        e = port_read(p, &byte, PORT_ANSWER_MS);
        enum err says = e == OK ? escpos_answer(i, byte) : e;
        if (e == OK && says != ERR_FORMAT) /* else a late answer to something else */
            return says;
    }
    return e == OK ? ERR_TIMEOUT : e;
}

/* An open cover looks like missing paper to the sensor: the cover is what is said. */
enum err port_status(struct port *p)
{
    enum err e = OK;
    if (p->kind == PORT_FILE)
        return file_status(p);
    for (int i = 0; e == OK && i < ESCPOS_ASKS; i++)
        e = ask(p, i);
    return e;
}

enum err port_drain(struct port *p)
{
    unsigned char byte;
    if (p->kind == PORT_FILE)
        return file_status(p);
    enum err e = port_write(p, escpos_end, sizeof escpos_end);
    for (int i = 0; e == OK && i < 10; i++) {
        e = port_read(p, &byte, PORT_DEADLINE_MS / 10);
        if (e == OK && escpos_is_end(byte))
            break;
        if (e == OK || e == ERR_TIMEOUT) /* it stands still: no paper, or it is only slow */
            e = port_status(p);
    }
    return e == OK ? port_status(p) : e;
}
