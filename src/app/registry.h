/* The registries: every family of things that Albumen is made of, as one visible array each. */
#ifndef APP_REGISTRY_H
#define APP_REGISTRY_H

#include "api/command.h"
#include "api/route.h"
#include "provider/provider.h"
#include "work/kind.h"

/* Each ends with NULL. */
extern const struct feature *const app_features[];
extern const struct provider_ops *const app_providers[];
extern const struct job_kind *const app_job_kinds[];

#endif
