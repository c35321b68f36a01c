/* The backends that a job may go to, and which of them is next. */
#ifndef WORK_GENERATE_CHOOSE_H
#define WORK_GENERATE_CHOOSE_H

#include "provider/backend.h"
#include "provider/fallback.h"

enum { CHOICES_MAX = 1 + BACKEND_FALLBACKS_MAX };

/* Of one attempt. */
struct choices {
    struct backend *backends[CHOICES_MAX]; /* the one that was asked for, then its fallbacks */
    struct fallback_option options[CHOICES_MAX];
    size_t count;
    struct err why; /* what is told when none is left */
};

/* Those of the list that can do the request. ERR_INVALID when it is none. */
MUST_CHECK bool choices_make(struct backend_list *list, struct backend *wanted,
                             const struct gen_request *request, struct choices *out, struct err *e);
/*
 * The next one, ready to be entered. ERR_BUSY with retry_after_ms when those that are left take no
 * call now; with none left, the reason that matters most of those that failed.
 */
MUST_CHECK bool choices_next(struct choices *c, struct backend **out, struct err *e);
/* This attempt asks it no more. */
void choices_drop(struct choices *c, const struct backend *backend, const struct err *why);

#endif
