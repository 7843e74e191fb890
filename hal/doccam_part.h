/* doccam_part.h - the table of functions of a document camera, and what its thread and the UI
 * share; nobody else includes it. */
#ifndef HAL_DOCCAM_PART_H
#define HAL_DOCCAM_PART_H

#include "hal/base/arena.h"
#include "hal/doccam.h"

#include <pthread.h>
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

/* What the UI wants; under the lock. */
struct order {
    bool stop, shoot;
    int w, h;       /* 0: nobody looks */
    uint32_t visit; /* one more each time nobody looks any more: what is of before is wiped */
};

/* Three pictures, so that neither side waits: one is shown, one is the newest, one is painted. */
struct pictures {
    struct draw_image image[3];
    int shown, fresh, back;
    bool is_new; /* fresh is newer than shown */
};

/* Locked memory, there only while somebody looks. The UI may be painting from it: it goes when the
 * UI has said that it looks no more, and not when a camera is pulled out. */
struct memory {
    struct arena arena;
    unsigned char *still, *work; /* work: a JPEG made of YUYV */
    size_t still_n;
};

struct doccam {
    const struct doccam_driver *driver; /* NULL: none is set */
    char where[512];
    void (*changed)(void *ctx);
    void *ctx;
    pthread_t thread;
    bool threaded;
    int wake_fd;

    pthread_mutex_t lock; /* of all of this block */
    struct order order;
    struct doccam_view view;
    struct pictures pictures;
    bool wiped;

    struct memory memory; /* the thread's; still: the UI's too while HOLDING */
    struct arena own;     /* of the driver, while it is open */
    void *state;          /* of the driver; NULL: closed */
    uint32_t visit;       /* whose pictures these are */
    uint32_t serial;      /* of the picture painted last */
    uint32_t stamp;
    int painted_w, painted_h, spoilt;
};

/* [worker] True: woken before the time was over. */
bool doccam_nap(int wake_fd, int ms);

/* [any] The thread looks at its order anew. */
void doccam_wake(struct doccam *d);

#endif
