/* keys.c - the terminal's own two keys: one signs what citizens hand in, one signs the requests. */
#include "app/keys.h"

#include "hal/base/log.h"
#include "hal/net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_CAP = 512, FILE_CAP = 512 };

static enum err path_in(const char *dir, const char *name, const char *tail, char out[PATH_CAP])
{
    int n = snprintf(out, PATH_CAP, "%s/%s%s", dir, name, tail);
    return n > 0 && n < PATH_CAP ? OK : ERR_ARG;
}

static enum err read_small(const char *path, char out[FILE_CAP])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : net_file_error(errno);
    ssize_t n = read(fd, out, FILE_CAP);
    close(fd);
    if (n < 0 || n == FILE_CAP)
        return n < 0 ? ERR_IO : ERR_FORMAT;
    out[n] = '\0';
    return OK;
}

/* Writes path's temporary neighbour, on the disk when it returns. The name is this process's own,
 * so one that is there is left over from a dead one. */
static enum err write_beside(const char *path, const char *text, mode_t mode, char tmp[PATH_CAP])
{
    if (snprintf(tmp, PATH_CAP, "%s.%d", path, (int)getpid()) >= PATH_CAP)
        return ERR_ARG;
    (void)unlink(tmp);
    int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return net_file_error(errno);
    size_t n = strlen(text);
    bool ok = write(fd, text, n) == (ssize_t)n && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    int code = errno ? errno : ENOSPC;
    close(fd);
    if (ok)
        return OK;
    (void)unlink(tmp);
    return net_file_error(code);
}

static void sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

/* A link and not a rename: of two programs started at once the first one's key stays. */
static enum err make_key(const char *dir, const char *path)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char b64[128], text[FILE_CAP], tmp[PATH_CAP];
    crypto_keypair(pub, secret);
    crypto_base64(secret, sizeof secret, b64, sizeof b64);
    snprintf(text, sizeof text, "ed25519 %s\n", b64);
    enum err e = write_beside(path, text, 0600, tmp);
    if (e == OK && link(tmp, path) != 0 && errno != EEXIST)
        e = net_file_error(errno);
    (void)unlink(tmp);
    sync_dir(dir);
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(b64, sizeof b64);
    explicit_bzero(text, sizeof text);
    return e;
}

/* A key that signs what its public half does not verify would lose every item later on. */
static enum err parse_key(const char *text, struct terminal_key *out)
{
    char b64[128];
    unsigned char sig[CRYPTO_SIG];
    size_t n = 0;
    enum err e = sscanf(text, "ed25519 %127s", b64) == 1 ? OK : ERR_FORMAT;
    if (e == OK)
        e = crypto_unbase64(b64, out->secret, sizeof out->secret, &n);
    explicit_bzero(b64, sizeof b64);
    if (e != OK || n != CRYPTO_SECRET)
        return ERR_FORMAT;
    memcpy(out->pub, out->secret + CRYPTO_SECRET - CRYPTO_PUB, CRYPTO_PUB);
    crypto_sign_text("huimin", 6, out->secret, sig);
    return crypto_verify("huimin", 6, out->pub, sig) == OK ? OK : ERR_FORMAT;
}

static enum err load_key(const char *dir, const char *name, struct terminal_key *out)
{
    char path[PATH_CAP], text[FILE_CAP];
    enum err e = path_in(dir, name, ".key", path);
    if (e == OK)
        e = read_small(path, text);
    if (e == ERR_NOT_FOUND) {
        e = make_key(dir, path);
        if (e == OK)
            log_info("key_made", "key=%s", name);
        if (e == OK)
            e = read_small(path, text);
    }
    if (e == OK)
        e = parse_key(text, out);
    explicit_bzero(text, sizeof text);
    return e;
}

/* Nothing is written when it says so already: no wear, and a read-only disk is no trouble. */
static enum err write_text(const char *dir, const char *name, const char *text)
{
    char path[PATH_CAP], have[FILE_CAP], tmp[PATH_CAP];
    enum err e = path_in(dir, name, ".pub", path);
    if (e != OK || (read_small(path, have) == OK && strcmp(have, text) == 0))
        return e;
    e = write_beside(path, text, 0644, tmp);
    if (e == OK && rename(tmp, path) != 0) {
        e = net_file_error(errno);
        (void)unlink(tmp);
    }
    sync_dir(dir);
    return e;
}

static enum err read_pub(const char *dir, const char *name, char out[FILE_CAP])
{
    char path[PATH_CAP];
    enum err e = path_in(dir, name, ".pub", path);
    if (e == OK)
        e = read_small(path, out);
    if (e == OK)
        out[strcspn(out, "\n")] = '\0';
    return e;
}

static enum err tell(const char *dir, const char *name, const unsigned char pub[CRYPTO_PUB])
{
    char b64[64], text[FILE_CAP], item[FILE_CAP], line[FILE_CAP], both[FILE_CAP];
    crypto_base64(pub, CRYPTO_PUB, b64, sizeof b64);
    snprintf(text, sizeof text, "%s\n", b64);
    enum err e = write_text(dir, name, text);
    if (e != OK || read_pub(dir, "item", item) != OK || read_pub(dir, "line", line) != OK)
        return e; /* the other program has not been here yet: it will write both */
    snprintf(both, sizeof both, "item = %.64s\nline = %.64s\n", item, line);
    return write_text(dir, "terminal", both);
}

static enum err load(const char *dir, const char *name, struct terminal_key *out)
{
    struct terminal_key key;
    enum err e = crypto_init();
    if (e == OK)
        e = load_key(dir, name, &key);
    if (e == OK) {
        enum err told = tell(dir, name, key.pub);
        if (told != OK)
            log_warn("key_not_told", "key=%s err=%s", name, err_name(told));
        *out = key;
    }
    key_finish(&key);
    return e;
}

enum err key_load_item(const char *data_dir, struct terminal_key *out)
{
    return load(data_dir, "item", out);
}

enum err key_load_line(const char *data_dir, struct terminal_key *out)
{
    return load(data_dir, "line", out);
}

void key_finish(struct terminal_key *k)
{
    explicit_bzero(k, sizeof *k);
}
