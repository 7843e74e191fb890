/* idreader_port.h - the serial line to an identity card module: one question, one answer. */
#ifndef HAL_IDREADER_PORT_H
#define HAL_IDREADER_PORT_H

#include "hal/base/err.h"
#include "hal/idreader_frame.h"

#include <stdbool.h>

/* Owner: idreader.c; all [reader], but wake_fd. Lives in locked memory: `in` is personal. */
struct idreader_port {
    char path[128];
    int fd;      /* -1: the line is not there */
    int wake_fd; /* an eventfd of the owner: while it has something, patience is short */
    bool stale;  /* an answer may still come that nobody waits for */
    struct idreader_input in;
};

/* 115200 8N1, nobody else's as long as it is open. ERR_NO_DEVICE. */
MUST_CHECK enum err idreader_port_open(struct idreader_port *p);
void idreader_port_close(struct idreader_port *p);
/* A garbled answer is asked for once more. The answer points into p->in until the next question;
 * wipe it with idreader_clear. ERR_TIMEOUT, ERR_STOPPED (woken, and no answer soon), ERR_IO
 * (garbled twice), ERR_NO_DEVICE (unplugged; the line is closed then). */
MUST_CHECK enum err idreader_port_ask(struct idreader_port *p, enum idreader_ask ask, int ms,
                                      struct idreader_answer *out);

#endif
