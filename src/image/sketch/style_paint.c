/* Styles that lay paint shape by shape: illustration, watercolour, gouache, cut paper. */
#include "image/sketch/filter.h"
#include "image/sketch/num.h"
#include "image/sketch/painter.h"
#include "image/sketch/style_list.h"

void style_illustration(struct studio *st)
{
    const struct look look = { .shade = 1, .glow = 1 };
    struct grain fine = filter_grain(st, noise_tile(st->arena, st->seed, 128, 2), 700, 700);

    painter_draw(st, &look);
    filter_add_grain(st, &fine, 9);
    filter_vignette(st, 70);
}

static struct rgb thinned(const struct studio *st, struct rgb colour, enum role role)
{
    UNUSED(st);
    return rgb_mix(colour, RGB(0xfbf8f0), role == ROLE_GROUND ? 0.30f : 0.14f);
}

/* Pigment gathers where a wet area ends: darker just inside of every edge. */
static void dark_edges(struct studio *st, float radius, int strength)
{
    struct canvas *c = st->canvas;
    size_t count = (size_t)c->width * (size_t)c->height;
    const uint8_t *luma = filter_luma(st), *soft = filter_blurred(st, luma, radius);

    for (int k = 0; k < 3; k++) {
        uint8_t *restrict v = c->plane[k];

        for (size_t i = 0; i < count; i++) {
            int below = MIN(luma[i] - soft[i] + 2, 0);

            v[i] = num_byte(v[i] + (below * strength >> 8));
        }
    }
}

void style_watercolor(struct studio *st)
{
    const struct look look = {
        .shade = 0.85f, .glow = 0.8f, .wobble = 0.010f, .vary = 0.035f, .recolour = thinned
    };
    const struct rgb paper = RGB(0xfbf8f0);
    const uint8_t *clouds = noise_tile(st->arena, st->seed, 8, 4),
                  *tooth = noise_tile(st->arena, st->seed + 1, 64, 2);
    struct grain wash = filter_grain(st, clouds, 150, 150),
                 bloom = filter_grain(st, clouds, 55, 55);
    struct grain paper_tooth = filter_grain(st, tooth, 620, 620);
    struct arena_mark mark;

    canvas_clear(st->canvas, paper);
    painter_draw(st, &look);
    mark = arena_mark(st->arena);
    dark_edges(st, 0.005f, 330);
    arena_rewind(st->arena, mark);
    filter_pigment(st, &bloom, 62, paper);
    filter_pigment(st, &wash, 70, paper);
    filter_pigment(st, &paper_tooth, 30, paper);
    filter_ragged_border(st, clouds, paper, 0.030f);
}

void style_gouache(struct studio *st)
{
    const struct look look = {
        .flat = true, .shade = 0.75f, .glow = 0.6f, .wobble = 0.005f, .vary = 0.02f
    };
    const uint8_t *bristle = noise_tile(st->arena, st->seed, 64, 3);
    struct grain dry = filter_grain(st, bristle, 55, 620),
                 tooth = filter_grain(st, bristle, 500, 500);

    painter_draw(st, &look);
    filter_add_grain(st, &dry, 46);
    filter_add_grain(st, &tooth, 22);
}

static struct rgb card_stock(const struct studio *st, struct rgb colour, enum role role)
{
    UNUSED(st);
    return role <= ROLE_DETAIL ? rgb_shift(colour, 0.02f, 1.08f) : colour;
}

void style_paper_cut(struct studio *st)
{
    const struct look look = { .flat = true,
                               .shade = 0.18f,
                               .glow = 0.35f,
                               .shadow = 0.016f,
                               .vary = 0.015f,
                               .recolour = card_stock };
    const uint8_t *fibre = noise_tile(st->arena, st->seed, 64, 3);
    struct grain rough = filter_grain(st, fibre, 480, 480);

    painter_draw(st, &look);
    filter_add_grain(st, &rough, 26);
    filter_vignette(st, 60);
}
