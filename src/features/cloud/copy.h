/* One picture's copy: its bytes as an object, then its row. */
#ifndef FEATURES_CLOUD_COPY_H
#define FEATURES_CLOUD_COPY_H

#include "api/command.h"
#include "provider/run.h"

/* A picture in a file, and what is written down about it. */
struct copy {
    struct str path;  /* of the file, or the key in the store */
    struct str image; /* its id: one copy for each */
    struct str date;  /* "2026-11-21", in the place where it was made */
    struct str slug;
    struct str record; /* JSON object, as in its sidecar */
    struct opt_i64 seed;
};

/*
 * Where the object lies: a folder by date, and in it what the file is called, without the date if
 * it begins with that: the same time of day and the same numbers as here. Letters that Storage
 * does not take become '-'. ERR_INVALID without date or slug.
 */
MUST_CHECK bool copy_object_path(struct arena *a, const struct copy *c, struct str *out,
                                 struct err *e);
/* The row of the table, as JSON. */
MUST_CHECK bool copy_row(struct arena *a, const struct copy *c, struct str owner,
                         struct str object_path, int64_t bytes, struct str *out, struct err *e);

/* Bucket and table of a project as one word, without anything secret: two settings that say the
 * same are one place. No value where the settings do not name a project. */
struct str copy_place(struct arena *a, const struct command_cloud *settings);

/*
 * The object first: a row never points to nothing. ERR_MISCONFIGURED without an owner, before
 * anything is sent; ERR_CANCELLED, with a cancel that is not NULL. What was sent stays when a later
 * step fails; the whole may be repeated.
 */
MUST_CHECK bool copy_send(struct arena *a, const struct command_cloud *settings,
                          struct gen_cancel *cancel, const struct copy *c, struct str bytes,
                          struct err *e);

#endif
