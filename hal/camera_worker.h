/* camera_worker.h - the parts of huimin-camera: who listens, who names hosts, the box, the picture.
 */
#ifndef HAL_CAMERA_WORKER_H
#define HAL_CAMERA_WORKER_H

#include "hal/camera_wire.h"

/* huimin-camera is one process that listens (camera_worker_serve.c) and, for each connection, one
 * child that plays one url once (camera_worker.c) inside a box (camera_worker_box.c) and ends with
 * the first fault. A crash, a hang and a network error all look the same from outside: the child
 * ended; the next one tries again. Only these files are linked into huimin-camera. */

/* Serves until SIGTERM or SIGINT; at a door that a service manager opened, also until nobody has
 * looked for rest_s. ERR_BUSY: another one listens there. */
MUST_CHECK enum err camera_serve(const char *socket_path, int rest_s);

/* What a child is given. Owner: the child; source and shm outlive it. */
struct camera_task {
    const struct camera_source *source;
    int url;
    int fd;       /* to huimin */
    uint8_t *shm; /* CAMERA_SHM_BYTES */
};
/* [child] Plays source->url[url] until something ends it; never OK. out_lived: pictures came for at
 * least three seconds. */
MUST_CHECK enum err camera_play(const struct camera_task *t, bool *out_lived);
void camera_play_init(void); /* once, in the listening process: what all children share */

/* [child] Limits, then the filter of system calls: sockets and memory, no file, no program, no
 * process. From here on names are asked of camera_names. ERR_IO: then nothing may be opened. */
MUST_CHECK enum err camera_box(void);
/* [child] Before the box. Starts a helper process that looks names of source's hosts up, if there
 * are any but numbers; from then on getaddrinfo() of this process answers for allowed hosts only.
 */
MUST_CHECK enum err camera_names(const struct camera_source *source);
/* [child] A host was asked for that is not allowed. */
bool camera_names_refused(void);

#endif
