/* Copies of pictures in a Supabase project, and a row for each. */
#ifndef FEATURES_CLOUD_CLOUD_H
#define FEATURES_CLOUD_CLOUD_H

#include "api/route.h"
#include "engine/image.h"
#include "work/kind.h"

extern const struct feature cloud_feature;

/* Copies a picture that a server has made, to work_services.cloud. */
extern const struct job_kind cloud_copy_kind;
/* For work_services.follow: queues such a copy. */
bool cloud_follow(struct db_tx *tx, struct arena *a, const struct image *image, struct err *e);

#endif
