/* outbox_number.c - the last number given, kept beside outbox.db: an old copy of the database that
 * was brought back must not give numbers to new items that other items had.
 *
 * DATA/outbox.n is one line. It may be behind by what was committed just before a power cut: then
 * the database knows better, and the larger one holds. */
#include "app/outbox_part.h"
#include "hal/base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t kept(const char *path)
{
    char line[32] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, line, sizeof line - 1) : -1;
    if (fd >= 0)
        close(fd);
    int64_t v = n > 0 ? strtoll(line, NULL, 10) : 0;
    return v > 0 && v < INT64_MAX / 2 ? v : 0;
}

/* Always as long: written over in one piece, within one sector. */
void outbox_number_keep(const char *data_dir, int64_t n)
{
    char path[OUTBOX_PATH], line[32];
    int len = snprintf(line, sizeof line, "%019lld\n", (long long)n);
    if (outbox_db_path(data_dir, "outbox.n", path) != OK)
        return;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0660);
    if (fd < 0 || pwrite(fd, line, (size_t)len, 0) != len)
        log_debug("number_not_kept", "n=%lld", (long long)n);
    if (fd >= 0)
        close(fd);
}

static enum err last_n(struct store *s, int64_t *out)
{
    struct query *q = store_query(s, "SELECT value FROM meta WHERE key = 'last_n'");
    int64_t n = query_step(q) ? query_col_int(q, 0) : 0;
    enum err e = query_done(q);
    if (e == OK)
        *out = n;
    return e;
}

enum err outbox_number_check(struct store *s, const char *data_dir)
{
    char path[OUTBOX_PATH];
    int64_t was = 0;
    enum err e = outbox_db_path(data_dir, "outbox.n", path);
    if (e == OK)
        e = last_n(s, &was);
    int64_t n = e == OK ? kept(path) : 0;
    if (n <= was)
        return e;
    log_warn("outbox_went_back", "from=%lld to=%lld", (long long)n, (long long)was);
    struct query *q = store_query(s, "UPDATE meta SET value = max(value, ?1) WHERE key = 'last_n'");
    query_int(q, 1, n);
    query_step(q);
    return query_done(q);
}
