/* sync_enrol.h - how huimin-sync becomes known to a platform, and stays so: the certificate of the
 * line key, by a sheet of paper at first, over the line later on. */
#ifndef APP_SYNC_ENROL_H
#define APP_SYNC_ENROL_H

#include "app/sync_signed.h"
#include "app/sync_sock.h"

/* One thread. Owner: sync.c. Without https it does nothing. */
struct sync_enrol;
/* Gives first (and who joined it) the certificate that is there. */
MUST_CHECK enum err sync_enrol_create(struct sync_signed *sign, struct net *first,
                                      struct sync_enrol **out);
void sync_enrol_destroy(struct sync_enrol *e); /* accepts NULL */
/* A sheet was typed: asked at once, in place of what runs. */
void sync_enrol_ask(struct sync_enrol *e, const struct sync_order *o);
/* The line came back, or somebody looks: what failed may be tried at once. Accepts NULL. */
void sync_enrol_nudge(struct sync_enrol *e);
int sync_enrol_wait_ms(const struct sync_enrol *e, int most);
/* Does what is due. True: this terminal was enrolled just now; begin anew with what it was told. */
bool sync_enrol_turn(struct sync_enrol *e, struct sync_sock *sock, bool cut);

#endif
