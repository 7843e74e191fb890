/* application.h - reads the plain text of an item: is it an application, whose, for what. */
#ifndef PLATFORM_APPLICATION_H
#define PLATFORM_APPLICATION_H

#include "hal/crypto.h"
#include "hal/json.h"
#include "hal/wire_blob.h"
#include "hal/wire_item.h"

#include <stdbool.h>

/* What the case keeps of it. Nothing personal: person and card are keyed hashes. */
struct application {
    char receipt[WIRE_RECEIPT + 1], service[64], service_name[192], identity[8];
    int64_t at_ms;
    bool has_person, has_card;
    unsigned char person[CRYPTO_MAC], card[CRYPTO_MAC];
    int page_count; /* photographed, in the order of the papers */
    struct wire_page page[WIRE_BLOB_PAGES];
};

/* One element of a material's "pages". */
MUST_CHECK enum err application_page(const struct json *o, struct wire_page *out);

/* Checks the whole of it (PROTOCOL.md "Application"). ERR_FORMAT, ERR_TYPE: it is none, or its
 * receipt number does not belong to this id. out_root (may be NULL) is freed by the caller. */
MUST_CHECK enum err application_read(const char *text, size_t n, const char *id,
                                     const unsigned char key[CRYPTO_MAC_KEY],
                                     struct application *out, struct json **out_root);

/* The keyed hashes of a person and of a person's card. False: an empty number. */
bool person_mac(const unsigned char key[CRYPTO_MAC_KEY], const char *idno,
                unsigned char out[CRYPTO_MAC]);
bool card_mac(const unsigned char key[CRYPTO_MAC_KEY], const char *idno, const char *card_no,
              unsigned char out[CRYPTO_MAC]);

#endif
