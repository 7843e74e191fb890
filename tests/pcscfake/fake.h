/* fake.h - a card service that lives in this process and fails when told: the same functions as
 * libpcsclite, which the linker takes instead of the library's. */
#ifndef TESTS_PCSCFAKE_FAKE_H
#define TESTS_PCSCFAKE_FAKE_H

#include <stdbool.h>

/* [main] Reads a recording (assets/sim/cards): what the card answers. False: it cannot be read. */
bool fake_card(const char *path);
/* [any] */
void fake_put_in(void);
void fake_take_out(void);
/* [any] The nth call from now on (1 = the next) answers with this code and does nothing. */
void fake_fail(int nth, long code);
int fake_calls(void); /* since fake_fail */

#endif
