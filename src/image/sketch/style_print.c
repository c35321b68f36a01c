/* Styles of prints and drawings in few tones: charcoal, linocut, risograph, sepia. */
#include "image/sketch/filter.h"
#include "image/sketch/num.h"
#include "image/sketch/painter.h"
#include "image/sketch/style_list.h"

/* Shadows are opened and lights left to the paper, as a hand would. */
static void tone_table(uint8_t table[256])
{
    for (int i = 0; i < 256; i++) {
        float t = (float)i / 255;

        table[i] =
            num_byte((int)(255 * num_clamp(0.02f + 1.18f * sqrtf(t) * num_mix(t, 1, 0.30f), 0, 1)));
    }
}

void style_charcoal(struct studio *st)
{
    const struct look look = { .shade = 1.15f,
                               .glow = 0.9f,
                               .line = 0.0058f,
                               .detail = 0.0030f,
                               .ink = RGB(0x141210),
                               .wobble = 0.0045f };
    struct canvas *c = st->canvas;
    const uint8_t *tooth = noise_tile(st->arena, st->seed, 128, 2),
                  *smudge = noise_tile(st->arena, st->seed + 1, 16, 3);
    struct grain fine = filter_grain(st, tooth, 900, 900),
                 slant = filter_grain(st, smudge, 190, 60);
    const uint8_t *luma, *soft;
    uint8_t tones[256];

    painter_draw(st, &look);
    luma = filter_luma(st);
    soft = filter_blurred(st, luma, 0.004f);
    tone_table(tones);
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            size_t i = (size_t)y * (size_t)c->width + (size_t)x;
            int tone = tones[(luma[i] + soft[i]) >> 1], dark = 255 - tone;
            int bite = grain_read(&fine, x, y) + ((grain_read(&slant, x, y) - 128) >> 1) -
                       128; /* paper's hills take coal first */
            int coal =
                num_clamp_int((dark * 272 >> 8) + (bite * MIN(dark + 10, 285 - dark) >> 8), 0, 244);

            c->plane[0][i] = (uint8_t)filter_mix(236, 30, coal);
            c->plane[1][i] = (uint8_t)filter_mix(230, 27, coal);
            c->plane[2][i] = (uint8_t)filter_mix(219, 26, coal);
        }
    filter_ragged_border(st, smudge, RGB(0xece6db), 0.022f);
}

/* A second block prints the lively parts in one colour; the key block is cut in curved lines. */
void style_linocut(struct studio *st)
{
    const struct look look = { .flat = true,
                               .shade = 1.1f,
                               .glow = 0.9f,
                               .line = 0.0075f,
                               .detail = 0.0038f,
                               .ink = RGB(0x101010),
                               .wobble = 0.0050f };
    struct canvas *c = st->canvas;
    const uint8_t *bend = noise_tile(st->arena, st->seed, 8, 2),
                  *speck = noise_tile(st->arena, st->seed + 1, 128, 2);
    struct grain wander = filter_grain(st, bend, 110, 110), dry = filter_grain(st, speck, 620, 620);
    struct rgb accent =
                   rgb_mix(rgb_shift(st->palette.accent, 0.10f, 1.1f), st->palette.accent3, 0.25f),
               key = rgb_mix(st->palette.ink, RGB(0x17151a), 0.5f), paper = RGB(0xf4ecda);
    const int sheet[3] = { paper.r, paper.g, paper.b },
              second[3] = { accent.r, accent.g, accent.b }, black[3] = { key.r, key.g, key.b };
    const float pitch = 88, soft = MAX(2.2f * pitch / c->scale, 0.10f);

    painter_draw(st, &look);
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            size_t i = (size_t)y * (size_t)c->width + (size_t)x;
            int r = c->plane[0][i], g = c->plane[1][i], b = c->plane[2][i],
                tone = (54 * r + 183 * g + 19 * b) >> 8;
            int lively = MAX(r, MAX(g, b)) - MIN(r, MIN(g, b));
            float u = ((float)x + 0.5f) / c->scale - c->left,
                  v = ((float)y + 0.5f) / c->scale - c->top;
            float phase =
                (v * 0.94f + u * 0.34f) * pitch + (float)grain_read(&wander, x, y) * 0.022f;
            float t = fabsf(phase - num_floor(phase) - 0.5f) * 2, wide = ((float)(168 - tone)) / 92;
            int cut = (int)(256 * num_clamp((wide - t) / soft + 0.5f, 0, 1)),
                tint = num_clamp_int((lively - 52) * 10, 0, 256);

            if (grain_read(&dry, x, y) > 186)
                cut = cut * 3 >> 2;
            for (int k = 0; k < 3; k++)
                c->plane[k][i] =
                    (uint8_t)filter_mix(filter_mix(sheet[k], second[k], tint), black[k], cut);
        }
    filter_ragged_border(st, bend, paper, 0.020f);
}

struct screen {
    float cos_a, sin_a, shift_x, shift_y;
    struct rgb ink;
    int channel;
};

