/* The library room: what makes thousands of pictures usable. */
#ifndef FEATURES_LIBRARY_LIBRARY_H
#define FEATURES_LIBRARY_LIBRARY_H

#include "api/route.h"

extern const struct feature library_feature;

#endif
