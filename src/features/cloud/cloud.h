/* Copies of pictures in a Supabase project, and a row for each. */
#ifndef FEATURES_CLOUD_CLOUD_H
#define FEATURES_CLOUD_CLOUD_H

#include "api/route.h"

extern const struct feature cloud_feature;

#endif
