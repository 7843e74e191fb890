/* doccam_folder.c - the document camera's simulator: a folder of JPEGs, and what can go wrong. */
#include "hal/doccam_part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 4 << 20, NAME = 256, PATH = 512, SLOW_MS = 3000, BLACK_W = 640, BLACK_H = 480 };

struct folder {
    char path[PATH];
    unsigned char *bytes;
    int at; /* which file lies there: one on after each still */
};

static bool has_fault(const char *path, const char *word)
{
    char name[PATH + 8], text[32] = "";
    snprintf(name, sizeof name, "%s/fault", path);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    return n > 0 && strncmp(text, word, strlen(word)) == 0;
}

static enum err fault_of(const char *path)
{
    if (has_fault(path, "absent"))
        return ERR_NO_DEVICE;
    if (has_fault(path, "denied"))
        return ERR_REFUSED;
    return has_fault(path, "busy") ? ERR_BUSY : OK;
}

static enum err folder_open(const char *where, struct arena *memory, void **out_state,
                            char out_name[DOCCAM_NAME])
{
    enum err e = access(where, R_OK | X_OK) == 0 ? fault_of(where) : ERR_NO_DEVICE;
    if (e != OK)
        return e;
    struct folder *f = arena_new(memory, struct folder);
    if (f)
        f->bytes = arena_alloc(memory, FILE_MAX);
    if (!f || !f->bytes)
        return ERR_NOMEM;
    snprintf(f->path, sizeof f->path, "%s", where);
    snprintf(out_name, DOCCAM_NAME, "folder");
    *out_state = f;
    return OK;
}

static int is_jpeg(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return n > 4 && strcmp(d->d_name + n - 4, ".jpg") == 0;
}

/* The file that lies there now; after the last one the first again. */
static bool file_at(const struct folder *f, char out[PATH + NAME])
{
    struct dirent **list = NULL;
    int n = scandir(f->path, &list, is_jpeg, alphasort);
    if (n > 0)
        snprintf(out, PATH + NAME, "%s/%s", f->path, list[f->at % n]->d_name);
    for (int i = 0; i < n; i++)
        free(list[i]);
    free(list);
    return n > 0;
}

static enum err read_file(struct folder *f, size_t *out_n)
{
    char name[PATH + NAME];
    size_t n = 0;
    ssize_t got = 1;
    int fd = file_at(f, name) ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return ERR_NO_DEVICE;
    while (got > 0 && n < FILE_MAX) {
        got = read(fd, f->bytes + n, FILE_MAX - n);
        n += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    *out_n = n;
    return n > 0 && got == 0 ? OK : ERR_FORMAT;
}

/* As in the dark: brightness 16, no colour. */
static struct doccam_frame black(struct folder *f)
{
    for (int i = 0; i < BLACK_W * BLACK_H; i++) {
        f->bytes[2 * i] = 16;
        f->bytes[2 * i + 1] = 128;
    }
    return (struct doccam_frame){ .bytes = f->bytes,
                                  .n = 2 * BLACK_W * BLACK_H,
                                  .yuyv = true,
                                  .w = BLACK_W,
                                  .h = BLACK_H,
                                  .stride = 2 * BLACK_W,
                                  .serial = UINT32_MAX };
}

static enum err folder_frame(void *state, int wake_fd, struct doccam_frame *out)
{
    struct folder *f = state;
    size_t n = 0;
    enum err e = fault_of(f->path);
    if (e != OK)
        return ERR_NO_DEVICE;
    if (has_fault(f->path, "slow") && doccam_nap(wake_fd, SLOW_MS))
        return ERR_STOPPED;
    if (has_fault(f->path, "black")) {
        *out = black(f);
        return OK;
    }
    e = read_file(f, &n);
    if (e != OK)
        return e;
    if (has_fault(f->path, "torn"))
        n /= 2;
    *out = (struct doccam_frame){ .bytes = f->bytes, .n = n, .serial = (uint32_t)f->at + 1 };
    return OK;
}

static void folder_fresh(void *state)
{
    (void)state;
}

static void folder_taken(void *state)
{
    ((struct folder *)state)->at++;
}

static void folder_close(void *state)
{
    (void)state;
}

const struct doccam_driver doccam_folder = { .name = "folder",
                                             .memory = FILE_MAX + 4096,
                                             .open = folder_open,
                                             .frame = folder_frame,
                                             .fresh = folder_fresh,
                                             .taken = folder_taken,
                                             .close = folder_close };
