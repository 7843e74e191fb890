/* check_feed.h - what must be true of the feed: the rows are those of the watermark, always. */
#ifndef TESTS_MODEL_CHECK_FEED_H
#define TESTS_MODEL_CHECK_FEED_H

/* The clerk has committed: this is what each number of each channel means. */
void check_feed_published(void);
/* huimin-sync has committed: are the rows of each channel those of its watermark? */
void check_feed_applied(void);
void check_feed_power_lost(void);
/* NULL, or where the terminal is behind. */
const char *check_feed_same(void);
void check_feed_keep(void);
void check_feed_reset(void);

#endif
