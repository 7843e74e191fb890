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

static enum err write_secret_to(const char *path, const char *kid, const unsigned char *secret,
                                size_t n, const char *above)
{
    char b64[128], text[KEY_FILE_MAX];
    crypto_base64(secret, n, b64, sizeof b64);
    snprintf(text, sizeof text, "%ssecret %s %s\n", above, kid, b64);
    enum err e = file_write(path, text, strlen(text), 0600);
    explicit_bzero(text, sizeof text);
    explicit_bzero(b64, sizeof b64);
    return e;
}

static enum err write_secret(const char *dir, const char *name, const char *kid,
                             const unsigned char *secret, size_t n)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.key", dir, name);
    return write_secret_to(path, kid, secret, n, warning);
}

/* KIND KID BASE64. */
static enum err write_pub(const char *path, const char *kind, const char *kid,
                          const unsigned char pub[CRYPTO_PUB], const char *above)
{
    char b64[64], text[KEY_FILE_MAX];
    crypto_base64(pub, CRYPTO_PUB, b64, sizeof b64);
    snprintf(text, sizeof text, "%s%s %s %s\n", above, kind, kid, b64);
    return file_write(path, text, strlen(text), 0644);
}

/* name.key, and name.pub where others are told the public half by a file. */
static enum err write_pair(const char *dir, const char *name, bool pub_too)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char path[4096], kid[WIRE_NAME_MAX];
    make_pair(strcmp(name, "seal") == 0, pub, secret);
    snprintf(kid, sizeof kid, "test-%s-%02x%02x%02x", name, pub[0], pub[1], pub[2]);
    enum err e = write_secret(dir, name, kid, secret, sizeof secret);
    explicit_bzero(secret, sizeof secret);
    if (e != OK || !pub_too)
        return e;
    snprintf(path, sizeof path, "%s/%s.pub", dir, name);
    return write_pub(path, name, kid, pub, warning);
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
static enum err read_file(struct arena *a, const char *path, char *kid, unsigned char *secret,
                          size_t n)
{
    char b64[128], *text = NULL;
    size_t text_n = 0, secret_n = 0;
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

static enum err read_line(struct arena *a, const char *dir, const char *name, char *kid,
                          unsigned char *secret, size_t n)
{
    char path[4096];
    path_of(path, sizeof path, dir, name);
    return read_file(a, path, kid, secret, n);
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
static enum err read_seal(struct arena *a, const char *dir, const char *name, struct wire_key *out,
                          unsigned char secret[CRYPTO_SEAL_SECRET])
{
    unsigned char both[CRYPTO_SECRET], box[CRYPTO_SEAL_EXTRA + 1], back[1];
    enum err e = read_secret(a, dir, name, both, out);
    memcpy(secret, both, CRYPTO_SEAL_SECRET);
    explicit_bzero(both, sizeof both);
    if (e == OK)
        e = crypto_seal("x", 1, out->pub, box);
    if (e == OK)
        e = crypto_open(box, sizeof box, out->pub, secret, back);
    return e == OK ? OK : e == ERR_SIGNATURE || e == ERR_NO_KEY ? ERR_FORMAT : e;
}

/* old-seal-KID.key, as many as there is room for. */
static enum err read_old(struct arena *a, const char *dir, struct keys *out)
{
    char **name = NULL;
    int n = 0;
    enum err e = dir_list(a, dir, ".key", &name, &n);
    for (int i = 0; i < n && e == OK; i++) {
        if (strncmp(name[i], KEYS_OLD_SEAL, strlen(KEYS_OLD_SEAL)) != 0)
            continue;
        if (out->old_count == KEYS_OLD) {
            log_warn("old_key_left_out", "file=%s", name[i]);
            continue;
        }
        struct keys_old *old = &out->old[out->old_count++];
        e = read_seal(a, dir, name[i], &old->seal, old->secret);
    }
    return e;
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
        *out = (struct keys){ .has_root = there(dir, "root.key") };
    if (e == OK && out->has_root)
        e = read_secret(&a, dir, "root.key", out->root_secret, &out->root);
    if (e == OK)
        e = read_secret(&a, dir, "feed.key", out->feed_secret, &out->feed);
    if (e == OK)
        e = read_seal(&a, dir, "seal.key", &out->seal, out->seal_secret);
    if (e == OK)
        e = read_old(&a, dir, out);
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

static enum err open_one(const struct wire_key *key, const unsigned char *secret, const char *kid,
                         const void *box, size_t n, unsigned char *out)
{
    if (kid && strcmp(kid, key->kid) != 0)
        return ERR_NO_KEY;
    return crypto_open(box, n, key->pub, secret, out);
}

enum err keys_open(const struct keys *k, const char *kid, const void *box, size_t n,
                   unsigned char *out)
{
    enum err e = open_one(&k->seal, k->seal_secret, kid, box, n, out);
    for (int i = 0; i < k->old_count && e != OK; i++) {
        enum err with = open_one(&k->old[i].seal, k->old[i].secret, kid, box, n, out);
        e = with == ERR_NO_KEY ? e : with;
    }
    return e;
}

bool keys_opens(const struct keys *k, const char *kid)
{
    bool known = strcmp(kid, k->seal.kid) == 0;
    for (int i = 0; i < k->old_count; i++)
        known = known || strcmp(kid, k->old[i].seal.kid) == 0;
    return known;
}

enum err keys_make_pair(const char *kind, const char *kid, const char *file)
{
    char key[4096], pub_file[4096];
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    snprintf(key, sizeof key, "%s.key", file);
    snprintf(pub_file, sizeof pub_file, "%s.pub", file);
    if (access(key, F_OK) == 0 || access(pub_file, F_OK) == 0)
        return ERR_BUSY;
    make_pair(strcmp(kind, "seal") == 0, pub, secret);
    enum err e = write_secret_to(key, kid, secret, sizeof secret, "");
    explicit_bzero(secret, sizeof secret);
    return e == OK ? write_pub(pub_file, kind, kid, pub, "") : e;
}

enum err keys_read_secret(const char *file, unsigned char secret[CRYPTO_SECRET],
                          struct wire_key *out)
{
    struct arena a;
    char kid[WIRE_NAME_MAX], pub[64];
    arena_init(&a, KEY_FILE_MAX * 2, 1 << 20);
    enum err e = read_file(&a, file, kid, secret, CRYPTO_SECRET);
    arena_finish(&a);
    if (e != OK)
        return e;
    crypto_base64(secret + CRYPTO_SECRET - CRYPTO_PUB, CRYPTO_PUB, pub, sizeof pub);
    return wire_key_make(kid, pub, out);
}

enum err keys_read_pub(const char *file, const char *kind, struct wire_key *out)
{
    struct arena a;
    char *text = NULL, word[32], kid[WIRE_NAME_MAX], b64[64];
    size_t n = 0;
    arena_init(&a, KEY_FILE_MAX * 2, 1 << 20);
    enum err e = file_read(&a, file, KEY_FILE_MAX, &text, &n);
    while (e == OK && *text == '#')
        text = strchrnul(text, '\n'), text += *text == '\n';
    if (e == OK && (sscanf(text, "%31s %31s %63s", word, kid, b64) != 3 || strcmp(word, kind) != 0))
        e = ERR_FORMAT;
    if (e == OK)
        e = wire_key_make(kid, b64, out);
    arena_finish(&a);
    return e;
}
