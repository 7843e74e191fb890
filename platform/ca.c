/* ca.c - the authority that certifies terminals' line keys: its files, and the revoked ones. */
#include "platform/ca.h"

#include "hal/base/log.h"
#include "platform/db_enrol.h"
#include "platform/files.h"

#include <stdio.h>
#include <string.h>

enum { FILE_MAX = 16384, REVOKED_MAX = 20000 };

static const char ca_name[] = "Huimin Terminal CA";
static const char warning[] =
    "TEST: made by huimin-platform for trying things out. A district makes its own, keeps it on\n"
    "this machine alone (or in its HSM) and out of every backup but one in a safe.\n";

static enum err write_one(const char *keys, const char *name, const char *text, unsigned mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", keys, name);
    return file_write(path, text, strlen(text), mode);
}

static enum err read_one(struct arena *a, const char *keys, const char *name, char **out)
{
    char path[4096];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/%s", keys, name);
    return file_read(a, path, FILE_MAX, out, &n);
}

static void wipe(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
}

void ca_wipe(struct x509_ca *ca)
{
    wipe((char *)(uintptr_t)ca->key);
    *ca = (struct x509_ca){ NULL, NULL };
}

enum err ca_load(struct arena *a, const char *keys, struct x509_ca *out)
{
    char *key = NULL, *cert = NULL;
    enum err e = read_one(a, keys, "ca.key", &key);
    if (e == OK)
        e = read_one(a, keys, "ca.crt", &cert);
    if (e == OK)
        *out = (struct x509_ca){ .key = key, .cert = cert };
    return e;
}

static enum err write_server(struct arena *a, const char *keys, const struct x509_ca *ca,
                             const char *hosts, int64_t now_ms)
{
    struct x509_pair p = { NULL, NULL };
    enum err e = x509_make_server(a, ca, hosts, now_ms, &p);
    if (e == OK)
        e = write_one(keys, "server.key", p.key, 0600);
    if (e == OK)
        e = write_one(keys, "server.crt", p.cert, 0644);
    wipe(p.key);
    return e;
}

static enum err write_crl(struct arena *a, const char *keys, const struct x509_ca *ca,
                          const struct x509_revoked *list, int count, int64_t now_ms)
{
    char *crl = NULL;
    enum err e = x509_make_crl(a, ca, list, count, now_ms, &crl);
    return e == OK ? write_one(keys, "crl.pem", crl, 0644) : e;
}

static enum err make_all(struct arena *a, const char *keys, const char *hosts, int64_t now_ms)
{
    struct x509_ca have;
    struct x509_pair p = { NULL, NULL };
    enum err e = ca_load(a, keys, &have);
    if (e != ERR_NOT_FOUND)
        return e == OK ? ERR_BUSY : e;
    e = x509_make_ca(a, ca_name, now_ms, &p);
    struct x509_ca ca = { .key = p.key, .cert = p.cert };
    if (e == OK)
        e = write_server(a, keys, &ca, hosts, now_ms);
    if (e == OK)
        e = write_crl(a, keys, &ca, NULL, 0, now_ms);
    if (e == OK)
        e = write_one(keys, "ca.crt", p.cert, 0644);
    char *text = e == OK ? arena_printf(a, "%s%s", warning, p.key) : NULL;
    if (text) /* last: with it there is an authority */
        e = write_one(keys, "ca.key", text, 0600);
    wipe(text);
    wipe(p.key);
    return e;
}

enum err ca_make(const char *keys, const char *hosts, int64_t now_ms)
{
    struct arena a;
    arena_init(&a, 32768, 1 << 20);
    enum err e = dir_make(keys);
    if (e == OK)
        e = make_all(&a, keys, hosts, now_ms);
    if (e == OK)
        log_info("ca_made", "dir=%s marked=TEST", keys);
    arena_finish(&a);
    return e;
}

enum err ca_renew_server(const char *keys, const char *hosts, int64_t now_ms)
{
    struct arena a;
    struct x509_ca ca = { NULL, NULL };
    arena_init(&a, 32768, 1 << 20);
    enum err e = ca_load(&a, keys, &ca);
    if (e == OK)
        e = write_server(&a, keys, &ca, hosts, now_ms);
    ca_wipe(&ca);
    arena_finish(&a);
    return e;
}

enum err ca_write_crl(const char *keys, struct db *db, int64_t now_ms)
{
    struct arena a;
    struct x509_ca ca = { NULL, NULL };
    int count = 0;
    arena_init(&a, 65536, 64 << 20);
    enum err e = ca_load(&a, keys, &ca);
    struct x509_revoked *list = e == OK ? arena_array(&a, struct x509_revoked, REVOKED_MAX) : NULL;
    if (e == OK && !list)
        e = ERR_NOMEM;
    if (e == OK)
        e = db_certs_revoked(db, now_ms, list, REVOKED_MAX, &count);
    if (e == OK)
        e = write_crl(&a, keys, &ca, list, count, now_ms);
    ca_wipe(&ca);
    arena_finish(&a);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* root-N.pub of the highest N (ceremony_publish.c): a root key that was dropped is believed no
 * more. Without one, root.pub. */
static enum err newest_roots(struct arena *a, const char *keys, char *name, size_t cap)
{
    char **file = NULL;
    int count = 0, newest = 0;
    enum err e = dir_list(a, keys, ".pub", &file, &count);
    for (int i = 0; i < count && e == OK; i++) {
        int n = 0, end = 0;
        if (sscanf(file[i], "root-%9d.pub%n", &n, &end) == 1 && end > 0 && !file[i][end] &&
            n > newest)
            newest = n;
    }
    if (newest)
        snprintf(name, cap, "root-%d.pub", newest);
    else
        snprintf(name, cap, "root.pub");
    return e;
}

enum err ca_anchors(struct arena *a, const char *keys, char **out_roots, char **out_ca)
{
    char *roots = NULL, *ca = NULL, name[32];
    enum err e = newest_roots(a, keys, name, sizeof name);
    if (e == OK)
        e = read_one(a, keys, name, &roots);
    if (e == OK)
        e = read_one(a, keys, "ca.crt", &ca);
    if (e == OK) {
        *out_roots = roots;
        *out_ca = ca;
    }
    return e;
}
