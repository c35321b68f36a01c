/* Names for files that any system can unpack, show and tell apart, made of any bytes. */
#ifndef BASE_ZIP_NAME_H
#define BASE_ZIP_NAME_H

#include "base/arena.h"

enum {
    ZIP_NAME_MAX = 255,  /* bytes */
    ZIP_LABEL_MAX = 100, /* of what is kept of a label: eCryptfs takes 143 for the whole name */
};

/*
 * "007-a-red-fox.png": the number has at least so many digits, and the label is what is left of the
 * bytes when everything is gone that some system forbids, hides or reads as something else; with
 * nothing left, "007.png". ending is ours: 1 to 8 lower-case letters and digits.
 *
 * The number makes the name unique whichever way a system folds case or composes characters, and
 * keeps it from being a device, a hidden file or a formula. So names of one archive are unique when
 * their numbers, or endings, are.
 */
struct str zip_name_make(struct arena *a, int64_t number, int digits, struct str label,
                         const char *ending);
/* A label without the ending that names of picture files have: "fox" of "fox.PNG". */
struct str zip_name_label(struct str label);
/* The archive's own name: "a-red-fox.zip", or with nothing left of the label otherwise.ending. */
struct str zip_name_of_file(struct arena *a, struct str label, const char *otherwise,
                            const char *ending);

/*
 * One path segment in UTF-8 that every system takes as it stands: no separators, controls,
 * characters that are not seen or turn the direction of writing, nothing that a shell's or
 * spreadsheet's first look takes for more than a name, no dot or space at either end, no device of
 * Windows. What the functions above make is safe.
 */
bool zip_name_is_safe(struct str name);

#endif
