/* Symbols made of brush lines: the signs of the zodiac, and a few letters. */
#include "image/sketch/symbol.h"

enum { LINE_POINTS = 9, LINES = 5, GLYPH_POINTS = 7, GLYPH_LINES = 3 };

/* Lines of a sign, each ended by its count; drawn smooth through their points. */
struct sign {
    struct {
        int count;
        struct point points[LINE_POINTS];
    } lines[LINES];
};

static const struct sign signs[] = {
    /* aries */ { { { 7,
                      { { -0.62f, -0.30f },
                        { -0.60f, -0.66f },
                        { -0.28f, -0.72f },
                        { -0.10f, -0.40f },
                        { -0.02f, 0.1f },
                        { 0, 0.5f },
                        { 0, 0.85f } } },
                    { 7,
                      { { 0.62f, -0.30f },
                        { 0.60f, -0.66f },
                        { 0.28f, -0.72f },
                        { 0.10f, -0.40f },
                        { 0.02f, 0.1f },
                        { 0, 0.5f },
                        { 0, 0.85f } } } } },
    /* taurus */
    { { { 7,
          { { -0.62f, -0.82f },
            { -0.42f, -0.48f },
            { -0.2f, -0.28f },
            { 0, -0.24f },
            { 0.2f, -0.28f },
            { 0.42f, -0.48f },
            { 0.62f, -0.82f } } },
        { 9,
          { { 0, -0.24f },
            { 0.40f, -0.06f },
            { 0.54f, 0.30f },
            { 0.38f, 0.68f },
            { 0, 0.82f },
            { -0.38f, 0.68f },
            { -0.54f, 0.30f },
            { -0.40f, -0.06f },
            { 0, -0.24f } } } } },
    /* gemini */
    { { { 3, { { -0.60f, -0.80f }, { 0, -0.62f }, { 0.60f, -0.80f } } },
        { 3, { { -0.60f, 0.80f }, { 0, 0.62f }, { 0.60f, 0.80f } } },
        { 2, { { -0.24f, -0.66f }, { -0.24f, 0.66f } } },
        { 2, { { 0.24f, -0.66f }, { 0.24f, 0.66f } } } } },
    /* cancer */
    { { { 5,
          { { -0.80f, -0.22f },
            { -0.55f, -0.56f },
            { 0, -0.66f },
            { 0.50f, -0.56f },
            { 0.82f, -0.34f } } },
        { 5,
          { { 0.80f, 0.22f },
            { 0.55f, 0.56f },
            { 0, 0.66f },
            { -0.50f, 0.56f },
            { -0.82f, 0.34f } } },
        { 6,
          { { -0.80f, -0.22f },
            { -0.62f, 0.02f },
            { -0.36f, -0.04f },
            { -0.34f, -0.32f },
            { -0.58f, -0.42f },
            { -0.80f, -0.22f } } },
        { 6,
          { { 0.80f, 0.22f },
            { 0.62f, -0.02f },
            { 0.36f, 0.04f },
            { 0.34f, 0.32f },
            { 0.58f, 0.42f },
            { 0.80f, 0.22f } } } } },
    /* leo */
    { { { 6,
          { { -0.30f, 0.14f },
            { -0.56f, 0.24f },
            { -0.58f, 0.52f },
            { -0.34f, 0.58f },
            { -0.20f, 0.36f },
            { -0.30f, 0.14f } } },
        { 8,
          { { -0.30f, 0.14f },
            { -0.46f, -0.30f },
            { -0.24f, -0.74f },
            { 0.20f, -0.76f },
            { 0.40f, -0.40f },
            { 0.24f, 0.2f },
            { 0.28f, 0.66f },
            { 0.62f, 0.60f } } } } },
    /* virgo */
    { { { 3, { { -0.72f, -0.62f }, { -0.60f, -0.40f }, { -0.60f, 0.55f } } },
        { 4, { { -0.60f, -0.35f }, { -0.40f, -0.64f }, { -0.22f, -0.42f }, { -0.22f, 0.55f } } },
        { 5,
          { { -0.22f, -0.35f },
            { -0.02f, -0.64f },
            { 0.16f, -0.42f },
            { 0.18f, 0.45f },
            { 0.42f, 0.80f } } },
        { 5,
          { { 0.16f, -0.16f },
            { 0.46f, -0.42f },
            { 0.60f, -0.06f },
            { 0.40f, 0.42f },
            { 0.02f, 0.78f } } } } },
    /* libra */
    { { { 2, { { -0.78f, 0.68f }, { 0.78f, 0.68f } } },
        { 7,
          { { -0.78f, 0.36f },
            { -0.30f, 0.36f },
            { -0.46f, -0.18f },
            { 0, -0.62f },
            { 0.46f, -0.18f },
            { 0.30f, 0.36f },
            { 0.78f, 0.36f } } } } },
    /* scorpio */
    { { { 3, { { -0.76f, -0.62f }, { -0.64f, -0.40f }, { -0.64f, 0.55f } } },
        { 4, { { -0.64f, -0.35f }, { -0.44f, -0.64f }, { -0.26f, -0.42f }, { -0.26f, 0.55f } } },
        { 5,
          { { -0.26f, -0.35f },
            { -0.06f, -0.64f },
            { 0.12f, -0.42f },
            { 0.16f, 0.50f },
            { 0.60f, 0.62f } } },
        { 3, { { 0.50f, 0.42f }, { 0.78f, 0.56f }, { 0.56f, 0.80f } } } } },
    /* sagittarius */
    { { { 2, { { -0.66f, 0.72f }, { 0.62f, -0.62f } } },
        { 3, { { 0.08f, -0.72f }, { 0.68f, -0.70f }, { 0.70f, -0.10f } } },
        { 2, { { -0.56f, -0.02f }, { 0.08f, 0.60f } } } } },
    /* capricorn */
    { { { 5,
          { { -0.74f, -0.60f },
            { -0.52f, -0.52f },
            { -0.40f, 0.34f },
            { -0.22f, -0.40f },
            { 0.02f, -0.56f } } },
        { 8,
          { { 0.02f, -0.56f },
            { 0.16f, -0.1f },
            { 0.14f, 0.3f },
            { 0.40f, 0.06f },
            { 0.66f, 0.26f },
            { 0.50f, 0.58f },
            { 0.18f, 0.42f },
            { -0.12f, 0.82f } } } } },
    /* aquarius */
    { { { 7,
          { { -0.80f, -0.06f },
            { -0.54f, -0.42f },
            { -0.28f, -0.08f },
            { 0, -0.42f },
            { 0.28f, -0.08f },
            { 0.54f, -0.42f },
            { 0.80f, -0.08f } } },
        { 7,
          { { -0.80f, 0.42f },
            { -0.54f, 0.06f },
            { -0.28f, 0.40f },
            { 0, 0.06f },
            { 0.28f, 0.40f },
            { 0.54f, 0.06f },
            { 0.80f, 0.40f } } } } },
    /* pisces */
    { { { 5,
          { { -0.62f, -0.82f },
            { -0.30f, -0.40f },
            { -0.22f, 0 },
            { -0.30f, 0.40f },
            { -0.62f, 0.82f } } },
        { 5,
          { { 0.62f, -0.82f },
            { 0.30f, -0.40f },
            { 0.22f, 0 },
            { 0.30f, 0.40f },
            { 0.62f, 0.82f } } },
        { 2, { { -0.66f, 0 }, { 0.66f, 0 } } } } },
};

