/* office_card.c - is this card genuine: a challenge for its chip, and the verdict on the answer. */
#include "platform/office_part.h"

#include "platform/holder.h"
#include "platform/token.h"

#include <stdio.h>
#include <string.h>

enum { CHALLENGE_MS = 60000, BLOCK = CRYPTO_CARD_BLOCK, HEX = 2 * CRYPTO_CARD_BLOCK };

/* What a question says of the card. Its texts are the question's. */
struct shown {
    struct visitor visitor;
    struct hsm_chip chip;
    const char *challenge, *why;
    unsigned char answer[BLOCK], bound[CRYPTO_MAC];
    bool guarded; /* the card's two numbers, to be proved to it */
    unsigned char factor[BLOCK], orig[BLOCK];
};

static bool digits(const char *s, size_t n)
{
    return strlen(s) == n && strspn(s, "0123456789") == n;
}

static enum err read_visitor(struct asking *k, const struct json *root, struct visitor *out)
{
    *out = (struct visitor){ .terminal = k->terminal.name };
    return json_get_str(root, "visit", &out->visit) == OK &&
                   json_get_str(root, "card", &out->card) == OK && visitor_ok(out)
               ? OK
               : ERR_FORMAT;
}

/* The chip, and a keyed hash of it with the visitor: a challenge is for no other. */
static enum err read_chip(struct asking *k, const struct json *root, struct shown *out)
{
    const struct json *chip = NULL;
    const char *area = NULL, *hist = NULL;
    int64_t alg = -1;
    char text[64];
    if (!*out->visitor.card || json_get(root, "chip", &chip) != OK || !json_is_object(chip) ||
        json_get_str(chip, "area", &area) != OK || json_get_str(chip, "hist", &hist) != OK ||
        json_get_int(chip, "alg", &alg) != OK)
        return ERR_FORMAT;
    if (!digits(area, 6) || crypto_unhex(hist, out->chip.hist, BLOCK) != OK || alg < 0 || alg > 3)
        return ERR_FORMAT;
    snprintf(out->chip.area, sizeof out->chip.area, "%s", area);
    out->chip.alg = (int)alg;
    snprintf(text, sizeof text, "%s %s %d", area, hist, out->chip.alg);
    visitor_bound(k->office->keys.person, &out->visitor, text, out->bound);
    return OK;
}

/* --- the challenge ---------------------------------------------------------------------------- */

static void put_hex(struct json_out *w, const char *key, const unsigned char bytes[BLOCK])
{
    char hex[HEX + 1];
    crypto_hex(bytes, BLOCK, hex);
    json_put_str(w, key, hex);
}

static enum err give_challenge(struct asking *k, const struct shown *s, struct json_out *w)
{
    struct db_challenge c = { .at_ms = k->now_ms };
    unsigned char id[16];
    crypto_random(id, sizeof id);
    crypto_hex(id, sizeof id, c.id);
    crypto_random(c.factor, sizeof c.factor);
    crypto_random(c.orig, sizeof c.orig);
    memcpy(c.bound, s->bound, sizeof c.bound);
    json_open(w, "challenge", '{');
    json_put_str(w, "id", c.id);
    put_hex(w, "factor", c.factor);
    put_hex(w, "orig", c.orig);
    json_close(w, '}');
    return db_challenge_add(k->office->db, &c, k->now_ms - CHALLENGE_MS);
}

enum err office_put_challenge(struct asking *k, const struct question *q, struct answer *a)
{
    struct shown s = { .why = "" };
    enum err e = read_visitor(k, q->root, &s.visitor);
    if (e == OK)
        e = read_chip(k, q->root, &s);
    if (e != OK)
        return e;
    snprintf(a->note, sizeof a->note, " area=%s alg=%d", s.chip.area, s.chip.alg);
    if (hsm_can(&s.chip))
        return give_challenge(k, &s, &a->w);
    json_put_null(&a->w, "challenge");
    return OK;
}

/* --- the verdict ------------------------------------------------------------------------------ */

/* "" or four hex digits: the status word of a card that could not answer. */
static enum err read_why(const struct json *root, const char **out)
{
    *out = "";
    enum err e = json_get_str(root, "why", out);
    if (e == ERR_NOT_FOUND)
        return OK;
    size_t n = e == OK ? strlen(*out) : 1;
    return (n == 0 || n == 4) && strspn(*out, "0123456789ABCDEFabcdef") == n ? OK : ERR_FORMAT;
}

static enum err read_ext(const struct json *root, struct shown *out)
{
    const struct json *ext = NULL;
    const char *factor = NULL, *orig = NULL;
    enum err e = json_get(root, "ext", &ext);
    if (e == ERR_NOT_FOUND)
        return OK;
    out->guarded = true;
    return e == OK && json_is_object(ext) && json_get_str(ext, "factor", &factor) == OK &&
                   json_get_str(ext, "orig", &orig) == OK &&
                   crypto_unhex(factor, out->factor, BLOCK) == OK &&
                   crypto_unhex(orig, out->orig, BLOCK) == OK
               ? OK
               : ERR_FORMAT;
}

/* Challenge and answer are both there or both empty. */
static enum err read_answer(const struct json *root, struct shown *out)
{
    const char *answer = NULL;
    if (json_get_str(root, "challenge", &out->challenge) != OK ||
        json_get_str(root, "answer", &answer) != OK)
        return ERR_FORMAT;
    if (!*out->challenge && !*answer)
        return OK;
    return strlen(out->challenge) == 32 && crypto_unhex(answer, out->answer, BLOCK) == OK
               ? OK
               : ERR_FORMAT;
}

