/* update_kit.h - a bundle of a few hundred kilobytes, its key, and what is signed into it. */
#ifndef TESTS_UNIT_UPDATE_KIT_H
#define TESTS_UNIT_UPDATE_KIT_H

#include "hal/wire_update.h"
#include "image/update.h"

#include <stdbool.h>

enum { KIT_UKI = 70000, KIT_ROOT = 600005 /* two pieces and a bit */, KIT_SLOT = 1 << 20 };

/* The key pair of all bundles of this process. */
const unsigned char *update_kit_pub(void);
/* Byte i of the image of a version. */
unsigned char update_kit_uki(int version, int i);
unsigned char update_kit_root(int version, int i);
/* Its manifest, signed: head must hold WIRE_UPDATE_HEAD bytes. Gives the head's size. */
size_t update_kit_head(int version, unsigned char *head, struct wire_update *out);
/* Writes the whole bundle. */
void update_kit_bundle(const char *path, int version);
/* The first n bytes of such an image as a file; whether a file begins with them. */
void update_kit_put(const char *path, int version, int n, unsigned char (*byte)(int, int));
bool update_kit_holds(const char *path, int version, int n, unsigned char (*byte)(int, int));
/* "deployer.pub" as it is on the machine. */
void update_kit_key_file(const char *path);

/* A machine of files in test_dir(): version 5 runs from slot a, version 4 is in the other, the
 * stick is empty. Made anew, but for what was added to its directories. */
enum { KIT_RUNS = 5, KIT_OLD = 4 };
struct update_machine {
    struct update u;
    char slot_a[400], slot_b[400], esp[400], state[400], key[400], stick[400];
};
void update_kit_machine(struct update_machine *m);

#endif
