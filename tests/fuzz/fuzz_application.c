/* fuzz_application.c - any bytes as what was sealed in a box: an application of this id, or none.
 */
#include "platform/application.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char id[] = "00112233445566778899aabbccddeeff";
    static const unsigned char key[CRYPTO_MAC_KEY] = "k";
    struct application app;
    struct json *root = NULL;
    char receipt[WIRE_RECEIPT + 1];
    if (application_read((const char *)data, size, id, key, &app, &root) != OK)
        return 0;
    wire_receipt(id, receipt);
    if (!root || strcmp(app.receipt, receipt) != 0 || !app.service[0] ||
        (app.has_card && !app.has_person))
        abort(); /* taken, and yet it is not what it should be */
    json_free(root);
    return 0;
}
