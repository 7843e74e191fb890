/* line_status.h - what huimin-sync says of the line, read out of its message. */
#ifndef APP_LINE_STATUS_H
#define APP_LINE_STATUS_H

#include "app/line.h"
#include "hal/json.h"

/* A state (app/ARCHITECTURE.md, "sync.sock"). What it does not say is as if nothing were known. */
void line_status_read(const struct json *m, struct line_status *out);

/* An error by its name; ERR_IO: one that this huimin does not know. */
enum err line_err_named(const char *name);
/* A key that is missing, as an older huimin-sync leaves it out, gives `otherwise`. */
int64_t line_int(const struct json *o, const char *key, int64_t otherwise);
const char *line_str(const struct json *o, const char *key, const char *otherwise);

#endif
