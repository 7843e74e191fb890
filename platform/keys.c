/* keys.c - makes and reads the key files. */
#include "platform/keys.h"

#include "hal/base/log.h"
#include "platform/files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 4096 };

static const char warning[] =
    "# TEST: made by huimin-platform for trying things out. A district makes its root key on a\n"
    "# machine without a network and keeps root.key off this one.\n";

static void path_of(char *buf, size_t cap, const char *dir, const char *name)
{
    snprintf(buf, cap, "%s/%s", dir, name);
}

static enum err write_pair(const char *dir, const char *name, const char *pub_name)
{
    unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
    char b64[128], text[KEY_FILE_MAX], path[4096], kid[WIRE_NAME_MAX];
    crypto_keypair(pub, secret);
    snprintf(kid, sizeof kid, "test-%s-%02x%02x%02x", name, pub[0], pub[1], pub[2]);
    crypto_base64(secret, sizeof secret, b64, sizeof b64);
    snprintf(text, sizeof text, "%ssecret %s %s\n", warning, kid, b64);
    snprintf(path, sizeof path, "%s/%s.key", dir, name);
    enum err e = file_write(path, text, strlen(text), 0600);
    if (e == OK && pub_name) {
        crypto_base64(pub, sizeof pub, b64, sizeof b64);
        snprintf(text, sizeof text, "%sroot %s %s\n", warning, kid, b64);
        path_of(path, sizeof path, dir, pub_name);
        e = file_write(path, text, strlen(text), 0644);
    }
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(text, sizeof text);
    explicit_bzero(b64, sizeof b64);
    return e;
}

static enum err read_secret(struct arena *a, const char *dir, const char *name,
                            unsigned char secret[CRYPTO_SECRET], struct wire_key *out)
{
    char path[4096], kid[WIRE_NAME_MAX], b64[128], *text = NULL, pub[64];
    size_t n = 0, secret_n = 0;
    path_of(path, sizeof path, dir, name);
    enum err e = file_read(a, path, KEY_FILE_MAX, &text, &n);
    if (e != OK)
        return e;
    while (*text == '#')
        text = strchrnul(text, '\n'), text += *text == '\n';
    if (sscanf(text, "secret %31s %127s", kid, b64) != 2 ||
        crypto_unbase64(b64, secret, CRYPTO_SECRET, &secret_n) != OK || secret_n != CRYPTO_SECRET)
        return ERR_FORMAT;
    /* An Ed25519 secret of 64 bytes ends in its public half (RFC 8032 seed | public). */
    crypto_base64(secret + CRYPTO_SECRET - CRYPTO_PUB, CRYPTO_PUB, pub, sizeof pub);
    explicit_bzero(b64, sizeof b64);
    return wire_key_make(kid, pub, out);
}

static bool none_there(const char *dir)
{
    static const char *const names[] = { "root.key", "root.pub", "feed.key" };
    char path[4096];
    for (int i = 0; i < 3; i++) {
        path_of(path, sizeof path, dir, names[i]);
        if (access(path, F_OK) == 0)
            return false;
    }
    return true;
}

static enum err make_keys(const char *dir)
{
    enum err e = dir_make(dir);
    if (e == OK)
        e = write_pair(dir, "feed", NULL);
    if (e == OK)
        e = write_pair(dir, "root", "root.pub");
    if (e == OK)
        log_info("keys_made", "dir=%s marked=TEST", dir);
    return e;
}

enum err keys_load(const char *dir, struct keys *out)
{
    struct arena a;
    arena_init(&a, KEY_FILE_MAX * 2, 1 << 20);
    enum err e = none_there(dir) ? make_keys(dir) : OK;
    if (e == OK)
        e = read_secret(&a, dir, "root.key", out->root_secret, &out->root);
    if (e == OK)
        e = read_secret(&a, dir, "feed.key", out->feed_secret, &out->feed);
    arena_finish(&a);
    if (e != OK)
        keys_finish(out);
    return e;
}

void keys_finish(struct keys *k)
{
    explicit_bzero(k, sizeof *k);
}
