/* camera_worker_names.c - the only way from a camera's host to an address: the list, then DNS.
 */
#include "hal/camera_worker.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Every connection of libavformat begins with getaddrinfo(); this file has one of that name, which
 * the library finds before libc's. So redirects, playlists and segments are held to the whitelist
 * whatever they are written like, and the box needs neither files nor DNS. */
enum { ANSWER_MS = 9000, ADDRESSES = 8 };

static const struct camera_source *allowed;
static int helper = -1;
static bool refused;

struct answer {
    int code; /* of getaddrinfo */
    int count;
    struct sockaddr_storage at[ADDRESSES];
};

typedef int lookup_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);
typedef void free_fn(struct addrinfo *);

/* --- the helper: it knows names and has never seen a byte of a camera ------------------------- */

static void look_up(const char *host, struct answer *out)
{
    lookup_fn *lookup = (lookup_fn *)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");
    free_fn *give_back = (free_fn *)(uintptr_t)dlsym(RTLD_NEXT, "freeaddrinfo");
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
    memset(out, 0, sizeof *out);
    out->code = EAI_FAIL;
    if (!lookup || !give_back || !camera_host_allowed(allowed, host, 0))
        return;
    out->code = lookup(host, NULL, &hints, &list);
    for (struct addrinfo *a = list; out->code == 0 && a; a = a->ai_next)
        if (out->count < ADDRESSES && a->ai_addrlen <= sizeof out->at[0])
            memcpy(&out->at[out->count++], a->ai_addr, a->ai_addrlen);
    if (list)
        give_back(list);
}

static void serve_names(int fd)
{
    char host[CAMERA_HOST];
    static struct answer a;
    ssize_t n;
    while ((n = recv(fd, host, sizeof host - 1, 0)) > 0) {
        host[n] = 0;
        look_up(host, &a);
        if (send(fd, &a, sizeof a, MSG_NOSIGNAL) < 0)
            break;
    }
}

static bool is_number(const char *host)
{
    unsigned char at[16];
    return inet_pton(AF_INET, host, at) == 1 || inet_pton(AF_INET6, host, at) == 1;
}

static bool only_numbers(const struct camera_source *s)
{
    for (int i = 0; i < s->host_count; i++)
        for (const char *c = s->host[i]; *c; c++)
            if (!strchr("0123456789.:[]", *c) && s->host[i][0] != '[')
                return false;
    return true;
}

enum err camera_names(const struct camera_source *source)
{
    int pair[2];
    allowed = source;
    if (only_numbers(source))
        return OK;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return ERR_IO;
    pid_t parent = getpid(), pid = fork();
    if (pid < 0) {
        close(pair[0]);
        close(pair[1]);
        return ERR_IO;
    }
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        for (int fd = 3; fd < 64; fd++)
            if (fd != pair[1])
                close(fd);
        if (getppid() == parent)
            serve_names(pair[1]);
        _exit(0);
    }
    close(pair[1]);
    helper = pair[0];
    return OK;
}

bool camera_names_refused(void)
{
    return refused;
}

/* --- what libavformat calls ------------------------------------------------------------------ */

static bool from_number(const char *host, struct answer *out)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    memset(out, 0, sizeof *out);
    out->count = 1;
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
        memcpy(&out->at[0], &v4, sizeof v4);
    else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1)
        memcpy(&out->at[0], &v6, sizeof v6);
    else
        return false;
    return true;
}

static bool ask_helper(const char *host, struct answer *out)
{
    struct pollfd p = { .fd = helper, .events = POLLIN };
    return helper >= 0 && send(helper, host, strlen(host), MSG_NOSIGNAL) > 0 &&
           poll(&p, 1, ANSWER_MS) == 1 && recv(helper, out, sizeof *out, 0) == (ssize_t)sizeof *out;
}

static struct addrinfo *make_info(const struct sockaddr_storage *at, int port)
{
    struct addrinfo *a = calloc(1, sizeof *a + sizeof *at);
    if (!a)
        return NULL;
    memcpy(a + 1, at, sizeof *at);
    a->ai_family = at->ss_family;
    a->ai_socktype = SOCK_STREAM;
    a->ai_protocol = IPPROTO_TCP;
    a->ai_addr = (struct sockaddr *)(a + 1);
    if (at->ss_family == AF_INET) {
        ((struct sockaddr_in *)(void *)(a + 1))->sin_port = htons((uint16_t)port);
        a->ai_addrlen = sizeof(struct sockaddr_in);
    } else {
        ((struct sockaddr_in6 *)(void *)(a + 1))->sin6_port = htons((uint16_t)port);
        a->ai_addrlen = sizeof(struct sockaddr_in6);
    }
    return a;
}

int getaddrinfo(const char *restrict host, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
    static struct answer a;
    int port = service ? (int)strtol(service, NULL, 10) : 0;
    (void)hints;
    if (!service) /* RTSP asks so what an address in a description means; nothing connects */
        return EAI_FAIL;
    if (!host || !allowed || !camera_host_allowed(allowed, host, port)) {
        refused = true;
        return EAI_FAIL;
    }
    if (is_number(host) ? !from_number(host, &a) : !ask_helper(host, &a))
        return EAI_AGAIN;
    if (a.code != 0 || a.count <= 0)
        return a.code ? a.code : EAI_NONAME;
    struct addrinfo **end = out;
    *out = NULL;
    for (int i = 0; i < a.count && i < ADDRESSES; i++)
        if ((*end = make_info(&a.at[i], port)) != NULL)
            end = &(*end)->ai_next;
    return *out ? 0 : EAI_MEMORY;
}

void freeaddrinfo(struct addrinfo *list)
{
    while (list) {
        struct addrinfo *next = list->ai_next;
        free(list);
        list = next;
    }
}
