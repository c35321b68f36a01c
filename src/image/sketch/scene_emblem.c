/* Emblems: playing and tarot cards, zodiac wheels, shields and badges. */
#include "image/sketch/portrait.h"
#include "image/sketch/symbol.h"

struct emblem {
    int kind, symbol, rank;
    float w, h; /* half sizes of the card or badge */
    struct inks ink;
    struct rgb face, frame;
    bool sitter; /* a person or an animal takes the symbol's place */
    struct dice dice;
};

static const char *const ranks[] = { "",  "A", "2", "3",  "4", "5", "6",
                                     "7", "8", "9", "10", "J", "Q", "K" };
static const char *const numerals[] = { "0",    "I",    "II",    "III", "IV",  "V",    "VI",  "VII",
                                        "VIII", "IX",   "X",     "XI",  "XII", "XIII", "XIV", "XV",
                                        "XVI",  "XVII", "XVIII", "XIX", "XX",  "XXI" };

static int choose_symbol(const struct wish *w, int kind, struct dice *d)
{
    static const uint8_t suits[] = { SYMBOL_HEART, SYMBOL_SPADE, SYMBOL_CLUB, SYMBOL_DIAMOND };
    int any = SYMBOL_SUN + dice_below(d, SYMBOL_WAVE), suit = suits[dice_below(d, 4)];

    if (w->value[WISH_SYMBOL] != WISH_NONE)
        return w->value[WISH_SYMBOL];
    if (kind == EMBLEM_CARD)
        return suit;
    return kind == EMBLEM_ZODIAC ? SYMBOL_ARIES + any % 12 : any;
}

static struct emblem choose(const struct scene *s, const struct plan *plan)
{
    struct dice d = dice_for(plan->identity, "emblem");
    const struct wish *w = &plan->wish;
    const struct palette *p = &s->palette;
    struct emblem e = { .kind = w->value[WISH_EMBLEM], .rank = w->value[WISH_RANK] };

    if (e.kind == WISH_NONE)
        e.kind = w->value[WISH_SYMBOL] >= SYMBOL_ARIES ? EMBLEM_ZODIAC : EMBLEM_BADGE;
    e.symbol = choose_symbol(w, e.kind, &d);
    if (e.rank == WISH_NONE)
        e.rank = 1 + dice_below(&d, 13);
    e.sitter = w->value[WISH_ANIMAL] != WISH_NONE ||
               (w->value[WISH_PERSON] != WISH_NONE && w->value[WISH_SYMBOL] == WISH_NONE);
    e.ink = (struct inks){ p->accent, rgb_of(0.80f, 0.12f * MAX(p->chroma, 0.3f), 0.22f), p->ink,
                           p->pale };
    e.face = e.kind == EMBLEM_CARD   ? rgb_mix(p->pale, RGB(0xffffff), 0.3f)
             : dice_chance(&d, 0.5f) ? rgb_shift(p->accent2, -0.08f, 1)
                                     : rgb_shift(p->pale, -0.02f, 1.6f);
    e.frame = e.kind == EMBLEM_CARD ? p->accent2 : e.ink.second;
    e.h = MIN(s->half_height * 0.90f, s->half_width * 0.86f / 0.62f);
    e.w = e.h * 0.64f;
    e.dice = dice_for(plan->identity, "ornament");
    return e;
}

static void ground(struct scene *s)
{
    const struct palette *p = &s->palette;
    float w = s->half_width, h = s->half_height, y = -h;
    struct path *marks = scene_path(s);

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), rgb_shift(p->ground2, 0.02f, 1),
                 rgb_shift(p->ground2, -0.20f, 1), AT(0, -h), AT(0, h));
    while (y < h + 0.1f) {
        float x = -w;

        while (x < w + 0.1f) {
            path_star(marks, x, y, 0.016f, 0.005f, 4, 0.25f);
            x += 0.11f;
        }
        y += 0.11f;
    }
    scene_fill(s, ROLE_GROUND, marks, rgb_shift(p->ground2, 0.10f, 1))->paint.alpha_a = 0.45f;
    scene_glow(s, ROLE_GLOW, p->ground, 0.5f, AT(0, 0), w * 1.2f, h * 1.2f);
}

