/* system_state.h - what the machine under the terminal says of itself, in a small file. */
#ifndef APP_SYSTEM_STATE_H
#define APP_SYSTEM_STATE_H

#include "app/config.h"

#include <stdbool.h>

/* Each "" when it is not said; printable ASCII only, whatever stands in the file. */
struct system_state {
    bool there;          /* there is such a file: this is the appliance */
    char version[24];    /* of the image */
    char slot[24];       /* huimin-a, huimin-b */
    char secure_boot[8]; /* on, off */
    char data[16];       /* encrypted, plain, lost */
    char clock[24];      /* what the clock is set by */
};
/* [ui] config: system.state. */
void system_state_read(const struct config *c, struct system_state *out);

#endif
