/* idno_test.c - resident identity numbers: the standard's own example, and every way to be wrong.
 */
#include "hal/base/clock.h"
#include "hal/idno.h"

#include "tests/test.h"

static int today(void)
{
    return clock_day_from_civil(2026, 11, 23);
}

TEST(the_identity_number_of_the_standard_is_good)
{
    struct idno id = { .birth_day = 1 };
    CHECK_EQ(idno_read("11010519491231002X", today(), &id), IDNO_OK);
    CHECK_EQ(id.birth_day, clock_day_from_civil(1949, 12, 31));
    CHECK_EQ(id.sex, '2');
    CHECK_STR(id.area, "110105");
    CHECK_EQ(idno_read("11010519491231002x", today(), NULL), IDNO_OK);
    CHECK_EQ(idno_read("440524188001010014", today(), NULL), IDNO_DATE); /* nobody is so old */
}

TEST(a_man_has_an_odd_number)
{
    struct idno id;
    CHECK_EQ(idno_read("420506196302144159", today(), &id), IDNO_OK);
    CHECK_EQ(id.sex, '1');
}

TEST(a_wrong_identity_number_is_told_by_its_own_reason)
{
    struct idno id = { .birth_day = 5 };
    CHECK_EQ(idno_read("110105194912310021", today(), &id), IDNO_CHECK);
    CHECK_EQ(idno_read("11010519491231020X", today(), &id), IDNO_CHECK); /* two digits exchanged */
    CHECK_EQ(idno_read("110105194902300028", today(), &id), IDNO_DATE);
    CHECK_EQ(idno_read("110105202702010028", today(), &id), IDNO_DATE); /* not born yet */
    CHECK_EQ(idno_read("110105491231002", today(), &id), IDNO_LEGACY);
    CHECK_EQ(idno_read("11010549123100X", today(), &id), IDNO_LENGTH);
    CHECK_EQ(idno_read("", today(), &id), IDNO_LENGTH);
    CHECK_EQ(idno_read("1101051949123100XX", today(), &id), IDNO_CHARACTER);
    CHECK_EQ(idno_read("01010519491231002X", today(), &id), IDNO_CHARACTER);
    CHECK_EQ(idno_read("110105\xef\xbc\x91"
                       "949123100",
                       today(), &id),
             IDNO_CHARACTER);
    CHECK_EQ(id.birth_day, 5);
}
