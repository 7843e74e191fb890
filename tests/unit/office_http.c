/* office_http.c - a real server before the kit's office, and requests to it over loopback. */
#include "tests/unit/office_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/files.h"

struct server *http_start(struct office_kit *k)
{
    struct server *s = NULL;
    return dir_make(k->conf.feed) == OK &&
                   server_start("127.0.0.1:0", k->conf.feed, k->office, &s) == OK
               ? s
               : NULL;
}

int http_dial(const struct server *s)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)server_port(s)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    close(fd);
    return -1;
}

bool http_put(int fd, const char *data, size_t n)
{
    return send(fd, data, n, MSG_NOSIGNAL) == (ssize_t)n;
}

/* Everything until the server hangs up: status, and where the body begins. */
int http_answer(int fd, char *buf, size_t cap, const char **body)
{
    size_t n = 0;
    ssize_t got;
    while (n + 1 < cap && (got = recv(fd, buf + n, cap - 1 - n, 0)) > 0)
        n += (size_t)got;
    buf[n] = '\0';
    close(fd);
    const char *end = strstr(buf, "\r\n\r\n");
    *body = end ? end + 4 : "";
    return strncmp(buf, "HTTP/1.1 ", 9) == 0 ? (int)strtol(buf + 9, NULL, 10) : -1;
}

char *http_head(struct office_kit *k, const char *method, const char *path, const char *body)
{
    struct kit_headers h;
    kit_sign(k, method, path, body, &h);
    return arena_printf(&k->arena,
                        "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nHuimin-Line: %s\r\n"
                        "Huimin-Time: %s\r\nHuimin-Nonce: %s\r\nHuimin-Signature: %s\r\n"
                        "Content-Length: %zu\r\n\r\n",
                        method, path, h.line, h.time, h.nonce, h.signature, strlen(body));
}

int http_ask(struct office_kit *k, const struct server *s, const char *method, const char *path,
             const char *body, char *buf, size_t cap, const char **answer)
{
    char *head = http_head(k, method, path, body);
    int fd = http_dial(s);
    if (fd < 0 || !http_put(fd, head, strlen(head)) || !http_put(fd, body, strlen(body)))
        return -1;
    return http_answer(fd, buf, cap, answer);
}
