/* The albums room: photo sessions with an anchor and shots, and albums of pictures that are there.
 */
#ifndef FEATURES_ALBUMS_ALBUMS_H
#define FEATURES_ALBUMS_ALBUMS_H

#include "api/command.h"
#include "api/route.h"
#include "work/kind.h"

extern const struct feature albums_feature;
extern const struct job_kind generate_anchor_kind, generate_shot_kind, measure_shot_kind;

/* album_zip.c */
bool album_zip_prepare(struct api_call *call, struct err *e);
bool album_zip_get(struct api_call *call, struct err *e);

/* members_api.c */
bool album_images_get(struct api_call *call, struct err *e);
bool album_images_post(struct api_call *call, struct err *e);
bool album_image_remove(struct api_call *call, struct err *e);
bool album_order_put(struct api_call *call, struct err *e);

/* albums_api.c and albums_cli.c */
extern const struct route album_routes[];
extern const struct command *const album_commands[];

#endif
