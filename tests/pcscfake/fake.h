/* fake.h - a card service that lives in this process and fails when told: the same functions as
 * libpcsclite, which the linker takes instead of the library's. */
#ifndef TESTS_PCSCFAKE_FAKE_H
#define TESTS_PCSCFAKE_FAKE_H

#include <stdbool.h>

/* [main] Reads a recording (assets/sim/cards): what the card answers. False: it cannot be read. */
bool fake_card(const char *path);
/* [main] Before it is put in: another command of this card and its answer, in hexadecimal digits.
 */
void fake_knows(const char *cmd, const char *answer);
/* [any] */
void fake_put_in(void);
void fake_take_out(void);
/* [any] The nth call from now on (1 = the next) answers with this code and does nothing. */
void fake_fail(int nth, long code);
int fake_calls(void); /* since fake_fail */
int fake_pins(void);  /* commands with a PIN that were given to it, whether or not they failed */

#endif
