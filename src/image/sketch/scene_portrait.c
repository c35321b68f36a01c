/* Portraits: backdrop, framing, and who sits. */
#include "image/sketch/num.h"
#include "image/sketch/portrait.h"

static void studio(struct scene *s, const struct palette *c)
{
    float w = s->half_width, h = s->half_height;

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), rgb_mix(c->ground, c->ground2, 0.35f),
                 c->ground2, AT(s->light * w, -h), AT(-s->light * w, h));
    scene_glow(s, ROLE_GROUND, rgb_shift(c->ground, 0.06f, 0.9f), 0.95f,
               AT(s->light * w * 0.35f, -0.12f), 0.85f, 0.85f);
    scene_fade(s, scene_band(s, -h, h), c->ink, 0.30f, AT(0, h * 0.1f), AT(0, h));
}

/* A disc or an arch behind the head, as on a poster. */
static void poster(struct scene *s, const struct plan *plan, struct dice *d)
{
    const struct palette *c = &s->palette;
    float w = s->half_width, h = s->half_height;
    struct path *p = scene_path(s);
    int kind = dice_below(d, 3);

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), c->ground,
                 rgb_mix(c->ground, c->ground2, 0.5f), AT(0, -h), AT(0, h));
    if (kind == 0) {
        path_ellipse(p, s->light * -0.04f, -0.07f, 0.41f, 0.41f);
    } else if (kind == 1) {
        path_box(p, -0.36f, -h * 0.80f, 0.36f, h + 0.4f, 0.36f);
    } else {
        const struct point slope[] = { AT(-w - 0.1f, 0.06f), AT(w + 0.1f, -0.30f),
                                       AT(w + 0.1f, h + 0.1f), AT(-w - 0.1f, h + 0.1f) };

        path_polygon(p, slope, 4);
    }
    scene_linear(s, ROLE_GROUND, p, rgb_shift(c->ground2, 0.10f, 1.1f),
                 rgb_shift(c->ground2, -0.03f, 1.1f), AT(s->light * 0.4f, -0.5f),
                 AT(-s->light * 0.4f, 0.5f));
    UNUSED(plan);
}

/* Sky, far hills and leaves out of focus. */
static void outdoor(struct scene *s, struct dice *d)
{
    const struct palette *c = &s->palette;
    float w = s->half_width, h = s->half_height;
    struct rgb leaf = rgb_of(0.62f, 0.09f * c->chroma, 0.36f),
               sky = rgb_of(0.88f, 0.05f * c->chroma, 0.64f);

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), sky, rgb_of(0.95f, 0.05f, 0.24f), AT(0, -h),
                 AT(0, h * 0.4f));
    for (int i = 0; i < 3; i++) {
        struct path *p = scene_path(s);
        float y = -0.02f + 0.13f * (float)i;
        struct point hill[7];

        for (int k = 0; k < 5; k++)
            hill[k] =
                AT(num_mix(-w - 0.2f, w + 0.2f, (float)k / 4), y + dice_range(d, -0.07f, 0.07f));
        hill[5] = AT(w + 0.3f, h + 0.3f);
        hill[6] = AT(-w - 0.3f, h + 0.3f);
        path_blob(p, hill, 7);
        scene_fill(
            s, ROLE_GROUND, p,
            rgb_mix(rgb_shift(leaf, 0.16f - 0.10f * (float)i, 1), sky, 0.45f - 0.2f * (float)i));
    }
    for (int i = 0; i < 34; i++) {
        float x = dice_range(d, -w, w), y = dice_range(d, -h, h * 0.8f),
              r = dice_range(d, 0.02f, 0.09f);
        float light = dice_range(d, 0, 0.25f), alpha = dice_range(d, 0.10f, 0.32f);
        bool green = dice_chance(d, 0.6f);
        struct path *p = scene_path(s);

        path_ellipse(p, x, y, r, r);
        scene_fill(s, ROLE_GROUND, p,
                   green ? rgb_shift(leaf, light, 1) : rgb_of(0.95f, 0.08f, 0.27f))
            ->paint.alpha_a = alpha;
    }
    scene_glow(s, ROLE_GLOW, rgb_of(0.97f, 0.05f, 0.24f), 0.8f, AT(s->light * w * 0.9f, -h * 0.8f),
               0.8f, 0.8f);
}

