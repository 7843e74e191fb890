/* typing.c - what a key of the keyboard means: a letter of pinyin, a word picked, text, one back.
 */
#include "app/typing.h"

#include "hal/base/log.h"
#include "hal/base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Where the text for the field goes. */
struct answer {
    char *out;
    size_t cap;
    bool erase;
};

struct typing *typing_create(const char *ime_dir)
{
    struct typing *t = calloc(1, sizeof *t);
    if (t)
        t->ime_dir = ime_dir;
    return t;
}

void typing_destroy(struct typing *t)
{
    if (!t)
        return;
    typing_end(t);
    ime_close(t->ime);
    explicit_bzero(t, sizeof *t);
    free(t);
}

bool typing_has_pinyin(const struct typing *t)
{
    return !t->no_ime;
}

bool typing_composing(const struct typing *t)
{
    return t && ime_composing(t->ime);
}

/* Said once: without its words the keyboard has letters and digits. */
static void need_ime(struct typing *t)
{
    if (t->ime || t->no_ime)
        return;
    enum err e = ime_open(t->ime_dir, &t->ime);
    if (e == OK)
        return;
    log_warn("no_pinyin", "err=%s dir=%s", err_name(e), t->ime_dir);
    t->ime = NULL;
    t->no_ime = true;
}

static void look(struct typing *t)
{
    t->first = 0;
    if (typing_composing(t))
        ime_view(t->ime, &t->view);
    else
        explicit_bzero(&t->view, sizeof t->view);
}

static void drop(struct typing *t)
{
    if (t->ime)
        ime_clear(t->ime);
    look(t);
    t->shift = false;
}

static void set_mode(struct typing *t, enum typing_mode mode)
{
    if (mode == TYPING_PINYIN)
        need_ime(t);
    t->mode = mode == TYPING_PINYIN && !t->ime ? TYPING_ENGLISH : mode;
    t->shift = false;
}

void typing_begin(struct typing *t, const char *field, enum typing_mode mode)
{
    drop(t);
    t->open = true;
    t->signs = t->latin = false;
    t->digits_only = mode == TYPING_DIGITS || mode == TYPING_IDNO || mode == TYPING_ADDRESS;
    size_t n = strnlen(field, sizeof t->field - 1);
    memcpy(t->field, field, n);
    t->field[n] = '\0';
    set_mode(t, mode);
}

void typing_begin_signs(struct typing *t, const char *field, bool pinyin)
{
    typing_begin(t, field, TYPING_ENGLISH);
    t->signs = true;
    t->latin = !pinyin;
}

void typing_end(struct typing *t)
{
    drop(t);
    t->open = false;
    t->field[0] = '\0';
}

void typing_forget(struct typing *t)
{
    if (!t)
        return;
    typing_end(t);
    if (t->ime)
        ime_forget(t->ime);
    t->mode = TYPING_PINYIN;
    t->digits_only = false;
}

/* --- keys --------------------------------------------------------------------------------- */

/* All of it or nothing: half a letter would be no letter. */
static void put(struct answer *a, const char *s)
{
    size_t have = strlen(a->out), more = strlen(s);
    if (have + more < a->cap)
        memcpy(a->out + have, s, more + 1);
}

static void commit(struct typing *t, struct answer *a)
{
    if (!typing_composing(t))
        return;
    ime_commit(t->ime, a->out, (int)a->cap);
    look(t);
}

static bool small_letter(int64_t cp)
{
    return cp >= 'a' && cp <= 'z';
}

/* A key that does not compose ends the word before it. */
static void key(struct typing *t, int64_t cp, struct answer *a)
{
    char s[5];
    if (cp <= ' ' || cp > 0x10ffff)
        return;
    if (t->mode == TYPING_PINYIN && (small_letter(cp) || (cp == '\'' && typing_composing(t)))) {
        ime_key(t->ime, (char)cp);
        look(t);
        return;
    }
    commit(t, a);
    if (t->mode == TYPING_ENGLISH && t->shift && small_letter(cp)) {
        cp += 'A' - 'a';
        t->shift = false;
    }
    utf8_put(s, (uint32_t)cp);
    put(a, s);
    explicit_bzero(s, sizeof s);
}

static void erase(struct typing *t, struct answer *a)
{
    if (typing_composing(t))
        ime_erase(t->ime);
    else
        a->erase = true;
    look(t);
}

/* The space bar takes what stands first on the screen; with nothing composed it is a space. */
static void space(struct typing *t, struct answer *a)
{
    if (!typing_composing(t)) {
        put(a, " ");
        return;
    }
    ime_pick(t->ime, t->first, a->out, (int)a->cap);
    look(t);
}

static void pick(struct typing *t, int64_t n, struct answer *a)
{
    if (!typing_composing(t) || n < 0 || n >= t->view.count)
        return;
    ime_pick(t->ime, (int)n, a->out, (int)a->cap);
    look(t);
}

/* by: how many candidates the row shows; only the row knows how many fit. */
static void turn(struct typing *t, int64_t by)
{
    if (!typing_composing(t))
        return;
    if (by > 0 && t->first + by < t->view.count) {
        t->first += (int)by;
    } else if (by < 0 && t->first > 0) {
        t->first = t->first + by > 0 ? t->first + (int)by : 0;
    } else if (by > 0 ? t->view.has_next : t->view.has_prev) {
        ime_page(t->ime, by > 0 ? 1 : -1);
        look(t);
    }
}

static void mode(struct typing *t, int64_t n, struct answer *a)
{
    bool offered = n >= TYPING_PINYIN && n <= TYPING_DIGITS && !(t->latin && n == TYPING_PINYIN);
    if (t->digits_only || !(offered || (t->signs && n == TYPING_SIGNS)))
        return;
    commit(t, a);
    set_mode(t, (enum typing_mode)n);
}

static void done(struct typing *t, struct answer *a)
{
    commit(t, a);
    typing_end(t);
}

static bool press(struct typing *t, const struct event *ev, struct answer *a)
{
    const char *what = ev->what + 3; /* behind "kb." */
    if (strcmp(what, "key") == 0)
        key(t, ev->n, a);
    else if (strcmp(what, "erase") == 0)
        erase(t, a);
    else if (strcmp(what, "space") == 0)
        space(t, a);
    else if (strcmp(what, "cand") == 0)
        pick(t, ev->n, a);
    else if (strcmp(what, "turn") == 0)
        turn(t, ev->n);
    else if (strcmp(what, "mode") == 0)
        mode(t, ev->n, a);
    else if (strcmp(what, "shift") == 0)
        t->shift = !t->shift;
    else if (strcmp(what, "done") == 0 || strcmp(what, "hide") == 0)
        done(t, a);
    else
        return false;
    return true;
}

/* Typed elsewhere (a real keyboard, a scanner) it is text already, and never composed. */
static bool from_outside(struct typing *t, const struct event *ev, struct answer *a)
{
    if (ev->type == EV_ERASE) {
        erase(t, a);
        return true;
    }
    if (ev->type != EV_TEXT)
        return false;
    commit(t, a);
    put(a, ev->s);
    return true;
}

bool typing_event(struct typing *t, const struct event *ev, char *out, size_t cap, bool *out_erase)
{
    struct answer a = { .out = out, .cap = cap };
    out[0] = '\0';
    *out_erase = false;
    bool ours = ev->type == EV_PICK && ev->what && strncmp(ev->what, "kb.", 3) == 0
                    ? press(t, ev, &a)
                    : from_outside(t, ev, &a);
    *out_erase = a.erase;
    return ours;
}
