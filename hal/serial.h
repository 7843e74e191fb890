/* serial.h - opens a serial line: raw bytes, 8N1, nobody else's as long as it is open. */
#ifndef HAL_SERIAL_H
#define HAL_SERIAL_H

#include "hal/base/err.h"

/* [any] baud: 9600 or 115200. Not blocking: a line without carrier must not hold the thread.
 * ERR_NO_DEVICE, also for what is no serial line; ERR_REFUSED (there, but this user may not open
 * it: group dialout); ERR_BUSY (another program holds it). */
MUST_CHECK enum err serial_open(const char *path, int baud, int *out_fd);
/* [any] As close(), and a pseudo terminal can be opened again, too. -1 is accepted. */
void serial_close(int fd);

#endif
