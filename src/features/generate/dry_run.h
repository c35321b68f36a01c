/* --dry-run: what would be sent, where, and at which price. */
#ifndef FEATURES_GENERATE_DRY_RUN_H
#define FEATURES_GENERATE_DRY_RUN_H

#include "features/generate/session.h"

MUST_CHECK bool dry_run(struct session *s, struct err *e);

#endif
