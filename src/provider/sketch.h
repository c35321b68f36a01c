/* The renderer that is built in: no model, no network, no price; it says so everywhere. */
#ifndef PROVIDER_SKETCH_H
#define PROVIDER_SKETCH_H

#include "provider/provider.h"

extern const struct provider_ops provider_sketch;

#endif
