/* enrol.c - the files of an enrolment: written whole, the one that says "enrolled" last. */
#include "app/enrol.h"

#include "hal/net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_CAP = CONFIG_TEXT + 32 };

static void path_in(const char *dir, const char *name, char out[PATH_CAP])
{
    snprintf(out, PATH_CAP, "%.*s/%s", CONFIG_TEXT, dir, name);
}

static enum err write_file(const char *dir, const char *name, const char *text)
{
    char path[PATH_CAP], part[PATH_CAP + 8];
    path_in(dir, name, path);
    snprintf(part, sizeof part, "%s.part", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0660);
    if (fd < 0)
        return net_file_error(errno);
    size_t n = strlen(text);
    errno = ENOSPC; /* unless the write says otherwise */
    bool well = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    int code = errno;
    well &= close(fd) == 0;
    if (well && rename(part, path) == 0)
        return OK;
    code = well ? errno : code;
    (void)unlink(part);
    return net_file_error(code);
}

static enum err read_file(const char *path, char *out, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : net_file_error(errno);
    ssize_t n = read(fd, out, cap);
    close(fd);
    if (n < 0 || (size_t)n == cap)
        return n < 0 ? ERR_IO : ERR_TOO_BIG;
    out[n] = '\0';
    return OK;
}

/* --- kept ----------------------------------------------------------------------------------- */

static bool digits(const char *s)
{
    return s[strspn(s, "0123456789")] == '\0' && strlen(s) < CONFIG_WORD;
}

static enum err write_cert(const char *dir, const struct enrolment *g)
{
    char text[ENROL_PEM];
    int n = snprintf(text, sizeof text, "renew %lld\nuntil %lld\n%s", (long long)g->renew_ms,
                     (long long)g->until_ms, g->cert);
    return n < (int)sizeof text ? write_file(dir, "line.crt", text) : ERR_TOO_BIG;
}

static enum err write_conf(const char *dir, const struct enrolment *g)
{
    char text[256];
    snprintf(text, sizeof text, "# by the platform, at enrolment as %.31s\narea = %s\n%s%s%s",
             g->name, g->area, *g->village ? "terminal.village = " : "", g->village,
             *g->village ? "\n" : "");
    return write_file(dir, "enrolled.conf", text);
}

enum err enrol_keep(const char *data_dir, const struct enrolment *g)
{
    if (!*g->area || !digits(g->area) || !digits(g->village) || strpbrk(g->name, "\r\n"))
        return ERR_FORMAT;
    enum err e = write_cert(data_dir, g);
    if (e == OK)
        e = write_file(data_dir, "ca.crt", g->ca);
    if (e != OK || !g->roots)
        return e;
    e = write_file(data_dir, "root.pub", g->roots);
    return e == OK ? write_conf(data_dir, g) : e;
}

/* --- read again ----------------------------------------------------------------------------- */

enum err enrol_cert_read(const char *data_dir, struct enrol_cert *out)
{
    char path[PATH_CAP], text[ENROL_PEM];
    long long renew = 0, until = 0;
    int at = 0;
    path_in(data_dir, "line.crt", path);
    enum err e = read_file(path, text, sizeof text);
    if (e != OK)
        return e;
    if (sscanf(text, "renew %lld until %lld %n", &renew, &until, &at) != 2 || !at)
        return ERR_FORMAT;
    out->renew_ms = renew;
    out->until_ms = until;
    snprintf(out->pem, sizeof out->pem, "%s", text + at);
    return OK;
}

enum err enrol_ca_read(const struct config *c, char out[ENROL_PEM])
{
    out[0] = '\0';
    return c->platform_ca[0] ? read_file(c->platform_ca, out, ENROL_PEM) : OK;
}

void enrol_prints(const struct config *c, struct enrol_prints *out)
{
    char roots[ENROL_PEM], ca[ENROL_PEM], path[PATH_CAP], hex[65];
    memset(out, 0, sizeof *out);
    if (enrol_ca_read(c, ca) != OK)
        ca[0] = '\0';
    if (*c->feed_root && read_file(c->feed_root, roots, sizeof roots) == OK)
        wire_anchor_print(roots, ca, out->root);
    path_in(c->data_dir, "terminal.pub", path);
    if (read_file(path, roots, sizeof roots) != OK)
        return;
    crypto_hash_of(roots, strlen(roots), hex);
    snprintf(out->keys, sizeof out->keys, "%.4s-%.4s-%.4s-%.4s", hex, hex + 4, hex + 8, hex + 12);
}

void enrol_key_pem(const struct terminal_key *line, char out[ENROL_KEY_PEM])
{
    static const unsigned char head[] = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                          0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 };
    unsigned char der[sizeof head + 32];
    char b64[96];
    memcpy(der, head, sizeof head);
    memcpy(der + sizeof head, line->secret, 32); /* the seed is the first half */
    crypto_base64(der, sizeof der, b64, sizeof b64);
    snprintf(out, ENROL_KEY_PEM, "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n",
             b64);
    explicit_bzero(der, sizeof der);
    explicit_bzero(b64, sizeof b64);
}

enum err enrol_config(struct config *c, char *why, size_t cap)
{
    char path[PATH_CAP], dir[CONFIG_TEXT];
    snprintf(dir, sizeof dir, "%s", c->data_dir);
    path_in(dir, "enrolled.conf", path);
    if (access(path, F_OK) != 0)
        return OK;
    enum err e = config_load(c, path, why, cap);
    if (e != OK)
        return e;
    snprintf(c->data_dir, sizeof c->data_dir, "%s", dir);
    path_in(dir, "root.pub", path);
    e = config_set(c, "feed.root", path, why, cap);
    path_in(dir, "ca.crt", path);
    return e == OK ? config_set(c, "platform.ca", path, why, cap) : e;
}
