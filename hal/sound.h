/* sound.h - short signals for the ear: the card still lies in the reader. */
#ifndef HAL_SOUND_H
#define HAL_SOUND_H

enum sound { SOUND_TAKE_CARD };

/* [any] Returns at once; a thread of its own opens the loudspeaker, plays and closes it again.
 * Without a loudspeaker nothing happens but one log line. While one plays others are dropped. */
void sound_play(enum sound what);
/* [main] Waits for the end of what plays. */
void sound_finish(void);

#endif
