/* update.h - what the files of huimin-update share: where things are, and what each may do. */
#ifndef IMAGE_UPDATE_H
#define IMAGE_UPDATE_H

#include "hal/base/err.h"
#include "hal/wire_update.h"

#include <stdbool.h>
#include <stdint.h>

enum { UPDATE_PATH = 512, UPDATE_PIECE = 256 * 1024, UPDATE_LINE = 600 };

/* One run. Texts are argv's. slot[0] is a, slot[1] is b; current: the one we run from. */
struct update {
    const char *slot[2];
    int current;
    const char *esp;   /* where it is mounted */
    const char *state; /* directory */
    const char *key;   /* file */
    int64_t running;   /* version */
};

/* update_verbs.c: one line for people, on standard output; an outcome is kept as the last one, too.
 * What is not plain text in it (names on sticks) becomes "?". */
void update_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void update_outcome(const struct update *u, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The small verbs; each answers with the exit code. */
int update_bless(const struct update *u);   /* the running version has shown that it is well */
int update_counted(const struct update *u); /* 0: the running version is on trial */
int update_ready(const struct update *u);   /* 0: another one waits for a restart */
int update_status(const struct update *u);
/* update_take.c: installs the newest bundle of these directories and files. Exit code: 0 done or
 * nothing to do, 1 refused or failed. */
int update_take(const struct update *u, char **paths, int count);

/* --- update_state.c: what is remembered in u->state. Files are written whole or not at all. -----
 */

/* Versions that failed on this machine; ERR_IO and the like when it cannot be known. */
MUST_CHECK enum err state_failed(const struct update *u, int64_t version, bool *out);
MUST_CHECK enum err state_add_failed(const struct update *u, int64_t version);
/* `last`: one line with its time. `waiting`: the version that starts next, while there is one; its
 * being there spares others a look at the ESP. */
MUST_CHECK enum err state_put_last(const struct update *u, const char *line);
MUST_CHECK enum err state_set_waiting(const struct update *u, int64_t version); /* 0: none */
/* The text of a file; "" when there is none. */
MUST_CHECK enum err state_read(const struct update *u, const char *name, char *out, size_t cap);
/* Held until the program ends. ERR_BUSY: another one is at work. */
MUST_CHECK enum err state_lock(const struct update *u, int *out_fd);

/* --- update_esp.c: the entries of the loader, EFI/Linux on the ESP. ------------------------------
 */

/* huimin_V.efi (blessed) or huimin_V+LEFT[-DONE].efi (on trial, boots counted by the loader). */
struct esp_entry {
    char name[64];
    int64_t version;
    bool counted;
    int left;
};
enum { ESP_ENTRIES = 64, ESP_TRIES = 3 };
struct esp {
    int dir;
    int count;
    struct esp_entry entry[ESP_ENTRIES];
};
bool esp_name(const char *name, struct esp_entry *out);
MUST_CHECK enum err esp_open(const char *mount, struct esp *out);
void esp_close(struct esp *e);
const struct esp_entry *esp_find(const struct esp *e, int64_t version);
/* The newest version above running that the loader would still try; 0: none. */
int64_t esp_waiting(const struct esp *e, int64_t running);
/* All but the entries of this version, and what was half written. On the disk when it returns. */
MUST_CHECK enum err esp_keep_only(struct esp *e, int64_t version);
/* The kernel of u, which begins at `from` in bundle, as an entry on trial: it is seen only when it
 * is whole. ERR_HASH: it is not what was signed, and nothing is seen. */
MUST_CHECK enum err esp_install(struct esp *e, int bundle, const struct wire_update *u);
/* Its entry on trial becomes one for good. */
MUST_CHECK enum err esp_bless(struct esp *e, int64_t version);

/* --- update_image.c: images in files and slots.
 * --------------------------------------------------- */

/* The bytes from..from+size are what the hash says. ERR_HASH, ERR_CUT (it ends before), ERR_IO. */
MUST_CHECK enum err image_check(int fd, int64_t from, int64_t size, const char *hash);
/* Copies them to the front of `to`, but what stands there already is not written again; on the disk
 * when it returns. The hash is looked at on the way: ERR_HASH. out_written: bytes. */
MUST_CHECK enum err image_copy(int from_fd, int64_t from, int64_t size, const char *hash, int to,
                               int64_t *out_written);
/* What was written is read from the disk, not from memory. */
MUST_CHECK enum err image_check_written(int fd, int64_t size, const char *hash);

#endif