static void ink_row(uint8_t *restrict row, const int16_t *restrict dots, int count, int ink)
{
    for (int x = 0; x < count; x++)
        row[x] = (uint8_t)(row[x] * filter_mix(255, ink, dots[x]) / 255);
}

/* One drum: dots as large as the channel is dark, multiplied into what is printed already. */
static void print_screen(struct studio *st, const uint8_t *const source[3], const struct screen *s,
                         const struct grain *dry)
{
    struct canvas *c = st->canvas;
    const float pitch = 132, sharp = c->scale / pitch;
    const float seen = num_step(1.5f, 5, sharp); /* dots too small to be seen are a tone */
    const int ink[3] = { s->ink.r, s->ink.g, s->ink.b };
    int dx = (int)(s->shift_x * c->scale), dy = (int)(s->shift_y * c->scale);

    struct arena_mark mark = arena_mark(st->arena);
    int16_t *dots = arena_array(st->arena, int16_t, (size_t)c->width);
    float step = pitch / c->scale, first = (0.5f / c->scale - c->left) * pitch;

    for (int y = 0; y < c->height; y++) {
        float v = (((float)y + 0.5f) / c->scale - c->top) * pitch;
        size_t row = (size_t)y * (size_t)c->width,
               from = (size_t)num_clamp_int(y + dy, 0, c->height - 1) * (size_t)c->width;

        for (int x = 0; x < c->width; x++) {
            float u = first + step * (float)x;
            float a = u * s->cos_a + v * s->sin_a, b = v * s->cos_a - u * s->sin_a;
            float da = a - num_floor(a) - 0.5f, db = b - num_floor(b) - 0.5f;
            int density =
                255 - source[s->channel][from + (size_t)num_clamp_int(x + dx, 0, c->width - 1)];
            float r2 = (float)(density * density) * (0.6084f / 65025);
            float cover = num_clamp((r2 - da * da - db * db) * sharp * 1.4f + 0.5f, 0, 1);
            int bare = MAX(grain_read(dry, x, y) - 150, 0) * 2;

            cover = num_mix(MIN(r2 * 3.1416f, 1.0f), cover, seen);
            dots[x] = (int16_t)(density < 10 ? 0 : (int)(cover * (float)(256 - bare)));
        }
        for (int k = 0; k < 3; k++)
            ink_row(c->plane[k] + row, dots, c->width, ink[k]);
    }
    arena_rewind(st->arena, mark);
}

void style_risograph(struct studio *st)
{
    static const struct screen screens[] = {
        { 0.9659f, 0.2588f, 0.0022f, -0.0014f, { 0x00, 0x83, 0xb4 }, 0 },
        { 0.2588f, 0.9659f, -0.0018f, 0.0016f, { 0xf7, 0x4a, 0x8f }, 1 },
        { 1.0f, 0.0f, 0, 0, { 0xff, 0xd2, 0x1f }, 2 },
    };
    const struct look look = { .shade = 0.9f, .glow = 1, .vary = 0.01f };
    struct canvas *c = st->canvas;
    struct grain dry = filter_grain(st, noise_tile(st->arena, st->seed, 64, 3), 420, 420);
    const uint8_t *source[3];

    painter_draw(st, &look);
    for (int k = 0; k < 3; k++)
        source[k] = filter_blurred(st, c->plane[k], 0.0005f);
    canvas_clear(c, RGB(0xfaf5ea));
    for (size_t i = 0; i < COUNT(screens); i++)
        print_screen(st, source, &screens[i], &dry);
}

/* Toned like a print of the 1860s: brown shadows, cream lights, soft corners. */
void style_sepia(struct studio *st)
{
    const struct look look = { .shade = 1.1f, .glow = 0.9f };
    struct canvas *c = st->canvas;
    size_t count = (size_t)c->width * (size_t)c->height;
    const uint8_t *luma, *soft, *age = noise_tile(st->arena, st->seed, 8, 5);
    struct grain stain = filter_grain(st, age, 95, 95),
                 fine = filter_grain(st, noise_tile(st->arena, st->seed + 1, 128, 1), 800, 800);
    struct rgb tones[256];

    for (int i = 0; i < 256; i++) {
        float t = (float)i / 255;

        tones[i] = rgb_of(0.17f + 0.76f * num_mix(t, t * t * (3 - 2 * t), 0.6f),
                          0.052f - 0.018f * t, 0.17f + 0.03f * t);
    }
    painter_draw(st, &look);
    luma = filter_luma(st);
    soft = filter_blurred(st, luma, 0.006f);
    for (size_t i = 0; i < count; i++) {
        struct rgb tone = tones[(luma[i] * 5 + soft[i] * 3) >> 3];

        c->plane[0][i] = tone.r;
        c->plane[1][i] = tone.g;
        c->plane[2][i] = tone.b;
    }
    filter_add_grain(st, &stain, 26);
    filter_add_grain(st, &fine, 16);
    filter_vignette(st, 190);
    filter_ragged_border(st, age, RGB(0xefe3c8), 0.026f);
}
