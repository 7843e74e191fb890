/* config_write.c - settings made at the terminal itself, put into its config file. */
#include "app/config_write.h"

#include "hal/base/conf.h"
#include "hal/base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 };

/* What the file would be read as is asked before it is written: a terminal whose config is wrong
 * does not start. */
static enum err judge(const struct config_change *c, char *why, size_t cap)
{
    struct config scratch;
    const char *fault = conf_unsayable(c->value);
    config_init(&scratch);
    if (fault) {
        snprintf(why, cap, "%s: the value %s", c->key, fault);
        return ERR_CONFIG;
    }
    return config_set(&scratch, c->key, c->value, why, cap);
}

static enum err read_again(const char *text, size_t n, char *why, size_t cap)
{
    struct config scratch;
    config_init(&scratch);
    return config_parse(&scratch, "terminal.conf", text, n, why, cap);
}

static enum err change_all(int dir, const struct config_change *change, int count, char *why,
                           size_t cap)
{
    static char text[FILE_MAX]; /* [ui] */
    size_t n = 0;
    enum err e = io_slurp(dir, "terminal.conf", text, sizeof text, &n);
    if (e == ERR_NOT_FOUND) {
        text[0] = '\0';
        e = OK;
    }
    for (int i = 0; e == OK && i < count; i++) {
        e = judge(&change[i], why, cap);
        if (e == OK)
            e = conf_put(text, sizeof text, change[i].key, change[i].value);
    }
    if (e == OK)
        e = read_again(text, strlen(text), why, cap);
    return e == OK ? io_replace(dir, "terminal.conf", text, strlen(text), 0640) : e;
}

enum err config_write(const char *data_dir, const struct config_change *change, int count,
                      char *why, size_t cap)
{
    int dir = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    snprintf(why, cap, "terminal.conf: cannot be read or written");
    if (dir < 0)
        return io_error(errno);
    enum err e = change_all(dir, change, count, why, cap);
    close(dir);
    return e;
}
