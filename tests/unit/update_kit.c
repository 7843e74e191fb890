/* update_kit.c - a bundle of a few hundred kilobytes, its key, and what is signed into it. */
#include "tests/unit/update_kit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hal/base/clock.h"
#include "tests/test.h"

static unsigned char pub[CRYPTO_PUB], secret[CRYPTO_SECRET];
static unsigned char uki[KIT_UKI], root[KIT_ROOT];

const unsigned char *update_kit_pub(void)
{
    static bool made;
    if (!made && crypto_init() == OK)
        crypto_keypair(pub, secret);
    made = true;
    return pub;
}

unsigned char update_kit_uki(int version, int i)
{
    return (unsigned char)(i * 7 + version * 31 + i / 251);
}

unsigned char update_kit_root(int version, int i)
{
    return (unsigned char)(i * 13 + version * 57 + i / 253);
}

static void make_images(int version)
{
    for (int i = 0; i < KIT_UKI; i++)
        uki[i] = update_kit_uki(version, i);
    for (int i = 0; i < KIT_ROOT; i++)
        root[i] = update_kit_root(version, i);
}

size_t update_kit_head(int version, unsigned char *head, struct wire_update *out)
{
    size_t n = 0;
    struct wire_update u = { .version = version, .uki_size = KIT_UKI, .root_size = KIT_ROOT };
    update_kit_pub();
    make_images(version);
    test_check(__FILE__, __LINE__, clock_parse_rfc3339("2026-11-29T00:00:00Z", &u.issued_ms) == OK,
               "a day");
    crypto_hash_of(uki, KIT_UKI, u.uki_hash);
    crypto_hash_of(root, KIT_ROOT, u.root_hash);
    test_check_err(__FILE__, __LINE__, wire_update_write(&u, secret, head, &n), OK, "a head");
    u.head_size = (int64_t)n;
    if (out)
        *out = u;
    return n;
}

void update_kit_bundle(const char *path, int version)
{
    unsigned char head[WIRE_UPDATE_HEAD];
    size_t n = update_kit_head(version, head, NULL);
    FILE *f = fopen(path, "w");
    bool good = f && fwrite(head, 1, n, f) == n && fwrite(uki, 1, KIT_UKI, f) == KIT_UKI &&
                fwrite(root, 1, KIT_ROOT, f) == KIT_ROOT;
    if (f)
        good &= fclose(f) == 0;
    test_check(__FILE__, __LINE__, good, "a bundle");
}

void update_kit_key_file(const char *path)
{
    char hex[2 * CRYPTO_PUB + 1];
    FILE *f = fopen(path, "w");
    crypto_hex(update_kit_pub(), CRYPTO_PUB, hex);
    if (!test_check(__FILE__, __LINE__, f != NULL, "a key file"))
        return;
    fprintf(f, "# TEST\n\n%s\n", hex);
    fclose(f);
}

/* Made once: the test of power cuts compares them some thousand times. */
static const unsigned char *image(int version, unsigned char (*byte)(int, int))
{
    static struct {
        int version;
        unsigned char (*byte)(int, int);
        unsigned char data[KIT_ROOT];
    } kept[8];
    static int next;
    for (int i = 0; i < 8; i++)
        if (kept[i].version == version && kept[i].byte == byte)
            return kept[i].data;
    kept[next].version = version;
    kept[next].byte = byte;
    for (int i = 0; i < KIT_ROOT; i++)
        kept[next].data[i] = byte(version, i);
    next = (next + 1) % 8;
    return image(version, byte);
}

void update_kit_put(const char *path, int version, int n, unsigned char (*byte)(int, int))
{
    FILE *f = fopen(path, "w");
    bool good = f && fwrite(image(version, byte), 1, (size_t)n, f) == (size_t)n;
    test_check(__FILE__, __LINE__, f && fclose(f) == 0 && good, path);
}

bool update_kit_holds(const char *path, int version, int n, unsigned char (*byte)(int, int))
{
    static unsigned char got[KIT_ROOT];
    FILE *f = fopen(path, "r");
    bool same = f && fread(got, 1, (size_t)n, f) == (size_t)n &&
                memcmp(got, image(version, byte), (size_t)n) == 0;
    if (f)
        fclose(f);
    return same;
}

static void names(char *to, const char *name)
{
    snprintf(to, 400, "%.300s/%s", test_dir(), name);
}

static const char *in_esp(const struct update_machine *m, const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/EFI%s%s", m->esp, *name ? "/Linux" : "", name);
    return path;
}

void update_kit_machine(struct update_machine *m)
{
    names(m->slot_a, "slot-a");
    names(m->slot_b, "slot-b");
    names(m->esp, "esp");
    names(m->state, "state");
    names(m->key, "deployer.pub");
    names(m->stick, "stick");
    m->u = (struct update){ { m->slot_a, m->slot_b }, 0, m->esp, m->state, m->key, KIT_RUNS };
    (void)mkdir(m->esp, 0755);
    (void)mkdir(in_esp(m, ""), 0755);
    (void)mkdir(in_esp(m, "/"), 0755);
    (void)mkdir(m->state, 0755);
    (void)mkdir(m->stick, 0755);
    update_kit_key_file(m->key);
    update_kit_put(m->slot_a, KIT_RUNS, KIT_ROOT, update_kit_root);
    update_kit_put(m->slot_b, KIT_OLD, KIT_ROOT, update_kit_root);
    (void)!truncate(m->slot_a, KIT_SLOT);
    (void)!truncate(m->slot_b, KIT_SLOT);
    update_kit_put(in_esp(m, "/huimin_5.efi"), KIT_RUNS, KIT_UKI, update_kit_uki);
    update_kit_put(in_esp(m, "/huimin_4.efi"), KIT_OLD, KIT_UKI, update_kit_uki);
}