static void city(struct scene *s, struct dice *d)
{
    const struct palette *c = &s->palette;
    float w = s->half_width, h = s->half_height;

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), rgb_mix(c->ground, c->accent3, 0.3f),
                 c->ground2, AT(0, -h), AT(0, h));
    for (int layer = 0; layer < 2; layer++) {
        for (float x = -w - 0.1f; x < w;) {
            float wide = dice_range(d, 0.10f, 0.22f),
                  top = dice_range(d, -h * 0.85f, -0.05f) + 0.16f * (float)layer;
            struct path *p = scene_path(s);

            path_box(p, x, top, x + wide, h + 0.1f, 0.004f);
            scene_linear(s, ROLE_GROUND, p,
                         rgb_mix(c->ground2, c->ground, 0.45f - 0.35f * (float)layer),
                         rgb_mix(c->ground2, c->ink, 0.18f * (float)layer), AT(0, top), AT(0, h));
            x += wide + dice_range(d, 0, 0.05f);
        }
    }
    for (int i = 0; i < 26; i++) {
        struct point at = dice_spot(d, -w, w, -h * 0.4f, h * 0.7f);

        scene_glow(s, ROLE_GLOW, rgb_of(0.90f, 0.11f, 0.22f), dice_range(d, 0.25f, 0.7f), at, 0.05f,
                   0.05f);
    }
}

/* A wall, a window's light on it, a shelf and leaves. */
static void home(struct scene *s, struct dice *d)
{
    const struct palette *c = &s->palette;
    float w = s->half_width, h = s->half_height, side = -s->light;
    struct rgb wall = rgb_mix(c->ground, rgb_of(0.88f, 0.04f, 0.2f), 0.5f);

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), wall, rgb_shift(wall, -0.16f, 1.1f),
                 AT(s->light * w, 0), AT(-s->light * w, h));
    for (int i = 0; i < 4; i++) {
        struct path *p = scene_path(s);
        int row = i / 2;
        float x = s->light * (0.16f + 0.17f * (float)(i % 2)) - 0.07f,
              y = -0.44f + 0.25f * (float)row;

        PATH_POINTS(p, path_polygon, AT(x, y), AT(x + 0.14f, y + 0.02f), AT(x + 0.14f, y + 0.24f),
                    AT(x, y + 0.22f));
        scene_fill(s, ROLE_GROUND, p, rgb_of(0.97f, 0.04f, 0.24f))->paint.alpha_a = 0.75f;
    }
    for (int i = 0; i < 9; i++) {
        float t = (float)i / 8 - 0.5f, x = side * w * 0.78f;
        struct path *leaf;
        struct affine before =
            scene_enter(s, affine_at(x, 0.22f, 1, t * 0.42f + dice_range(d, -0.02f, 0.02f)));

        leaf = scene_path(s);
        PATH_POINTS(leaf, path_blob, AT(0, 0), AT(0.05f, -0.20f), AT(0, -0.42f),
                    AT(-0.05f, -0.20f));
        scene_fill(s, ROLE_GROUND, leaf,
                   rgb_of(dice_range(d, 0.45f, 0.62f), 0.08f * c->chroma, 0.39f));
        s->at = before;
    }
}

void portrait_backdrop(struct scene *s, const struct plan *plan)
{
    struct dice d = dice_for(plan->variation, "backdrop");

    switch (plan->wish.value[WISH_PLACE]) {
    case PLACE_OUTDOOR:
        outdoor(s, &d);
        break;
    case PLACE_CITY:
        city(s, &d);
        break;
    case PLACE_HOME:
        home(s, &d);
        break;
    case PLACE_STUDIO:
        studio(s, &s->palette);
        break;
    case PLACE_PLAIN:
        scene_fill(s, ROLE_GROUND, scene_band(s, -s->half_height, s->half_height),
                   s->palette.ground);
        break;
    default:
        poster(s, plan, &d);
        break;
    }
}

/* Size of half a head and where its middle lies, as the shot's words frame it. */
static struct affine framing(const struct scene *s, const struct plan *plan, bool *out_full)
{
    struct dice d = dice_for(plan->variation, "framing");
    float h = s->half_height, tilt = dice_range(&d, -0.012f, 0.012f), size = 0.205f, y = -0.085f;
    float x = dice_range(&d, -0.02f, 0.02f);

