/* The command line's room: pictures into files, what they can be made with, and what they look like
 * in a terminal. */
#ifndef FEATURES_GENERATE_GENERATE_H
#define FEATURES_GENERATE_GENERATE_H

#include "api/route.h"

extern const struct feature generate_feature;

#endif
