/* The jobs room: the plain way to generate, and every job's state, whichever door it came through.
 */
#ifndef FEATURES_JOBS_JOBS_H
#define FEATURES_JOBS_JOBS_H

#include "api/route.h"
#include "engine/glimpse.h"
#include "work/generate.h"

extern const struct feature jobs_feature;

/* jobs_api.c: a job as it looks outside. */
struct job_view {
    struct job job;
    struct generate_asked asked;
    int64_t position;
    struct opt_i64 cost_micros;
    struct glimpse glimpse;
};
extern const struct field job_json[];
struct job_view jobs_view(struct arena *a, const struct job *job); /* of one that does not wait */

/* groups_api.c */
extern const struct shape group_shape;
bool groups_get(struct api_call *call, struct err *e);
bool group_get(struct api_call *call, struct err *e);
bool group_cancel_post(struct api_call *call, struct err *e);
bool group_retry_post(struct api_call *call, struct err *e);

/* queue_api.c */
extern const struct shape queue_shape, lane_body_shape, lane_shape;
bool queue_get(struct api_call *call, struct err *e);
bool queue_pause_post(struct api_call *call, struct err *e);
bool queue_resume_post(struct api_call *call, struct err *e);

/* submit_api.c */
extern const struct shape job_submit_shape, jobs_submitted_shape;
bool jobs_post(struct api_call *call, struct err *e);
extern const struct shape job_check_shape;
bool job_check_post(struct api_call *call, struct err *e);

/* quote_api.c */
extern const struct shape quote_shape;
bool quote_post(struct api_call *call, struct err *e);

/* backends_api.c */
struct backend_list *jobs_backends(const struct api_call *call);
struct str_list jobs_field_names(struct arena *a, unsigned fields); /* of gen_field, in camelCase */
extern const struct shape backend_shape, backend_test_shape;
bool backends_get(struct api_call *call, struct err *e);
bool backend_test_prepare(struct api_call *call, struct err *e);
bool backend_test_post(struct api_call *call, struct err *e);

/* styles_api.c */
extern const struct shape style_shape;
bool styles_get(struct api_call *call, struct err *e);

#endif
