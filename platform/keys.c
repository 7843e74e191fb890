/* keys.c - makes and reads the key files. */
#include "platform/keys.h"

#include "hal/base/log.h"
#include "platform/files.h"
#include "platform/hsm.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 4096 };

static const char warning[] =
    "# TEST: made by huimin-platform for trying things out. A district makes its root key on a\n"
    "# machine without a network and keeps root.key off this one.\n";

static void path_of(char *buf, size_t cap, const char *dir, const char *name)
{
    snprintf(buf, cap, "%s/%s", dir, name);
}

/* A secret of 64 bytes ends in its public half: Ed25519's does (RFC 8032 seed | public), X25519's
 * is written the same way. */
static void make_pair(bool seal, unsigned char pub[CRYPTO_PUB], unsigned char both[CRYPTO_SECRET])
{
    if (!seal) {
        crypto_keypair(pub, both);
        return;
    }
    crypto_seal_keypair(pub, both);
    memcpy(both + CRYPTO_SEAL_SECRET, pub, CRYPTO_SEAL_PUB);
}

static enum err write_secret(const char *dir, const char *name, const char *kid,
                             const unsigned char *secret, size_t n)
{
    char b64[128], text[KEY_FILE_MAX], path[4096];
    crypto_base64(secret, n, b64, sizeof b64);
    snprintf(text, sizeof text, "%ssecret %s %s\n", warning, kid, b64);
    snprintf(path, sizeof path, "%s/%s.key", dir, name);
    enum err e = file_write(path, text, strlen(text), 0600);
    explicit_bzero(text, sizeof text);
    explicit_bzero(b64, sizeof b64);
    return e;
}

/* name.key, and name.pub where others are told the public half by a file. */
static enum err write_pair(const char *dir, const char *name, bool pub_too)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char b64[64], text[KEY_FILE_MAX], path[4096], kid[WIRE_NAME_MAX];
    make_pair(strcmp(name, "seal") == 0, pub, secret);
    snprintf(kid, sizeof kid, "test-%s-%02x%02x%02x", name, pub[0], pub[1], pub[2]);
    enum err e = write_secret(dir, name, kid, secret, sizeof secret);
    explicit_bzero(secret, sizeof secret);
    if (e != OK || !pub_too)
        return e;
    crypto_base64(pub, sizeof pub, b64, sizeof b64);
    snprintf(text, sizeof text, "%s%s %s %s\n", warning, name, kid, b64);
    snprintf(path, sizeof path, "%s/%s.pub", dir, name);
    return file_write(path, text, strlen(text), 0644);
}

/* The key of a keyed hash. */
static enum err write_mac(const char *dir, const char *name)
{
    char kid[WIRE_NAME_MAX];
    unsigned char secret[CRYPTO_MAC_KEY];
    snprintf(kid, sizeof kid, "test-%s", name);
    crypto_random(secret, sizeof secret);
    enum err e = write_secret(dir, name, kid, secret, sizeof secret);
    explicit_bzero(secret, sizeof secret);
    return e;
}

/* The n bytes of a "secret KID BASE64" line. */
static enum err read_line(struct arena *a, const char *dir, const char *name, char *kid,
                          unsigned char *secret, size_t n)
{
    char path[4096], b64[128], *text = NULL;
    size_t text_n = 0, secret_n = 0;
    path_of(path, sizeof path, dir, name);
    enum err e = file_read(a, path, KEY_FILE_MAX, &text, &text_n);
    if (e != OK)
        return e;
    char *line = text;
    while (*line == '#')
        line = strchrnul(line, '\n'), line += *line == '\n';
    if (sscanf(line, "secret %31s %127s", kid, b64) != 2 ||
        crypto_unbase64(b64, secret, n, &secret_n) != OK || secret_n != n)
        e = ERR_FORMAT;
    explicit_bzero(b64, sizeof b64);
    explicit_bzero(text, text_n);
    return e;
}

