/* One property out of an XMP packet. */
#ifndef IMAGE_RECIPE_XMP_VALUE_H
#define IMAGE_RECIPE_XMP_VALUE_H

#include "base/arena.h"

/*
 * The first value of the property, by its name as it stands there ("sdcpp:parameters"), be it an
 * element of nothing but text or an attribute; or no value. No other part of the packet is looked
 * at, so entities that it defines are unknown.
 */
struct str xmp_value(struct arena *a, struct str packet, const char *name);

#endif
