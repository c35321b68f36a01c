/* Whole pictures: their memory, and the eight ways in which a camera can have been held. */
#include "image/helper/pixels.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void *pixels_memory(size_t bytes, struct err *e)
{
    void *memory = malloc(bytes > 0 ? bytes : 1);

    if (memory == NULL)
        err_set(e, ERR_TOO_LARGE, "the picture needs more memory than is allowed (%zu MB at once)",
                bytes / 1000000);
    return memory;
}

bool pixels_create(int width, int height, int channels, struct pixels *out, struct err *e)
{
    struct pixels p = { .width = width, .height = height, .channels = channels };

    assert(width > 0 && height > 0 && (channels == 3 || channels == 4));
    p.data = pixels_memory(pixels_stride(&p) * (size_t)height, e);
    if (p.data == NULL)
        return false;
    *out = p;
    return true;
}

void pixels_destroy(struct pixels *p)
{
    free(p->data);
    *p = (struct pixels){ 0 };
}

void row_reader_close(struct row_reader **r)
{
    if (*r != NULL)
        (*r)->close(*r);
    *r = NULL;
}

/* How the stored picture is walked while the upright one is written: start and the two steps, in
 * pixels. */
struct walk {
    ptrdiff_t start, step_x, step_y;
};

static struct walk walk_of(int orientation, ptrdiff_t width, ptrdiff_t height)
{
    ptrdiff_t right = width - 1, bottom = (height - 1) * width;

    switch (orientation) {
    case 2:
        return (struct walk){ right, -1, width };
    case 3:
        return (struct walk){ bottom + right, -1, -width };
    case 4:
        return (struct walk){ bottom, 1, -width };
    case 5:
        return (struct walk){ 0, width, 1 };
    case 6:
        return (struct walk){ bottom, -width, 1 };
    case 7:
        return (struct walk){ bottom + right, -width, -1 };
    case 8:
        return (struct walk){ right, width, -1 };
    default:
        return (struct walk){ 0, 1, width };
    }
}

bool pixels_orient(struct pixels *p, int orientation, struct err *e)
{
    bool is_turned = orientation >= 5;
    struct walk walk = walk_of(orientation, p->width, p->height);
    size_t bytes = (size_t)p->channels;
    AUTO_PIXELS upright = { 0 };

    if (orientation <= 1)
        return true;
    if (!pixels_create(is_turned ? p->height : p->width, is_turned ? p->width : p->height,
                       p->channels, &upright, e))
        return false;
    for (int y = 0; y < upright.height; y++) {
        uint8_t *to = pixels_row(&upright, y);
        ptrdiff_t from = walk.start + y * walk.step_y;

        for (int x = 0; x < upright.width; x++, from += walk.step_x, to += bytes)
            memcpy(to, p->data + (size_t)from * bytes, bytes);
    }
    struct pixels stored = *p;
    *p = upright;
    upright = stored;
    return true;
}
