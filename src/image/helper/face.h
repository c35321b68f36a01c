/* Where in a picture a face is, seen from the front and upright. Whose it is, nobody asks. */
#ifndef IMAGE_HELPER_FACE_H
#define IMAGE_HELPER_FACE_H

#include "base/arena.h"
#include "image/helper/grey.h"

enum {
    FACE_PICTURE_SIDE = GREY_SIDE, /* the longer side of what is looked at, at most */
    FACE_LEAST_SIDE = 32, /* smaller faces are not found: nothing could be compared in them */
};

/* A square from brows to chin, wholly in the picture. */
struct face {
    int left, top, side;
};

/*
 * The largest and most certain face of an upright picture of up to FACE_PICTURE_SIDE pixels a side;
 * false: none. Transparent pixels stand on white. The same pixels give the same face on every
 * machine. It takes less than a megabyte of the arena, and some milliseconds.
 */
bool face_find(struct arena *a, const struct pixels *p, struct face *out);

/* The face alone, `side` pixels a side, at most as many as it has; *out is made here and belongs to
 * the caller. */
MUST_CHECK bool face_cut(struct arena *a, const struct pixels *p, const struct face *face, int side,
                         struct pixels *out, struct err *e);

#endif
