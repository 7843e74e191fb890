/* errand_test.c - a visit with a card: what the platform and the card are asked, and in what order,
 * whatever comes in between. */
#include "app/errand.h"

#include <stdio.h>
#include <string.h>

#include "app/card_pin.h"
#include "app/cases.h"
#include "app/form.h"
#include "app/genuine.h"
#include "app/progress.h"
#include "app/proof.h"
#include "app/scan.h"
#include "app/social.h"
#include "app/suggest.h"
#include "app/visit.h"
#include "hal/base/clock.h"
#include "tests/test.h"
#include "tests/unit/visit_kit.h"

#define app     (&visitkit.app)
#define GUILAN  "zhang-guilan"
#define DAQING  "xiong-daqing"
#define WU_YANG "wu-yang" /* keeps its holder's name to itself */
#define RECEIPT "008J-4CT4-ANK0"
#define ECARD   "ECARD1.abcdefgh0123456789"
#define TOKEN   "00112233445566778899aabbccddeeff"
#define ANOTHER "ffeeddccbbaa99887766554433221100"
#define HOLDER \
    ",\"holder\":{\"name\":\"吴阳\",\"id\":\"420506199001011234\",\"card\":\"A42050631\"}"

/* What the platform says. */
#define SAYS(rest) "{\"v\":1,\"at\":1," rest "}"
#define CHALLENGE                                                                   \
    SAYS("\"challenge\":{\"id\":\"0a0b\",\"factor\":\"0102030405060708\",\"orig\":" \
         "\"1112131415161718\"}")
#define GENUINE(token, rest) \
    SAYS("\"verdict\":\"genuine\",\"why\":\"\",\"token\":\"" token "\",\"until\":1" rest)
#define REFUSED(why) SAYS("\"verdict\":\"refused\",\"why\":\"" why "\"")
#define NO_CASES     SAYS("\"cases\":[]")
#define NO_FACTS     SAYS("\"facts\":{}")

/* What more the cards answer than what is recorded of them. */
#define PROVES "> 008800001001020304050607081112131415161718\n< A1A2A3A4A5A6A7A89000\n"
#define DRAWS  "> 0084000008\n< B1B2B3B4B5B6B7B89000\n> 0084000008\n< C1C2C3C4C5C6C7C89000\n"
#define EXT    ",\"ext\":\"d1d2d3d4d5d6d7d8\""
#define OPENS  "> 0082000A10D1D2D3D4D5D6D7D8B1B2B3B4B5B6B7B8\n"
#define HOLDER_FILE                                                                                \
    "< 9000\n> 00A4020002EF06\n< 9000\n> 00B2010500\n< 6C5B\n> 00B201055B\n"                       \
    "< 0812343230353036313936333032313434313539091ED0DCB4F3C7EC00000000000000000000000000000000"   \
    "00000000000000004E1400000000000000000000000000000000000000000A01310B01010C034205060D04196302" \
    "149000\n"
#define THREE_TRIES "> 0020000000\n< 63C3\n"
#define PIN_MUTE    "> 0020000003123456\n< mute\n"

/* --- steps --------------------------------------------------------------------------------------
 */

static bool asked(const char *what)
{
    return test_check_str(__FILE__, __LINE__, visitkit_asked(), what, "asked");
}

/* The platform's challenge is there and the card has answered it. */
static bool answered(void)
{
    return asked("challenge") && visitkit_says(CHALLENGE) && visitkit_card() && asked("verdict");
}

static bool proved(void)
{
    return answered() && visitkit_says(GENUINE(TOKEN, ""));
}

/* Everything that is asked when a card comes is answered; the number is read before each. */
static bool served(void)
{
    return visitkit_card() && asked("cases") && visitkit_says(NO_CASES) && visitkit_card() &&
           asked("suggest") && visitkit_says(NO_FACTS) && asked("");
}

static bool greeted(const char *session, const char *more)
{
    return visitkit_start(session) && visitkit_in(GUILAN, more) && proved() && served();
}

static bool all_zero(const void *p, size_t n)
{
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++)
        if (b[i])
            return false;
    return true;
}

/* A citizen whose personal questions are not answered, and nothing else is wrong. */
static bool goes_on_without_questions(void)
{
    return app->session.face && app->genuine->state == GENUINE_FAILED &&
           app->card_says == CARD_SAYS_NOTHING && app->cases->ask.state == ASK_FAILED &&
           app->suggest->ask.state == ASK_FAILED && asked("");
}

/* --- the line -----------------------------------------------------------------------------------
 */

