/* trial.h - one process, one fault, one verdict; and what both kinds of trial need of a reader. */
#ifndef TESTS_PCSCFAKE_TRIAL_H
#define TESTS_PCSCFAKE_TRIAL_H

#include "hal/reader.h"

#include <stdbool.h>
#include <stdint.h>

/* FAILED said why; PASSED: the fault was to come later than the trial went. */
enum verdict { DONE, FAILED, PASSED };

/* The nth call answers with code while a card is read, or while something is ordered of it. */
enum verdict trial_reading(const char *recording, long code, int nth);
enum verdict trial_order(enum card_task_kind kind, const char *recording, long code, int nth);

int64_t trial_now_ms(void);
/* Up to 6 s. */
bool trial_until(struct reader *r, bool (*good)(enum reader_state s), struct reader_status *out);
bool trial_ready(enum reader_state s);
/* Out and in again: nothing stays, and it is read. NULL, or what is wrong. */
const char *trial_works(struct reader *r, struct reader_status *s);
/* The card of the recording, once. */
bool trial_right_name(struct reader *r, uint32_t serial);

#endif
