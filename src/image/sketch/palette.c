/* Choosing colours that go together, from words where they name any, else from dice. */
#include "image/sketch/palette.h"

#include "image/sketch/num.h"
#include "image/sketch/sketch.h"

/* Hues that carry a picture well, with the partner and contrast that suit them. */
static const float schemes[][3] = {
    { 0.70f, 0.62f, 0.16f }, { 0.52f, 0.60f, 0.11f }, { 0.10f, 0.18f, 0.56f },
    { 0.84f, 0.92f, 0.24f }, { 0.40f, 0.48f, 0.08f }, { 0.17f, 0.24f, 0.66f },
    { 0.02f, 0.10f, 0.50f }, { 0.60f, 0.72f, 0.20f }, { 0.74f, 0.84f, 0.14f },
};

static void apply_mood(struct palette *p, const struct wish *w)
{
    switch (w->value[WISH_MOOD]) {
    case MOOD_CALM:
        p->chroma *= 0.72f;
        break;
    case MOOD_VIVID:
        p->chroma *= 1.4f;
        break;
    case MOOD_DARK:
        p->lift -= 0.16f;
        p->chroma *= 0.7f;
        break;
    case MOOD_WARM:
        p->hue = 0.13f;
        p->hue2 = 0.20f;
        p->hue3 = 0.40f;
        break;
    case MOOD_COLD:
        p->hue = 0.66f;
        p->hue2 = 0.58f;
        p->hue3 = 0.80f;
        break;
    case MOOD_PASTEL:
        p->lift += 0.08f;
        p->chroma *= 0.75f;
        break;
    case MOOD_MONO:
        p->chroma = 0;
        break;
    case MOOD_VINTAGE:
        p->hue = 0.17f;
        p->chroma *= 0.6f;
        break;
    default:
        break;
    }
    if (w->value[WISH_LIGHT] == LIGHT_DRAMATIC)
        p->lift -= 0.10f;
}

static struct rgb toned(const struct palette *p, float l, float c, float hue)
{
    return rgb_of(num_clamp(l + p->lift, 0.06f, 0.98f), c * p->chroma, hue);
}

/* A colour word paints the thing itself; the picture's hue follows the first that has one. */
static void apply_colours(struct palette *p, const struct wish *w)
{
    struct rgb *const slots[] = { &p->accent, &p->accent2, &p->accent3 };

    for (int i = 0; i < w->colour_count && i < (int)COUNT(slots); i++) {
        struct lch c = w->colours[i];

        c.c *= MIN(p->chroma, 1.0f);
        *slots[i] = rgb_from_lch(c);
    }
}

struct palette palette_make(const struct wish *wish, uint64_t identity)
{
    struct dice d = dice_for(identity, "palette");
    const float *scheme = schemes[dice_below(&d, (int)COUNT(schemes))];
    float drift = dice_range(&d, -0.02f, 0.02f), chroma = dice_range(&d, 0.85f, 1.1f);
    struct palette p = {
        .hue = scheme[0] + drift, .hue2 = scheme[1], .hue3 = scheme[2], .chroma = chroma
    };
    float deep = dice_range(&d, 0.42f, 0.56f);

    apply_mood(&p, wish);
    if (wish->colour_count > 0 && wish->colours[0].c > 0.03f) {
        p.hue3 = wish->colours[0].h;
        p.hue = wish->colour_count > 1 && wish->colours[1].c > 0.03f ? wish->colours[1].h
                                                                     : p.hue3 + 0.46f;
        p.hue2 = p.hue + 0.06f;
    }
    p.ground = toned(&p, 0.86f, 0.05f, p.hue);
    p.ground2 = toned(&p, deep + 0.14f, 0.085f, p.hue2);
    p.accent = toned(&p, dice_range(&d, 0.50f, 0.66f), 0.15f, p.hue3);
    p.accent2 = toned(&p, dice_range(&d, 0.36f, 0.50f), 0.11f, p.hue);
    p.accent3 = toned(&p, dice_range(&d, 0.74f, 0.84f), 0.12f, p.hue3 + 0.09f);
    p.pale = rgb_of(0.965f, 0.018f * p.chroma, p.hue3 + 0.02f);
    p.ink = rgb_of(0.22f, 0.035f * p.chroma, p.hue2);
    apply_colours(&p, wish);
    return p;
}

static struct lch colour_of(const struct sketch_colour *c)
{
    return rgb_to_lch((struct rgb){ c->r, c->g, c->b });
}

/* The heaviest colour is the ground; the liveliest is the accent; the ends give pale and ink. */
void palette_follow(struct palette *p, const struct sketch_reference *reference)
{
    struct lch ground, lively = { 0.6f, 0, 0 }, pale = { 0, 0, 0 }, dark = { 1, 0, 0 };

    if (reference->colour_count == 0)
        return;
    ground = colour_of(&reference->colours[0]);
    for (int i = 0; i < reference->colour_count; i++) {
        struct lch c = colour_of(&reference->colours[i]);

        lively = c.c > lively.c && i > 0 ? c : lively;
        pale = c.l > pale.l ? c : pale;
        dark = c.l < dark.l ? c : dark;
    }
    p->hue = ground.h;
    p->hue2 = dark.h;
    p->hue3 = lively.h;
    p->chroma = num_clamp((ground.c + lively.c) / 0.17f, 0.15f, 1.4f);
    p->ground = rgb_from_lch(ground);
    p->ground2 = rgb_from_lch((struct lch){ ground.l * 0.72f, ground.c, ground.h });
    p->accent = rgb_from_lch(lively);
    p->accent2 = rgb_from_lch((struct lch){ num_mix(dark.l, lively.l, 0.4f), dark.c, dark.h });
    p->accent3 = rgb_from_lch((struct lch){ num_mix(pale.l, lively.l, 0.5f), lively.c, lively.h });
    p->pale = rgb_from_lch((struct lch){ MAX(pale.l, 0.85f), pale.c * 0.6f, pale.h });
    p->ink = rgb_from_lch((struct lch){ MIN(dark.l, 0.3f), MIN(dark.c, 0.06f), dark.h });
}