TEST(a_receipt_question_open_when_a_card_comes_is_answered_later_and_the_visit_goes_on)
{
    CHECK(visitkit_start("insert"));
    app_go(app, "progress", 0);
    progress_type(app->progress, RECEIPT);
    progress_look(app);
    CHECK(asked("receipt"));
    CHECK(visitkit_in(GUILAN, PROVES));
    CHECK_EQ(app->progress->ask.state, ASK_WAITS);
    CHECK(proved());
    CHECK(asked("receipt"));
    CHECK(visitkit_says(NO_CASES));
    CHECK_EQ(app->progress->ask.state, ASK_DONE);
    CHECK(served());
}

TEST(a_token_that_is_no_longer_taken_is_fetched_once_for_a_question)
{
    CHECK(visitkit_start("insert"));
    CHECK(visitkit_in(GUILAN, PROVES));
    CHECK(proved());
    CHECK(visitkit_card());
    CHECK(asked("cases"));
    CHECK(visitkit_fails("no_token"));
    CHECK(answered());
    CHECK(visitkit_says(GENUINE(ANOTHER, "")));
    CHECK(visitkit_card());
    CHECK(asked("cases"));
    CHECK(visitkit_asks_with("\"token\":\"" ANOTHER "\""));
    CHECK(visitkit_fails("no_token"));
    CHECK_EQ(app->cases->ask.state, ASK_FAILED);
    CHECK_ERR(app->cases->ask.err, ERR_NO_TOKEN);
    CHECK(visitkit_card());
    CHECK(asked("suggest")); /* with the same token: nothing was asked for a third time */
    CHECK(visitkit_says(NO_FACTS));
    CHECK(asked(""));
}

TEST(an_empty_or_malformed_token_is_no_token_and_is_not_asked_for_again)
{
    static const char *const bad[] = { GENUINE("", ""), GENUINE("0011", ""),
                                       GENUINE("00112233445566778899aabbccddeef\\\"", ""),
                                       GENUINE("00112233445566778899aabbccddeeff0", ""),
                                       SAYS("\"verdict\":\"genuine\"") };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(visitkit_start("insert"));
        CHECK(visitkit_in(GUILAN, PROVES));
        CHECK(answered());
        CHECK(visitkit_says(bad[i]));
        for (int k = 0; k < 5; k++)
            visitkit_event(EV_LINE);
        CHECK(goes_on_without_questions());
        CHECK(!genuine_token(app));
        CHECK_EQ(visitkit.questions, 2);
    }
}

TEST(a_platform_that_does_not_answer_is_given_up_after_eight_seconds)
{
    CHECK(visitkit_start("insert"));
    int64_t before = clock_timer_ms();
    CHECK(visitkit_in(GUILAN, PROVES));
    CHECK(asked("challenge"));
    int64_t due = app->genuine->give_up_ms;
    CHECK(due >= before + GENUINE_GIVE_UP_MS && due <= clock_timer_ms() + GENUINE_GIVE_UP_MS);
    CHECK(visit_next_due_ms(app) <= due);
    app_due(app, due - 1);
    CHECK_EQ(app->genuine->state, GENUINE_CHALLENGE);
    app_due(app, due);
    CHECK_EQ(app->genuine->state, GENUINE_FAILED);
    CHECK(visitkit_says(CHALLENGE)); /* too late: nobody's */
    CHECK(goes_on_without_questions());
}

/* --- the verdict --------------------------------------------------------------------------------
 */

TEST(a_challenge_that_ran_out_is_asked_for_once_more_and_the_form_stays)
{
    CHECK(visitkit_start("insert"));
    CHECK(visitkit_in(GUILAN, PROVES));
    visitkit_unsent_form();
    CHECK(answered());
    CHECK(visitkit_says(REFUSED("challenge")));
    CHECK(answered());
    CHECK(visitkit_says(REFUSED("challenge")));
    CHECK(goes_on_without_questions());
    CHECK(visit_unsent(app));
    CHECK_EQ(visitkit.questions, 4);
}

TEST(a_card_that_answers_wrongly_is_refused_and_its_visit_is_over)
{
    CHECK(visitkit_start("insert"));
    CHECK(visitkit_in(GUILAN, PROVES));
    CHECK(answered());
    CHECK(visitkit_says(REFUSED("false")));
    CHECK_EQ(app->card_says, CARD_SAYS_REFUSED);
    CHECK(!app->session.face);
    CHECK_STR(app_screen(app)->name, "home");
    visitkit_event(EV_READER); /* it still lies there */
    CHECK(asked(""));
    CHECK(!app->session.face);
    CHECK(visitkit_out());
    CHECK(visitkit_in(DAQING, PROVES));
    CHECK_EQ(app->card_says, CARD_SAYS_NOTHING);
    CHECK(proved());
}

