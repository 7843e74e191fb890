/* keyboard.c - finds a keyboard that is a device of ours, and keeps its keys from everyone else. */
#include "hal/keyboard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/input.h>

#define SYS_INPUT "/sys/class/input"

bool keyboard_has(const unsigned char *keys, int code)
{
    return keys[code / 8] & 1 << code % 8;
}

/* A device that cannot send the keys (a scanner's buttons, its lamp) is not meant; what is no input
 * device at all is a test's. */
static bool may_type(const struct keyboard_want *w, int fd)
{
    unsigned char keys[KEY_MAX / 8 + 1] = { 0 };
    return ioctl(fd, EVIOCGBIT(EV_KEY, sizeof keys), keys) < 0 || w->types(keys);
}

/* ERR_NO_DEVICE: it is not what we look for. */
static enum err open_path(const struct keyboard_want *w, const char *path, int *out_fd,
                          char out_name[KEYBOARD_NAME])
{
    char name[KEYBOARD_NAME] = "";
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return errno == EACCES || errno == EPERM ? ERR_REFUSED : ERR_NO_DEVICE;
    bool types = may_type(w, fd);
    if (!types || (ioctl(fd, EVIOCGRAB, 1) < 0 && errno == EBUSY)) {
        close(fd);
        return types ? ERR_BUSY : ERR_NO_DEVICE;
    }
    (void)ioctl(fd, EVIOCGNAME(sizeof name - 1), name);
    memcpy(out_name, name, sizeof name);
    *out_fd = fd;
    return OK;
}

/* Names are read where no permission is needed and no device is woken up. */
static bool named_so(const struct keyboard_want *w, const char *event)
{
    char path[300], name[KEYBOARD_NAME] = "";
    snprintf(path, sizeof path, SYS_INPUT "/%.64s/device/name", event);
    FILE *f = fopen(path, "re");
    bool fits = f && fgets(name, sizeof name, f) && w->named(w->device, name);
    if (f)
        fclose(f);
    return fits;
}

enum err keyboard_open(const struct keyboard_want *w, int *out_fd, char out_name[KEYBOARD_NAME])
{
    struct dirent *d;
    char path[300];
    enum err e = ERR_NO_DEVICE;
    if (*w->device == '/')
        return open_path(w, w->device, out_fd, out_name);
    DIR *dir = opendir(SYS_INPUT);
    while (dir && e == ERR_NO_DEVICE && (d = readdir(dir)) != NULL)
        if (strncmp(d->d_name, "event", 5) == 0 && named_so(w, d->d_name)) {
            snprintf(path, sizeof path, "/dev/input/%.64s", d->d_name);
            e = open_path(w, path, out_fd, out_name);
        }
    if (dir)
        closedir(dir);
    return e;
}
