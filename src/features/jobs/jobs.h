/* The jobs room: the plain way to generate, and every job's state, whichever door it came through.
 */
#ifndef FEATURES_JOBS_JOBS_H
#define FEATURES_JOBS_JOBS_H

#include "api/route.h"

extern const struct feature jobs_feature;

/* submit_api.c */
extern const struct shape job_submit_shape, jobs_submitted_shape;
bool jobs_post(struct api_call *call, struct err *e);

/* backends_api.c */
extern const struct shape backend_shape, backend_test_shape;
bool backends_get(struct api_call *call, struct err *e);
bool backend_test_prepare(struct api_call *call, struct err *e);
bool backend_test_post(struct api_call *call, struct err *e);

/* styles_api.c */
extern const struct shape style_shape;
bool styles_get(struct api_call *call, struct err *e);

#endif