TEST(a_card_that_cannot_prove_itself_where_proof_is_demanded_goes_on_without_questions)
{
    CHECK(visitkit_start("insert"));
    CHECK(visitkit_in(GUILAN, "")); /* it knows no INTERNAL AUTHENTICATE */
    CHECK(answered());
    CHECK(visitkit_asks_with("\"answer\":\"\",\"why\":\"6D00\""));
    CHECK(visitkit_says(REFUSED("unproved")));
    CHECK(goes_on_without_questions());
}

TEST(an_electronic_card_of_nobody_is_told_and_not_waited_for)
{
    CHECK(visitkit_start("insert"));
    scan_text(app, ECARD);
    CHECK(asked("ecard"));
    CHECK_EQ(app->scan_says, SCAN_SAYS_ECARD_ASKING);
    CHECK(visitkit_says(GENUINE(TOKEN, "")));
    CHECK_EQ(app->scan_says, SCAN_SAYS_ECARD_OFFLINE);
    CHECK(!app->session.face && !genuine_token(app));
    CHECK(visitkit_in(GUILAN, PROVES));
    CHECK(proved());
}

TEST(an_electronic_card_whose_token_ran_out_is_not_judged_as_a_chip)
{
    CHECK(visitkit_start("insert"));
    scan_text(app, ECARD);
    CHECK(asked("ecard"));
    CHECK(visitkit_says(GENUINE(TOKEN, HOLDER)));
    CHECK(asked("cases"));
    CHECK(visitkit_fails("no_token"));
    CHECK(goes_on_without_questions());
    CHECK_ERR(app->cases->ask.err, ERR_NO_TOKEN);
    CHECK_EQ(visitkit.questions, 2);
}

TEST(a_long_code_scanned_in_a_visit_leaves_the_visit_as_it_is)
{
    CHECK(greeted("insert", PROVES));
    scan_text(app, "283012345678901234");
    CHECK_EQ(app->scan_says, SCAN_SAYS_ECARD_BESIDE);
    CHECK(asked(""));
    CHECK_STR(app->session.face->name, "张桂兰");
    CHECK_STR(genuine_token(app), TOKEN);
    social_open(app, SOCIAL_PENSION);
    CHECK(visitkit_card());
    CHECK(asked("account"));
}

/* --- the card -----------------------------------------------------------------------------------
 */

TEST(a_form_goes_on_when_a_guarded_card_whose_holder_became_known_is_back)
{
    CHECK(visitkit_start("insert"));
    CHECK(visitkit_in(WU_YANG, PROVES));
    CHECK_STR(app->session.face->name, "");
    CHECK(answered());
    CHECK(visitkit_says(GENUINE(TOKEN, HOLDER)));
    CHECK_STR(app->session.face->name, "吴阳");
    visitkit_unsent_form();
    CHECK(visitkit_out());
    CHECK(app->session.held);
    CHECK(visitkit_in(WU_YANG, PROVES));
    CHECK(!app->session.held && visit_unsent(app));
    CHECK_STR(app->session.face->name, "吴阳");
    CHECK_STR(genuine_token(app), TOKEN);
    CHECK(served()); /* what the pulled card cut off */
}

TEST(a_form_goes_on_when_a_second_card_leaves)
{
    CHECK(greeted("insert", PROVES));
    visitkit_unsent_form();
    CHECK(visitkit_lay(true));
    CHECK(visitkit_reader(READER_MANY));
    CHECK(app->session.held);
    CHECK_EQ(app->card_says, CARD_SAYS_MANY);
    CHECK(visitkit_lay(false));
    CHECK(visitkit_reader(READER_READY));
    CHECK(!app->session.held && visit_unsent(app));
    CHECK_EQ(app->card_says, CARD_SAYS_NOTHING);
    app_due(app, clock_timer_ms() + VISIT_HOLD_MS + 1000);
    CHECK(visit_unsent(app));
    social_open(app, SOCIAL_PENSION);
    CHECK(visitkit_card());
    CHECK(asked("account"));
}