static void corner(struct scene *s, const struct emblem *e, float x, float y)
{
    float fx = x < 0 ? 1.0f : -1.0f, fy = y < 0 ? 1.0f : -1.0f, r = e->w * 0.20f;
    struct path *p = scene_path(s);

    SCENE_STROKE(s, e->frame, 0.002f, 0.008f, 0.003f, AT(x, y + fy * r * 1.3f),
                 AT(x + fx * r * 0.25f, y + fy * r * 0.25f), AT(x + fx * r * 1.3f, y));
    SCENE_STROKE(s, e->frame, 0.002f, 0.007f, 0.002f, AT(x + fx * r * 0.32f, y + fy * r * 0.32f),
                 AT(x + fx * r * 0.80f, y + fy * r * 0.66f),
                 AT(x + fx * r * 0.66f, y + fy * r * 0.92f),
                 AT(x + fx * r * 0.48f, y + fy * r * 0.70f));
    path_star(p, x + fx * r * 0.20f, y + fy * r * 0.20f, r * 0.17f, r * 0.07f, 4, 0.25f);
    scene_fill(s, ROLE_DETAIL, p, e->frame);
}

static void card(struct scene *s, const struct emblem *e)
{
    struct path *body = scene_path(s), *lines = scene_path(s), *shadow = scene_path(s);
    float w = e->w, h = e->h;

    path_box(shadow, -w + 0.012f, -h + 0.02f, w + 0.012f, h + 0.02f, 0.045f);
    scene_fill(s, ROLE_SHADE, shadow, RGB(0x06040a))->paint.alpha_a = 0.35f;
    path_box(body, -w, -h, w, h, 0.04f);
    scene_linear(s, ROLE_FORM, body, rgb_shift(e->face, 0.03f, 1), rgb_shift(e->face, -0.05f, 1),
                 AT(s->light * w, -h), AT(-s->light * w, h));
    path_box(lines, -w * 0.93f, -h * 0.955f, w * 0.93f, h * 0.955f, 0.024f);
    path_outline(body = scene_path(s), lines, 0.005f);
    path_box(lines = scene_path(s), -w * 0.885f, -h * 0.926f, w * 0.885f, h * 0.926f, 0.016f);
    path_outline(body, lines, 0.0025f);
    scene_fill(s, ROLE_STROKE, body, e->frame);
    if (e->kind == EMBLEM_CARD)
        return;
    for (int i = 0; i < 4; i++)
        corner(s, e, (i % 2 == 0 ? -1.0f : 1.0f) * w * 0.84f, (i < 2 ? -1.0f : 1.0f) * h * 0.895f);
}

/* A window with a round top, its own sky, and rays or stars behind the symbol. */
static void window(struct scene *s, const struct emblem *e, float top, float bottom)
{
    struct path *p = scene_path(s), *edge = scene_path(s), *rays = scene_path(s),
                *stars = scene_path(s);
    struct dice d = e->dice;
    float w = e->w * 0.74f, mid = (top + bottom) / 2;
    struct rgb sky = rgb_light(e->face) > 0.6f ? rgb_shift(s->palette.accent2, 0.0f, 1)
                                               : rgb_shift(e->face, 0.10f, 1.1f);

    path_box(p, -w, top, w, bottom, w * 0.42f);
    scene_linear(s, ROLE_FORM, p, rgb_shift(sky, -0.10f, 1), rgb_mix(sky, s->palette.ground, 0.55f),
                 AT(0, top), AT(0, bottom));
    s->clip = p;
    for (int i = 0; i < 24; i++) {
        float t = (float)i / 24, half = 0.008f;

        PATH_POINTS(rays, path_polygon, AT(0, mid), AT(num_cos(t - half), mid + num_sin(t - half)),
                    AT(num_cos(t + half), mid + num_sin(t + half)));
    }
    scene_fill(s, ROLE_SHADE, rays, e->ink.second)->paint.alpha_a = 0.22f;
    for (int i = 0; i < 22; i++) {
        float x = dice_range(&d, -w, w), y = dice_range(&d, top, bottom);

        path_star(stars, x, y, 0.010f + 0.006f * dice_unit(&d), 0.003f, 4, 0.25f);
    }
    scene_fill(s, ROLE_DETAIL, stars, e->ink.pale);
    s->clip = NULL;
    path_outline(edge, p, 0.007f);
    scene_fill(s, ROLE_STROKE, edge, e->frame);
}