    *out_full = false;
    switch (plan->wish.value[WISH_FRAME]) {
    case FRAME_CLOSE:
    case FRAME_DETAIL:
        size = 0.30f;
        y = -0.01f;
        break;
    case FRAME_HALF:
    case FRAME_WIDE:
        size = 0.145f;
        y = -0.19f;
        break;
    case FRAME_FULL:
        size = 0.078f * MIN(h * 2, 1.35f);
        y = -size * 4.4f;
        *out_full = true;
        break;
    default:
        break;
    }
    if (!*out_full && h > 0.55f) { /* tall frames: a larger sitter, a little higher */
        size *= MIN(1 + (h - 0.5f) * 0.30f, 1.15f);
        y -= (h - 0.5f) * 0.18f;
    }
    if (s->half_width > 0.6f && !*out_full)
        x += (s->light > 0 ? -1.0f : 1.0f) * (s->half_width - 0.5f) * 0.22f;
    if (plan->wish.value[WISH_HAT] == HAT_WITCH || plan->wish.value[WISH_ANIMAL] == ANIMAL_RABBIT ||
        plan->wish.value[WISH_ANIMAL] == ANIMAL_DEER) { /* room above the head */
        size *= 0.88f;
        y += size * 0.35f;
    }
    switch (plan->wish.value[WISH_POSE]) {
    case POSE_ACTION:
        tilt += 0.03f * (dice_chance(&d, 0.5f) ? 1.0f : -1.0f);
        break;
    case POSE_RELAXED:
        tilt *= 2;
        break;
    default:
        break;
    }
    return affine_at(x, y, size, tilt);
}

static void contact_shadow(struct scene *s)
{
    scene_glow(s, ROLE_SHADE, s->palette.ink, 0.5f, AT(0, 9.9f), 2.6f, 0.35f);
}

static void person(struct scene *s, const struct sitter *who, bool full)
{
    if (who->person == PERSON_ROBOT) {
        portrait_body(s, who, full);
        portrait_robot(s, who);
        return;
    }
    portrait_hair_back(s, who);
    portrait_neck(s, who);
    portrait_body(s, who, full);
    portrait_face(s, who);
    portrait_hair_front(s, who);
    portrait_extras(s, who);
}

/* "Lion king" is a lion with a crown, "astronaut fox" a fox in a helmet, "woman with a
 * cat" a woman. */
static bool is_animal(const struct wish *w)
{
    return w->value[WISH_ANIMAL] != WISH_NONE &&
           (w->value[WISH_PERSON] < PERSON_WOMAN || w->value[WISH_PERSON] > PERSON_BOY ||
            w->place[WISH_ANIMAL] < w->place[WISH_PERSON]);
}

void portrait_sitter(struct scene *s, const struct plan *plan, struct affine at, bool full,
                     float bottom)
{
    struct affine before = scene_enter(s, at);
    struct sitter who;

    sitter_cast(&who, plan, s);
    who.bottom = bottom;
    if (full)
        contact_shadow(s);
    if (is_animal(&plan->wish)) {
        portrait_body(s, &who, full);
        who.earrings = plan->wish.value[WISH_EARRINGS] != WISH_NONE;
        portrait_animal(s, &who, plan);
        scene_enter(s, affine_at(0, 0.10f, 1.12f, 0));
        portrait_extras(s, &who);
    } else {
        person(s, &who, full);
    }
    s->at = before;
}

/* Darkness from the side without a lamp. */
static void dramatic_light(struct scene *s)
{
    float w = s->half_width, h = s->half_height;

    scene_fade(s, scene_band(s, -h, h), RGB(0x08070c), 0.78f, AT(s->light * w * 0.15f, 0),
               AT(-s->light * w, 0.1f));
}

void scene_portrait(struct scene *s, const struct plan *plan)
{
    bool full;
    struct affine at = framing(s, plan, &full);

    portrait_backdrop(s, plan);
    portrait_sitter(s, plan, at, full, 6.0f);
    if (plan->wish.value[WISH_LIGHT] == LIGHT_DRAMATIC)
        dramatic_light(s);
}
