/* What was made and spent: sums of each day, kept while jobs settle, so that no question ever reads
 * the jobs themselves. What costs nothing is not in them. */
#ifndef ENGINE_USAGE_H
#define ENGINE_USAGE_H

#include "db/db.h"

enum usage_by {
    USAGE_BY_BACKEND,
    USAGE_BY_DOOR,
    USAGE_BY_USER,
    USAGE_DIMENSIONS,
    USAGE_BY_DAY = USAGE_DIMENSIONS
};
extern const char *const usage_by_names[]; /* "backend", "door", "user", "day", NULL */

struct usage {
    int64_t day;      /* USAGE_BY_DAY: when it began */
    struct str name;  /* else: of the backend or the door, or the user's id */
    struct str label; /* USAGE_BY_USER: his name; no value: he is deleted */
    int64_t jobs, pictures, spent;
};

struct usage_question {
    struct str user_id; /* no value: of all users, which is for admins */
    int64_t from, to;   /* days that begin in [from, to) */
    enum usage_by by;
};
/* As struct usage: days in their order, else the dearest first. */
MUST_CHECK bool usage_list(struct db_tx *tx, struct arena *a, const struct usage_question *question,
                           struct field_list *out, struct err *e);

#endif
