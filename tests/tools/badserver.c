/* badserver.c - a platform that misbehaves on demand: serves a folder, or fails as a file says. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* usage: badserver PORT DIR MODE_FILE. The mode file holds one word, read anew for each request:
 * good 500 html half nothing drip big flip endless nowhere; with "o-" before it only objects
 * (…/o/…) fail.
 */
enum { FILE_MAX = 16 << 20, BIG = 9000, SILENCE_S = 60 };

struct answer {
    const char *status, *type;
    char *body;
    size_t n, sent; /* sent < n: the rest is promised and never comes */
    int pause_us;   /* after each byte */
};

static bool send_all(int fd, const char *data, size_t n, int pause_us)
{
    while (n > 0) {
        ssize_t done = send(fd, data, pause_us ? 1 : n, MSG_NOSIGNAL);
        if (done <= 0)
            return false;
        data += done;
        n -= (size_t)done;
        if (pause_us)
            usleep((useconds_t)pause_us);
    }
    return true;
}

static void reply(int fd, const struct answer *a)
{
    char head[256];
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                     "Connection: close\r\n\r\n",
                     a->status, a->type, a->n);
    if (send_all(fd, head, (size_t)n, 0))
        (void)send_all(fd, a->body, a->sent, a->pause_us);
}

/* Says no length and never ends. */
static void reply_for_ever(int fd, const struct answer *a)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                               "Connection: close\r\n\r\n";
    bool more = send_all(fd, head, sizeof head - 1, 0);
    while (more)
        more = send_all(fd, a->body, a->n, 0);
}

static size_t read_whole(const char *path, char *buf, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t n = 0;
    ssize_t got;
    while (fd >= 0 && n < cap && (got = read(fd, buf + n, cap - n)) > 0)
        n += (size_t)got;
    if (fd >= 0)
        close(fd);
    return n;
}

/* What the mode makes of a good answer. False: say nothing at all. */
static bool spoil(struct answer *a, const char *mode)
{
    static char page[] = "<!DOCTYPE html><html><body>Welcome to our guest network.</body></html>";
    if (strcmp(mode, "nothing") == 0)
        return false;
    if (strcmp(mode, "500") == 0)
        *a = (struct answer){ "500 Oops", "text/plain", page, 5, 5, 0 };
    else if (strcmp(mode, "html") == 0)
        *a = (struct answer){ "200 OK", "text/html", page, strlen(page), strlen(page), 0 };
    else if (strcmp(mode, "half") == 0)
        a->sent = a->n / 2;
    else if (strcmp(mode, "drip") == 0)
        a->pause_us = 1000000;
    else if (strcmp(mode, "flip") == 0 && a->n > 40)
        a->body[a->n - 30] = a->body[a->n - 30] == 'A' ? 'B' : 'A';
    else if (strcmp(mode, "big") == 0 && a->n < BIG) {
        memset(a->body + a->n, ' ', BIG - a->n);
        a->n = a->sent = BIG;
    }
    return true;
}

static void serve(int fd, const char *dir, const char *mode_file)
{
    static char request[8192], body[FILE_MAX], path[4096];
    char mode_text[64] = "", url[256] = "", mode[48] = "good";
    size_t n = 0;
    ssize_t got;
    while (n + 1 < sizeof request && !strstr(request, "\r\n\r\n") &&
           (got = recv(fd, request + n, sizeof request - 1 - n, 0)) > 0)
        n += (size_t)got;
    if (sscanf(request, "GET %255s", url) != 1 || strstr(url, ".."))
        return;
    (void)read_whole(mode_file, mode_text, sizeof mode_text - 1);
    (void)sscanf(mode_text, "%47s", mode);
    snprintf(path, sizeof path, "%s%s", dir, url);
    struct answer a = { .status = "200 OK", .type = "application/octet-stream", .body = body };
    a.n = a.sent = read_whole(path, body, sizeof body);
    if (a.n == 0) {
        a.status = "404 Not Found";
        reply(fd, &a);
        return;
    }
    bool objects_only = strncmp(mode, "o-", 2) == 0;
    const char *how = objects_only ? mode + 2 : mode;
    if (objects_only && !strstr(url, "/o/"))
        how = "good";
    if (strcmp(how, "endless") == 0)
        reply_for_ever(fd, &a);
    else if (spoil(&a, how))
        reply(fd, &a);
    else
        sleep(SILENCE_S);
}

static int open_port(int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 32) != 0)
        return -1;
    return fd;
}

int main(int argc, char **argv)
{
    int door = argc == 4 ? open_port((int)strtol(argv[1], NULL, 10)) : -1;
    if (door < 0) {
        fprintf(stderr, "usage: badserver PORT DIR MODE_FILE\n");
        return 2;
    }
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = accept(door, NULL, NULL);
        if (fd < 0)
            continue;
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(door);
            serve(fd, argv[2], argv[3]);
            _exit(0);
        }
        close(fd);
    }
}
