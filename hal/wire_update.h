/* wire_update.h - a new system for the appliance as one file: what stands at its head, and whose
 * word that is.
 *
 * Pure functions, [any] thread; the text of the contract is platform/PROTOCOL.md, "Updates of the
 * appliance". A bundle is: magic, length of the manifest (u32, little-endian), the manifest, its
 * Ed25519 signature (these four are the head), the kernel (UKI), the root image. */
#ifndef HAL_WIRE_UPDATE_H
#define HAL_WIRE_UPDATE_H

#include "hal/base/err.h"
#include "hal/crypto.h"

#include <stddef.h>
#include <stdint.h>

#define WIRE_UPDATE_MAGIC  "HUIMINUP"
#define WIRE_UPDATE_SUFFIX ".update"
enum {
    WIRE_UPDATE_TEXT = 4096, /* of a manifest */
    WIRE_UPDATE_START = 12,  /* magic and length */
    WIRE_UPDATE_HEAD = WIRE_UPDATE_START + WIRE_UPDATE_TEXT + CRYPTO_SIG,
    WIRE_UPDATE_VERSION = 999999999,
    WIRE_UPDATE_UKI = 64 << 20,  /* bytes at most */
    WIRE_UPDATE_ROOT = 1 << 30,  /* a slot's own size may be less */
    WIRE_UPDATE_NAME = 40,       /* huimin-V.update and what is put behind it */
    WIRE_UPDATE_KEY_FILE = 4096, /* of a key file */
};

/* What a manifest says, and where the images are in the file. */
struct wire_update {
    int64_t version;   /* 1..WIRE_UPDATE_VERSION; only rises */
    int64_t issued_ms; /* when it was made; whole seconds */
    int64_t uki_size, root_size;
    char uki_hash[2 * CRYPTO_HASH + 1], root_hash[2 * CRYPTO_HASH + 1]; /* SHA-256 */
    int64_t head_size;                                                  /* the kernel begins here */
};
int64_t wire_update_size(const struct wire_update *u); /* of the whole file */
/* "huimin-V.update" */
void wire_update_name(int64_t version, char out[WIRE_UPDATE_NAME]);

/* The head, signed; head_size is not looked at. out_n: its bytes. ERR_ARG: a number out of bounds.
 */
MUST_CHECK enum err wire_update_write(const struct wire_update *u,
                                      const unsigned char secret[CRYPTO_SECRET],
                                      unsigned char out[WIRE_UPDATE_HEAD], size_t *out_n);
/* Reads the head at the front of bytes. With a key its signature is looked at before anything else
 * is believed: ERR_SIGNATURE; without one only its form. ERR_CUT: it goes on behind n bytes;
 * ERR_FORMAT: not a bundle, or one of another kind. */
MUST_CHECK enum err wire_update_read(const void *bytes, size_t n, const unsigned char *pub,
                                     struct wire_update *out);

/* A key file: lines of hex digits, of which one is exactly this long; # and blank lines are passed
 * over. ERR_FORMAT. */
MUST_CHECK enum err wire_update_key(const char *text, size_t n, void *out, size_t key_size);

#endif
