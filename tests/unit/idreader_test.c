/* idreader_test.c - frames and records of an identity card module, and the reader on a real tty. */
#include "hal/base/clock.h"
#include "hal/idreader_frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

enum { PHOTO = 1024, TEST_TYPE_AT = 248 };

/* --- frames --------------------------------------------------------------------------------- */

/* Puts an answer together, without the code that is tested. */
static size_t make_frame(unsigned char *out, unsigned char sw3, const unsigned char *data, size_t n)
{
    static const unsigned char head[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69 };
    memcpy(out, head, 5);
    out[5] = (unsigned char)((n + 4) >> 8);
    out[6] = (unsigned char)(n + 4);
    out[7] = out[8] = 0;
    out[9] = sw3;
    memcpy(out + 10, data, n);
    out[10 + n] = 0;
    for (size_t i = 5; i < 10 + n; i++)
        out[10 + n] ^= out[i];
    return 11 + n;
}

static size_t make_text_frame(unsigned char *out)
{
    static unsigned char data[4 + IDREADER_TEXT + PHOTO] = { 1, 0, 4, 0 };
    for (size_t i = 4; i < sizeof data;
         i++) /* with preambles in the photo, as chance may have it */
        data[i] = (unsigned char)(i % 9 < 3 ? 0xaa : i % 9 == 3 ? 0x96 : i % 9 == 4 ? 0x69 : i);
    return make_frame(out, 0x90, data, sizeof data);
}

TEST(what_a_module_is_asked_is_as_published)
{
    static const struct {
        enum idreader_ask ask;
        unsigned char b[IDREADER_COMMAND];
    } all[] = {
        { IDREADER_FIND, { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, 0x20, 0x01, 0x22 } },
        { IDREADER_SELECT, { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, 0x20, 0x02, 0x21 } },
        { IDREADER_READ, { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, 0x30, 0x01, 0x32 } },
        { IDREADER_STATUS, { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 3, 0x11, 0xff, 0xed } },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        unsigned char b[IDREADER_COMMAND];
        idreader_command(all[i].ask, b);
        CHECK(memcmp(b, all[i].b, sizeof b) == 0);
    }
}

TEST(what_a_module_answers_is_taken_as_published)
{
    static const unsigned char found[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 8,   0,
                                           0,    0x9f, 0,    0,    0,    0, 0x97 };
    static const unsigned char selected[] = { 0xaa, 0xaa, 0xaa, 0x96, 0x69, 0, 12, 0, 0,   0x90,
                                              0,    0,    0,    0,    0,    0, 0,  0, 0x9c };
    struct idreader_input in = { .n = 0 };
    bool whole = false;
    CHECK_EQ(idreader_take(&in, found, sizeof found, &whole), sizeof found);
    struct idreader_answer a = idreader_answer(&in);
    CHECK(whole && a.sw[2] == 0x9f && a.n == 4);
    CHECK(idreader_fits(IDREADER_FIND, &a) && !idreader_fits(IDREADER_SELECT, &a) &&
          !idreader_fits(IDREADER_READ, &a));
    CHECK_EQ(idreader_take(&in, selected, sizeof selected, &whole), sizeof selected);
    a = idreader_answer(&in);
    CHECK(whole && a.sw[2] == 0x90 && a.n == 8);
    CHECK(idreader_fits(IDREADER_SELECT, &a) && !idreader_fits(IDREADER_FIND, &a) &&
          !idreader_fits(IDREADER_READ, &a));
}

TEST(a_frame_may_come_in_two_parts_cut_anywhere)
{
    static unsigned char frame[IDREADER_FRAME];
    size_t n = make_text_frame(frame);
    CHECK_EQ(n, 1295);
    for (size_t cut = 0; cut <= n; cut++) {
        static struct idreader_input in;
        bool whole = false;
        idreader_clear(&in);
        CHECK_EQ(idreader_take(&in, frame, cut, &whole), cut);
        CHECK(whole == (cut == n));
        CHECK_EQ(idreader_take(&in, frame + cut, n - cut, &whole), n - cut);
        struct idreader_answer a = idreader_answer(&in);
        CHECK(cut == n || whole);
        CHECK(cut == n || (a.sw[2] == 0x90 && a.n == n - 11 && in.spoilt == 0));
        CHECK(cut == n || memcmp(a.data, frame + 10, a.n) == 0);
        CHECK(cut == n ||
              (idreader_fits(IDREADER_READ, &a) && !idreader_fits(IDREADER_SELECT, &a)));
    }
}

/* Gives it byte by byte and all at once; how many whole frames with this SW3 come out. */
static int frames_in(const unsigned char *p, size_t n, unsigned char sw3, bool bytewise)
{
    static struct idreader_input in;
    int frames = 0;
    bool whole = false;
    idreader_clear(&in);
    for (size_t at = 0; at < n || whole;) {
        size_t chunk = bytewise && at < n ? 1 : n - at;
        at += idreader_take(&in, p + at, chunk, &whole);
        frames += whole && idreader_answer(&in).sw[2] == sw3;
    }
    return frames;
}

