/* sync_stick.c - a stick or a folder beside the platform: when it is asked, and what is told of it.
 */
#include "app/sync_part.h"

#include "hal/base/clock.h"
#include "hal/base/log.h"

#include <stdio.h>
#include <string.h>

bool sync_at_stick(const struct sync *s)
{
    return s->source[s->source_now][0] == '/';
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* A mount that appears is another device; one that was pulled out is nothing new. */
bool sync_stick_news(struct sync *s)
{
    char path[SYNC_PATH + 64];
    struct stat st;
    if (s->source_count == 0 || !s->config->feed_dir[0])
        return false;
    snprintf(path, sizeof path, "%s/%s/index", s->source[s->source_count - 1], s->config->area);
    if (stat(path, &st) != 0) {
        s->stick.seen = (struct stat){ 0 };
        return false;
    }
    if (same_file(&st, &s->stick.seen))
        return false;
    s->stick.seen = st;
    s->stick.look = true;
    return true;
}

/* What is wrong with this machine's own disk no stick will mend. */
static bool of_the_line(enum err e)
{
    return e != OK && e != ERR_FULL && e != ERR_CORRUPT && e != ERR_READONLY && e != ERR_NOMEM &&
           e != ERR_CONFIG && e != ERR_BUSY && e != ERR_IO;
}

bool sync_stick_wanted(struct sync *s, const struct sync_end *line)
{
    bool wanted = s->has_feed && s->source_count > 1 && !sync_at_stick(s) && !s->pretend_cut &&
                  (s->stick.look || of_the_line(line->err));
    if (wanted)
        s->stick.line = *line;
    return wanted;
}

static void tell(struct sync *s, enum err e, const char *what)
{
    const char *word = e == OK              ? "read"
                       : e == ERR_NOT_FOUND ? "none"
                       : s->stick.older     ? "older"
                                            : err_name(e);
    if (strcmp(word, s->stick.word) == 0 && !s->stick.look)
        return;
    snprintf(s->stick.word, sizeof s->stick.word, "%s", word);
    if (e == OK)
        log_info("stick_read", "index=%lld", (long long)s->feed.index_n);
    else if (s->stick.older) /* no fault: it was carried here when this was news */
        log_info("stick_older", "index=%lld have=%lld", (long long)s->index.n,
                 (long long)s->feed.index_n);
    else if (e != ERR_NOT_FOUND)
        log_warn("stick_refused", "why=%s what=\"%s\"", err_name(e), what);
}

/* Beside a platform the stick is not the line: whatever it says, the line is as it was. */
void sync_stick_done(struct sync *s, struct sync_end *end)
{
    tell(s, end->err, end->what);
    s->stick.look = false;
    bool older = s->stick.older;
    s->stick.older = false;
    if (s->source_count > 1 && s->has_feed)
        *end = s->stick.line;
    else if (older)
        *end = (struct sync_end){ .err = feed_still_valid(&s->feed), .what = "older" };
}