static enum err read_secret(struct arena *a, const char *dir, const char *name,
                            unsigned char secret[CRYPTO_SECRET], struct wire_key *out)
{
    char kid[WIRE_NAME_MAX], pub[64];
    enum err e = read_line(a, dir, name, kid, secret, CRYPTO_SECRET);
    if (e != OK)
        return e;
    crypto_base64(secret + CRYPTO_SECRET - CRYPTO_PUB, CRYPTO_PUB, pub, sizeof pub);
    return wire_key_make(kid, pub, out);
}

/* What is sealed to a public half that does not belong to the secret nobody can open again. */
static enum err read_seal(struct arena *a, const char *dir, struct keys *out)
{
    unsigned char both[CRYPTO_SECRET], box[CRYPTO_SEAL_EXTRA + 1], back[1];
    enum err e = read_secret(a, dir, "seal.key", both, &out->seal);
    memcpy(out->seal_secret, both, sizeof out->seal_secret);
    explicit_bzero(both, sizeof both);
    if (e == OK)
        e = crypto_seal("x", 1, out->seal.pub, box);
    if (e == OK)
        e = crypto_open(box, sizeof box, out->seal.pub, out->seal_secret, back);
    return e == OK ? OK : e == ERR_SIGNATURE || e == ERR_NO_KEY ? ERR_FORMAT : e;
}

static bool there(const char *dir, const char *name)
{
    char path[4096];
    path_of(path, sizeof path, dir, name);
    return access(path, F_OK) == 0;
}

static bool none_there(const char *dir)
{
    return !there(dir, "root.key") && !there(dir, "root.pub") && !there(dir, "feed.key");
}

static enum err make_first(const char *dir)
{
    if (!none_there(dir))
        return OK;
    enum err e = write_pair(dir, "feed", false);
    if (e == OK)
        e = write_pair(dir, "root", true);
    if (e == OK)
        log_info("keys_made", "dir=%s marked=TEST", dir);
    return e;
}

static enum err make_later(const char *dir, const char *name)
{
    char file[32];
    snprintf(file, sizeof file, "%s.key", name);
    if (there(dir, file))
        return OK;
    enum err e = strcmp(name, "seal") == 0 ? write_pair(dir, name, true) : write_mac(dir, name);
    if (e == OK)
        log_info("key_made", "dir=%s key=%s marked=TEST", dir, name);
    return e;
}

/* Two programs started at once must not each make their own. */
static enum err make_missing(const char *dir)
{
    enum err e = dir_make(dir);
    int fd = e == OK ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0 || flock(fd, LOCK_EX) != 0)
        e = e == OK ? ERR_IO : e;
    if (e == OK)
        e = make_first(dir);
    if (e == OK)
        e = make_later(dir, "seal");
    if (e == OK)
        e = make_later(dir, "person");
    if (e == OK)
        e = make_later(dir, "ecard");
    if (e == OK)
        e = hsm_make(dir);
    if (fd >= 0)
        close(fd);
    return e;
}

enum err keys_load(const char *dir, struct keys *out)
{
    struct arena a;
    char kid[WIRE_NAME_MAX];
    arena_init(&a, KEY_FILE_MAX * 2, 1 << 20);
    enum err e = make_missing(dir);
    if (e == OK)
        e = read_secret(&a, dir, "root.key", out->root_secret, &out->root);
    if (e == OK)
        e = read_secret(&a, dir, "feed.key", out->feed_secret, &out->feed);
    if (e == OK)
        e = read_seal(&a, dir, out);
    if (e == OK)
        e = read_line(&a, dir, "person.key", kid, out->person, sizeof out->person);
    if (e == OK)
        e = read_line(&a, dir, "ecard.key", kid, out->ecard, sizeof out->ecard);
    arena_finish(&a);
    if (e != OK)
        keys_finish(out);
    return e;
}

void keys_finish(struct keys *k)
{
    explicit_bzero(k, sizeof *k);
}
