/* setup_psk.c - the key of a wireless network from its passphrase. */
#include "image/setup_psk.h"

#include "hal/crypto.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK = 64, HASH = 20, ROUNDS = 4096 };

struct sha1 {
    uint32_t h[5];
    unsigned char block[BLOCK];
    uint64_t n; /* bytes so far */
};

static uint32_t turn(uint32_t x, int by)
{
    return x << by | x >> (32 - by);
}

static void start(struct sha1 *s)
{
    static const uint32_t first[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    memset(s, 0, sizeof *s);
    memcpy(s->h, first, sizeof first);
}

static uint32_t mixed(int i, const uint32_t v[5])
{
    if (i < 20)
        return ((v[1] & v[2]) | (~v[1] & v[3])) + 0x5a827999;
    if (i < 40)
        return (v[1] ^ v[2] ^ v[3]) + 0x6ed9eba1;
    if (i < 60)
        return ((v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3])) + 0x8f1bbcdc;
    return (v[1] ^ v[2] ^ v[3]) + 0xca62c1d6;
}

static void one_block(struct sha1 *s)
{
    uint32_t w[80], v[5];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)s->block[4 * i] << 24 | (uint32_t)s->block[4 * i + 1] << 16 |
               (uint32_t)s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
    for (int i = 16; i < 80; i++)
        w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, s->h, sizeof v);
    for (int i = 0; i < 80; i++) {
        uint32_t next = turn(v[0], 5) + mixed(i, v) + v[4] + w[i];
        v[4] = v[3];
        v[3] = v[2];
        v[2] = turn(v[1], 30);
        v[1] = v[0];
        v[0] = next;
    }
    for (int i = 0; i < 5; i++)
        s->h[i] += v[i];
    explicit_bzero(w, sizeof w);
}

static void add(struct sha1 *s, const void *data, size_t n)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < n; i++) {
        s->block[s->n++ % BLOCK] = p[i];
        if (s->n % BLOCK == 0)
            one_block(s);
    }
}

static void end(struct sha1 *s, unsigned char out[HASH])
{
    unsigned char length[8];
    uint64_t bits = s->n * 8;
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    add(s, "\x80", 1);
    while (s->n % BLOCK != BLOCK - 8)
        add(s, "", 1);
    add(s, length, sizeof length);
    for (int i = 0; i < HASH; i++)
        out[i] = (unsigned char)(s->h[i / 4] >> (24 - 8 * (i % 4)));
    explicit_bzero(s, sizeof *s);
}

void psk_sha1(const void *data, size_t n, unsigned char out[20])
{
    struct sha1 s;
    start(&s);
    add(&s, data, n);
    end(&s, out);
}

/* HMAC (RFC 2104), whose first blocks are the same in each round: hashed once. */
struct mac {
    struct sha1 inner, outer;
};

static void mac_start(struct mac *m, const char *key)
{
    unsigned char in[BLOCK] = { 0 }, out[BLOCK] = { 0 };
    memcpy(in, key, strnlen(key, BLOCK)); /* a passphrase has 63 at most */
    for (int i = 0; i < BLOCK; i++) {
        out[i] = in[i] ^ 0x5c;
        in[i] ^= 0x36;
    }
    start(&m->inner);
    add(&m->inner, in, BLOCK);
    start(&m->outer);
    add(&m->outer, out, BLOCK);
    explicit_bzero(in, sizeof in);
    explicit_bzero(out, sizeof out);
}

static void mac(const struct mac *m, const void *data, size_t n, unsigned char out[HASH])
{
    struct sha1 s = m->inner;
    add(&s, data, n);
    end(&s, out);
    s = m->outer;
    add(&s, out, HASH);
    end(&s, out);
}

static void one_part(const struct mac *m, const char *ssid, unsigned char i,
                     unsigned char out[HASH])
{
    unsigned char salt[32 + 4] = { 0 }, u[HASH];
    size_t n = strnlen(ssid, 32);
    memcpy(salt, ssid, n);
    salt[n + 3] = i;
    mac(m, salt, n + 4, u);
    memcpy(out, u, HASH);
    for (int round = 1; round < ROUNDS; round++) {
        mac(m, u, HASH, u);
        for (int k = 0; k < HASH; k++)
            out[k] ^= u[k];
    }
    explicit_bzero(u, sizeof u);
}

void psk_of(const char *passphrase, const char *ssid, char out[PSK_HEX])
{
    unsigned char key[2 * HASH];
    struct mac m;
    mac_start(&m, passphrase);
    one_part(&m, ssid, 1, key);
    one_part(&m, ssid, 2, key + HASH);
    crypto_hex(key, 32, out);
    explicit_bzero(key, sizeof key);
    explicit_bzero(&m, sizeof m);
}
