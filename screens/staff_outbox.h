/* staff_outbox.h - the staff page's list of what is kept here, and what can be done about it. */
#ifndef SCREENS_STAFF_OUTBOX_H
#define SCREENS_STAFF_OUTBOX_H

#include "app/app.h"
#include "app/ui.h"

#include <stdbool.h>

void staff_outbox(struct ui *ui, const struct app *app);
/* True: it was one of its buttons. */
bool staff_outbox_picked(struct app *app, const char *what);

#endif