static void stars_round(struct scene *s, struct rgb c, int count, float r)
{
    struct path *p = scene_path(s);

    for (int i = 0; i < count; i++) {
        float t = (float)i / (float)count - 0.25f;

        path_star(p, num_cos(t) * r, num_sin(t) * r, i % 3 == 0 ? 0.055f : 0.03f, 0.012f, 4,
                  -0.25f);
    }
    scene_fill(s, ROLE_DETAIL, p, c);
}

void symbol_zodiac(struct scene *s, int symbol, const struct inks *ink)
{
    const struct sign *sign = &signs[symbol - SYMBOL_ARIES];
    struct path *disc = scene_path(s), *ring = scene_path(s);
    struct affine before;

    path_ellipse(disc, 0, 0, 0.98f, 0.98f);
    scene_linear(s, ROLE_FORM, disc, rgb_shift(ink->main, -0.04f, 1),
                 rgb_shift(ink->main, -0.20f, 1), AT(0, -1), AT(0, 1));
    path_ring(ring, 0, 0, 0.92f, 0.92f, 0.025f);
    path_ring(ring, 0, 0, 0.76f, 0.76f, 0.012f);
    scene_fill(s, ROLE_DETAIL, ring, ink->second);
    stars_round(s, ink->second, 24, 0.84f);
    before = scene_enter(s, affine_at(0, 0, 0.60f, 0));
    for (int i = 0; i < LINES && sign->lines[i].count > 0; i++)
        scene_stroke(s, ink->pale, sign->lines[i].points, sign->lines[i].count, 0.12f, 0.17f, 0.12f)
            ->role = ROLE_FORM;
    s->at = before;
}

struct glyph {
    char letter;
    struct {
        int count;
        bool smooth;
        struct point points[GLYPH_POINTS];
    } lines[GLYPH_LINES];
};

