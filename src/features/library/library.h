/* The library room: what makes thousands of pictures usable. */
#ifndef FEATURES_LIBRARY_LIBRARY_H
#define FEATURES_LIBRARY_LIBRARY_H

#include "api/route.h"

extern const struct feature library_feature;

/* images_api.c */
extern const struct shape facets_shape, image_patch_shape, image_delete_shape;
extern const struct shape images_change_shape, images_changed_shape;
bool images_get(struct api_call *call, struct err *e);
bool facets_get(struct api_call *call, struct err *e);
bool image_patch(struct api_call *call, struct err *e);
bool image_delete(struct api_call *call, struct err *e);
bool image_restore(struct api_call *call, struct err *e);
bool images_change(struct api_call *call, struct err *e);

/* lineage_api.c, similar_api.c */
extern const struct shape lineage_shape, similar_query_shape, similar_shape;
bool lineage_get(struct api_call *call, struct err *e);
bool similar_get(struct api_call *call, struct err *e);

/* saved_api.c */
extern const struct shape saved_shape, saved_new_shape;
bool searches_get(struct api_call *call, struct err *e);
bool searches_post(struct api_call *call, struct err *e);
bool search_delete(struct api_call *call, struct err *e);

/* zip_api.c */
extern const struct shape zip_new_shape, zip_shape;
bool zip_post_prepare(struct api_call *call, struct err *e);
bool zip_post(struct api_call *call, struct err *e);
bool zip_get_prepare(struct api_call *call, struct err *e);
bool zip_get(struct api_call *call, struct err *e);

/* upload_api.c */
extern const struct shape upload_url_shape, upload_query_shape, known_shape;
bool upload_post_prepare(struct api_call *call, struct err *e);
bool upload_post(struct api_call *call, struct err *e);
bool known_post(struct api_call *call, struct err *e);

#endif
