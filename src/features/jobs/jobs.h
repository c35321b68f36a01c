/* The jobs room: the plain way to generate, and every job's state, whichever door it came through.
 */
#ifndef FEATURES_JOBS_JOBS_H
#define FEATURES_JOBS_JOBS_H

#include "api/route.h"

extern const struct feature jobs_feature;

/* submit_api.c */
extern const struct shape job_submit_shape, jobs_submitted_shape, backend_shape;
bool jobs_post(struct api_call *call, struct err *e);
bool backends_get(struct api_call *call, struct err *e);

#endif
