/* control_call.h - what the commands of the control port share: the call, and how to answer it. */
#ifndef APP_CONTROL_CALL_H
#define APP_CONTROL_CALL_H

#include "app/control.h"

#if CONTROL

#include "app/control_port.h"
#include "app/control_words.h"
#include "hal/json.h"

#include <stdbool.h>
#include <stdint.h>

enum job { JOB_NONE, JOB_WAIT, JOB_DRAG };
enum wait_for { WAIT_IDLE, WAIT_TEXT, WAIT_GONE, WAIT_SCREEN };

/* Owner: main.c. [ui] only. At most one command is being worked at. */
struct control {
    struct control_port *port;
    enum job job;
    int64_t begin_us, end_us; /* of the job, timer clock */

    enum wait_for wait_for;
    char text[CONTROL_LINE];

    int from_x, from_y, to_x, to_y;
    int64_t next_us;
};

/* What a command sees; out is the answer being written. */
struct call {
    struct control *c;
    const struct control_host *host;
    struct control_words args; /* without the verb */
    struct json_out *out;
    bool pending; /* the answer comes later */
};

/* The answer is one object: opened by begin_ok, or all of it by ok or fail. */
void control_begin_ok(struct json_out *w);
void control_end_ok(struct json_out *w);
void control_ok(struct json_out *w);
void control_fail(struct json_out *w, const char *code, const char *text);

/* control_act.c */
void control_tap(struct call *call);
void control_drag(struct call *call);
void control_key(struct call *call);
void control_text(struct call *call);
/* A drag goes on; true when the finger has been lifted. */
bool control_drag_on(struct control *c, const struct control_host *host);

/* control_outbox.c */
void control_outbox(struct call *call);

/* control_world.c */
void control_clock(struct call *call);
void control_net(struct call *call);
void control_sync(struct call *call);
void control_card(struct call *call);
void control_scan(struct call *call);
void control_go(struct call *call);
void control_look(struct call *call);

#endif
#endif
