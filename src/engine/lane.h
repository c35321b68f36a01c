/* Lanes: where jobs wait, one for each backend and one for the house itself. */
#ifndef ENGINE_LANE_H
#define ENGINE_LANE_H

#include "engine/job.h"

enum { LANE_COUNT_MAX = 10000 };

struct lane {
    struct str name;
    int64_t waiting; /* ready jobs, counted no further than LANE_COUNT_MAX */
    int64_t running;
    int64_t paused_at; /* 0: its jobs are started */
};

/* All zero for a lane that nobody has used. */
MUST_CHECK bool lane_load(struct db_tx *tx, struct arena *a, struct str name, struct lane *out,
                          struct err *e);
/* The user's own jobs that are next in the lane, in their order, and how many are ahead of each: no
 * further than LANE_COUNT_MAX. */
struct lane_place {
    struct job job;
    int64_t position;
};
MUST_CHECK bool lane_list_own(struct db_tx *tx, struct arena *a, struct str name,
                              struct str user_id, int64_t limit, struct field_list *out,
                              struct err *e);

/* Starts no more of its jobs, or starts them again; in all processes, until it is changed. */
MUST_CHECK bool lane_set_paused(struct db_tx *tx, struct str name, bool paused, struct err *e);

#endif
