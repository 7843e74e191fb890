/* slots.h - appointments: which offices, days and times can be asked for. */
#ifndef APP_SLOTS_H
#define APP_SLOTS_H

#include "app/services.h"

/* Fills the options of the fields with from "slot.place", "slot.day" and "slot.time" by table
 * `slot` and the working days to come. Where nothing was published such a field becomes a text:
 * what is wished is written down. ERR_NOMEM, ERR_IO. */
MUST_CHECK enum err slots_offer(struct store *store, struct arena *a, struct service *s);

#endif
