/* Compares two pictures, as small as they are shown in a list; and their faces, where both have
 * one. */
#include "image/helper/face_align.h"
#include "image/helper/likeness.h"
#include "image/helper/operations.h"
#include "image/helper/scan.h"

/* A picture in the size in which faces are looked for, and in the size in which it is compared. */
enum { LARGE, SMALL };

static bool look_at(struct job *job, int fd, struct picture *picture, struct scan *scan,
                    struct err *e)
{
    scan->count = 2;
    scan->boxes[LARGE] = FACE_PICTURE_SIDE;
    scan->boxes[SMALL] = LIKENESS_SIDE;
    return picture_open(fd, job->arena, NULL, picture, e) && scan_picture(picture, scan, e);
}

/* Both faces in the size of the smaller one. Where one of them or both have none, there is nothing
 * to be said, and that is no error. */
static bool compare_faces(struct arena *a, const struct pixels *left, const struct pixels *right,
                          struct likeness *likeness, struct err *e)
{
    struct face one, two;
    AUTO_PIXELS left_face = { 0 };
    AUTO_PIXELS right_face = { 0 };
    int side;

    if (!face_find(a, left, &one) || !face_find(a, right, &two))
        return true;
    face_align(a, left, right, &one, &two);
    side = MIN(MIN(one.side, two.side), LIKENESS_FACE_SIDE);
    if (!face_cut(a, left, &one, side, &left_face, e) ||
        !face_cut(a, right, &two, side, &right_face, e))
        return false;
    likeness_add_face(a, &left_face, &right_face, likeness);
    return true;
}

bool operation_compare(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e)
{
    AUTO_PICTURE left = { 0 }, right = { 0 };
    AUTO_SCAN left_scan = { 0 }, right_scan = { 0 };
    struct likeness likeness;

    UNUSED(texts);
    if (!look_at(job, job->fds[0], &left, &left_scan, e) ||
        !look_at(job, job->fds[1], &right, &right_scan, e))
        return false;
    likeness = likeness_of(job->arena, &left_scan.pixels[SMALL], &right_scan.pixels[SMALL]);
    if (!compare_faces(job->arena, &left_scan.pixels[LARGE], &right_scan.pixels[LARGE], &likeness,
                       e))
        return false;
    reply_with_picture(reply, &left);
    reply->likeness = likeness.whole;
    reply->likeness_colour = likeness.colour;
    reply->likeness_structure = likeness.structure;
    reply->has_faces = likeness.has_faces;
    reply->likeness_face = likeness.face;
    return true;
}
