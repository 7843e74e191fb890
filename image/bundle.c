/* bundle.c - huimin-bundle, for whoever makes the image: packs a bundle and signs it.
 *
 * A program of its own, so that nothing in the field can sign. */
#include "hal/base/clock.h"
#include "hal/base/io.h"
#include "hal/wire_update.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "usage: huimin-bundle keygen DIR\n"
    "         makes DIR/deployer.key and DIR/deployer.pub, marked TEST\n"
    "       huimin-bundle pack --version V --uki FILE --root FILE --key SECRETFILE --out FILE\n"
    "         its day: SOURCE_DATE_EPOCH, where that is set\n"
    "Exit: 0 done, 1 failed, 2 wrong command line.\n";

static int failed(const char *what, enum err e)
{
    fprintf(stderr, "huimin-bundle: %s: %s\n", what, err_name(e));
    return 1;
}

/* --- keys ---------------------------------------------------------------------------------------
 */

static enum err write_key(const char *dir, const char *name, const void *key, size_t n, mode_t mode)
{
    char path[4096], hex[2 * CRYPTO_SECRET + 1], text[512];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return ERR_ARG;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return errno == EEXIST ? ERR_BUSY : io_error(errno);
    crypto_hex(key, n, hex);
    snprintf(text, sizeof text,
             "# TEST: made by huimin-bundle keygen; whoever deploys makes his own and keeps the "
             "secret one off the line\n%s\n",
             hex);
    enum err e = io_write_all(fd, text, strlen(text));
    close(fd);
    explicit_bzero(hex, sizeof hex);
    explicit_bzero(text, sizeof text);
    return e;
}

/* One that is there is never written over. */
static int keygen(const char *dir)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    if (mkdir(dir, 0755) != 0 && errno != EEXIST)
        return failed(dir, io_error(errno));
    crypto_keypair(pub, secret);
    enum err e = write_key(dir, "deployer.key", secret, sizeof secret, 0600);
    if (e == OK)
        e = write_key(dir, "deployer.pub", pub, sizeof pub, 0644);
    explicit_bzero(secret, sizeof secret);
    return e == OK ? 0 : failed(dir, e);
}

static enum err read_secret(const char *path, unsigned char secret[CRYPTO_SECRET])
{
    char text[WIRE_UPDATE_KEY_FILE];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return io_error(errno);
    ssize_t n = read(fd, text, sizeof text);
    close(fd);
    enum err e = n < 0 ? ERR_IO : wire_update_key(text, (size_t)n, secret, CRYPTO_SECRET);
    explicit_bzero(text, sizeof text);
    return e;
}

/* --- pack ---------------------------------------------------------------------------------------
 */

struct order {
    const char *version, *uki, *root, *key, *out;
};

/* Reads all of it; with `to` it is written there on the way. Fills size and hash. */
static enum err pass(const char *path, int to, int64_t *out_size, char out_hash[65])
{
    static unsigned char buf[256 * 1024];
    struct crypto_hash h;
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum err e = fd < 0 ? io_error(errno) : OK;
    *out_size = 0;
    crypto_hash_start(&h);
    while (e == OK && (n = read(fd, buf, sizeof buf)) > 0) {
        crypto_hash_add(&h, buf, (size_t)n);
        *out_size += n;
        if (to >= 0 && write(to, buf, (size_t)n) != n)
            e = io_error(errno);
    }
    crypto_hash_hex(&h, out_hash);
    if (fd >= 0)
        close(fd);
    return n < 0 ? ERR_IO : e;
}

static int64_t made_at_ms(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    return text && *text ? strtoll(text, NULL, 10) * 1000 : clock_wall_ms() / 1000 * 1000;
}

static enum err append(const struct order *o, const struct wire_update *u, int to)
{
    const char *path[] = { o->uki, o->root }, *hash[] = { u->uki_hash, u->root_hash };
    enum err e = OK;
    for (int i = 0; i < 2 && e == OK; i++) {
        char again[65];
        int64_t size;
        e = pass(path[i], to, &size, again);
        if (e == OK && strcmp(again, hash[i]) != 0)
            e = ERR_HASH; /* it changed under us */
    }
    return e;
}

static enum err write_out(const struct order *o, const struct wire_update *u,
                          const unsigned char *head, size_t n)
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part", o->out) >= (int)sizeof part)
        return ERR_ARG;
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return io_error(errno);
    enum err e = io_write_all(fd, head, n);
    if (e == OK)
        e = append(o, u, fd);
    if (e == OK && fsync(fd) != 0)
        e = io_error(errno);
    close(fd);
    if (e == OK && rename(part, o->out) != 0)
        e = io_error(errno);
    if (e != OK)
        unlink(part);
    return e;
}

static int pack(const struct order *o)
{
    struct wire_update u = { .issued_ms = made_at_ms() };
    unsigned char secret[CRYPTO_SECRET], head[WIRE_UPDATE_HEAD];
    char *end;
    size_t n = 0;
    u.version = strtoll(o->version, &end, 10);
    if (*end || end == o->version) {
        fputs(usage, stderr);
        return 2;
    }
    enum err e = pass(o->uki, -1, &u.uki_size, u.uki_hash);
    if (e != OK)
        return failed(o->uki, e);
    e = pass(o->root, -1, &u.root_size, u.root_hash);
    if (e != OK)
        return failed(o->root, e);
    e = read_secret(o->key, secret);
    if (e != OK)
        return failed(o->key, e);
    e = wire_update_write(&u, secret, head, &n);
    explicit_bzero(secret, sizeof secret);
    if (e != OK)
        return failed("a version, a size or a day is out of bounds", e);
    e = write_out(o, &u, head, n);
    if (e != OK)
        return failed(o->out, e);
    printf("version %lld: kernel %lld bytes, root %lld bytes: %s\n", (long long)u.version,
           (long long)u.uki_size, (long long)u.root_size, o->out);
    return 0;
}

/* --- the command line ---------------------------------------------------------------------------
 */

static bool read_options(int argc, char **argv, struct order *o)
{
    static const struct option table[] = {
        { "version", required_argument, NULL, 0 }, { "uki", required_argument, NULL, 1 },
        { "root", required_argument, NULL, 2 },    { "key", required_argument, NULL, 3 },
        { "out", required_argument, NULL, 4 },     { NULL, 0, NULL, 0 },
    };
    const char **field[] = { &o->version, &o->uki, &o->root, &o->key, &o->out };
    for (int opt; (opt = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (opt == '?')
            return false;
        *field[opt] = optarg;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct order o = { NULL };
    if (crypto_init() != OK)
        return failed("start", ERR_IO);
    bool good = read_options(argc, argv, &o);
    char **word = argv + optind;
    int words = argc - optind;
    if (good && words == 2 && strcmp(word[0], "keygen") == 0)
        return keygen(word[1]);
    if (good && words == 1 && strcmp(word[0], "pack") == 0 && o.version && o.uki && o.root &&
        o.key && o.out)
        return pack(&o);
    fputs(usage, stderr);
    return 2;
}
