/* progress_test.c - a receipt number is typed in groups of four and judged at its last character.
 */
#include "tests/test.h"

#include "app/progress.h"
#include "hal/wire_item.h"

#include <string.h>

TEST(a_receipt_number_falls_into_groups_whatever_is_typed_between)
{
    struct progress *p = progress_create();
    progress_type(p, "7k q3");
    CHECK_STR(p->typed, "7KQ3");
    progress_type(p, "-m2 岗d");
    CHECK_STR(p->typed, "7KQ3-M2D");
    progress_erase(p);
    progress_erase(p);
    progress_erase(p);
    CHECK_STR(p->typed, "7KQ3");
    for (int i = 0; i < 10; i++)
        progress_erase(p);
    CHECK_STR(p->typed, "");
    progress_destroy(p);
}

TEST(a_wrong_check_character_is_told_at_the_last_one)
{
    char number[WIRE_RECEIPT + 1];
    wire_receipt("5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a", number);
    struct progress *p = progress_create();
    progress_type(p, number);
    CHECK_STR(p->typed, number);
    CHECK_ERR(p->wrong, OK);
    progress_erase(p);
    char last = number[strlen(number) - 1] == '7' ? '8' : '7';
    progress_type(p, (char[2]){ last, '\0' });
    CHECK(p->wrong != OK);
    progress_type(p, "99999"); /* nothing fits any more */
    CHECK_EQ(strlen(p->typed), WIRE_RECEIPT);
    progress_forget(p);
    CHECK_STR(p->typed, "");
    progress_destroy(p);
}
