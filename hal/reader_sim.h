/* reader_sim.h - puts a recorded card into the simulated reader, or takes it out. */
#ifndef HAL_READER_SIM_H
#define HAL_READER_SIM_H

#include "hal/base/err.h"

/* [any] self is what reader_sim.open made; file NULL takes the card out. A recording is text:
 * `# …`, `atr HEX` (without it the card has no power: upside down), `> HEX` a command, and under it
 * `< HEX` its answer, or `< mute`: none until the card is out. A command is looked for behind the
 * last one and then from the start; an unknown one is answered 6D00. ERR_NOT_FOUND, ERR_TOO_BIG,
 * ERR_FORMAT. */
MUST_CHECK enum err reader_sim_put(void *self, const char *file);

#endif
