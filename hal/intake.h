/* intake.h - a thread that takes in what one small device sends, and finds it again when it was
 * unplugged. */
#ifndef HAL_INTAKE_H
#define HAL_INTAKE_H

#include "hal/base/err.h"

#include <stddef.h>

/* What one kind of device does with it. All on the thread, with the ctx of intake_start. */
struct intake_device {
    int retry_ms; /* how often an absent one is looked for */
    /* Opens it, not blocking; tells whoever wants to know how far it got. */
    MUST_CHECK enum err (*open)(void *ctx, int *out_fd);
    /* Takes whole records from p; returns how many bytes it took. The rest comes again, with more
     * behind it. */
    size_t (*take)(void *ctx, const unsigned char *p, size_t n);
    void (*lost)(void *ctx); /* it is gone, and half a record with it */
    /* May both be NULL. For how long silence may last after what came, -1 = for ever; it did. */
    int (*patience_ms)(void *ctx);
    void (*silent)(void *ctx);
};

/* Owner: the device's own file. What was read lies in locked memory and is wiped when it is taken.
 * ERR_NOMEM; d and ctx must outlive it. */
struct intake;
MUST_CHECK enum err intake_start(const struct intake_device *d, void *ctx, struct intake **out);
void intake_stop(struct intake *t); /* accepts NULL; the device is closed */

#endif
