/* watch.h - tells the service manager that the program is there, what it does, and that it lives.
 *
 * Source: sd_notify(3), a datagram to $NOTIFY_SOCKET; WatchdogSec= comes as $WATCHDOG_USEC. Without
 * a service manager nothing is said and no wait is shortened. All [main], the thread whose loop is
 * the life of the program: nothing else may say that it lives. */
#ifndef HAL_WATCH_H
#define HAL_WATCH_H

/* Once, at the start; the variables are taken out of the environment. */
void watch_open(void);
/* It does its work; later calls say nothing. */
void watch_ready(void);
/* One word for whoever asks (StatusText); said when it is another one than before. */
void watch_status(const char *word);
/* The loop turned: said when half of the time is over. */
void watch_alive(void);
/* How long the loop may wait, of ms (-1 = for ever), to come back in time. */
int watch_wait_ms(int ms);

#endif
