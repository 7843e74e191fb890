/* serial.c - opens a serial line: raw bytes, 8N1, nobody else's as long as it is open. */
#include "hal/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static bool make_raw(int fd, int baud)
{
    struct termios t;
    if (tcgetattr(fd, &t) != 0)
        return false; /* no serial line */
    cfmakeraw(&t);
    t.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS | HUPCL | PARENB | CSIZE);
    t.c_cflag |= CS8 | CREAD | CLOCAL;
    t.c_cc[VMIN] = 1;
    t.c_cc[VTIME] = 0;
    return cfsetspeed(&t, baud == 9600 ? B9600 : B115200) == 0 && tcsetattr(fd, TCSANOW, &t) == 0;
}

enum err serial_open(const char *path, int baud, int *out_fd)
{
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno == EACCES || errno == EPERM ? ERR_REFUSED
               : errno == EBUSY                  ? ERR_BUSY
                                                 : ERR_NO_DEVICE;
    if (ioctl(fd, TIOCEXCL) != 0 || !make_raw(fd, baud)) {
        close(fd);
        return ERR_NO_DEVICE;
    }
    *out_fd = fd;
    return OK;
}

void serial_close(int fd)
{
    if (fd < 0)
        return;
    ioctl(fd, TIOCNXCL);
    close(fd);
}
