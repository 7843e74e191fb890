/* err_test.c - every error has a name of its own, for the log and for its sentence. */
#include "tests/test.h"

#include <string.h>

TEST(every_error_has_a_name_of_its_own)
{
    for (int i = 0; i < ERR_COUNT; i++)
        for (int j = i + 1; j < ERR_COUNT; j++)
            CHECK(strcmp(err_name((enum err)i), err_name((enum err)j)) != 0);
}

TEST(a_number_that_is_no_error_still_has_a_name)
{
    CHECK(err_name((enum err)9999) != NULL);
}
