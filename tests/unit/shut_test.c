/* shut_test.c - a terminal the platform has shut out is out of service, but lets a visit end. */
#include "app/app.h"
#include "tests/test.h"
#include "tests/unit/visit_kit.h"

static const char *where(void)
{
    return app_screen(&visitkit.app)->name;
}

TEST(shut_out_by_the_platform_it_is_out_of_service_until_it_is_let_in_again)
{
    CHECK(visitkit_start("insert"));
    CHECK_STR(where(), "home");
    visitkit.app.line.outbox = ERR_UNKNOWN_TERMINAL; /* that is told elsewhere */
    app_update(&visitkit.app, &(struct event){ .type = EV_LINE });
    CHECK_STR(where(), "home");
    visitkit.app.line.outbox = ERR_REVOKED;
    app_update(&visitkit.app, &(struct event){ .type = EV_LINE });
    CHECK_STR(where(), "out_of_service");
    app_update(&visitkit.app, &(struct event){ .type = EV_HOME });
    CHECK_STR(where(), "out_of_service");
    visitkit.app.line.outbox = OK;
    app_update(&visitkit.app, &(struct event){ .type = EV_LINE });
    CHECK_STR(where(), "home");
}

TEST(a_visit_ends_before_the_terminal_goes_out_of_service)
{
    CHECK(visitkit_start("insert"));
    app_update(&visitkit.app, &(struct event){ .type = EV_TOUCH });
    app_go(&visitkit.app, "services", 0);
    visitkit.app.visit = true;
    visitkit.app.line.outbox = ERR_REVOKED;
    app_update(&visitkit.app, &(struct event){ .type = EV_LINE });
    CHECK_STR(where(), "services");
    app_update(&visitkit.app, &(struct event){ .type = EV_DONE });
    CHECK_STR(where(), "out_of_service");
}
