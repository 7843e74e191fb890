/* config_write.h - settings made at the terminal itself, put into its config file. */
#ifndef APP_CONFIG_WRITE_H
#define APP_CONFIG_WRITE_H

#include "app/config.h"

#include <stddef.h>

struct config_change {
    const char *key, *value;
};
/* [ui] DATA/terminal.conf, all changes or none: lines and comments that are not meant stay as they
 * are, the file is on the disk before it has its name (0640). It takes effect at the next start.
 * ERR_CONFIG: why holds a sentence, key first (a value that a config file cannot say, or that the
 * key does not take); ERR_READONLY, ERR_FULL, ERR_IO, ERR_TOO_BIG. */
MUST_CHECK enum err config_write(const char *data_dir, const struct config_change *change,
                                 int count, char *why, size_t cap);

#endif
