/* setup_psk.h - the key of a wireless network from its passphrase (IEEE 802.11, annex J.4). */
#ifndef IMAGE_SETUP_PSK_H
#define IMAGE_SETUP_PSK_H

#include <stddef.h>

enum { PSK_HEX = 65 };
/* PBKDF2-HMAC-SHA1 (RFC 8018), 4096 rounds, the network's name as salt: 64 hex digits. Wipe it. */
void psk_of(const char *passphrase, const char *ssid, char out[PSK_HEX]);
/* SHA-1 (FIPS 180-4): for this alone; it protects nothing else here. */
void psk_sha1(const void *data, size_t n, unsigned char out[20]);

#endif
