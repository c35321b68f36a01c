/* What was made and spent, whether it cost something or not: sums of each day, kept while jobs end,
 * so that no question ever reads the jobs themselves. Money is in micro-dollars, a day is one of
 * UTC. */
#ifndef ENGINE_USAGE_H
#define ENGINE_USAGE_H

#include "db/db.h"

/* One job that has ended, and counts. */
struct usage_end {
    struct str user_id, backend, door;
    int64_t ended_at;
    bool failed; /* it has no picture; so does one that was cancelled and may have been paid for */
    int64_t pictures, spent, took_ms;
};
/* Into the sums at the end of the transaction, where all that end in one commit are added up first:
 * one row for each that is alike. */
MUST_CHECK bool usage_count(struct db_tx *tx, const struct usage_end *end, struct err *e);

enum usage_by { USAGE_BY_BACKEND, USAGE_BY_DOOR, USAGE_BY_USER, USAGE_BY_DAY };
extern const char *const usage_by_names[]; /* "backend", "door", "user", "day", NULL */

struct usage {
    int64_t day;      /* USAGE_BY_DAY: when it began */
    struct str name;  /* else: of the backend or the door, or the user's id */
    struct str label; /* USAGE_BY_USER: his name; no value: he is deleted */
    int64_t jobs, failed, pictures, spent;
    int64_t took_ms; /* of workers; jobs that run at the same time add up */
};

struct usage_question {
    struct str user_id; /* no value: of all users, which is for admins */
    int64_t from, to;   /* days that begin in [from, to) */
    enum usage_by by;
};
/* ERR_NOT_FOUND, unless there is such a user, or there was one who has left sums behind. */
MUST_CHECK bool usage_check_user(struct db_tx *tx, struct arena *a, struct str user_id,
                                 struct err *e);
/* As struct usage: days in their order, else the dearest first, and what costs the same by its
 * pictures. */
MUST_CHECK bool usage_list(struct db_tx *tx, struct arena *a, const struct usage_question *question,
                           struct field_list *out, struct err *e);

/* A sum of one day, as it is kept; as a drift: what is missing in it, negative where it has too
 * much. */
struct usage_tally {
    struct str user_id;       /* "" is all users together */
    struct str backend, door; /* "" and "": the user's whole day */
    int64_t day, jobs, failed, pictures, spent, took_ms;
};
enum { USAGE_DRIFTS_MAX = 1000 }; /* that are found at once */
/* The first day from this one on of which something was counted or paid; no value: there is none.
 */
MUST_CHECK bool usage_next_day(struct db_tx *tx, struct arena *a, int64_t from, struct opt_i64 *out,
                               struct err *e);
/* What no crash should ever leave behind of a day, as struct usage_tally: *out_money is where the
 * users' own rows do not say what the ledger says, *out_sums where the sums over them are not their
 * sums. */
MUST_CHECK bool usage_find_drift(struct db_tx *tx, struct arena *a, int64_t day,
                                 struct field_list *out_money, struct field_list *out_sums,
                                 struct err *e);
/* One repair of sums at a time, until the transaction ends. */
MUST_CHECK bool usage_line_up(struct db_tx *tx, struct arena *a, struct err *e);
/* Finds them, and puts right what it has found. In a transaction of its own. */
MUST_CHECK bool usage_repair(struct db_tx *tx, struct arena *a, int64_t day,
                             struct field_list *out_money, struct field_list *out_sums,
                             struct err *e);

#endif
