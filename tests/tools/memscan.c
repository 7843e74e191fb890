/* memscan.c - looks for somebody's name or number in a process and in files, however it is written.
 *
 * usage: memscan PID NEEDLES [FILE_OR_DIR ...]; NEEDLES is a file of lines "label text", or "label
 * 0xHEX" for bytes as they are. Prints one line per find; exit 0: nothing found, 1: found, 2: could
 * not look. */
#include <dirent.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NEEDLES = 192, BYTES = 256, CHUNK = 1 << 20 };

static struct needle {
    char label[48];
    unsigned char bytes[BYTES];
    size_t n;
} needles[NEEDLES];
static int count;
static long found, looked_mb;

static void add(const char *label, const char *how, const void *bytes, size_t n)
{
    if (count == NEEDLES || n < 3 || n > BYTES)
        return;
    for (int i = 0; i < count; i++)
        if (needles[i].n == n && memcmp(needles[i].bytes, bytes, n) == 0)
            return;
    struct needle *d = &needles[count++];
    snprintf(d->label, sizeof d->label, "%.30s as %s", label, how);
    memcpy(d->bytes, bytes, n);
    d->n = n;
}

static void add_coded(const char *label, const char *text, const char *charset)
{
    char out[BYTES], *to = out, *from = (char *)text;
    size_t left = strlen(text), room = sizeof out;
    iconv_t cd = iconv_open(charset, "UTF-8");
    if (cd == (iconv_t)-1)
        exit(2);
    if (iconv(cd, &from, &left, &to, &room) != (size_t)-1)
        add(label, charset, out, (size_t)(to - out));
    iconv_close(cd);
}

/* Digits two a byte, from the first and from the second digit on. */
static void add_bcd(const char *label, const char *text)
{
    for (int from = 0; from < 2; from++) {
        unsigned char out[BYTES];
        size_t n = 0;
        for (const char *p = text + from; p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9';
             p += 2)
            out[n++] = (unsigned char)((p[0] - '0') << 4 | (p[1] - '0'));
        if (n >= 4)
            add(label, "BCD", out, n);
    }
}

static void add_hex(const char *label, const char *text)
{
    for (int upper = 0; upper < 2; upper++) {
        char out[BYTES * 2 + 1];
        size_t n = 0;
        for (const char *p = text; *p && n + 2 < sizeof out; p++)
            n += (size_t)snprintf(out + n, sizeof out - n, upper ? "%02X" : "%02x",
                                  (unsigned char)*p);
        add(label, "hex", out, n);
    }
}

/* Bytes as they are: of a picture. */
static void add_raw(const char *label, const char *hex)
{
    unsigned char out[BYTES];
    unsigned byte;
    size_t n = 0;
    for (; n < sizeof out && sscanf(hex, "%2x", &byte) == 1; hex += 2)
        out[n++] = (unsigned char)byte;
    add(label, "bytes", out, n);
}

static void read_needles(const char *path)
{
    char line[512];
    FILE *f = fopen(path, "r");
    if (!f)
        exit(2);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        char *text = strchr(line, ' ');
        if (!text)
            continue;
        *text++ = '\0';
        if (strncmp(text, "0x", 2) == 0) {
            add_raw(line, text + 2);
            continue;
        }
        static const char *const charsets[] = { "UTF-8",    "GB18030",  "UTF-16LE",
                                                "UTF-16BE", "UTF-32LE", "UTF-32BE" };
        for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
            add_coded(line, text, charsets[i]);
        add_bcd(line, text);
        add_hex(line, text);
    }
    fclose(f);
}

static void look_in(const unsigned char *p, size_t n, const char *where, unsigned long long at)
{
    for (int i = 0; i < count; i++) {
        const unsigned char *q = p;
        while ((q = memmem(q, n - (size_t)(q - p), needles[i].bytes, needles[i].n))) {
            printf("found %s in %s at %llx\n", needles[i].label, where,
                   at + (unsigned long long)(q - p));
            found++;
            q++;
        }
    }
}

/* Chunks overlap by the longest needle. */
static void look_through(int fd, unsigned long long from, unsigned long long to, const char *where)
{
    static unsigned char buf[CHUNK + BYTES];
    size_t kept = 0;
    for (unsigned long long at = from; at < to;) {
        size_t want = to - at < CHUNK ? (size_t)(to - at) : CHUNK;
        ssize_t n = pread(fd, buf + kept, want, (off_t)at);
        if (n <= 0)
            break;
        look_in(buf, kept + (size_t)n, where, at - kept);
        at += (unsigned long long)n;
        size_t have = kept + (size_t)n;
        kept = have < BYTES ? have : BYTES;
        memmove(buf, buf + have - kept, kept);
        looked_mb += n >> 10;
    }
}

static bool look_at_memory(const char *pid)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%s/mem", pid);
    int fd = open(path, O_RDONLY);
    snprintf(path, sizeof path, "/proc/%s/maps", pid);
    FILE *maps = fopen(path, "r");
    bool any = false;
    while (fd >= 0 && maps && fgets(line, sizeof line, maps)) {
        unsigned long long from, to;
        char mode[8];
        int name = 0;
        if (sscanf(line, "%llx-%llx %7s %*s %*s %*s %n", &from, &to, mode, &name) < 3 ||
            mode[0] != 'r' || strstr(line, "[vvar]") || strstr(line, "[vsyscall]"))
            continue;
        line[strcspn(line, "\n")] = '\0';
        long before = looked_mb;
        look_through(fd, from, to, line + name);
        any |= looked_mb > before;
    }
    if (maps)
        fclose(maps);
    if (fd >= 0)
        close(fd);
    return any;
}

static void look_at_file(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return;
    if (S_ISDIR(st.st_mode)) {
        DIR *d = opendir(path);
        for (struct dirent *e; d && (e = readdir(d));) {
            char below[1024];
            if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
                continue;
            snprintf(below, sizeof below, "%s/%s", path, e->d_name);
            look_at_file(below);
        }
        if (d)
            closedir(d);
    } else if (S_ISREG(st.st_mode)) {
        int fd = open(path, O_RDONLY);
        if (fd >= 0) {
            look_through(fd, 0, (unsigned long long)st.st_size, path);
            close(fd);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    read_needles(argv[2]);
    if (count == 0 || (strcmp(argv[1], "0") != 0 && !look_at_memory(argv[1]))) {
        fprintf(stderr, "memscan: cannot read the memory of %s\n", argv[1]);
        return 2;
    }
    for (int i = 3; i < argc; i++)
        look_at_file(argv[i]);
    printf("%ld finds of %d needles in %ld MB\n", found, count, looked_mb >> 10);
    return found != 0;
}
