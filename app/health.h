/* health.h - how the devices are, for those who look after the terminal. */
#ifndef APP_HEALTH_H
#define APP_HEALTH_H

struct app;
/* [ui] Tells huimin-sync when it changed; cheap enough for every event. Whether a card is in is
 * nobody's business: a reader is ready, absent, without its service, or there is none. */
void health_tell(const struct app *app);

#endif
