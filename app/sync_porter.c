/* sync_porter.c - when huimin-sync looks at the stick in carry.dir, and what it says of it. */
#include "app/sync_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"

enum { LOOK_MS = 10000 };

static bool in_use(const struct sync *s)
{
    return s->post && s->config->carry_dir[0];
}

/* A stick that comes back is noticed by itself; one that is not there is no fault then. */
static bool look(struct sync *s, const struct carry *c)
{
    struct carry_result r = { .err = OK };
    carry_take(c, &r);
    if (r.taken == 0 && !r.states)
        return false;
    r.at_ms = c->now_ms;
    s->porter.told = r;
    return true;
}

/* What it brings is taken before what waits is written: nothing goes twice that has arrived. */
static bool by_order(struct sync *s, const struct carry *c)
{
    struct carry_result r = { .err = OK };
    carry_take(c, &r);
    enum err taken = r.err == ERR_NO_KEY ? OK : r.err; /* to write needs no key of theirs */
    r.err = OK;
    carry_write(c, &r);
    if (r.err == OK)
        r.err = taken;
    r.at_ms = c->now_ms;
    log_info("carry", "err=%s written=%d taken=%d spoilt=%d", err_name(r.err), r.written, r.taken,
             r.spoilt);
    s->porter.told = r;
    return true;
}

bool sync_porter_turn(struct sync *s, const struct wire_keyset *keys)
{
    bool wanted = s->porter.wanted;
    if (!in_use(s) || (!wanted && clock_timer_ms() < s->porter.look_ms))
        return false;
    s->porter.wanted = false;
    s->porter.look_ms = clock_timer_ms() + LOOK_MS;
    struct carry c = { .dir = s->config->carry_dir,
                       .line = &s->sign.key,
                       .box = sync_post_box(s->post),
                       .keys = keys,
                       .now_ms = sync_post_now(s->post) };
    if (!c.box || sync_signed_key(&s->sign) != OK)
        return false;
    return wanted ? by_order(s, &c) : look(s, &c);
}

int sync_porter_wait_ms(const struct sync *s, int most)
{
    int64_t left = s->porter.look_ms - clock_timer_ms();
    if (!in_use(s) || left >= most)
        return most;
    return left > 0 && !s->porter.wanted ? (int)left : 0;
}

void sync_porter_put(const struct sync *s, struct json_out *w)
{
    const struct carry_result *r = &s->porter.told;
    if (r->at_ms == 0)
        return;
    json_open(w, "carry", '{');
    json_put_str(w, "err", err_name(r->err));
    json_put_int(w, "written", r->written);
    json_put_int(w, "taken", r->taken);
    json_put_int(w, "spoilt", r->spoilt);
    json_put_int(w, "at", r->at_ms);
    json_close(w, '}');
}
