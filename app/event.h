/* event.h - everything that happens to the terminal, as small plain values. */
#ifndef APP_EVENT_H
#define APP_EVENT_H

#include <stdint.h>

/* Only app_update() and the current screen's `event` change the app, and only because of an event.
 * A node of the screen carries the event it sends when pressed (ui.h). Copied by value. */
enum ev {
    EV_NONE,
    EV_GO,        /* to screen `what` with argument n (an id) */
    EV_BACK,      /* one screen back */
    EV_HOME,      /* home, the stack emptied */
    EV_LANG,      /* the other language */
    EV_SIZE,      /* next text size: normal, large, extra large, normal … */
    EV_CONTRAST,  /* high contrast on or off */
    EV_TOUCH,     /* somebody touched or pressed a key (before what the touch does) */
    EV_TEXT,      /* s: typed into the focused field `what` (its id) */
    EV_ERASE,     /* one code point back in field `what` */
    EV_PICK,      /* screen's own: `what` names the choice, n and s the value */
    EV_PAGE,      /* list `what` scrolls n pages (handled by ui) */
    EV_STAY,      /* 我还在 */
    EV_LEAVE,     /* 退出 */
    EV_TIMER,     /* a due time came; app_due does the work */
    EV_LINE,      /* the link to huimin-sync said something (app->line changed) */
    EV_CHANGED,   /* cache.db has new rows; s = channel */
    EV_REOPEN,    /* cache.db was replaced */
    EV_READER,    /* the reader or its card changed (reader_status) */
    EV_SAVED,     /* an item is committed: n = its number in the outbox, s = its receipt */
    EV_NOT_SAVED, /* … or was not: n = enum err */
    EV_OUTBOX,    /* states in outbox.db changed */
    EV_PRINTED,   /* the paper came out (n = OK) or did not (n = enum err) */
    EV_ANSWER,    /* a personal answer came: n = the query's number (line_answer) */
    EV_CAMERA,    /* picture n (a slot of hal/camera.h) has a new frame or another state */
    EV_DOCCAM,    /* the document camera has a new picture or another state (hal/doccam.h) */
    EV_SCAN,      /* the scanner read something, or its state changed (hal/scanner.h) */
    EV_PINPAD,    /* a key of the PIN pad is there, or its state changed (hal/pinpad.h) */
    EV_PIN,       /* a PIN was judged: n = enum err */
    EV_PIN_SET,   /* a new PIN is kept (n = OK), or is not (n = enum err) */
    EV_ENROLLED,  /* an enrolment ended: n = enum err, s = the name that was given */
    EV_DONE,      /* 办完了: the visit ends */
    EV_STOP       /* end the program */
};

struct event {
    enum ev type;
    const char *what; /* a literal, or text that outlives the frame it was built in */
    int64_t n;
    char s[96];
};

#endif