TEST(a_frame_is_found_behind_every_kind_of_noise)
{
    static const struct {
        const char *bytes;
        size_t n;
    } noise[] = {
        { "", 0 },
        { "\xaa", 1 },
        { "\xaa\xaa\xaa\xaa", 4 },
        { "\xaa\xaa\xaa\x96", 4 },
        { "\x00\x01\x02\xaa\xaa\x96\x69\x13", 8 },
        { "\xaa\xaa\xaa\x96\x69\xff\xff", 7 },         /* no length */
        { "\xaa\xaa\xaa\x96\x69\x00\x03\x00\x00", 9 }, /* shorter than any answer */
        { "\xaa\xaa\xaa\x96\x69\x00\x00", 7 },
        { "\xaa\xaa\xaa\x96\x69\x00\x04\x00\x00\x90\x00", 11 }, /* a wrong sum */
        { "\xaa\xaa\xaa\x96\x69\x00\x10\x00\x00\x90", 10 },     /* it swallows the next frame */
    };
    unsigned char b[64] = { 0 }, frame[32];
    size_t k = make_frame(frame, 0x80, b, 0);
    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++) {
        memcpy(b, noise[i].bytes, noise[i].n);
        memcpy(b + noise[i].n, frame, k);
        memcpy(b + noise[i].n + k, frame, k);
        CHECK_EQ(frames_in(b, noise[i].n + 2 * k, 0x80, false), 2);
        CHECK_EQ(frames_in(b, noise[i].n + 2 * k, 0x80, true), 2);
    }
}

TEST(a_frame_with_any_bit_wrong_is_no_frame)
{
    unsigned char frame[32], data[4] = { 1, 2, 3, 4 };
    size_t n = make_frame(frame, 0x9f, data, sizeof data);
    CHECK_EQ(frames_in(frame, n, 0x9f, false), 1);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        unsigned char was = frame[bit / 8];
        frame[bit / 8] = (unsigned char)(was ^ 1u << bit % 8);
        int got = frames_in(frame, n, 0x9f, false);
        frame[bit / 8] = was;
        CHECK_EQ(got, 0);
    }
}

TEST(a_frame_that_ends_early_or_promises_too_much_is_waited_for_and_no_more)
{
    static unsigned char frame[IDREADER_FRAME + 1];
    struct idreader_input in = { .n = 0 };
    bool whole = false;
    size_t n = make_text_frame(frame);
    CHECK_EQ(idreader_take(&in, frame, n - 1, &whole), n - 1);
    CHECK(!whole && in.n == n - 1);
    idreader_clear(&in);
    frame[6]++; /* one byte longer than the longest */
    CHECK_EQ(idreader_take(&in, frame, n, &whole), n);
    CHECK(!whole && in.spoilt > 0 && in.n < n);
}

TEST(every_status_of_a_module_has_its_name_and_its_meaning)
{
    static const struct {
        unsigned char sw3;
        enum err err;
        const char *name;
    } all[] = { { 0x90, OK, "ok" },
                { 0x9f, OK, "found" },
                { 0x10, ERR_IO, "bad_sum" },
                { 0x31, ERR_IO, "card_doubts_module" },
                { 0x40, ERR_CARD_UNKNOWN, "wrong_card" },
                { 0x41, ERR_IO, "not_read" },
                { 0x66, ERR_NO_DEVICE, "unauthorised" },
                { 0x80, ERR_CARD_GONE, "none_found" },
                { 0x81, ERR_CARD_GONE, "not_selected" },
                { 0x00, ERR_IO, "other" } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK_ERR(idreader_sw_err(all[i].sw3), all[i].err);
        CHECK_STR(idreader_sw_name(all[i].sw3), all[i].name);
    }
}

/* --- records -------------------------------------------------------------------------------- */

static unsigned char record[4 + IDREADER_TEXT + PHOTO];

/* Characters of the basic plane only. */
static void put(size_t at, const wchar_t *s)
{
    for (; *s; s++, at += 2) {
        record[4 + at] = (unsigned char)*s;
        record[5 + at] = (unsigned char)((unsigned)*s >> 8);
    }
}

static void fresh_record(void)
{
    memset(record, 0, sizeof record);
    record[0] = 1;
    record[2] = 4;
    for (size_t i = 0; i < IDREADER_TEXT; i += 2)
        record[4 + i] = ' ';
    put(0, L"田云霞");
    put(30, L"2");
    put(32, L"15");
    put(36, L"19760411");
    put(52, L"湖北省恩施市虚拟路1号");
    put(122, L"422801197604112823");
    put(158, L"恩施市公安局");
    put(188, L"20160815");
    put(204, L"20360815");
}

static enum err face_of_record(struct card_face *f)
{
    return idreader_face(record, sizeof record, f);
}

