/* The registries: adding a feature is one line here and one folder under src/features/. */
#include "app/registry.h"

#include "features/account/account.h"
#include "features/albums/albums.h"
#include "features/cloud/cloud.h"
#include "features/events/events.h"
#include "features/generate/generate.h"
#include "features/jobs/jobs.h"
#include "features/library/library.h"
#include "features/media/media.h"
#include "features/money/money.h"
#include "features/operations/operations.h"
#include "features/system/system.h"
#include "provider/comfyui.h"
#include "provider/mock.h"
#include "provider/sketch.h"
#include "work/generate.h"
#include "work/thumbnail.h"

/* One a line, so that adding one is one line. */
/* clang-format off */
const struct feature *const app_features[] = {
    &account_feature,
    &albums_feature,
    &cloud_feature,
    &events_feature,
    &generate_feature,
    &jobs_feature,
    &library_feature,
    &media_feature,
    &money_feature,
    &operations_feature,
    &system_feature,
    NULL,
};
const struct provider_ops *const app_providers[] = {
    &provider_sketch,
    &provider_comfyui,
    &provider_mock,
    NULL,
};

const struct job_kind *const app_job_kinds[] = {
    &generate_kind, &generate_anchor_kind, &generate_shot_kind, &measure_shot_kind, &thumbnail_kind, &cloud_copy_kind, NULL,
};
/* clang-format on */
