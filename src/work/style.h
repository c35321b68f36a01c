/* Names of styles, as requests have them. */
#ifndef WORK_STYLE_H
#define WORK_STYLE_H

#include "work/services.h"

/*
 * A style is a preset, or one that a backend of the house knows by its name, or any words where the
 * backend that is asked takes those. ERR_INVALID for what is none of it, with the name that may be
 * meant: pictures without the style that was asked for would be worth nothing.
 */
MUST_CHECK bool style_check(const struct work_services *services, const struct backend *backend,
                            struct str style, struct err *e);

#endif