TEST(a_challenge_waits_for_a_card_that_is_busy_with_its_pin)
{
    CHECK(visitkit_start("insert"));
    CHECK(visitkit_in(GUILAN, PROVES THREE_TRIES));
    app_go(app, "card_pin", 0);
    CHECK_EQ(app->errand.card, ERRAND_PIN);
    CHECK(asked("challenge"));
    CHECK(visitkit_says(CHALLENGE));
    CHECK(asked(""));
    CHECK(visitkit_card());
    CHECK_EQ(app->card_pin->step, CARD_PIN_OLD);
    CHECK_EQ(app->card_pin->tries, 3);
    CHECK(visitkit_card());
    CHECK(asked("verdict"));
    CHECK(visitkit_asks_with("\"answer\":\"a1a2a3a4a5a6a7a8\""));
}

TEST(a_card_pulled_while_it_judges_a_pin_leaves_nothing_typed)
{
    CHECK(greeted("insert", PROVES THREE_TRIES PIN_MUTE));
    visitkit_unsent_form();
    app_go(app, "card_pin", 0);
    CHECK(visitkit_card());
    card_pin_type(app, "123456");
    card_pin_ok(app);
    CHECK_EQ(app->errand.card, ERRAND_PIN);
    CHECK_STR(app->card_pin->old, "123456");
    CHECK(visitkit_out());
    for (int i = 0; i < 2; i++) {
        struct card_pin p = *app->card_pin;
        CHECK_EQ(p.step, CARD_PIN_FAILED);
        p.step = CARD_PIN_NOWHERE;
        CHECK(all_zero(&p, sizeof p));
        CHECK(i == 1 || visitkit_in(GUILAN, PROVES THREE_TRIES));
    }
    CHECK(!app->session.held && visit_unsent(app));
    CHECK_STR(app_screen(app)->name, "card_pin");
    struct event retry = { .type = EV_PICK, .what = "card_pin.retry" };
    app_update(app, &retry);
    CHECK(visitkit_card());
    CHECK_EQ(app->card_pin->step, CARD_PIN_OLD);
    CHECK_EQ(app->card_pin->tries, 3);
}

TEST(a_visit_that_ends_while_the_card_judges_a_pin_leaves_nothing_of_it)
{
    CHECK(greeted("insert", PROVES THREE_TRIES PIN_MUTE));
    app_go(app, "card_pin", 0);
    CHECK(visitkit_card());
    card_pin_type(app, "123456");
    card_pin_ok(app);
    visitkit_event(EV_DONE);
    CHECK_EQ(app->errand.card, ERRAND_FREE);
    CHECK(all_zero(app->card_pin, sizeof *app->card_pin));
    CHECK_EQ(app->card_says, CARD_SAYS_TAKE);
    CHECK(visitkit_out());
    CHECK_ERR(readers_ordered(visitkit.readers, NULL), ERR_BUSY); /* nobody's answer */
    CHECK(visitkit_in(DAQING, PROVES));
    CHECK(proved());
    CHECK(served());
}

TEST(a_card_opens_its_holders_file_by_the_platforms_answer)
{
    CHECK(visitkit_start("insert"));
    CHECK(visitkit_in(WU_YANG, PROVES DRAWS OPENS HOLDER_FILE));
    CHECK(answered());
    CHECK(visitkit_asks_with("\"factor\":\"c1c2c3c4c5c6c7c8\",\"orig\":\"b1b2b3b4b5b6b7b8\""));
    CHECK(visitkit_says(GENUINE(TOKEN, EXT)));
    CHECK_EQ(app->genuine->state, GENUINE_OPENING);
    CHECK(visitkit_card());
    CHECK_EQ(app->genuine->state, GENUINE_DONE);
    CHECK_STR(app->session.face->name, "熊大庆");
    CHECK(!app->opening_failed);
    CHECK(served());
}

TEST(a_card_that_our_key_did_not_open_is_the_last_one_it_is_tried_on)
{
    CHECK(visitkit_start("insert"));
    CHECK(visitkit_in(WU_YANG, PROVES DRAWS OPENS "< 63C2\n"));
    CHECK(answered());
    CHECK(visitkit_says(GENUINE(TOKEN, EXT HOLDER)));
    CHECK(visitkit_card());
    CHECK_EQ(app->genuine->state, GENUINE_DONE);
    CHECK(app->opening_failed);
    CHECK(served()); /* the platform knows the holder */
    CHECK(visitkit_out());
    CHECK(visitkit_in(WU_YANG, PROVES DRAWS OPENS "< 63C1\n"));
    CHECK(answered());
    CHECK(!visitkit_asks_with("\"ext\""));
    CHECK(visitkit_says(GENUINE(TOKEN, EXT HOLDER)));
    CHECK_EQ(app->genuine->state, GENUINE_DONE);
    CHECK(served());
}

/* --- a card that is only laid on ----------------------------------------------------------------
 */

