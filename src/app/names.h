/* Names that a configuration gives, for completions: nothing is opened, made or asked for them. */
#ifndef APP_NAMES_H
#define APP_NAMES_H

#include "app/config.h"

/* kind is "backends" or "styles" (the presets). ERR_NOT_FOUND: names of another kind. */
MUST_CHECK bool names_list(const struct config *config, struct arena *a, struct str kind,
                           struct str_list *out, struct err *e);

#endif
