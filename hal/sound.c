/* sound.c - short signals over SDL's audio, made of sine waves; the device is held only meanwhile.
 */
#include "hal/sound.h"

#include "hal/base/log.h"

#include <SDL.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { RATE = 22050, TONE = RATE * 16 / 100, PAUSE = RATE * 8 / 100, TONES = 3, LOUD = 9000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t thread;
static bool playing, joinable;

/* Three falling tones that swell and fade, so that none of them clicks. */
static int make(int16_t *out)
{
    static const double hz[TONES] = { 880, 740, 659 };
    int n = 0;
    for (int t = 0; t < TONES; t++) {
        for (int i = 0; i < TONE; i++)
            out[n++] = (int16_t)(LOUD * sin(M_PI * i / TONE) * sin(2 * M_PI * hz[t] * i / RATE));
        for (int i = 0; i < PAUSE; i++)
            out[n++] = 0;
    }
    return n;
}

static bool play(void)
{
    int16_t wave[TONES * (TONE + PAUSE)];
    SDL_AudioSpec want = { .freq = RATE, .format = AUDIO_S16SYS, .channels = 1, .samples = 1024 };
    SDL_AudioDeviceID dev = SDL_OpenAudioDevice(NULL, 0, &want, NULL, 0);
    if (!dev)
        return false;
    Uint32 bytes = (Uint32)make(wave) * sizeof *wave;
    bool well = SDL_QueueAudio(dev, wave, bytes) == 0;
    SDL_PauseAudioDevice(dev, 0);
    for (int i = 0; well && i < 100 && SDL_GetQueuedAudioSize(dev) > 0; i++)
        SDL_Delay(20);
    SDL_Delay(60); /* what the device holds already */
    SDL_CloseAudioDevice(dev);
    return well;
}

static void *run(void *arg)
{
    (void)arg;
    bool well = SDL_AudioInit(SDL_getenv("SDL_AUDIODRIVER")) == 0;
    if (!well || !play())
        log_info("no_sound", "why=\"%s\"", SDL_GetError());
    if (well)
        SDL_AudioQuit();
    SDL_TLSCleanup(); /* what SDL keeps for a thread it did not make */
    pthread_mutex_lock(&lock);
    playing = false;
    pthread_mutex_unlock(&lock);
    return NULL;
}

void sound_play(enum sound what)
{
    (void)what; /* there is one so far */
    pthread_mutex_lock(&lock);
    bool free_now = !playing;
    if (free_now && joinable)
        pthread_join(thread, NULL);
    if (free_now)
        joinable = playing = pthread_create(&thread, NULL, run, NULL) == 0;
    pthread_mutex_unlock(&lock);
}

void sound_finish(void)
{
    pthread_mutex_lock(&lock);
    bool wait = joinable;
    joinable = false;
    pthread_mutex_unlock(&lock);
    if (wait)
        pthread_join(thread, NULL);
}
