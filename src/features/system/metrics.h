/* What the database tells of the installation, as Prometheus text. */
#ifndef FEATURES_SYSTEM_METRICS_H
#define FEATURES_SYSTEM_METRICS_H

#include "api/route.h"
#include "base/buf.h"

/* In the call's snapshot; costs the same with one picture and with a million. */
MUST_CHECK bool metrics_put_state(struct api_call *call, struct buf *out, struct err *e);

#endif
