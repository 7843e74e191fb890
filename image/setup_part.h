/* setup_part.h - the parts of huimin-setup, the one program that turns wishes into system files. */
#ifndef IMAGE_SETUP_PART_H
#define IMAGE_SETUP_PART_H

#include "hal/base/err.h"
#include "hal/wish.h"

#include <stdbool.h>
#include <stddef.h>

enum { SETUP_PATH = 256, SETUP_TEXT = 8192 };

/* Where everything is; the defaults are the image's, tests have their own. */
struct setup_dirs {
    const char *data;     /* huimin's: terminal.conf, staff.pin, setup.done */
    const char *setup;    /* where huimin wishes and is answered */
    const char *system;   /* root's: network/ wifi/ chrony/ hostname */
    const char *deployer; /* file with the public key that signs set-up files */
    const char *cards;    /* /sys/class/net */
};

/* --- files (setup_files.c): what a wish becomes; pure ---------------------------------------- */

void setup_network_text(const struct wish *w, char out[SETUP_TEXT]);
/* With the key of the network: wipe it. */
void setup_wifi_text(const struct wish *w, char out[SETUP_TEXT]);
void setup_clock_text(const struct wish *w, char out[SETUP_TEXT]);

/* --- apply (setup_apply.c) ------------------------------------------------------------------- */

/* What has another file now; its name is what the unit's script is told. */
enum setup_touched {
    SETUP_NETWORK = 1,
    SETUP_CLOCK = 2,
    SETUP_HOSTNAME = 4,
    SETUP_TERMINAL = 8,
    SETUP_SYNC = 16
};
/* Writes what the wish says of the system, and nothing of what it does not say. */
MUST_CHECK enum err setup_write_system(const struct setup_dirs *d, const struct wish *w,
                                       unsigned *out_touched);
/* Takes SETUP/wish.conf away, does it, answers in SETUP/answer.conf. ERR_NOT_FOUND: there is none;
 * ERR_REFUSED: it is no wish (said in the answer and in the log). */
MUST_CHECK enum err setup_apply(const struct setup_dirs *d, unsigned *out_touched);

/* --- unattended (setup_batch.c, setup_stick.c) ----------------------------------------------- */

/* What a signed file says to this machine. Wipe it. */
enum { BATCH_SETTINGS = 24, BATCH_VALUE = 256, BATCH_FILE = 64 * 1024, BATCH_CARDS = 16 };
struct batch {
    struct wish wish;
    struct {
        const char *key; /* of the table */
        char value[BATCH_VALUE];
    } setting[BATCH_SETTINGS]; /* lines of terminal.conf */
    int settings;
    char sheet[48], pin_hash[128];
    bool again; /* acts also where setting up is done */
    int line;   /* of the fault */
    char key[40], why[WISH_WHY];
};
/* cards: the addresses of this machine's network cards, "aa:bb:…" in small letters. ERR_FORMAT:
 * line, key and why say what. */
MUST_CHECK enum err batch_read(struct batch *b, const char *text, const char (*cards)[18],
                               int count);
/* Each machine that has a section is asked what it would say. Faults as of batch_read. */
MUST_CHECK enum err batch_check(struct batch *b, const char *text);
/* The name the report is called by: of the setting terminal.name_en, hostname or "terminal". */
const char *batch_name(const struct batch *b);

/* ERR_NOT_FOUND: no such file on the stick; ERR_BUSY: set up already; ERR_SIGNATURE, ERR_FORMAT …:
 * refused. All but the first are in the log. */
MUST_CHECK enum err setup_unattended(const struct setup_dirs *d, const char *stick,
                                     unsigned *out_touched);
/* FILE.sig beside FILE, by the secret key in that file. */
MUST_CHECK enum err setup_sign(const char *file, const char *secret_file);

#endif
