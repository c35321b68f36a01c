/* Another format: upright, in sRGB, with the recipe that was sent along and nothing else that the
 * file held. */
#include "image/helper/codec.h"
#include "image/helper/encode.h"
#include "image/helper/operations.h"

static bool is_opaque(const struct pixels *p)
{
    size_t count = (size_t)p->width * (size_t)p->height;
    uint8_t all = 255;

    for (size_t i = 0; i < count && p->channels == 4; i++)
        all &= p->data[4 * i + 3];
    return all == 255;
}

/* In place: each pixel moves towards the front. */
static void drop_alpha(struct pixels *p)
{
    size_t count = (size_t)p->width * (size_t)p->height;

    for (size_t i = 0; i < count && p->channels == 4; i++) {
        for (size_t k = 0; k < 3; k++)
            p->data[3 * i + k] = p->data[4 * i + k];
    }
    p->channels = 3;
}

static bool write_as(const struct pixels *p, const struct image_request *request,
                     const struct image_recipe *recipe, struct arena *a, int out_fd, struct err *e)
{
    switch (request->format) {
    case IMAGE_PNG:
        return png_write(p, recipe, a, out_fd, e);
    case IMAGE_JPEG:
        return jpeg_write(p, request->quality, recipe, a, out_fd, e);
    case IMAGE_WEBP:
        return webp_write(p, request->quality, recipe, a, out_fd, e);
    default:
        return err_set(e, ERR_INVALID, "pictures are written as PNG, JPEG and WebP");
    }
}

bool operation_convert(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e)
{
    AUTO_PICTURE picture = { 0 };
    AUTO_PIXELS pixels = { 0 };
    struct image_recipe recipe;
    struct str request = { 0 };

    UNUSED(texts);
    if (job->request.quality < 1 || job->request.quality > 100)
        return err_set(e, ERR_INVALID, "quality is from 1 to 100");
    read_recipe(job->payload, &recipe, &request);
    if (!picture_open(job->fds[0], job->arena, NULL, &picture, e) ||
        !picture_load(&picture, &pixels, e))
        return false;
    if (is_opaque(&pixels))
        drop_alpha(&pixels);
    reply->format = job->request.format;
    reply->width = pixels.width;
    reply->height = pixels.height;
    reply->orientation = 1;
    reply->has_alpha = pixels.channels == 4 && job->request.format != IMAGE_JPEG;
    return write_as(&pixels, &job->request, &recipe, job->arena, job->fds[1], e);
}
