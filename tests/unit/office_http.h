/* office_http.h - a real server before the kit's office, and requests to it over loopback. */
#ifndef TESTS_UNIT_OFFICE_HTTP_H
#define TESTS_UNIT_OFFICE_HTTP_H

#include "platform/server.h"
#include "tests/unit/office_kit.h"

struct server *http_start(struct office_kit *k); /* NULL: it does not */
int http_dial(const struct server *s);           /* -1: it does not answer */
bool http_put(int fd, const char *data, size_t n);
/* Everything until the server hangs up: status, and where the body begins. Closes fd. */
int http_answer(int fd, char *buf, size_t cap, const char **body);
/* The head of a signed request, and a whole one with its answer. */
char *http_head(struct office_kit *k, const char *method, const char *path, const char *body);
int http_ask(struct office_kit *k, const struct server *s, const char *method, const char *path,
             const char *body, char *buf, size_t cap, const char **answer);

#endif
