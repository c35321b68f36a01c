/* Compares two pictures, as small as they are shown in a list. */
#include "image/helper/likeness.h"
#include "image/helper/operations.h"
#include "image/helper/scan.h"

static bool look_at(struct job *job, int fd, struct picture *picture, struct scan *scan,
                    struct err *e)
{
    scan->count = 1;
    scan->boxes[0] = LIKENESS_SIDE;
    return picture_open(fd, job->arena, NULL, picture, e) && scan_picture(picture, scan, e);
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
    likeness = likeness_of(job->arena, &left_scan.pixels[0], &right_scan.pixels[0]);
    reply_with_picture(reply, &left);
    reply->likeness = likeness.whole;
    reply->likeness_colour = likeness.colour;
    reply->likeness_structure = likeness.structure;
    return true;
}
