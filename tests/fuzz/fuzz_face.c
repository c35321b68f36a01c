/* Faces: whatever the pixels are, what is found lies in the picture, the same every time, and two
 * faces are fitted to each other within theirs. The first bytes say how large the two pictures are.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "image/helper/face_align.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes again and again, until all pixels have some. */
static struct pixels picture_of(struct arena *a, int width, int height, int channels,
                                const uint8_t *data, size_t size)
{
    struct pixels p = { width, height, channels, NULL };
    size_t bytes = pixels_stride(&p) * (size_t)height;

    p.data = arena_alloc(a, bytes);
    for (size_t i = 0; i < bytes; i++)
        p.data[i] = data[i % size];
    return p;
}

static void check_within(const struct pixels *p, const struct face *f)
{
    assert(f->left >= 0 && f->top >= 0 && f->side >= 1);
    assert(f->left + f->side <= p->width && f->top + f->side <= p->height);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct pixels left, right;
    struct face one, two, again;

    if (size < 4)
        return 0;
    left = picture_of(&a, data[0] + 1, data[1] + 1, 3, data + 3, size - 3);
    right = picture_of(&a, data[1] + 1, data[2] + 1, 4, data + 3, size - 3);
    if (!face_find(&a, &left, &one))
        return 0;
    check_within(&left, &one);
    assert(face_find(&a, &left, &again) && memcmp(&one, &again, sizeof(one)) == 0);
    if (!face_find(&a, &right, &two))
        two = (struct face){ 0, 0, MIN(right.width, right.height) };
    face_align(&a, &left, &right, &one, &two);
    check_within(&left, &one);
    check_within(&right, &two);
    return 0;
}
