/* reader.h - the card reader: a thread that waits for cards, reads them, and tells what it sees. */
#ifndef HAL_READER_H
#define HAL_READER_H

#include "hal/apdu.h"
#include "hal/base/err.h"
#include "hal/card.h"
#include "hal/card_task.h"

#include <stdbool.h>
#include <stdint.h>

/* Names are those of `stats.reader.state` (contracts.md). expired is said by the app, which knows
 * the day; the reader says ready. */
enum reader_state {
    READER_ABSENT,      /* no reader is plugged in */
    READER_NO_SERVICE,  /* pcscd does not answer */
    READER_EMPTY,       /* no card */
    READER_READING,     /* a card is being read */
    READER_READY,       /* read: reader_face() */
    READER_MUTE,        /* it does not answer (8 s, or at once) */
    READER_UPSIDE_DOWN, /* it cannot be powered: PRESENT|MUTE */
    READER_UNSUPPORTED, /* it answers, but is no card we read */
    READER_LOCKED,      /* it says that it was locked: only its issuer opens it */
    READER_MANY,        /* two cards at once */
    READER_STATES
};
const char *reader_state_name(enum reader_state s);

/* A copy of what is so now; two copies that differ in `serial` speak of different cards. */
struct reader_status {
    enum reader_state state;
    char driver[8];      /* "pcsc", "samv", "sim", "none" */
    char name[128];      /* the reader in use */
    enum card_kind kind; /* READY, UNSUPPORTED: what the card is; CARD_NONE = not known */
    uint32_t serial;     /* counts cards put in since start */
    bool pulled_early;   /* EMPTY now, and the last card left while it was being read */
    int64_t present_us;  /* timer clock: when this card was seen; 0 without one */
};

enum { READER_GIVE_UP_MS = 8000, READER_RETRY_MS = 500, READER_KEEP_MS = 8000 };

/* What one driver must do. All [reader] but wake. A driver that loses its device stays valid and
 * goes on looking; a broken one never turns into another. */
struct reader_driver {
    const char *name;
    bool ask_only; /* used only when asked for by name */
    MUST_CHECK enum err (*open)(const char *want_name, void **out_self);
    /* Blocks until something is other than io says, wake() was called or timeout_ms passed; then
     * says what is in the slot(s) it watches: state (one of ABSENT NO_SERVICE EMPTY READING = a
     * card is there and has power, UPSIDE_DOWN MANY), name, serial (another number = another
     * card), present_us. */
    void (*wait)(void *self, int timeout_ms, struct reader_status *io);
    /* Connects to the card that is there; `ch` is good until disconnect or the card leaves. */
    MUST_CHECK enum err (*connect)(void *self, struct apdu_channel *out_ch);
    void (*disconnect)(void *self, bool reset); /* reset: what the card believed is over */
    /* Instead of connect and disconnect, for readers whose cards speak no APDUs. read fills all of
     * face, as card_read does. confirm reads the number again: OK, ERR_REFUSED (another card),
     * ERR_CARD_GONE, ERR_IO (once more may help). */
    MUST_CHECK enum err (*read)(void *self, struct card_face *out_face);
    MUST_CHECK enum err (*confirm)(void *self, const char *id);
    void (*wake)(void *self);  /* [any] makes wait() return */
    void (*close)(void *self); /* accepts NULL */
};
extern const struct reader_driver reader_pcsc, reader_sim, reader_idcard;

/* Owner: main.c. `changed` is called on [reader], its watchdog or in reader_order, after each
 * change. driver is "pcsc", "samv" (identity cards), "sim" or "none" (ABSENT for ever, no thread).
 * want_name: part of the reader's name, "" = any; of samv the path of its serial line. A card call
 * that does not come back within READER_GIVE_UP_MS is given up: state MUTE, and the thread finds
 * back when the card is pulled. */
struct reader;
MUST_CHECK enum err reader_create(const char *driver, const char *want_name,
                                  void (*changed)(void *ctx), void *ctx, struct reader **out);
void reader_destroy(struct reader *r); /* accepts NULL; never blocks longer than 1 s */
/* [any] */
void reader_status(struct reader *r, struct reader_status *out);
/* [ui] Moves the face of card `serial` out of the reader's locked slot and wipes the slot. False:
 * there is none (taken before, or the card left). */
bool reader_face(struct reader *r, uint32_t serial, struct card_face *out);
/* [ui] Orders something of the card that is in (a copy is taken; the caller's is wiped); `changed`
 * follows, and reader_ordered tells once: OK, ERR_REFUSED (another card), ERR_CARD_GONE, ERR_BUSY
 * (not yet). Of a card that is not READY it is answered at once: ERR_CARD_GONE. A newer order takes
 * the place of an older one. After CARD_TASK_INTERNAL with `keep` the card stays connected for
 * READER_KEEP_MS, so that CARD_TASK_EXTERNAL finds it as it was. */
void reader_order(struct reader *r, struct card_task *t);
MUST_CHECK enum err reader_ordered(struct reader *r, struct card_task *out);
/* [ui] Nobody waits for what was ordered: it is wiped, also when it is answered only later. */
void reader_forget(struct reader *r);
/* [ui] --reader sim only: puts the recorded card of this file in, or takes it out (NULL). */
MUST_CHECK enum err reader_sim_card(struct reader *r, const char *file);

#endif
