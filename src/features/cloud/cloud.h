/* Copies of pictures in a Supabase project, and a row for each. */
#ifndef FEATURES_CLOUD_CLOUD_H
#define FEATURES_CLOUD_CLOUD_H

#include "api/route.h"
#include "engine/image.h"
#include "work/kind.h"
#include "work/services.h"

extern const struct feature cloud_feature;

/* Copies a picture that a server has made, to work_services.cloud. */
extern const struct job_kind cloud_copy_kind;
/* For work_services.follow: queues such a copy, unless the picture's maker wants none or sends one
 * to the same place himself. */
bool cloud_follow(struct db_tx *tx, struct arena *a, const struct work_services *services,
                  const struct image *image, struct str cloud_copy, struct err *e);
/* The place that a command with these settings copies its pictures to, for the order of a job; no
 * value: it copies none. */
struct str cloud_place(struct arena *a, const struct command_setup *setup);

#endif
