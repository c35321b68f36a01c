/*
 * Compares the rows of pictures with what is stored, both ways, and repairs what can be repaired
 * without losing anything. It goes step by step: each one is short and leaves nothing half done, so
 * a check can be broken off anywhere.
 */
#ifndef FEATURES_OPERATIONS_CHECK_H
#define FEATURES_OPERATIONS_CHECK_H

#include "db/db.h"
#include "work/services.h"

enum check_pass {
    CHECK_PICTURES,  /* each row has its bytes and its thumbnails */
    CHECK_FILES,     /* each stored file has its row */
    CHECK_LEFTOVERS, /* what a killed process did not finish */
    CHECK_LEDGER,    /* money is held back for jobs that wait or run, and for nothing else */
    CHECK_USAGE,     /* the usage of each day says what the ledger says */
    CHECK_PASS_COUNT
};
extern const char *const check_pass_names[CHECK_PASS_COUNT + 2]; /* also of its end: "over" */

enum check_kind {
    CHECK_MISSING_BLOB,  /* repair: kept as a defect, its owner is told */
    CHECK_CHANGED_BLOB,  /* the same; the bytes stay */
    CHECK_RESTORED_BLOB, /* was one of these and is well again; repair: the defect is forgotten */
    CHECK_MISSING_THUMBNAIL, /* repair: they are made again */
    CHECK_ORPHAN_BLOB,       /* no row, and old enough; repair: removed */
    CHECK_HALF_WRITTEN,      /* repair: removed */
    CHECK_STALE_RESERVATION, /* repair: spent or given back, as its job has ended */
    CHECK_WRONG_SUM,         /* repair: added up anew */
    CHECK_WRONG_USAGE,       /* the same */
};
extern const char *const check_kind_names[];

struct check_finding {
    enum check_kind kind;
    struct str key, image_id, user_id, detail;
    bool repaired;
};

/* One check on its way. */
struct check {
    struct db *db;
    const struct work_services *services;
    bool deep;   /* read every byte */
    bool repair; /* else only look */

    enum check_pass pass; /* where it stands; CHECK_PASS_COUNT: it is over */
    struct str after;     /* the last id or key that was looked at, "" at first */

    struct arena *arena;                       /* of what follows */
    int64_t rows, files, bytes, known_defects; /* that this step has looked at */
    struct check_finding *findings;
    size_t finding_count;
};

enum { CHECK_FILES_PAGE = 4096, CHECK_FINDINGS_MAX = 2 * CHECK_FILES_PAGE };

/* Goes on for about a second. It writes what it repairs, in transactions of its own. */
MUST_CHECK bool check_step(struct check *c, struct err *e);

/* check_files.c: a page of the passes that begin with the files. */
MUST_CHECK bool check_files(struct check *c, struct err *e);
MUST_CHECK bool check_leftovers(struct check *c, struct err *e);
/* check_ledger.c */
MUST_CHECK bool check_ledger(struct check *c, struct err *e);
MUST_CHECK bool check_usage(struct check *c, struct err *e);

/* For the passes. */
struct check_finding *check_add(struct check *c, enum check_kind kind, struct str key);
void check_end_pass(struct check *c);

#endif
