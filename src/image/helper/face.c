/* Finds faces: a window of one size slides over the picture in many sizes, and where it says yes
 * again and again, there is a face. */
#include "image/helper/face.h"

#include <assert.h>
#include <stdlib.h>

#include "image/helper/cascade.h"
#include "image/helper/resample.h"

enum {
    HITS_MAX = 2048, /* more are not noted: what looks so much like faces is none */
    GROUPS_MAX = 64,
    LEAST_HITS = 12, /* a face gets 15 to 40, what is like one mostly less than 10 */
    PARTS = 1024,    /* of a pixel, in which sizes are counted */
    GROWTH = 10,     /* the next size is larger by a tenth */
};

/* A square of the picture that the window said yes to, or the sum of several alike. */
struct hit {
    int left, top, side;
};
struct group {
    struct hit sum;
    int count;
};

struct search {
    struct grey picture; /* halved as the faces that are looked for grow */
    struct grey level;   /* of which a face is as large as the window */
    uint32_t *sums;      /* of the level, above and to the left of each corner */
    struct hit *hits;
    size_t count;
};

/* size: of a window, in parts of a pixel of the whole picture. */
static void look_at_level(struct search *s, int size)
{
    int unit = CASCADE_WINDOW * PARTS;
    size_t stride = (size_t)s->level.width + 1;

    for (int y = 0; y + CASCADE_WINDOW <= s->level.height; y++) {
        for (int x = 0; x + CASCADE_WINDOW <= s->level.width; x++) {
            size_t passed =
                cascade_passed(&face_cascade, s->sums + (size_t)y * stride + (size_t)x, stride);

            if (passed == face_cascade.stage_count && s->count < HITS_MAX)
                s->hits[s->count++] =
                    (struct hit){ x * size / unit, y * size / unit, size / PARTS };
            x += passed == 0; /* beside what fails at once, nothing gets far */
        }
    }
}

static void look_everywhere(struct search *s, int width, int height)
{
    int most = MIN(width, height) * PARTS;

    for (int size = FACE_LEAST_SIDE * PARTS; size <= most; size += size / GROWTH) {
        s->level.width = width * CASCADE_WINDOW * PARTS / size;
        s->level.height = height * CASCADE_WINDOW * PARTS / size;
        while (s->picture.width >= 2 * s->level.width && s->picture.height >= 2 * s->level.height)
            grey_halve(&s->picture);
        grey_scale(&s->picture, &s->level);
        grey_sum(&s->level, s->sums);
        look_at_level(s, size);
    }
}

static bool is_near(int sum, int count, int value, int most)
{
    return abs(sum - value * count) <= most * count;
}

static bool belongs(const struct group *g, const struct hit *hit)
{
    int most = MIN(g->sum.side / g->count, hit->side) / 5;

    return is_near(g->sum.left, g->count, hit->left, most) &&
           is_near(g->sum.top, g->count, hit->top, most) &&
           is_near(g->sum.side, g->count, hit->side, most * 3 / 2);
}

static size_t gather(const struct hit *hits, size_t count, struct group groups[GROUPS_MAX])
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        size_t k = 0;

        while (k < used && !belongs(&groups[k], &hits[i]))
            k++;
        if (k == GROUPS_MAX)
            continue;
        if (k == used)
            groups[used++] = (struct group){ .count = 0 };
        groups[k].sum.left += hits[i].left;
        groups[k].sum.top += hits[i].top;
        groups[k].sum.side += hits[i].side;
        groups[k].count++;
    }
    return used;
}

/* By size times certainty: their product is the sum of sides. */
static const struct group *choose(const struct group *groups, size_t count)
{
    const struct group *best = NULL;

    for (size_t i = 0; i < count; i++) {
        if (groups[i].count >= LEAST_HITS && (best == NULL || groups[i].sum.side > best->sum.side))
            best = &groups[i];
    }
    return best;
}

bool face_find(struct arena *a, const struct pixels *p, struct face *out)
{
    struct search s = { .count = 0 };
    struct group groups[GROUPS_MAX] = { 0 };
    const struct group *best;
    size_t most = (FACE_PICTURE_SIDE + 1) * (FACE_PICTURE_SIDE + 1);

    assert(p->width <= FACE_PICTURE_SIDE && p->height <= FACE_PICTURE_SIDE);
    if (MIN(p->width, p->height) < FACE_LEAST_SIDE)
        return false;
    s.picture = grey_of(a, p);
    s.level.pixels = arena_alloc(a, most);
    s.sums = arena_array(a, uint32_t, most);
    s.hits = arena_array(a, struct hit, HITS_MAX);
    look_everywhere(&s, p->width, p->height);
    best = choose(groups, gather(s.hits, s.count, groups));
    if (best == NULL)
        return false;
    out->side = MIN(best->sum.side / best->count, MIN(p->width, p->height));
    out->left = MIN(best->sum.left / best->count, p->width - out->side);
    out->top = MIN(best->sum.top / best->count, p->height - out->side);
    return true;
}

bool face_cut(struct arena *a, const struct pixels *p, const struct face *face, int side,
              struct pixels *out, struct err *e)
{
    struct resampler *r;

    assert(side >= 1 && side <= face->side);
    if (!resampler_create(a, face->side, face->side, p->channels, side, side, &r, out, e))
        return false;
    for (int y = 0; y < face->side; y++)
        resampler_put(r, pixels_row(p, face->top + y) + face->left * p->channels);
    resampler_destroy(r);
    return true;
}
