/* The jobs room: the plain way to generate, and every job's state, whichever door it came through.
 */
#ifndef FEATURES_JOBS_JOBS_H
#define FEATURES_JOBS_JOBS_H

#include "api/route.h"

extern const struct feature jobs_feature;

#endif
