/* Thumbnails: WebP in several boxes, and what a probe tells, from one decoding. */
#include "image/helper/encode.h"
#include "image/helper/operations.h"
#include "image/helper/scan.h"

enum { QUALITY = 80, SMALLEST_BOX = 16, LARGEST_BOX = 4096 };

/* Positions of the boxes in the request, from the largest on. */
static bool sort_boxes(const struct image_request *request, size_t *order, struct err *e)
{
    for (size_t i = 0; i < request->box_count; i++) {
        size_t at = i;

        if (request->boxes[i] < SMALLEST_BOX || request->boxes[i] > LARGEST_BOX)
            return err_set(e, ERR_INVALID, "a thumbnail has %d to %d pixels", SMALLEST_BOX,
                           LARGEST_BOX);
        for (; at > 0 && request->boxes[order[at - 1]] < request->boxes[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return true;
}

static bool write_all(struct job *job, struct image_reply *reply, const struct scan *scan,
                      const size_t *order, struct err *e)
{
    static const struct image_recipe none;

    for (size_t i = 0; i < scan->count; i++) {
        reply->outputs[order[i]].width = scan->pixels[i].width;
        reply->outputs[order[i]].height = scan->pixels[i].height;
        if (!webp_write(&scan->pixels[i], QUALITY, &none, job->arena, job->fds[1 + order[i]], e))
            return false;
    }
    return true;
}

bool operation_thumbnails(struct job *job, struct image_reply *reply, struct buf *texts,
                          struct err *e)
{
    AUTO_PICTURE picture = { 0 };
    AUTO_SCAN scan = { 0 };
    size_t order[IMAGE_MAX_THUMBNAILS] = { 0 };

    if (job->request.box_count > IMAGE_MAX_THUMBNAILS ||
        job->fd_count != 1 + job->request.box_count)
        return err_set(e, ERR_INTERNAL, "every thumbnail takes a file");
    if (!sort_boxes(&job->request, order, e))
        return false;
    scan.count = job->request.box_count;
    for (size_t i = 0; i < scan.count; i++)
        scan.boxes[i] = job->request.boxes[order[i]];
    if (!picture_open(job->fds[0], job->arena, texts, &picture, e) ||
        !scan_picture(&picture, &scan, e))
        return false;
    reply_with_picture(reply, &picture);
    reply->has_alpha = scan.has_alpha;
    reply->phash = scan.phash;
    return write_all(job, reply, &scan, order, e);
}
