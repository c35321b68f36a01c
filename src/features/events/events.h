/* The events room: what happens, as it happens, in the browser. */
#ifndef FEATURES_EVENTS_EVENTS_H
#define FEATURES_EVENTS_EVENTS_H

#include "api/route.h"

extern const struct feature events_feature;

#endif