TEST(the_record_of_an_identity_card_is_read)
{
    struct card_face f;
    fresh_record();
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_EQ(f.kind, CARD_IDCARD);
    CHECK_STR(card_kind_name(f.kind), "idcard");
    CHECK_STR(f.name, "田云霞");
    CHECK_STR(f.id, "422801197604112823");
    CHECK_STR(f.card_no, "");
    CHECK_STR(f.issuer, "恩施市公安局");
    CHECK(f.sex == '2' && f.nation == 15 && !f.guarded);
    CHECK_EQ(f.birth_day, clock_day_from_civil(1976, 4, 11));
    CHECK_EQ(f.issued_day, clock_day_from_civil(2016, 8, 15));
    CHECK_EQ(f.expires_day, clock_day_from_civil(2036, 8, 15));
    put(204, L"长期      ");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_EQ(f.expires_day, INT32_MIN);
}

TEST(a_record_without_a_photo_or_filled_with_zeros_is_read)
{
    struct card_face f;
    fresh_record();
    record[2] = 0;
    CHECK_ERR(idreader_face(record, 4 + IDREADER_TEXT, &f), OK);
    for (size_t i = 4 + 6; i < 4 + 30; i++)
        record[i] = 0;
    put(0, L"某某某");
    record[4 + TEST_TYPE_AT] = 0;
    CHECK_ERR(idreader_face(record, 4 + IDREADER_TEXT, &f), OK);
    CHECK_STR(f.name, "某某某");
}

TEST(a_name_may_be_long_rare_or_broken)
{
    struct card_face f;
    fresh_record();
    put(0, L"迪丽努尔·阿卜杜热合曼·买买提");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_STR(f.name, "迪丽努尔·阿卜杜热合曼·买买提");
    put(0, L"\xd842\xdfb7\x4e00               ");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_STR(f.name, "𠮷一"); /* beyond the basic plane */
    put(0, L"\xdfb7\x7530\xd842\x7530\x0a\xd842   ");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_STR(f.name, "\uFFFD田\uFFFD田\uFFFD\uFFFD");
    put(0, L"12345678901234\xd842");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_STR(f.name, "12345678901234\uFFFD"); /* its other half would lie in the next field */
}

TEST(a_record_that_cannot_be_one_is_refused)
{
    static const struct {
        size_t at;
        const wchar_t *text;
    } bad[] = {
        { 0, L"               " },
        { 122, L"42280119760411282 " },
        { 122, L"4228011976041128231" },
        { 122, L"42280119760411282x" },
        { 122, L"42280119X604112823" },
        { 122, L"                  " },
        { 204, L"20360231" },
        { 204, L"        " },
        { 204, L"永久      " },
        { 204, L"00000000" },
        { 122, L"４22801197604112823" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct card_face f;
        fresh_record();
        put(bad[i].at, bad[i].text);
        enum err e = face_of_record(&f);
        if (i == 2) { /* its 19th character is the first of the issuer: nothing is wrong with it */
            CHECK_ERR(e, OK);
            continue;
        }
        CHECK_ERR(e, ERR_FORMAT);
        CHECK(f.kind == CARD_IDCARD && !f.name[0] && !f.id[0] && !f.issuer[0]);
    }
}

TEST(what_is_small_and_wrong_on_a_card_is_unknown)
{
    struct card_face f;
    fresh_record();
    put(30, L"7");
    put(32, L"1x");
    put(36, L"19760230");
    put(188, L"99999999");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK(f.sex == 0 && f.nation == 0 && f.birth_day == INT32_MIN && f.issued_day == INT32_MIN);
}

TEST(a_record_cut_short_is_refused_at_every_length)
{
    struct card_face f;
    fresh_record();
    for (size_t n = 0; n < sizeof record; n++) {
        unsigned char *own = malloc(n ? n : 1); /* so that a byte too far is seen */
        CHECK(own != NULL);
        memcpy(own, record, n);
        enum err e = idreader_face(own, n, &f);
        free(own);
        CHECK_ERR(e, ERR_FORMAT);
    }
    CHECK_ERR(face_of_record(&f), OK);
    record[1] = 1;
    CHECK_ERR(face_of_record(&f), ERR_FORMAT);
}

TEST(the_cards_of_hong_kong_and_of_foreigners_have_their_records)
{
    struct card_face f;
    fresh_record();
    put(TEST_TYPE_AT, L"J");
    put(122, L"810000198802170034");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_STR(f.id, "810000198802170034");
    CHECK_EQ(f.nation, 0);
    put(TEST_TYPE_AT, L"Q");
    CHECK_ERR(face_of_record(&f), ERR_CARD_UNKNOWN);
    CHECK(f.kind == CARD_IDCARD && !f.name[0] && !f.id[0]);
    for (size_t i = 0; i < TEST_TYPE_AT; i += 2) {
        record[4 + i] = ' ';
        record[5 + i] = 0;
    }
    put(TEST_TYPE_AT, L"I");
    put(0, L"DOE, JANE");
    put(120, L"2");
    put(122, L"XXA420119850101");
    put(188, L"2023010120330101");
    put(220, L"19850101");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_STR(f.name, "DOE, JANE");
    CHECK_STR(f.id, "XXA420119850101");
    CHECK_EQ(f.birth_day, clock_day_from_civil(1985, 1, 1));
    put(158, L"多伊");
    CHECK_ERR(face_of_record(&f), OK);
    CHECK_STR(f.name, "多伊");
    put(122, L"XX1420119850101");
    CHECK_ERR(face_of_record(&f), ERR_FORMAT);
}