static void subject(struct scene *s, const struct plan *plan, const struct emblem *e,
                    struct point at, float size, float bottom)
{
    struct affine before;

    if (e->sitter) {
        float unit = size * 0.48f;

        portrait_sitter(s, plan, affine_at(at.x, at.y - size * 0.12f, unit, 0), false,
                        (bottom - at.y + size * 0.12f) / unit - 0.06f);
        return;
    }
    scene_glow(s, ROLE_GLOW, e->ink.second, 0.45f, at, size * 1.3f, size * 1.3f);
    before = scene_enter(s, affine_at(at.x, at.y, size, 0));
    symbol_draw(s, e->symbol, &e->ink);
    s->at = before;
}

/* Covers what of a bust spills below its window. */
static void sill(struct scene *s, const struct emblem *e, float bottom)
{
    struct path *p = scene_path(s), *lines = scene_path(s);
    float w = e->w * (e->kind == EMBLEM_CARD ? 0.62f : 0.80f);

    path_box(p, -w, bottom - 0.012f, w, bottom + e->h * 0.13f, 0.012f);
    scene_fill(s, ROLE_FORM, p, e->face);
    path_outline(lines, p, 0.005f);
    scene_fill(s, ROLE_STROKE, lines, e->frame);
    for (int i = -2; i <= 2; i++) {
        struct path *star = scene_path(s);

        path_star(star, (float)i * w * 0.28f, bottom + e->h * 0.06f,
                  e->w * (i == 0 ? 0.075f : 0.04f), e->w * (i == 0 ? 0.03f : 0.012f), 4, 0.25f);
        scene_fill(s, ROLE_DETAIL, star, e->frame);
    }
}

static void tarot(struct scene *s, const struct plan *plan, const struct emblem *e)
{
    float top = -e->h * 0.74f, bottom = e->h * 0.74f;
    struct dice d = e->dice;
    struct affine before;

    card(s, e);
    window(s, e, top, bottom);
    subject(s, plan, e, AT(0, e->sitter ? -e->h * 0.02f : -e->h * 0.03f), e->w * 0.66f, bottom);
    sill(s, e, bottom);
    before = scene_enter(s, affine_at(0, -e->h * 0.835f, e->w * 0.12f, 0));
    symbol_text(s, numerals[dice_below(&d, (int)COUNT(numerals))], e->frame);
    s->at = before;
}

static void pips(struct scene *s, const struct emblem *e, struct rgb c)
{
    static const struct {
        int count;
        struct point at[10];
    } layouts[] = {
        { 0, { { 0, 0 } } },
        { 1, { { 0, 0 } } },
        { 2, { { 0, -0.6f }, { 0, 0.6f } } },
        { 3, { { 0, -0.6f }, { 0, 0 }, { 0, 0.6f } } },
        { 4, { { -0.42f, -0.6f }, { 0.42f, -0.6f }, { -0.42f, 0.6f }, { 0.42f, 0.6f } } },
        { 5, { { -0.42f, -0.6f }, { 0.42f, -0.6f }, { 0, 0 }, { -0.42f, 0.6f }, { 0.42f, 0.6f } } },
        { 6,
          { { -0.42f, -0.6f },
            { 0.42f, -0.6f },
            { -0.42f, 0 },
            { 0.42f, 0 },
            { -0.42f, 0.6f },
            { 0.42f, 0.6f } } },
        { 7,
          { { -0.42f, -0.6f },
            { 0.42f, -0.6f },
            { 0, -0.3f },
            { -0.42f, 0 },
            { 0.42f, 0 },
            { -0.42f, 0.6f },
            { 0.42f, 0.6f } } },
        { 8,
          { { -0.42f, -0.6f },
            { 0.42f, -0.6f },
            { 0, -0.3f },
            { -0.42f, 0 },
            { 0.42f, 0 },
            { 0, 0.3f },
            { -0.42f, 0.6f },
            { 0.42f, 0.6f } } },
        { 9,
          { { -0.42f, -0.64f },
            { 0.42f, -0.64f },
            { -0.42f, -0.22f },
            { 0.42f, -0.22f },
            { 0, 0 },
            { -0.42f, 0.22f },
            { 0.42f, 0.22f },
            { -0.42f, 0.64f },
            { 0.42f, 0.64f } } },
        { 10,
          { { -0.42f, -0.64f },
            { 0.42f, -0.64f },
            { 0, -0.43f },
            { -0.42f, -0.22f },
            { 0.42f, -0.22f },
            { -0.42f, 0.22f },
            { 0.42f, 0.22f },
            { 0, 0.43f },
            { -0.42f, 0.64f },
            { 0.42f, 0.64f } } },
    };
    struct path *p = scene_path(s);

    for (int i = 0; i < layouts[e->rank].count; i++)
        symbol_pip(p, e->symbol, layouts[e->rank].at[i].x * e->w, layouts[e->rank].at[i].y * e->h,
                   e->w * 0.15f);
    scene_linear(s, ROLE_FORM, p, rgb_shift(c, 0.05f, 1), rgb_shift(c, -0.06f, 1), AT(0, -e->h),
                 AT(0, e->h));
}

