/* log.h - one line per thing worth knowing, as logfmt on stderr; never a citizen's data. */
#ifndef HAL_BASE_LOG_H
#define HAL_BASE_LOG_H

/* A line: time=… level=… prog=… ev=EVENT key=value …  Logged once, by whoever handles the error.
 * EVENT is a fixed word (letters, digits, underscores); the rest is printf-style "key=%s key=%d";
 * bytes below space and above 126 are written as \xNN, so a hostile value cannot forge a line. */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* [main] before any thread; prog is kept by reference. */
void log_init(const char *prog, enum log_level least);
/* [any] */
void log_line(enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_debug(ev, ...) log_line(LOG_DEBUG, ev, __VA_ARGS__)
#define log_info(ev, ...)  log_line(LOG_INFO, ev, __VA_ARGS__)
#define log_warn(ev, ...)  log_line(LOG_WARN, ev, __VA_ARGS__)
#define log_error(ev, ...) log_line(LOG_ERROR, ev, __VA_ARGS__)

#endif
