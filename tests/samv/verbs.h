/* verbs.h - what tests may tell the module; README.md says what each verb does. */
#ifndef TESTS_SAMV_VERBS_H
#define TESTS_SAMV_VERBS_H

#include <stddef.h>

/* obey of struct sim; the device is a struct module. */
void verbs_obey(void *device, char *line, char *out, size_t cap);

#endif
