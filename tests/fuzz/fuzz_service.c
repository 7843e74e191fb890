/* fuzz_service.c - any bytes as a service file handed to the publisher: rows or a refusal. */
#include "platform/input.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/fuzz_service.XXXXXX";
static char file[64];
static struct db *db;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    if (!mkdtemp(dir) || db_open(":memory:", &db) != OK)
        abort();
    snprintf(file, sizeof file, "%s/services.jsonl", dir);
    if (!freopen("/dev/null", "w", stderr)) /* one line a fault, millions of faults */
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    close(fd);
    struct input in = { 0 };
    enum err e = input_read(&in, dir, db);
    if (e == OK && in.faults)
        abort(); /* a fault was told, and yet it was taken */
    input_close(&in);
    return 0;
}
