/* What an attempt at a picture leaves on its job for the next one, so that nothing is bought twice.
 */
#ifndef WORK_GENERATE_TRAIL_H
#define WORK_GENERATE_TRAIL_H

#include "engine/job.h"

/*
 * Kept in job.remote, from before the call that buys until the job ends. What a retry by hand
 * starts from is none.
 */
struct generate_trail {
    struct str backend; /* that was asked last, or no value */
    bool sent;          /* a call that buys was sent there, and nobody could find it again */
    struct str remote;  /* or else by what that backend finds it again; no value: it cannot */
    struct str_list references; /* SHA-256 of the references as they were sent, in hexadecimal */
};

/* Was something bought, or may have been, whose picture is not here yet? */
bool trail_is_open(const struct generate_trail *trail);
MUST_CHECK bool trail_decode(struct arena *a, struct str text, struct generate_trail *out,
                             struct err *e);
/* No value for a trail that is not open: there is nothing to remember. */
struct str trail_encode(struct arena *a, const struct generate_trail *trail);

#endif
