/* enrol_ask.c - the staff's side of an enrolment: the sheet, the item key's word, the outcome. */
#include "app/enrol.h"

#include "app/line.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ANSWER_S = 90, SYNC_S = 5 };

static enum err read_line_pub(const char *data_dir, unsigned char out[CRYPTO_PUB])
{
    char path[CONFIG_TEXT + 32], b64[128] = "";
    size_t n = 0;
    snprintf(path, sizeof path, "%.*s/line.pub", CONFIG_TEXT, data_dir);
    FILE *f = fopen(path, "re");
    if (!f)
        return ERR_OFFLINE;
    bool read = fgets(b64, sizeof b64, f) != NULL;
    fclose(f);
    b64[strcspn(b64, "\n")] = '\0';
    return read && crypto_unbase64(b64, out, CRYPTO_PUB, &n) == OK && n == CRYPTO_PUB ? OK
                                                                                      : ERR_OFFLINE;
}

enum err enrol_ask_make(const char *data_dir, const char *typed, struct enrol_ask *out)
{
    struct enrol_ask ask;
    struct wire_enrol w;
    struct terminal_key item;
    enum err e = wire_sheet_read(typed, &ask.sheet);
    if (e == OK)
        e = read_line_pub(data_dir, w.line);
    if (e == OK)
        e = key_load_item(data_dir, &item);
    if (e != OK)
        return e;
    memcpy(w.code, ask.sheet.code, sizeof w.code);
    memcpy(w.item, item.pub, sizeof w.item);
    wire_enrol_sign(&w, item.secret);
    key_finish(&item);
    crypto_base64(w.item, sizeof w.item, ask.item, sizeof ask.item);
    crypto_base64(w.sig, sizeof w.sig, ask.sig, sizeof ask.sig);
    *out = ask;
    return OK;
}

const char *enrol_words(enum err e)
{
    switch (e) {
    case OK:
        return "enrol.done";
    case ERR_FORMAT:
        return "enrol.short";
    case ERR_HASH:
        return "enrol.mistyped";
    case ERR_NOT_FOUND:
        return "enrol.unknown";
    case ERR_REPLAYED:
        return "enrol.used";
    case ERR_EXPIRED:
        return "enrol.over";
    case ERR_REFUSED:
        return "enrol.other_keys";
    case ERR_SIGNATURE:
        return "enrol.stranger";
    case ERR_CONFIG:
        return "enrol.no_https";
    case ERR_NO_SERVICE:
        return "enrol.no_sync";
    case ERR_UNKNOWN_TERMINAL:
    case ERR_SERVER:
        return "enrol.platform";
    default:
        return "enrol.no_line";
    }
}

/* --- on the command line -------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;
static bool here, told;
static enum err outcome;
static char name[96];

static void on_event(const struct event *ev)
{
    pthread_mutex_lock(&lock);
    if (ev->type == EV_LINE)
        here = true;
    if (ev->type == EV_ENROLLED) {
        told = true;
        outcome = (enum err)ev->n;
        snprintf(name, sizeof name, "%s", ev->s);
    }
    pthread_cond_signal(&came);
    pthread_mutex_unlock(&lock);
}

static bool wait_for(const bool *what, int seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&lock);
    while (!*what && pthread_cond_timedwait(&came, &lock, &until) != ETIMEDOUT)
        ;
    bool is = *what;
    pthread_mutex_unlock(&lock);
    return is;
}

/* Once huimin-sync has answered it has made the line key, too. */
static enum err ask_line(const char *data_dir, const char *typed)
{
    struct line *l = NULL;
    struct enrol_ask ask;
    enum err e = line_create(data_dir, on_event, &l);
    if (e == OK && !wait_for(&here, SYNC_S))
        e = ERR_NO_SERVICE;
    if (e == OK)
        e = enrol_ask_make(data_dir, typed, &ask);
    if (e == OK)
        e = line_enrol(l, &ask);
    if (e == OK)
        e = wait_for(&told, ANSWER_S) ? outcome : ERR_TIMEOUT;
    line_destroy(l);
    return e;
}

/* Plain English, as all that is said on a command line; the screen has its own words. */
static const char *plain(enum err e)
{
    switch (e) {
    case ERR_FORMAT:
        return "the sheet has 24 letters and digits";
    case ERR_HASH:
        return "a letter or digit was mistyped";
    case ERR_NOT_FOUND:
        return "the platform knows no such code";
    case ERR_REPLAYED:
        return "this code was used by another terminal";
    case ERR_EXPIRED:
        return "this code is too old; ask for another sheet";
    case ERR_REFUSED:
        return "the platform knows this terminal or this name with other keys, or shut it out";
    case ERR_SIGNATURE:
        return "what answers is not the platform of this sheet; nothing was told to it";
    case ERR_CONFIG:
        return "platform.url must begin with https://";
    case ERR_NO_SERVICE:
    case ERR_OFFLINE:
        return "huimin-sync must run, and reach the platform";
    default:
        return err_name(e);
    }
}

int enrol_command(const struct config *c, const char *typed)
{
    struct wire_sheet sheet;
    enum err e = crypto_init();
    if (e == OK)
        e = wire_sheet_read(typed, &sheet);
    if (e == OK)
        e = ask_line(c->data_dir, typed);
    if (e == OK)
        printf("enrolled as %s\n", name);
    else
        fprintf(stderr, "huimin: --enrol: %s\n", plain(e));
    return e == OK ? 0 : 1;
}
