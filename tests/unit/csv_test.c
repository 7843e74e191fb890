/* csv_test.c - tables as spreadsheets write them. */
#include "platform/csv.h"

#include <string.h>

#include "tests/test.h"

TEST(csv_gives_fields_quotes_and_line_numbers)
{
    char text[] = "\xef\xbb\xbf"
                  "a,b\r\n\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\n,last";
    char *f[CSV_FIELDS];
    struct csv c;
    int n = 0;
    csv_start(&c, text);
    CHECK_ERR(csv_next(&c, f, &n), OK);
    CHECK_EQ(n, 2);
    CHECK_STR(f[0], "a");
    CHECK_STR(f[1], "b");
    CHECK_ERR(csv_next(&c, f, &n), OK);
    CHECK_EQ(n, 2);
    CHECK_EQ(c.line, 3);
    CHECK_STR(f[0], "x, \"y\"");
    CHECK_STR(f[1], "two\nlines");
    CHECK_ERR(csv_next(&c, f, &n), OK);
    CHECK_EQ(n, 2);
    CHECK_EQ(c.line, 5);
    CHECK_STR(f[0], "");
    CHECK_STR(f[1], "last");
    CHECK_ERR(csv_next(&c, f, &n), OK);
    CHECK_EQ(n, 0);
}

TEST(csv_refuses_open_quotes_and_text_behind_them)
{
    char open[] = "a,\"b\nc", behind[] = "\"a\"b,c", many[256];
    char *f[CSV_FIELDS];
    struct csv c;
    int n = 0;
    csv_start(&c, open);
    CHECK_ERR(csv_next(&c, f, &n), ERR_FORMAT);
    csv_start(&c, behind);
    CHECK_ERR(csv_next(&c, f, &n), ERR_FORMAT);
    memset(many, ',', 40);
    many[40] = '\0';
    csv_start(&c, many);
    CHECK_ERR(csv_next(&c, f, &n), ERR_FORMAT);
}

TEST(csv_of_nothing_has_no_record)
{
    char text[] = "\n\r\n\n";
    char *f[CSV_FIELDS];
    struct csv c;
    int n = 9;
    csv_start(&c, text);
    CHECK_ERR(csv_next(&c, f, &n), OK);
    CHECK_EQ(n, 0);
}
