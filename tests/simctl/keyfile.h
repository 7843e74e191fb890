/* keyfile.h - reads the file of an invented card: `key = value` lines, `#` comments. */
#ifndef TESTS_SIMCTL_KEYFILE_H
#define TESTS_SIMCTL_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>

/* Gives each line to put, which may write to value. False: it cannot be read, is not of this form,
 * or put said no; why then says what, or "line N: KEY". */
bool keyfile_read(const char *path, bool (*put)(void *to, const char *key, char *value), void *to,
                  char *why, size_t cap);

#endif
