/* The names of pictures that are written to files. */
#ifndef FEATURES_GENERATE_NAMING_H
#define FEATURES_GENERATE_NAMING_H

#include "base/arena.h"
#include "base/err.h"
#include "base/opt.h"

enum { SLUG_MAX = 40 };

/*
 * A prompt as part of a file's name: lower-case ASCII letters and digits, '-' between words, at
 * most SLUG_MAX bytes. Latin letters lose their accents; a prompt of which nothing is left is
 * "image".
 */
struct str slug_of(struct arena *a, struct str prompt);

/* What stands for {date} and so on. */
struct naming {
    struct str date, time; /* "2026-11-21", "084512" */
    struct str slug, backend;
    struct str ending; /* "png": what the picture is */
    struct opt_i64 seed;
};
/* Date and time of this moment where the machine is. */
void naming_set_time(struct arena *a, struct naming *n, int64_t ms);

/* ERR_INVALID for an unknown placeholder and for what would leave the folder; label is what the
 * message calls the pattern: "'output.naming'". */
MUST_CHECK bool naming_check(struct str pattern, const char *label, struct err *e);
/* The pattern filled in. An ending that is another format's gives way to the right one; one that
 * is missing is added. */
struct str naming_fill(struct arena *a, struct str pattern, const struct naming *with);
/* A literal name with the right ending. */
struct str naming_with_ending(struct arena *a, struct str name, struct str ending);
/* "fox-2.png" of "fox.png"; number 1 is the name itself. */
struct str naming_numbered(struct arena *a, struct str path, int number);
/* "fox.json" of "fox.png" */
struct str naming_of_sidecar(struct arena *a, struct str path);

/* Is it the name of a picture, by its ending? */
bool naming_is_picture(struct str path);

#endif
