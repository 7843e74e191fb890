/* forger.h - somebody on the line who would like the terminal to believe that all was delivered. */
#ifndef TESTS_MODEL_FORGER_H
#define TESTS_MODEL_FORGER_H

#include "tests/model/line.h"

/* Answers a POST of items himself: all accepted, signed with a key of his own. */
void forger_answers(const struct line_ask *ask, struct line_told *out);
/* Changes a word of the platform's answer, its signature left as it is. */
void forger_changes(struct line_told *t);

#endif
