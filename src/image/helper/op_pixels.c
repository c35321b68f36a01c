/* Bare pixels in a box, for what shows pictures without knowing their formats. */
#include "base/file.h"
#include "image/helper/operations.h"
#include "image/helper/scan.h"

enum { SMALLEST_BOX = 16, LARGEST_BOX = 4096 };

static bool write_rgb(const struct pixels *p, struct arena *a, int out_fd, struct err *e)
{
    char *row = arena_alloc(a, (size_t)p->width * 4);

    for (int y = 0; y < p->height; y++) {
        const uint8_t *from = pixels_row(p, y);

        for (int x = 0; x < p->width; x++) {
            for (int c = 0; c < 3; c++)
                row[4 * x + c] = (char)from[3 * x + c];
            row[4 * x + 3] = (char)255;
        }
        if (!file_write_all(out_fd, str_of(row, (size_t)p->width * 4), e))
            return false;
    }
    return true;
}

bool operation_pixels(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e)
{
    AUTO_PICTURE picture = { 0 };
    AUTO_SCAN scan = { .boxes = { job->request.boxes[0] }, .count = 1 };
    const struct pixels *p = &scan.pixels[0];

    UNUSED(texts);
    if (job->request.box_count != 1 || scan.boxes[0] < SMALLEST_BOX || scan.boxes[0] > LARGEST_BOX)
        return err_set(e, ERR_INVALID, "pixels come in one box of %d to %d", SMALLEST_BOX,
                       LARGEST_BOX);
    if (!picture_open(job->fds[0], job->arena, NULL, &picture, e) ||
        !scan_picture(&picture, &scan, e))
        return false;
    reply_with_picture(reply, &picture);
    reply->outputs[0].width = p->width;
    reply->outputs[0].height = p->height;
    if (p->channels == 4)
        return file_write_all(job->fds[1], str_of(p->data, pixels_stride(p) * (size_t)p->height),
                              e);
    return write_rgb(p, job->arena, job->fds[1], e);
}
