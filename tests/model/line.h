/* line.h - the network between terminal and platform: what is sent may be lost, late, doubled,
 * cut, changed or answered by somebody else. */
#ifndef TESTS_MODEL_LINE_H
#define TESTS_MODEL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_HEADERS = 4, LINE_TEXT = 256 };

/* One request as it reaches the platform. */
struct line_ask {
    bool post;
    char path[LINE_TEXT], etag[128];
    char line[80], time[48], nonce[64], signature[128]; /* "" when it is not signed */
    char *body;
    size_t body_n;
    int64_t from; /* Range: bytes=from- */
};
/* And what comes back. body is the taker's to free. */
struct line_told {
    int status; /* 0: the connection broke */
    char etag[128];
    char *body;
    size_t n;
    int retry_after_s;
};

/* 0: nothing goes wrong; 1: now and then; 2: all the time. */
void line_weather(int bad);
void line_down(bool down);
void line_reset(void);
/* When something happens next; -1: never. And lets happen what is due. */
int64_t line_next_us(void);
void line_deliver(void);
bool line_ready(void);
/* When huimin-sync wants its next turn, as it said in the last one. */
int64_t line_wanted_us(void);

#endif
