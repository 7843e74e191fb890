/* fuzz_config.c - any bytes as a config file: either read or refused with one line of why. */
#include "app/config.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config c;
    char why[300] = "";
    config_init(&c);
    enum err e = config_parse(&c, "fuzz", (const char *)data, size, why, sizeof why);
    assert(e == OK || (why[0] && memchr(why, '\0', sizeof why) && !strchr(why, '\n')));
    return 0;
}
