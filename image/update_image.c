/* update_image.c - images: checked, copied into a slot, and read back from the disk. */
#include "image/update.h"

#include "hal/base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    SETTLE = 4 << 20 /* bytes between two calls of fdatasync: citizens write to this disk too */
};

static unsigned char piece[UPDATE_PIECE], there[UPDATE_PIECE];

/* n bytes at `at`, or fewer where the file ends. */
static enum err read_at(int fd, int64_t at, unsigned char *buf, size_t n, size_t *out_n)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = pread(fd, buf + have, n - have, (off_t)at + (off_t)have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ERR_IO;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    *out_n = have;
    return OK;
}

static enum err write_at(int fd, int64_t at, const unsigned char *data, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t put = pwrite(fd, data + done, n - done, (off_t)at + (off_t)done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return put < 0 ? io_error(errno) : ERR_IO;
        done += (size_t)put;
    }
    return OK;
}

static size_t piece_of(int64_t left)
{
    return left < UPDATE_PIECE ? (size_t)left : UPDATE_PIECE;
}

static enum err next_piece(int fd, int64_t at, int64_t left, struct crypto_hash *h, size_t *out_n)
{
    size_t n = 0;
    enum err e = read_at(fd, at, piece, piece_of(left), &n);
    if (e == OK && n < piece_of(left))
        e = ERR_CUT;
    if (e != OK)
        return e;
    crypto_hash_add(h, piece, n);
    *out_n = n;
    return OK;
}

static enum err judge(struct crypto_hash *h, const char *wanted)
{
    char hex[2 * CRYPTO_HASH + 1];
    crypto_hash_hex(h, hex);
    return strcmp(hex, wanted) == 0 ? OK : ERR_HASH;
}

enum err image_check(int fd, int64_t from, int64_t size, const char *hash)
{
    struct crypto_hash h;
    size_t n = 0;
    crypto_hash_start(&h);
    for (int64_t at = 0; at < size; at += (int64_t)n) {
        enum err e = next_piece(fd, from + at, size - at, &h, &n);
        if (e != OK)
            return e;
    }
    return judge(&h, hash);
}

/* After a power cut most of it stands there already: it goes on where it was, and spares the disk.
 */
static enum err put_piece(int to, int64_t at, size_t n, int64_t *written)
{
    size_t old = 0;
    if (read_at(to, at, there, n, &old) == OK && old == n && memcmp(piece, there, n) == 0)
        return OK;
    *written += (int64_t)n;
    return write_at(to, at, piece, n);
}

enum err image_copy(int from_fd, int64_t from, int64_t size, const char *hash, int to,
                    int64_t *out_written)
{
    struct crypto_hash h;
    size_t n = 0;
    int64_t written = 0, settled = 0;
    crypto_hash_start(&h);
    for (int64_t at = 0; at < size; at += (int64_t)n) {
        enum err e = next_piece(from_fd, from + at, size - at, &h, &n);
        if (e == OK)
            e = put_piece(to, at, n, &written);
        if (e != OK)
            return e;
        if (written - settled >= SETTLE) {
            if (fdatasync(to) != 0)
                return io_error(errno);
            settled = written;
        }
    }
    if (fsync(to) != 0)
        return io_error(errno);
    *out_written = written;
    return judge(&h, hash);
}

enum err image_check_written(int fd, int64_t size, const char *hash)
{
    /* What fsync has brought to the disk may be dropped; the rest of the machine keeps its pages.
     */
    if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
        return ERR_IO;
    enum err e = image_check(fd, 0, size, hash);
    return e == ERR_CUT ? ERR_HASH : e;
}
