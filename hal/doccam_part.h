/* doccam_part.h - the table of functions of a document camera; nobody else includes it. */
#ifndef HAL_DOCCAM_PART_H
#define HAL_DOCCAM_PART_H

#include "hal/base/arena.h"
#include "hal/doccam.h"

#include <stdint.h>

/* One picture as the device gives it; valid until the next call of the driver. */
struct doccam_frame {
    const unsigned char *bytes;
    size_t n;
    bool yuyv; /* else JPEG */
    int w, h, stride;
    uint32_t serial; /* the same: the same picture */
};

/* All on the worker. memory: locked, given back after close. Every call ends within a second or so,
 * and at once when wake_fd can be read. */
struct doccam_driver {
    const char *name;
    size_t memory; /* bytes it wants at most */
    /* ERR_NO_DEVICE, ERR_REFUSED (may not), ERR_BUSY. */
    enum err (*open)(const char *where, struct arena *memory, void **out_state,
                     char out_name[DOCCAM_NAME]);
    /* ERR_TIMEOUT, ERR_STOPPED (woken), ERR_CUT and ERR_FORMAT (this one is spoilt), ERR_NO_DEVICE
     * (gone: it is closed and looked for again). */
    enum err (*frame)(void *state, int wake_fd, struct doccam_frame *out);
    void (*fresh)(void *state); /* the next frame is of after now */
    void (*taken)(void *state); /* a still was made; may be NULL */
    void (*close)(void *state);
};
extern const struct doccam_driver doccam_v4l2, doccam_folder;

/* [worker] True: woken before the time was over. */
bool doccam_nap(int wake_fd, int ms);

#endif