static void playing_card(struct scene *s, const struct plan *plan, struct emblem *e)
{
    bool suit = e->symbol >= SYMBOL_HEART && e->symbol <= SYMBOL_DIAMOND;
    bool red = e->symbol == SYMBOL_HEART || e->symbol == SYMBOL_DIAMOND;
    struct rgb c = red ? rgb_of(0.54f, 0.19f, 0.07f) : rgb_of(0.24f, 0.03f, 0.72f);

    card(s, e);
    if (e->rank > 10 || e->sitter) { /* court cards show who they are */
        struct plan court = *plan;

        if (court.wish.value[WISH_PERSON] == WISH_NONE)
            court.wish.value[WISH_PERSON] = e->rank == 12 ? PERSON_WOMAN : PERSON_MAN;
        if (e->rank > 11)
            court.wish.value[WISH_HAT] = HAT_CROWN;
        e->sitter = true;
        window(s, e, -e->h * 0.70f, e->h * 0.62f);
        subject(s, &court, e, AT(0, -e->h * 0.02f), e->w * 0.68f, e->h * 0.62f);
        sill(s, e, e->h * 0.62f);
    } else if (e->rank == 1 || !suit) {
        subject(s, plan, e, AT(0, 0), e->w * 0.52f, e->h);
    } else {
        pips(s, e, c);
    }
    for (int i = 0; i < 2; i++) {
        struct affine turned = affine_at(0, 0, 1, i == 0 ? 0 : 0.5f);
        struct affine before = scene_enter(s, turned), here = s->at;
        struct path *p;

        scene_enter(s, affine_at(-e->w * 0.80f, -e->h * 0.845f, e->w * 0.19f, 0));
        symbol_text(s, ranks[e->rank], c);
        s->at = here;
        p = scene_path(s);
        symbol_pip(p, suit ? e->symbol : SYMBOL_STAR, -e->w * 0.80f, -e->h * 0.70f, e->w * 0.085f);
        scene_fill(s, ROLE_DETAIL, p, c);
        s->at = before;
    }
}

static void laurel(struct scene *s, const struct emblem *e, float r)
{
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i < 11; i++) {
            float t = 0.25f + (float)side * (0.03f + 0.032f * (float)i), x = num_cos(t) * r,
                  y = num_sin(t) * r;
            struct affine before =
                scene_enter(s, affine_at(x, y, r * 0.20f, t + (float)side * 0.20f - 0.25f + 0.25f));

            for (int k = -1; k <= 1; k += 2) {
                struct path *p = scene_path(s);

                PATH_POINTS(p, path_blob, AT(0, 0), AT(0.45f, 0.30f * (float)k),
                            AT(0.95f, 0.34f * (float)k), AT(0.55f, 0.08f * (float)k));
                scene_fill(s, ROLE_FORM, p,
                           k > 0 ? e->ink.second : rgb_shift(e->ink.second, -0.12f, 1));
            }
            s->at = before;
        }
}

