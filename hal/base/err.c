/* err.c - the names of errors. */
#include "hal/base/err.h"

const char *err_name(enum err e)
{
    static const char *const names[] = {
#define ERR_NAME(sym, name) [sym] = (name),
        ERR_LIST(ERR_NAME)
#undef ERR_NAME
    };
    return (unsigned)e < ERR_COUNT ? names[e] : "unknown";
}
