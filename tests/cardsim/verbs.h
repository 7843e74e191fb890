/* verbs.h - what tests may tell the card; README.md says what each verb does. */
#ifndef TESTS_CARDSIM_VERBS_H
#define TESTS_CARDSIM_VERBS_H

#include <stddef.h>

/* obey of struct sim; the device is a struct slot. */
void verbs_obey(void *device, char *line, char *out, size_t cap);

#endif
