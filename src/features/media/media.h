/* The media room: pictures, their bytes, and their thumbnails. */
#ifndef FEATURES_MEDIA_MEDIA_H
#define FEATURES_MEDIA_MEDIA_H

#include "api/route.h"

extern const struct feature media_feature;

/* bytes_api.c */
extern const struct shape media_query_shape, link_request_shape, link_shape;
bool media_get(struct api_call *call, struct err *e);
bool link_post(struct api_call *call, struct err *e);

#endif
