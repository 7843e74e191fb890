/* cipher.h - the block ciphers a citizen's card computes with. */
#ifndef TESTS_CARDSIM_CIPHER_H
#define TESTS_CARDSIM_CIPHER_H

#include <stdbool.h>
#include <stddef.h>

/* DES: the key is 8 bytes, a block 8; DES3: 16 (two keys) and 8; SM4: 16 and 16. */
enum cipher { CIPHER_DES, CIPHER_DES3, CIPHER_SM4 };

/* Encrypts one block; out may be in. False: the library cannot. */
bool cipher_block(enum cipher how, const unsigned char *key, const unsigned char *in,
                  unsigned char *out);

#endif
