/* sound_test.c - the signal is heard, and does without a loudspeaker. */
#include "tests/test.h"

#include "hal/sound.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What SDL's disk driver wrote: the loudest sample. */
static int loudest(const char *path)
{
    int16_t s;
    int most = 0;
    FILE *f = fopen(path, "re");
    while (f && fread(&s, sizeof s, 1, f) == 1)
        if (abs(s) > most)
            most = abs(s);
    if (f)
        fclose(f);
    return most;
}

TEST(take_your_card_is_heard)
{
    char path[300];
    snprintf(path, sizeof path, "%s/pcm", test_dir());
    setenv("SDL_AUDIODRIVER", "disk", 1);
    setenv("SDL_DISKAUDIOFILE", path, 1);
    setenv("SDL_DISKAUDIODELAY", "1", 1);
    sound_play(SOUND_TAKE_CARD);
    sound_play(SOUND_TAKE_CARD); /* while one plays: dropped */
    sound_finish();
    CHECK(loudest(path) > 5000);
    unsetenv("SDL_DISKAUDIOFILE");
    unsetenv("SDL_DISKAUDIODELAY");
    setenv("SDL_AUDIODRIVER", "nonsense", 1);
    sound_play(SOUND_TAKE_CARD);
    sound_finish();
    unsetenv("SDL_AUDIODRIVER");
}