TEST(a_card_laid_on_that_still_lies_there_is_given_the_challenge)
{
    CHECK(visitkit_start("tap"));
    CHECK(visitkit_in(GUILAN, PROVES));
    CHECK(answered());
    CHECK(visitkit_asks_with("\"answer\":\"a1a2a3a4a5a6a7a8\""));
    CHECK(visitkit_says(GENUINE(TOKEN, "")));
    CHECK(asked("cases")); /* its number is not read again */
}

TEST(a_card_laid_on_and_gone_gets_a_verdict_unproved)
{
    CHECK(visitkit_start("tap"));
    CHECK(visitkit_in(GUILAN, PROVES));
    CHECK(visitkit_out());
    CHECK(app->session.face != NULL);
    CHECK(asked("challenge"));
    CHECK(visitkit_says(CHALLENGE));
    CHECK(asked("verdict"));
    CHECK(visitkit_asks_with("\"challenge\":\"\",\"answer\":\"\",\"why\":\"\""));
    CHECK(visitkit_says(SAYS("\"verdict\":\"unproved\",\"token\":\"" TOKEN "\"")));
    CHECK(asked("cases"));
}

/* --- pulled in the middle ------------------------------------------------------------------------
 */

/* A guarded card in, and its proof so far. */
static bool comes_as_far_as(enum genuine_state state)
{
    bool ok = visitkit_start("insert") && visitkit_in(WU_YANG, PROVES DRAWS OPENS HOLDER_FILE);
    if (state >= GENUINE_CARD)
        ok = ok && asked("challenge") && visitkit_says(CHALLENGE);
    if (state >= GENUINE_VERDICT)
        ok = ok && visitkit_card() && asked("verdict");
    if (state >= GENUINE_OPENING)
        ok = ok && visitkit_says(GENUINE(TOKEN, EXT));
    return ok && test_check_eq(__FILE__, __LINE__, app->genuine->state, state, "state");
}

/* What the platform says next, if it is its turn. */
static const char *next_word(enum genuine_state state)
{
    return state == GENUINE_CHALLENGE ? CHALLENGE
           : state == GENUINE_VERDICT ? GENUINE(TOKEN, EXT)
                                      : NULL;
}

TEST(a_card_pulled_at_any_point_of_its_proof_ends_its_visit_and_the_next_works)
{
    for (enum genuine_state s = GENUINE_CHALLENGE; s <= GENUINE_OPENING; s++) {
        CHECK(comes_as_far_as(s));
        CHECK(visitkit_out());
        CHECK(!app->session.face);
        CHECK_EQ(app->genuine->state, GENUINE_NOT_ASKED);
        CHECK_EQ(app->errand.card, ERRAND_FREE);
        CHECK(!next_word(s) || visitkit_says(next_word(s)));
        CHECK_EQ(app->genuine->state, GENUINE_NOT_ASKED);
        CHECK(visitkit_in(GUILAN, PROVES));
        CHECK(proved());
        CHECK(served());
    }
}

TEST(another_card_after_one_pulled_from_a_form_at_any_point_of_its_proof_works)
{
    for (enum genuine_state s = GENUINE_CHALLENGE; s <= GENUINE_OPENING; s++) {
        CHECK(comes_as_far_as(s));
        visitkit_unsent_form();
        CHECK(visitkit_out());
        CHECK(app->session.held);
        CHECK(!next_word(s) || visitkit_says(next_word(s)));
        CHECK(visitkit_in(GUILAN, PROVES));
        CHECK(!app->session.held && !visit_unsent(app));
        CHECK(proved());
        CHECK(served());
    }
}

TEST(the_same_card_pulled_from_a_form_at_any_point_of_its_proof_is_proved_when_it_is_back)
{
    for (enum genuine_state s = GENUINE_CHALLENGE; s <= GENUINE_OPENING; s++) {
        CHECK(comes_as_far_as(s));
        visitkit_unsent_form();
        CHECK(visitkit_out());
        CHECK(visitkit_in(WU_YANG, PROVES DRAWS OPENS HOLDER_FILE));
        CHECK(!app->session.held && visit_unsent(app));
        if (s == GENUINE_CHALLENGE)
            CHECK(visitkit_says(CHALLENGE));
        if (s <= GENUINE_CARD)
            CHECK(visitkit_card());
        if (s <= GENUINE_VERDICT)
            CHECK(visitkit_says(GENUINE(TOKEN, HOLDER)));
        CHECK_EQ(app->genuine->state, GENUINE_DONE);
        CHECK_STR(genuine_token(app), TOKEN);
    }
}
