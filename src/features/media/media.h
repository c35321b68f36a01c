/* The media room: the bytes of pictures. */
#ifndef FEATURES_MEDIA_MEDIA_H
#define FEATURES_MEDIA_MEDIA_H

#include "api/route.h"

extern const struct feature media_feature;

#endif
