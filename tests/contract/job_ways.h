/* The ways of a job, step by step: each step gets it in its hands and leaves it somewhere. */
#ifndef TESTS_CONTRACT_JOB_WAYS_H
#define TESTS_CONTRACT_JOB_WAYS_H

#include "job_place.h"

extern const struct job_charge told; /* what a job that settles as told has cost, and made */

/*
 * A letter each: c claim, m mark as bought, s settle, t settle as told, f fail, x cancel, e end as
 * cancelled, l retry later, p postpone, r release, g give back, b worker dies and all are rescued,
 * k worker dies and its lease runs out, a again by hand, y cancel and again, twice at once, w a
 * second and a tick go by.
 */
void walk(struct step *s, const char *way);

#endif