static const struct glyph glyphs[] = {
    { '0',
      { { 7,
          true,
          { { 0, -0.5f },
            { 0.24f, -0.3f },
            { 0.24f, 0.3f },
            { 0, 0.5f },
            { -0.24f, 0.3f },
            { -0.24f, -0.3f },
            { 0, -0.5f } } } } },
    { '1', { { 3, false, { { -0.12f, -0.34f }, { 0.04f, -0.5f }, { 0.04f, 0.5f } } } } },
    { '2',
      { { 5,
          true,
          { { -0.22f, -0.3f },
            { -0.02f, -0.5f },
            { 0.22f, -0.28f },
            { 0.02f, 0.12f },
            { -0.24f, 0.5f } } },
        { 2, false, { { -0.24f, 0.5f }, { 0.26f, 0.5f } } } } },
    { '3',
      { { 4, true, { { -0.2f, -0.42f }, { 0.06f, -0.5f }, { 0.2f, -0.24f }, { -0.04f, -0.04f } } },
        { 5,
          true,
          { { -0.04f, -0.04f },
            { 0.24f, 0.14f },
            { 0.18f, 0.42f },
            { -0.04f, 0.5f },
            { -0.24f, 0.38f } } } } },
    { '4',
      { { 4, false, { { 0.1f, 0.5f }, { 0.1f, -0.5f }, { -0.26f, 0.2f }, { 0.28f, 0.2f } } } } },
    { '5',
      { { 3, false, { { 0.22f, -0.5f }, { -0.18f, -0.5f }, { -0.2f, -0.06f } } },
        { 5,
          true,
          { { -0.2f, -0.06f },
            { 0.1f, -0.12f },
            { 0.24f, 0.2f },
            { 0.06f, 0.48f },
            { -0.24f, 0.42f } } } } },
    { '6',
      { { 7,
          true,
          { { 0.16f, -0.5f },
            { -0.16f, -0.16f },
            { -0.22f, 0.24f },
            { 0, 0.5f },
            { 0.22f, 0.24f },
            { 0.02f, 0.0f },
            { -0.2f, 0.2f } } } } },
    { '7', { { 3, false, { { -0.24f, -0.5f }, { 0.24f, -0.5f }, { -0.06f, 0.5f } } } } },
    { '8',
      { { 7,
          true,
          { { 0, -0.02f },
            { 0.2f, -0.26f },
            { 0, -0.5f },
            { -0.2f, -0.26f },
            { 0, -0.02f },
            { 0.12f, 0.06f },
            { 0.24f, 0.24f } } },
        { 5,
          true,
          { { 0.24f, 0.24f },
            { 0, 0.5f },
            { -0.24f, 0.24f },
            { -0.12f, 0.06f },
            { 0, -0.02f } } } } },
    { '9',
      { { 7,
          true,
          { { 0.2f, -0.2f },
            { 0, 0.02f },
            { -0.22f, -0.22f },
            { 0, -0.5f },
            { 0.22f, -0.24f },
            { 0.16f, 0.16f },
            { -0.14f, 0.5f } } } } },
    { 'A',
      { { 3, false, { { -0.28f, 0.5f }, { 0, -0.5f }, { 0.28f, 0.5f } } },
        { 2, false, { { -0.18f, 0.14f }, { 0.18f, 0.14f } } } } },
    { 'J',
      { { 4,
          true,
          { { 0.14f, -0.5f }, { 0.14f, 0.24f }, { -0.06f, 0.5f }, { -0.24f, 0.26f } } } } },
    { 'Q',
      { { 7,
          true,
          { { 0, -0.5f },
            { 0.26f, -0.3f },
            { 0.26f, 0.26f },
            { 0, 0.46f },
            { -0.26f, 0.26f },
            { -0.26f, -0.3f },
            { 0, -0.5f } } },
        { 2, false, { { 0.04f, 0.24f }, { 0.28f, 0.56f } } } } },
    { 'K',
      { { 2, false, { { -0.2f, -0.5f }, { -0.2f, 0.5f } } },
        { 3, false, { { 0.24f, -0.5f }, { -0.16f, 0.02f }, { 0.26f, 0.5f } } } } },
    { 'I', { { 2, false, { { 0, -0.5f }, { 0, 0.5f } } } } },
    { 'V', { { 3, false, { { -0.24f, -0.5f }, { 0, 0.5f }, { 0.24f, -0.5f } } } } },
    { 'X',
      { { 2, false, { { -0.24f, -0.5f }, { 0.24f, 0.5f } } },
        { 2, false, { { 0.24f, -0.5f }, { -0.24f, 0.5f } } } } },
};

static const struct glyph *glyph_for(char letter)
{
    for (size_t i = 0; i < COUNT(glyphs); i++)
        if (glyphs[i].letter == letter)
            return &glyphs[i];
    return NULL;
}

static void draw_glyph(struct path *p, const struct glyph *g, float x)
{
    for (int i = 0; i < GLYPH_LINES && g->lines[i].count > 0; i++) {
        struct point moved[GLYPH_POINTS];
        int count = g->lines[i].count;

        for (int k = 0; k < count; k++)
            moved[k] = AT(g->lines[i].points[k].x + x, g->lines[i].points[k].y);
        if (g->lines[i].smooth)
            path_brush(p, moved, count, 0.13f, 0.15f, 0.13f);
        else
            for (int k = 0; k + 1 < count; k++)
                path_brush(p, moved + k, 2, 0.13f, 0.14f, 0.13f);
    }
}

void symbol_text(struct scene *s, const char *text, struct rgb colour)
{
    struct path *p = scene_path(s);
    int count = 0;

    while (text[count] != '\0')
        count++;
    for (int i = 0; i < count; i++) {
        const struct glyph *g = glyph_for(text[i]);
        float step = text[i] == 'I' && count > 1 ? 0.5f : 0.62f;

        if (g != NULL)
            draw_glyph(p, g, ((float)i - (float)(count - 1) / 2) * step);
    }
    scene_fill(s, ROLE_DETAIL, p, colour);
}
