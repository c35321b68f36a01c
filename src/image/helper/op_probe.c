/* Looks at a picture: decodes all of it, and tells what it is. */
#include "image/helper/operations.h"
#include "image/helper/scan.h"

bool operation_probe(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e)
{
    AUTO_PICTURE picture = { 0 };
    AUTO_SCAN scan = { 0 };

    if (!picture_open(job->fds[0], job->arena, texts, &picture, e) ||
        !scan_picture(&picture, &scan, e))
        return false;
    reply_with_picture(reply, &picture);
    reply->has_alpha = scan.has_alpha;
    reply->phash = scan.phash;
    return true;
}
