/* i18n.h - the words of the screen in the citizen's language (gettext; keys are "screen.thing"). */
#ifndef APP_I18N_H
#define APP_I18N_H

#include "hal/base/arena.h"
#include "hal/base/err.h"

#include <stdbool.h>

/* [ui] all. dir holds <lang>/LC_MESSAGES/huimin.mo. Languages: zh_CN, en (xx in test builds). */
MUST_CHECK enum err i18n_init(const char *dir, const char *lang);
MUST_CHECK enum err i18n_set(const char *lang); /* ERR_ARG for an unknown one */
const char *i18n_lang(void);
bool i18n_chinese(void);
/* The sentence of a key; an unknown key comes back as itself (lint does not let that pass). */
const char *T(const char *key);
/* The sentence with its {names} filled in: i18n_fmt(a, "prices.dearer", "yuan", "0.12", NULL).
 * Never a printf format: order is the translator's business. "" when the arena is full. */
const char *i18n_fmt(struct arena *a, const char *key, ...) __attribute__((sentinel));
/* Of a row's two names: English where asked for and present, else the Chinese one. */
const char *i18n_pick(const char *zh, const char *en);

#endif
