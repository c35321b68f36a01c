/* How alike two pictures are, out of the likeness of their colours and of their structures. */
#include "image/helper/likeness.h"

#include <assert.h>
#include <math.h>

#include "image/helper/colour.h"
#include "image/helper/likeness_parts.h"

/* Colours count for more: a shot shows its subject from elsewhere, in other light and clothes. */
#define COLOUR_WEIGHT 0.6
/* Of the whole, where both pictures have a face. */
#define FACE_WEIGHT (1.0 / 3)
/* Any two faces have about so much in common. */
#define FACE_CHANCE 0.4

static struct lab to_lab(const float rgb[3])
{
    float l = cbrtf(0.4122214708f * rgb[0] + 0.5363325363f * rgb[1] + 0.0514459929f * rgb[2]);
    float m = cbrtf(0.2119034982f * rgb[0] + 0.6806995451f * rgb[1] + 0.1073969566f * rgb[2]);
    float s = cbrtf(0.0883024619f * rgb[0] + 0.2817188376f * rgb[1] + 0.6299787005f * rgb[2]);

    return (struct lab){
        .lightness = 0.2104542553f * l + 0.7936177850f * m - 0.0040720468f * s,
        .green_red = 1.9779984951f * l - 2.4285922050f * m + 0.4505937099f * s,
        .blue_yellow = 0.0259040371f * l + 0.7827717662f * m - 0.8086757660f * s,
    };
}

static struct lab_picture look_at(struct arena *a, const struct pixels *p)
{
    size_t count = (size_t)p->width * (size_t)p->height, channels = (size_t)p->channels;
    struct lab_picture out = { p->width, p->height, arena_array(a, struct lab, count) };
    float linear[256];

    for (int i = 0; i < 256; i++)
        linear[i] = colour_srgb_to_linear((float)i / 255);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *pixel = p->data + i * channels;
        float alpha = channels == 4 ? (float)pixel[3] / 255 : 1, rgb[3];

        for (int k = 0; k < 3; k++)
            rgb[k] = linear[pixel[k]] * alpha + 1 - alpha;
        out.pixels[i] = to_lab(rgb);
    }
    return out;
}

struct likeness likeness_of(struct arena *a, const struct pixels *left, const struct pixels *right)
{
    struct lab_picture l, r;
    struct likeness out = { .has_faces = false };

    assert(left->width <= LIKENESS_SIDE && left->height <= LIKENESS_SIDE);
    assert(right->width <= LIKENESS_SIDE && right->height <= LIKENESS_SIDE);
    l = look_at(a, left);
    r = look_at(a, right);
    out.colour = likeness_of_colours(&l, &r);
    out.structure = likeness_of_structures(a, &l, &r);
    out.whole = COLOUR_WEIGHT * out.colour + (1 - COLOUR_WEIGHT) * out.structure;
    return out;
}

void likeness_add_face(struct arena *a, const struct pixels *left, const struct pixels *right,
                       struct likeness *l)
{
    struct likeness faces = likeness_of(a, left, right);

    l->has_faces = true;
    l->face = fmax((faces.whole - FACE_CHANCE) / (1 - FACE_CHANCE), 0);
    l->whole += FACE_WEIGHT * (l->face - l->whole);
}
