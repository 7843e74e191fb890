/* control.h - a socket through which a test acts like a citizen and sees what the citizen sees. */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#if CONTROL

#include "app/event.h"
#include "hal/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* The commands are a contract: design/contracts.md, "The control port"; app/ARCHITECTURE.md lists
 * the ones added since (go, look, probe). A thread reads the socket; every command is executed on
 * the UI thread, in control_serve. */
struct app;
struct control;
struct line;
struct stats;
struct ui;

/* What the main loop offers. All [ui], all set; line may be NULL (no data directory). */
struct control_host {
    struct ui *ui;
    struct app *app;
    struct line *line;
    struct stats *stats;
    void (*send)(struct event ev); /* into the queue, as a worker's event */
    void (*settle)(void);          /* everything queued (inputs, events) done, and presented now */
    bool (*idle)(void);            /* nothing queued, no worker request open but the poll */
    void (*advance)(int64_t ms);   /* both clocks forward; what falls due fires in order */
    void (*hold)(int64_t wall_ms); /* the wall clock stands still at this time */
    void (*redraw)(void);          /* the look changed: the next settle builds anew */
};

/* [main] Binds and listens under a temporary name. ERR_ARG (path too long), ERR_IO. */
MUST_CHECK enum err control_create(const char *path, struct control **out);
/* [ui] After the first frame: renames to path and begins to accept. ERR_IO. */
MUST_CHECK enum err control_open(struct control *c);
/* [ui] Once in each turn of the main loop, after presenting: executes what came, goes on with
 * what is pending (wait, drag), answers the probe. Never call it from settle. */
void control_serve(struct control *c, const struct control_host *host);
/* [ui] How long the main loop may sleep: ms until a pending wait or drag goes on; -1 = for ever. */
int control_timeout_ms(const struct control *c);
/* [ui] Sends the answer still waiting (quit), closes, removes the file. Accepts NULL. */
void control_destroy(struct control *c);

#endif
#endif
