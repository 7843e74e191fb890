/* enrol.h - what a terminal keeps of its enrolment: whom to believe, its certificate, its village.
 *
 * In DATA: root.pub and ca.crt (whom to believe), line.crt (the certificate of the line key, with
 * two lines before it: when to ask for the next one, and its end), and, written last,
 * enrolled.conf: while it is there the terminal is enrolled, and it beats the config file. */
#ifndef APP_ENROL_H
#define APP_ENROL_H

#include "app/config.h"
#include "app/keys.h"
#include "hal/wire_enrol.h"

#include <stdbool.h>

enum { ENROL_PEM = 8192, ENROL_KEY_PEM = 192 };

/* What the platform gave; texts are the caller's. */
struct enrolment {
    const char *name, *area, *village, *cert, *ca, *roots; /* roots NULL: as they are */
    int64_t renew_ms, until_ms;
};
/* [sync] ERR_READONLY, ERR_FULL, ERR_IO; ERR_FORMAT: not what config files can say. */
MUST_CHECK enum err enrol_keep(const char *data_dir, const struct enrolment *g);

/* What people compare: the print of root keys and authority as it stands on a sheet, and of this
 * terminal's own two public keys (SHA-256 of terminal.pub, its beginning). "" = not there. */
struct enrol_prints {
    char root[WIRE_RECEIPT + 1], keys[20];
};
/* [ui] Some hundredths of a second. */
void enrol_prints(const struct config *c, struct enrol_prints *out);

struct enrol_cert {
    char pem[ENROL_PEM];
    int64_t renew_ms, until_ms;
};
/* [sync] ERR_NOT_FOUND: none yet. */
MUST_CHECK enum err enrol_cert_read(const char *data_dir, struct enrol_cert *out);
/* [sync] The authority's certificate, "" when none is pinned. */
MUST_CHECK enum err enrol_ca_read(const struct config *c, char out[ENROL_PEM]);
/* [sync] The line key as TLS libraries want it (PKCS #8, RFC 8410). Wipe it. */
void enrol_key_pem(const struct terminal_key *line, char out[ENROL_KEY_PEM]);

/* [main] Puts what was said at enrolment over the config. ERR_CONFIG: why says what is wrong. */
MUST_CHECK enum err enrol_config(struct config *c, char *why, size_t cap);

/* [ui] The item key's word for this sheet, in base64 as sync.sock takes it. ERR_FORMAT, ERR_HASH
 * (mistyped); ERR_OFFLINE: huimin-sync has not made the line key yet. */
struct enrol_ask {
    struct wire_sheet sheet;
    char item[64], sig[96];
};
enum { ENROL_ORDER = 512 };
/* As it is said at sync.sock. Wipe it. */
void enrol_ask_text(const struct enrol_ask *ask, char out[ENROL_ORDER]);
MUST_CHECK enum err enrol_ask_make(const char *data_dir, const char *typed, struct enrol_ask *out);
/* [ui] The page where the staff types it. asked: an answer is awaited (EV_ENROLLED). */
struct event;
struct enrol_form {
    char typed[WIRE_SHEET + 1], name[32];
    bool asked, done;
    enum err err; /* of the last try, or of what is typed */
};
void enrol_form_clear(struct enrol_form *f);
void enrol_form_type(struct enrol_form *f, const char *utf8);
void enrol_form_erase(struct enrol_form *f);
void enrol_form_came(struct enrol_form *f, const struct event *ev);

/* [main] --enrol SHEET: by the huimin-sync that runs here; says on stdout how it went. Exit code.
 */
int enrol_command(const struct config *c, const char *typed);
/* [any] What to tell the staff: a key of locale/. */
const char *enrol_words(enum err e);

#endif
