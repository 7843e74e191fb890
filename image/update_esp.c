/* update_esp.c - the loader's entries: which are there, which go, how a new one comes to be seen.
 */
#include "image/update.h"

#include "hal/base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char half[] = "huimin.part"; /* no *.efi: no loader looks at it */

/* Digits without a leading zero (but 0 itself), at most `most`. */
static bool number(const char **at, int64_t most, int64_t *out)
{
    size_t n = strspn(*at, "0123456789");
    int64_t v = 0;
    if (n == 0 || n > 9 || (n > 1 && **at == '0'))
        return false;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + ((*at)[i] - '0');
    *at += n;
    *out = v;
    return v <= most;
}

/* Firmware may write names in capitals: FAT does not tell the two apart. */
bool esp_name(const char *name, struct esp_entry *out)
{
    struct esp_entry e = { .left = 0 };
    const char *p = name + 7;
    int64_t left = 0, done = 0;
    if (strlen(name) >= sizeof e.name || strncasecmp(name, "huimin_", 7) != 0)
        return false;
    if (!number(&p, WIRE_UPDATE_VERSION, &e.version) || e.version < 1)
        return false;
    if (*p == '+') {
        p++;
        e.counted = true;
        if (!number(&p, 999, &left) || (*p == '-' && (p++, !number(&p, 999, &done))))
            return false;
    }
    e.left = (int)left;
    if (strcasecmp(p, ".efi") != 0)
        return false;
    memcpy(e.name, name, strlen(name) + 1);
    *out = e;
    return true;
}

static enum err read_entries(struct esp *e)
{
    int fd = openat(e->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    enum err err = d ? OK : ERR_IO;
    if (!d && fd >= 0)
        close(fd);
    e->count = 0;
    for (struct dirent *f; d && err == OK && (f = readdir(d));)
        if (e->count == ESP_ENTRIES)
            err = ERR_TOO_BIG;
        else if (esp_name(f->d_name, &e->entry[e->count]))
            e->count++;
    if (d)
        closedir(d);
    return err;
}

enum err esp_open(const char *mount, struct esp *out)
{
    char path[UPDATE_PATH];
    if (snprintf(path, sizeof path, "%s/EFI/Linux", mount) >= (int)sizeof path)
        return ERR_ARG;
    out->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->dir < 0)
        return io_error(errno);
    enum err e = read_entries(out);
    if (e != OK)
        esp_close(out);
    return e;
}

void esp_close(struct esp *e)
{
    if (e->dir >= 0)
        close(e->dir);
    e->dir = -1;
}

const struct esp_entry *esp_find(const struct esp *e, int64_t version)
{
    const struct esp_entry *found = NULL;
    for (int i = 0; i < e->count; i++)
        if (e->entry[i].version == version && (!found || !e->entry[i].counted))
            found = &e->entry[i];
    return found;
}

int64_t esp_waiting(const struct esp *e, int64_t running)
{
    int64_t best = 0;
    for (int i = 0; i < e->count; i++) {
        const struct esp_entry *x = &e->entry[i];
        if (x->version > running && x->version > best && x->counted && x->left > 0)
            best = x->version;
    }
    return best;
}

/* FAT has no journal: only what has reached the disk counts. */
static enum err settle(const struct esp *e)
{
    return fsync(e->dir) == 0 && syncfs(e->dir) == 0 ? OK : io_error(errno);
}

enum err esp_keep_only(struct esp *e, int64_t version)
{
    for (int i = 0; i < e->count; i++)
        if (e->entry[i].version != version && unlinkat(e->dir, e->entry[i].name, 0) != 0)
            return io_error(errno);
    if (unlinkat(e->dir, half, 0) != 0 && errno != ENOENT)
        return io_error(errno);
    enum err err = settle(e);
    return err == OK ? read_entries(e) : err;
}

static enum err write_half(struct esp *e, int bundle, const struct wire_update *u)
{
    int64_t written;
    int fd = openat(e->dir, half, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return io_error(errno);
    enum err err = image_copy(bundle, u->head_size, u->uki_size, u->uki_hash, fd, &written);
    if (err == OK)
        err = image_check_written(fd, u->uki_size, u->uki_hash);
    close(fd);
    return err;
}

enum err esp_install(struct esp *e, int bundle, const struct wire_update *u)
{
    char name[64];
    snprintf(name, sizeof name, "huimin_%lld+%d.efi", (long long)u->version, ESP_TRIES);
    enum err err = write_half(e, bundle, u);
    if (err == OK)
        err = settle(e); /* the name must never come to the disk before the bytes */
    if (err == OK && renameat(e->dir, half, e->dir, name) != 0)
        err = io_error(errno);
    if (err == OK)
        err = settle(e);
    if (err != OK)
        (void)unlinkat(e->dir, half, 0);
    return err == OK ? read_entries(e) : err;
}

enum err esp_bless(struct esp *e, int64_t version)
{
    char name[64];
    snprintf(name, sizeof name, "huimin_%lld.efi", (long long)version);
    /* Both names: a cut in the middle of a rename. The one without a count is kept; the other may
     * have been shortened by the check of the file system. */
    bool both = faccessat(e->dir, name, F_OK, 0) == 0;
    for (int i = 0; i < e->count; i++)
        if (e->entry[i].version == version && e->entry[i].counted &&
            (both ? unlinkat(e->dir, e->entry[i].name, 0)
                  : renameat(e->dir, e->entry[i].name, e->dir, name)) != 0)
            return io_error(errno);
    enum err err = settle(e);
    return err == OK ? read_entries(e) : err;
}