static void shield(struct scene *s, const struct plan *plan, const struct emblem *e)
{
    struct path *p = scene_path(s), *in = scene_path(s), *half = scene_path(s),
                *edge = scene_path(s);
    float r = 0.40f;

    laurel(s, e, r * 1.06f);
    for (int i = 0; i < 2; i++) {
        struct path *q = i == 0 ? p : in;
        float k = i == 0 ? r * 0.90f : r * 0.80f;

        path_move(q, -k * 0.84f, -k * 0.92f);
        path_curve(q, -k * 0.4f, -k * 0.80f, -k * 0.15f, -k * 0.92f, 0, -k * 1.04f);
        path_curve(q, k * 0.15f, -k * 0.92f, k * 0.4f, -k * 0.80f, k * 0.84f, -k * 0.92f);
        path_curve(q, k * 0.92f, -k * 0.1f, k * 0.80f, k * 0.62f, 0, k * 1.06f);
        path_curve(q, -k * 0.80f, k * 0.62f, -k * 0.92f, -k * 0.1f, -k * 0.84f, -k * 0.92f);
    }
    scene_linear(s, ROLE_FORM, p, rgb_shift(e->ink.second, 0.10f, 1),
                 rgb_shift(e->ink.second, -0.18f, 1), AT(s->light * r, -r), AT(-s->light * r, r));
    scene_fill(s, ROLE_FORM, in, e->ink.main);
    s->clip = in;
    path_box(half, 0, -r * 1.2f, r * 1.2f, r * 1.2f, 0);
    scene_fill(s, ROLE_DETAIL, half, s->palette.accent2);
    scene_fade(s, in, RGB(0x000000), 0.35f, AT(s->light * 0.1f, -0.1f), AT(-s->light * r, r));
    s->clip = NULL;
    path_outline(edge, in, 0.006f);
    scene_fill(s, ROLE_STROKE, edge, e->ink.dark);
    {
        struct emblem inner = *e;

        inner.ink.main = rgb_shift(e->ink.pale, -0.06f, 1);
        subject(s, plan, &inner, AT(0, -r * 0.06f), r * (e->sitter ? 0.44f : 0.54f), r * 0.52f);
    }
}

static void badge(struct scene *s, const struct plan *plan, const struct emblem *e)
{
    struct path *p = scene_path(s), *rim = scene_path(s), *in = scene_path(s),
                *dots = scene_path(s);
    struct dice d = e->dice;
    int corners = 14 + 2 * dice_below(&d, 9);
    float r = 0.43f;

    path_star(p, 0, 0, r, r * 0.93f, corners, -0.25f);
    scene_linear(s, ROLE_FORM, p, rgb_shift(e->ink.second, 0.08f, 1),
                 rgb_shift(e->ink.second, -0.16f, 1), AT(s->light * r, -r), AT(-s->light * r, r));
    path_ellipse(in, 0, 0, r * 0.84f, r * 0.84f);
    scene_linear(s, ROLE_FORM, in, rgb_shift(e->face, 0.04f, 1), rgb_shift(e->face, -0.08f, 1),
                 AT(0, -r), AT(0, r));
    path_ring(rim, 0, 0, r * 0.77f, r * 0.77f, 0.005f);
    path_ring(rim, 0, 0, r * 0.64f, r * 0.64f, 0.003f);
    scene_fill(s, ROLE_STROKE, rim, e->frame);
    for (int i = 0; i < 36; i++) {
        float t = (float)i / 36;

        path_star(dots, num_cos(t) * r * 0.705f, num_sin(t) * r * 0.705f,
                  i % 3 == 0 ? 0.013f : 0.006f, i % 3 == 0 ? 0.004f : 0.005f, 4, t);
    }
    scene_fill(s, ROLE_DETAIL, dots, e->frame);
    subject(s, plan, e, AT(0, 0), r * (e->sitter ? 0.50f : 0.56f), r * 0.56f);
}

void scene_emblem(struct scene *s, const struct plan *plan)
{
    struct emblem e = choose(s, plan);

    ground(s);
    switch (e.kind) {
    case EMBLEM_CARD:
        playing_card(s, plan, &e);
        break;
    case EMBLEM_SHIELD:
        shield(s, plan, &e);
        break;
    case EMBLEM_BADGE:
        badge(s, plan, &e);
        break;
    default:
        tarot(s, plan, &e);
        break;
    }
}