static enum err refused(struct office_verdict *v, const char *why)
{
    v->word = "refused";
    v->why = why;
    return OK;
}

/* The challenge is used up, whatever the answer is worth: nobody guesses twice. */
static enum err judge_answer(struct asking *k, const struct shown *s, struct office_verdict *v)
{
    struct office *o = k->office;
    struct db_challenge c;
    unsigned char want[BLOCK];
    enum err e = db_challenge_take(o->db, s->challenge, s->bound, &c);
    if (e == ERR_NOT_FOUND || (e == OK && k->now_ms > c.at_ms + CHALLENGE_MS))
        return refused(v, "challenge");
    if (e == OK)
        e = hsm_auth(&o->hsm, HSM_INTERNAL, &s->chip, c.factor, c.orig, want);
    if (e != OK)
        return e;
    if (!crypto_same(want, s->answer, sizeof want))
        return refused(v, "false");
    v->word = "genuine";
    return OK;
}

static enum err judge(struct asking *k, const struct shown *s, struct office_verdict *v)
{
    if (*s->challenge)
        return judge_answer(k, s, v);
    if (k->office->conf.only_proved)
        return refused(v, "unproved");
    v->word = "unproved";
    return OK;
}

/* Only to a card that has proved itself: with this code it opens its holder's file. */
static enum err put_ext(struct asking *k, const struct shown *s, struct json_out *w)
{
    unsigned char code[BLOCK];
    enum err e = hsm_auth(&k->office->hsm, HSM_EXTERNAL, &s->chip, s->factor, s->orig, code);
    if (e == OK)
        put_hex(w, "ext", code);
    return e;
}

/* A card whose holder is known is theirs from the beginning. Who that is is told only of one that
 * has proved itself: numbers can be guessed, and any blank card can claim one. */
static enum err grant(struct asking *k, const struct shown *s, const struct office_verdict *v,
                      struct answer *a)
{
    struct office *o = k->office;
    struct holder h;
    enum err e = holder_find(o->db, &o->keys, &o->secret, s->visitor.card, &h);
    bool known = e == OK;
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    e = office_put_verdict_of(k, &s->visitor, v, known ? h.person : NULL, a);
    bool tell = s->guarded && strcmp(v->word, "genuine") == 0;
    if (e == OK && tell)
        e = put_ext(k, s, &a->w);
    if (e == OK && tell && known && h.name) {
        json_open(&a->w, "holder", '{');
        json_put_str(&a->w, "name", h.name);
        json_put_str(&a->w, "id", h.id);
        json_close(&a->w, '}');
    }
    return e;
}

static enum err judge_card(struct asking *k, const struct question *q, struct shown *s,
                           struct answer *a)
{
    struct office_verdict v = { .word = "", .why = "" };
    const char *idcard = NULL;
    enum err e = read_chip(k, q->root, s);
    if (e == OK)
        e = read_answer(q->root, s);
    if (e == OK)
        e = read_why(q->root, &s->why);
    if (e == OK)
        e = read_ext(q->root, s);
    if (e == OK && json_get_str(q->root, "idcard", &idcard) != ERR_NOT_FOUND)
        e = ERR_FORMAT;
    if (e == OK)
        e = judge(k, s, &v);
    if (e != OK)
        return e;
    office_note_verdict(&v, a);
    size_t n = strlen(a->note);
    snprintf(a->note + n, sizeof a->note - n, " area=%s sw=%s", s->chip.area, s->why);
    return strcmp(v.word, "refused") == 0 ? office_put_verdict_of(k, &s->visitor, &v, NULL, a)
                                          : grant(k, s, &v, a);
}

/* A resident's number, or a foreigner's permit: three letters and twelve digits. */
static bool id_sound(const char *s)
{
    size_t n = strlen(s), digits = strspn(s, "0123456789");
    if (n == 18)
        return digits >= 17 && strchr("0123456789Xx", s[17]);
    return n == 15 && digits == 0 && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 &&
           strspn(s + 3, "0123456789") == 12;
}

/* Read by a certified reader, whose module has proved the card; the terminal vouches for that. */
static enum err judge_idcard(struct asking *k, const struct question *q, const struct visitor *v,
                             struct answer *a)
{
    static const struct office_verdict samv = { .word = "genuine", .why = "samv" };
    unsigned char person[CRYPTO_MAC];
    const char *idno = NULL;
    const struct json *chip = NULL;
    if (json_get_str(q->root, "idcard", &idno) != OK || !id_sound(idno) ||
        json_get(q->root, "chip", &chip) != ERR_NOT_FOUND ||
        !person_mac(k->office->keys.person, idno, person))
        return ERR_FORMAT;
    office_note_verdict(&samv, a);
    return office_put_verdict_of(k, v, &samv, person, a);
}

enum err office_put_verdict(struct asking *k, const struct question *q, struct answer *a)
{
    struct shown s = { .why = "" };
    enum err e = read_visitor(k, q->root, &s.visitor);
    if (e != OK)
        return e;
    return *s.visitor.card ? judge_card(k, q, &s, a) : judge_idcard(k, q, &s.visitor, a);
}
