/* zz_stubs.c - stands in for progress.c and staff.c until they exist: then DELETE this file. */
#include "app/app.h"
#include "app/progress.h"
#include "app/staff.h"

#include <stdlib.h>

struct progress *progress_create(void)
{
    return calloc(1, sizeof(struct progress));
}
void progress_destroy(struct progress *p)
{
    free(p);
}
void progress_forget(struct progress *p)
{
    (void)p;
}
void progress_type(struct progress *p, const char *s)
{
    (void)p;
    (void)s;
}
void progress_look(struct app *a)
{
    (void)a;
}
void progress_answer(struct app *a, int64_t q)
{
    (void)a;
    (void)q;
}
void progress_changed(struct app *a)
{
    (void)a;
}
enum err staff_create(const char *d, void (*p)(const struct event *), struct staff **o)
{
    (void)d;
    (void)p;
    *o = NULL;
    return OK;
}
void staff_destroy(struct staff *s)
{
    (void)s;
}
int staff_set_pin(const char *d)
{
    (void)d;
    return 2;
}
