/* sync_carry_part.h - what taking and writing share; nobody else includes it. */
#ifndef APP_SYNC_CARRY_PART_H
#define APP_SYNC_CARRY_PART_H

#include "app/sync_carry.h"
#include "hal/base/arena.h"
#include "hal/wire_carry.h"

#include <stddef.h>

enum { CARRY_NAME = 64, CARRY_QUEUES = 256, CARRY_ARENA = 4 << 20 };

/* "huimin-queue-KEY8-": what our directories begin with. */
void carry_prefix(const struct carry *c, char out[CARRY_NAME]);
/* Our directories on the stick: unfinished ones (".part") are removed on the way. */
MUST_CHECK enum err carry_list(const struct carry *c, struct arena *a, int stick, char ***out,
                               int *out_n);
/* The manifest of one of them, if it is ours and whole; out_dir to be closed. */
MUST_CHECK enum err carry_open(const struct carry *c, struct arena *a, int stick, const char *name,
                               struct wire_carry **out, int *out_dir);
void carry_fault(struct carry_result *r, enum err e);

#endif
