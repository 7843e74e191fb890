/* server_file.c - one file of the feed as an answer: its tag, a range of it, a deadline. */
#include "platform/server_part.h"

#include "hal/base/clock.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 32 << 10 };

/* One file on its way out. Owner: the response. */
struct sending {
    int fd;
    int64_t deadline_ms;
    uint64_t offset;
};

/* What is fetched in pieces: objects, and bundles of the appliance. */
static bool in_pieces(const char *path)
{
    return strncmp(path, "o/", 2) == 0 || strncmp(path, "update/huimin-", 14) == 0;
}

/* a/b/c of [A-Za-z0-9._-], no part beginning with a dot. */
static bool path_ok(const char *path)
{
    bool part_begins = true;
    for (const char *p = path; *p; p++) {
        if (*p == '/' ? part_begins : !isalnum((unsigned char)*p) && !strchr("._-", *p))
            return false;
        if (part_begins && *p == '.')
            return false;
        part_begins = *p == '/';
    }
    return *path && !part_begins;
}

enum MHD_Result text_reply(struct MHD_Connection *c, unsigned status, const char *text)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
                                                             MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(r, "Cache-Control", "no-store");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(r, "Allow", "GET, HEAD");
    enum MHD_Result ok = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return ok;
}

static ssize_t read_block(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct sending *s = cls;
    if (clock_timer_ms() > s->deadline_ms)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    ssize_t n = pread(s->fd, buf, max, (off_t)(s->offset + pos));
    return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void free_sending(void *cls)
{
    struct sending *s = cls;
    close(s->fd);
    free(s);
}

/* An object never changes, so its name is its tag; the rest is tagged by inode, size and time (a
 * rename always brings another inode), mixed into few bytes: they travel with every poll. */
static void make_tag(char *buf, size_t cap, const char *path, const struct stat *st)
{
    const uint64_t part[] = { (uint64_t)st->st_ino, (uint64_t)st->st_size,
                              (uint64_t)st->st_mtim.tv_sec, (uint64_t)st->st_mtim.tv_nsec };
    uint64_t tag = 14695981039346656037u;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        for (int bit = 0; bit < 64; bit += 8)
            tag = (tag ^ (part[i] >> bit & 0xff)) * 1099511628211u;
    if (strncmp(path, "o/", 2) == 0)
        snprintf(buf, cap, "\"%s\"", path + 2);
    else
        snprintf(buf, cap, "\"%" PRIx64 "\"", tag);
}

/* If-None-Match: a list of tags, weak ones included, or a star. */
static bool tag_matches(struct MHD_Connection *c, const char *tag)
{
    const char *h = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");
    return h && (strcmp(h, "*") == 0 || strstr(h, tag));
}

/* bytes=A-, bytes=A-B, bytes=-N. 0 = no (usable) range: send all; 1 = a range; -1 = not within. */
static int read_range(const char *h, uint64_t size, uint64_t *from, uint64_t *count)
{
    uint64_t a = 0, b = UINT64_MAX - 1;
    char *end;
    if (!h || strncmp(h, "bytes=", 6) != 0 || strchr(h, ','))
        return 0;
    h += 6;
    if (*h == '-') {
        uint64_t n = strtoull(h + 1, &end, 10);
        if (!isdigit((unsigned char)h[1]) || *end)
            return 0;
        a = n < size ? size - n : 0;
        if (n == 0)
            return -1;
    } else {
        if (!isdigit((unsigned char)*h))
            return 0;
        a = strtoull(h, &end, 10);
        if (*end++ != '-')
            return 0;
        if (isdigit((unsigned char)*end))
            b = strtoull(end, &end, 10);
        if (*end || b < a)
            return 0;
    }
    if (a >= size)
        return -1;
    *from = a;
    *count = (b < size - 1 ? b + 1 : size) - a;
    return 1;
}

static struct MHD_Response *file_response(int fd, uint64_t offset, uint64_t count, int64_t start_ms)
{
    struct sending *s = calloc(1, sizeof *s);
    struct MHD_Response *r = NULL;
    if (s) {
        *s = (struct sending){ .fd = fd,
                               .offset = offset,
                               .deadline_ms = start_ms + DEADLINE_MS +
                                              (int64_t)(count * 1000 / SLOWEST_BYTES_S) };
        r = MHD_create_response_from_callback(count, BLOCK, read_block, s, free_sending);
    }
    if (!r) {
        close(fd);
        free(s);
    }
    return r;
}

/* What 304 says too. */
static void add_tag(struct MHD_Response *r, const char *path, const char *tag)
{
    bool object = strncmp(path, "o/", 2) == 0;
    MHD_add_response_header(r, "ETag", tag);
    MHD_add_response_header(r, "Cache-Control",
                            object ? "public, max-age=31536000, immutable" : "no-cache");
}

static void add_headers(struct MHD_Response *r, const char *path, const char *tag)
{
    bool object = strncmp(path, "o/", 2) == 0;
    add_tag(r, path, tag);
    MHD_add_response_header(r, "Content-Type",
                            object                             ? "application/zstd"
                            : strncmp(path, "update/", 7) == 0 ? "application/octet-stream"
                                                               : "text/plain; charset=utf-8");
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    if (in_pieces(path))
        MHD_add_response_header(r, "Accept-Ranges", "bytes");
}

static enum MHD_Result send_not_modified(struct MHD_Connection *c, const char *path,
                                         const char *tag)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    add_tag(r, path, tag);
    enum MHD_Result ok = MHD_queue_response(c, MHD_HTTP_NOT_MODIFIED, r);
    MHD_destroy_response(r);
    return ok;
}

/* Takes fd over. */
static enum MHD_Result send_file(struct MHD_Connection *c, const char *path, int fd,
                                 const struct stat *st, int64_t start_ms)
{
    char tag[160], range[96];
    uint64_t size = (uint64_t)st->st_size, from = 0, count = size;
    make_tag(tag, sizeof tag, path, st);
    const char *if_range = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-Range");
    const char *wanted = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Range");
    int part = in_pieces(path) && size > 0 && (!if_range || strcmp(if_range, tag) == 0)
                   ? read_range(wanted, size, &from, &count)
                   : 0;
    if (tag_matches(c, tag) || part < 0) {
        close(fd);
        return part < 0 ? text_reply(c, MHD_HTTP_RANGE_NOT_SATISFIABLE, "no such range\n")
                        : send_not_modified(c, path, tag);
    }
    struct MHD_Response *r = file_response(fd, from, count, start_ms);
    if (!r)
        return MHD_NO;
    add_headers(r, path, tag);
    if (part) {
        snprintf(range, sizeof range, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, from,
                 from + count - 1, size);
        MHD_add_response_header(r, "Content-Range", range);
    }
    enum MHD_Result ok = MHD_queue_response(c, part ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, r);
    MHD_destroy_response(r);
    return ok;
}

enum MHD_Result file_reply(int dir, struct MHD_Connection *c, const char *path, int64_t start_ms)
{
    struct stat st;
    int fd = path_ok(path) ? openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    if (fd < 0)
        return text_reply(c, MHD_HTTP_NOT_FOUND, "not found\n");
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return text_reply(c, MHD_HTTP_NOT_FOUND, "not found\n");
    }
    return send_file(c, path, fd, &st, start_ms);
}
