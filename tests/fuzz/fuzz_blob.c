/* fuzz_blob.c - any bytes as the platform's answer about a paper, and as the path of one. */
#include "hal/wire_blob.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct wire_blob_state s;
    char path[256], hash[WIRE_HASH_HEX + 1], again[WIRE_BLOB_PATH];
    int64_t off = 0;
    if (wire_blob_read(data, n, &s) == OK && (s.have < 0 || s.have > WIRE_BLOB_MAX))
        abort();
    if (n >= sizeof path)
        return 0;
    memcpy(path, data, n);
    path[n] = '\0';
    if (!wire_blob_path_read(path, hash, &off))
        return 0;
    wire_blob_path(hash, off, again); /* there is one way to write it */
    if (strcmp(path, again) != 0)
        abort();
    return 0;
}
