/* printer_test.c - a receipt comes out whole, or it is said honestly why not.
 */
#include "tests/test.h"

#include "hal/printer_part.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_int said;

static void printed(void *ctx, enum err e)
{
    (void)ctx;
    said = e;
}

static void fill(struct paper *p)
{
    memset(p, 0, sizeof *p);
    paper_add(p, PAPER_BIG, "7KQ3-M2XD-94TF");
    paper_add(p, PAPER_RULE, "");
    paper_add(p, PAPER_PLAIN, "张*兰");
}

/* -1: nothing came of it in two seconds. */
static int print_to(const char *target)
{
    struct printer *p = NULL;
    struct paper paper;
    fill(&paper);
    said = -1;
    if (printer_create(target, printed, NULL, &p) != OK)
        return -2;
    enum err e = printer_print(p, &paper);
    if (e != OK)
        said = e;
    for (int i = 0; i < 400 && said < 0; i++)
        poll(NULL, 0, 5);
    printer_destroy(p);
    return said;
}

static const char *in_dir(char out[300], const char *kind, const char *name)
{
    snprintf(out, 300, "%s%s/%s", kind, test_dir(), name);
    return out;
}

static void beside(const char *word)
{
    char path[300];
    int fd = open(in_dir(path, "", "p.bin.status"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, word, strlen(word)) < 0)
        test_fail(__FILE__, __LINE__, "%s not written", path);
    close(fd);
}

TEST(a_paper_is_printed_whole_in_the_printers_characters)
{
    static const unsigned char name[] = { 0xD5, 0xC5, '*', 0xC0, 0xBC, '\n' };
    unsigned char got[4096];
    char path[300];
    CHECK_EQ(print_to(in_dir(path, "file:", "p.bin")), OK);
    int fd = open(in_dir(path, "", "p.bin"), O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    ssize_t n = read(fd, got, sizeof got);
    close(fd);
    CHECK(n > 0);
    CHECK(memcmp(got, "\x1B@\x1C&", 4) == 0);
    CHECK(memmem(got, (size_t)n, name, sizeof name) != NULL);
    CHECK(memmem(got, (size_t)n, "7KQ3-M2XD-94TF\n", 15) != NULL);
    CHECK(memcmp(got + n - 4, "\x1DVB\0", 4) == 0); /* nothing comes after the cut */
}

TEST(a_printer_without_paper_prints_nothing_and_says_so)
{
    char path[300];
    beside("paper_out\n");
    CHECK_EQ(print_to(in_dir(path, "file:", "p.bin")), ERR_PAPER);
    beside("cover_open\n");
    CHECK_EQ(print_to(path), ERR_COVER);
    beside("absent");
    CHECK_EQ(print_to(path), ERR_NO_DEVICE);
    int fd = open(in_dir(path, "", "p.bin"), O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    off_t n = lseek(fd, 0, SEEK_END);
    close(fd);
    CHECK_EQ(n, 0);
}

TEST(no_printer_is_a_state_and_nonsense_a_fault_of_the_config)
{
    struct printer *p = NULL;
    CHECK_EQ(print_to("none"), ERR_NO_DEVICE);
    CHECK_EQ(print_to("usb:/nowhere/lp0"), ERR_NO_DEVICE);
    CHECK_ERR(printer_create("tcp:printer.example:9100", printed, NULL, &p), ERR_CONFIG);
    CHECK_ERR(printer_create("tcp:127.0.0.1:99999", printed, NULL, &p), ERR_CONFIG);
    CHECK_ERR(printer_create("laser", printed, NULL, &p), ERR_CONFIG);
    CHECK(p == NULL);
}

TEST(status_answers_are_told_from_noise)
{
    CHECK_ERR(escpos_answer(1, 0x12), OK);
    CHECK_ERR(escpos_answer(1, 0x16), ERR_COVER);
    CHECK_ERR(escpos_answer(1, 0x32), ERR_PAPER);
    CHECK_ERR(escpos_answer(2, 0x72), ERR_PAPER);
    CHECK_ERR(escpos_answer(0, 0x00), ERR_FORMAT);
    CHECK_ERR(escpos_answer(0, 0xFF), ERR_FORMAT);
}

/* A network printer that is well until the receipt has come, and then has no
 * paper left. */
static void *runs_out(void *arg)
{
    unsigned char b[512];
    int fd, in = *(int *)arg;
    while ((fd = accept(in, NULL, NULL)) >= 0) {
        bool text = false;
        for (ssize_t n; (n = recv(fd, b, sizeof b, 0)) > 0;) {
            text |= memmem(b, (size_t)n, "7KQ3", 4) != NULL;
            const unsigned char *ask = memmem(b, (size_t)n, "\x10\x04", 2);
            unsigned char answer = ask && ask[2] == 4 && text ? 0x72 : 0x12;
            if (ask && send(fd, &answer, 1, MSG_NOSIGNAL) < 0)
                break;
        }
        close(fd);
    }
    return NULL;
}

TEST(paper_that_ends_in_the_middle_is_not_called_printed)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    char target[64];
    pthread_t thread;
    int in = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(in >= 0 && bind(in, (struct sockaddr *)&at, n) == 0 && listen(in, 4) == 0);
    CHECK(getsockname(in, (struct sockaddr *)&at, &n) == 0);
    CHECK_EQ(pthread_create(&thread, NULL, runs_out, &in), 0);
    snprintf(target, sizeof target, "tcp:127.0.0.1:%d", ntohs(at.sin_port));
    int e = print_to(target);
    shutdown(in, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(in);
    CHECK_EQ(e, ERR_PAPER);
}

TEST(a_code_too_long_for_the_paper_is_refused)
{
    static struct qr qr;
    char text[1200];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CHECK_ERR(qr_make(text, &qr), ERR_TOO_BIG);
    text[100] = '\0';
    CHECK_ERR(qr_make(text, &qr), OK);
    CHECK(qr.side > 20 && qr.side <= QR_SIDE);
    CHECK(qr.dark[0] == 1 && qr.dark[qr.side + 1] == 0); /* the corner of a finder and its ring */
}
