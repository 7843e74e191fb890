/* keys.h - in make run: keys 1 to 9 put a citizen's card in, 0 takes it out. */
#ifndef TESTS_CARDSIM_KEYS_H
#define TESTS_CARDSIM_KEYS_H

/* Reads the terminal until it ends or the program is told to; puts the terminal back as it was.
 * dir holds 01-….card to 09-….card. Returns the exit status. */
int keys_run(const char *control_path, const char *dir);

#endif
