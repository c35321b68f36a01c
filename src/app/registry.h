/* The registries: every family of things that Albumen is made of, as one visible array each. */
#ifndef APP_REGISTRY_H
#define APP_REGISTRY_H

#include "api/command.h"
#include "api/route.h"

extern const struct feature *const app_features[]; /* NULL at the end */

#endif
