/* The registries: adding a feature is one line here and one folder under src/features/. */
#include "app/registry.h"

#include "features/account/account.h"
#include "features/events/events.h"
#include "features/jobs/jobs.h"
#include "features/system/system.h"

const struct feature *const app_features[] = {
    &account_feature, &events_feature, &jobs_feature, &system_feature, NULL,
};
