/* The system room: is it alive, how does it stand, what does it offer. */
#ifndef FEATURES_SYSTEM_SYSTEM_H
#define FEATURES_SYSTEM_SYSTEM_H

#include "api/route.h"

extern const struct feature system_feature;

#endif
