/* Still life and product pictures: a table, a light, one thing and little company. */
#include "image/sketch/still_life.h"

static struct thing choose_thing(const struct scene *s, const struct plan *plan)
{
    const struct wish *w = &plan->wish;
    struct dice d = dice_for(plan->identity, "thing");
    static const uint8_t any[] = { ITEM_BOTTLE, ITEM_CUP,   ITEM_VASE,   ITEM_FRUIT,
                                   ITEM_TEAPOT, ITEM_PLANT, ITEM_CANDLE, ITEM_JAR };
    int chosen = any[dice_below(&d, (int)COUNT(any))];
    float slim = dice_range(&d, 0.88f, 1.12f);
    struct thing t = { .item = w->value[WISH_ITEM] != WISH_NONE ? w->value[WISH_ITEM] : chosen,
                       .slim = slim,
                       .tip = 0.13f,
                       .light = s->light,
                       .variant = dice_below(&d, 4) };

    t.body = s->palette.accent;
    t.second = s->palette.accent3;
    t.metal = rgb_of(0.74f, 0.012f, 0.7f);
    t.dark = rgb_of(0.26f, 0.02f * s->palette.chroma, s->palette.hue2);
    t.metallic = w->colour_count > 0 && w->colours[0].c < 0.03f && w->colours[0].l > 0.5f &&
                 w->colours[0].l < 0.9f;
    if (w->value[WISH_ANGLE] == ANGLE_ABOVE)
        t.tip = 0.42f;
    else if (w->value[WISH_ANGLE] == ANGLE_BELOW)
        t.tip = 0.04f;
    t.dice = dice_for(plan->identity, "thing parts");
    return t;
}

static void studio(struct scene *s, float table)
{
    const struct palette *p = &s->palette;
    float w = s->half_width, h = s->half_height;

    scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), rgb_mix(p->ground, p->ground2, 0.25f),
                 p->ground2, AT(s->light * w, -h), AT(-s->light * w, h * 0.6f));
    scene_glow(s, ROLE_GROUND, rgb_shift(p->ground, 0.07f, 0.8f), 0.9f,
               AT(s->light * w * 0.25f, -0.10f), 0.75f, 0.6f);
    scene_linear(s, ROLE_GROUND, scene_band(s, table, h), rgb_mix(p->ground, p->ground2, 0.45f),
                 rgb_shift(p->ground, 0.02f, 0.9f), AT(0, table), AT(0, h));
    scene_glow_in(s, ROLE_SHADE, scene_band(s, table - 0.05f, table + 0.05f),
                  rgb_mix(p->ground, p->ground2, 0.5f), 0.75f, AT(0, table), w * 2, 0.05f);
}

static void wooden_table(struct scene *s, float table, struct rgb wood)
{
    float w = s->half_width, h = s->half_height;
    struct dice d = dice_for(7, "grain");
    const struct path *top = scene_band(s, table, h);

    scene_linear(s, ROLE_GROUND, top, rgb_shift(wood, 0.05f, 1), rgb_shift(wood, -0.12f, 1.05f),
                 AT(0, table), AT(0, h));
    s->clip = top;
    for (int i = 0; i < 26; i++) {
        float y = num_mix(table, h, dice_unit(&d)), x = dice_range(&d, -w, w),
              len = dice_range(&d, 0.15f, 0.5f);

        SCENE_STROKE(s, rgb_shift(wood, -0.08f, 1), 0.0005f, 0.0045f, 0.0005f, AT(x - len, y),
                     AT(x, y + 0.006f), AT(x + len, y))
            ->paint.alpha_a = 0.5f;
    }
    s->clip = NULL;
}

/* A room with a window behind, or a garden: the thing in its life. */
static void lifestyle(struct scene *s, const struct plan *plan, const struct thing *t, float table)
{
    struct dice d = dice_for(plan->variation, "room");
    const struct palette *p = &s->palette;
    float w = s->half_width, h = s->half_height;

    if (plan->wish.value[WISH_PLACE] == PLACE_OUTDOOR ||
        plan->wish.value[WISH_PLACE] == PLACE_CITY) {
        struct rgb leaf = rgb_of(0.60f, 0.10f * p->chroma, 0.37f);

        scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), rgb_of(0.84f, 0.06f, 0.63f),
                     rgb_of(0.94f, 0.05f, 0.3f), AT(0, -h), AT(0, table));
        for (int i = 0; i < 60; i++) {
            float r = dice_range(&d, 0.03f, 0.12f), up = dice_unit(&d) * dice_unit(&d);
            float light = dice_range(&d, -0.12f, 0.22f), alpha = dice_range(&d, 0.15f, 0.45f);
            struct path *dot = scene_path(s);

            path_ellipse(dot, dice_range(&d, -w, w), table - up * h * 1.2f, r, r);
            scene_fill(s, ROLE_GROUND, dot, rgb_shift(leaf, light, 1))->paint.alpha_a = alpha;
        }
    } else {
        struct rgb wall = rgb_mix(p->ground, RGB(0xefe4d6), 0.45f);

        scene_linear(s, ROLE_GROUND, scene_band(s, -h, h), wall, rgb_shift(wall, -0.14f, 1.1f),
                     AT(s->light * w, -h), AT(-s->light * w, h));
        for (int i = 0; i < 4; i++) {
            int row = i / 2;
            float x = s->light * w * 0.35f + (float)(i % 2) * 0.2f - 0.2f,
                  y = -h * 0.86f + 0.27f * (float)row;
            struct path *pane = scene_path(s);

            PATH_POINTS(pane, path_polygon, AT(x, y), AT(x + 0.17f, y + 0.03f),
                        AT(x + 0.17f, y + 0.28f), AT(x, y + 0.25f));
            scene_fill(s, ROLE_GROUND, pane, rgb_of(0.97f, 0.04f, 0.24f))->paint.alpha_a = 0.7f;
        }
    }
    wooden_table(s, table, rgb_of(0.60f, 0.075f, 0.165f));
    thing_leafy(s, t, AT(-s->light * w * 0.80f, table + 0.05f), 0.42f, 9);
}

static void pedestal(struct scene *s, struct point at, float half, float tip)
{
    struct path *side = scene_path(s), *top = scene_path(s);
    struct rgb stone = rgb_mix(s->palette.pale, s->palette.ground, 0.5f);

    path_box(side, at.x - half, at.y, at.x + half, s->half_height + 0.1f, 0);
    scene_linear(s, ROLE_FORM, side, rgb_shift(stone, s->light > 0 ? -0.14f : 0.02f, 1),
                 rgb_shift(stone, s->light > 0 ? 0.02f : -0.14f, 1), AT(at.x - half, 0),
                 AT(at.x + half, 0));
    path_ellipse(top, at.x, at.y, half, half * tip);
    scene_linear(s, ROLE_FORM, top, rgb_shift(stone, 0.05f, 1), rgb_shift(stone, -0.02f, 1),
                 AT(at.x + s->light * half, 0), AT(at.x - s->light * half, 0));
}

static void splash(struct scene *s, const struct plan *plan, struct point foot)
{
    struct dice d = dice_for(plan->variation, "splash");
    struct rgb c = rgb_mix(s->palette.pale, s->palette.accent3, 0.35f);

    for (int i = 0; i < 46; i++) {
        float t = dice_range(&d, -0.19f, 0.19f) - 0.25f, r = 0.10f + 0.42f * dice_unit(&d),
              size = 0.003f + 0.014f * dice_unit(&d) * dice_unit(&d);
        struct path *p = scene_path(s);

        path_ellipse(p, foot.x + num_cos(t) * r * 1.3f, foot.y + num_sin(t) * r * 0.85f, size,
                     size);
        scene_fill(s, ROLE_DETAIL, p, c)->paint.alpha_a = dice_range(&d, 0.5f, 1);
    }
}

static void company(struct scene *s, const struct plan *plan, const struct thing *t, float table)
{
    struct dice d = dice_for(plan->identity, "company");
    float side = -s->light, w = MIN(s->half_width, 0.75f);

    if (plan->wish.value[WISH_PLACE] == PLACE_STUDIO ||
        plan->wish.value[WISH_FRAME] == FRAME_HERO || t->item == ITEM_FRUIT || t->item == ITEM_SHOE)
        return;
    switch (dice_below(&d, 3)) {
    case 0:
        for (int i = 0; i < 2 + dice_below(&d, 2); i++)
            thing_fruit(
                s, t,
                AT(side * w * (0.50f + 0.13f * (float)i), table + 0.15f + 0.035f * (float)(i % 2)),
                0.13f, dice_below(&d, 3));
        break;
    case 1:
        thing_leafy(s, t, AT(side * w * 0.66f, table + 0.14f), 0.22f, 6);
        break;
    default:
        break;
    }
}

/* How large a thing is shown, so that a cup fills the frame as well as a bottle does. */
static const float heights[ITEM_COUNT] = {
    [ITEM_BOTTLE] = 1.08f, [ITEM_CUP] = 1.20f,        [ITEM_VASE] = 0.98f,  [ITEM_FRUIT] = 1.16f,
    [ITEM_BOOK] = 1.16f,   [ITEM_WATCH] = 1.04f,      [ITEM_SHOE] = 1.22f,  [ITEM_LAMP] = 1.08f,
    [ITEM_PERFUME] = 1.2f, [ITEM_HEADPHONES] = 1.08f, [ITEM_PHONE] = 1.0f,  [ITEM_CAMERA] = 1.2f,
    [ITEM_TEAPOT] = 1.22f, [ITEM_CANDLE] = 1.1f,      [ITEM_GLASS] = 1.12f, [ITEM_PLANT] = 1.05f,
    [ITEM_BAG] = 1.08f,    [ITEM_CAKE] = 1.25f,       [ITEM_JAR] = 1.3f,    [ITEM_BOX] = 1.15f,
    [ITEM_WINE] = 1.06f,
};

static struct affine place_thing(const struct scene *s, const struct plan *plan, int item,
                                 float table)
{
    struct dice d = dice_for(plan->variation, "place");
    float size = heights[item] * 0.60f + 0.16f * MIN(s->half_height - 0.5f, 0.5f),
          y = table + 0.20f, x = dice_range(&d, -0.03f, 0.03f), tilt = 0;

    switch (plan->wish.value[WISH_FRAME]) {
    case FRAME_CLOSE:
    case FRAME_DETAIL:
        size *= 1.75f;
        y += 0.26f;
        break;
    case FRAME_HERO:
        size *= 1.02f;
        x = 0;
        break;
    case FRAME_WIDE:
        size *= 0.7f;
        break;
    default:
        break;
    }
    if (plan->wish.value[WISH_ANGLE] == ANGLE_THREE_QUARTER)
        tilt = 0.012f * s->light;
    if (plan->wish.value[WISH_POSE] == POSE_ACTION) {
        tilt = -0.045f * s->light;
        y -= 0.06f;
    }
    return affine_at(x, y, size, tilt);
}

void scene_still_life(struct scene *s, const struct plan *plan)
{
    struct thing t = choose_thing(s, plan);
    const struct wish *w = &plan->wish;
    float table = s->half_height * (w->value[WISH_ANGLE] == ANGLE_ABOVE ? -0.75f : 0.26f) + 0.02f;
    float stand = s->half_height * 0.26f + 0.02f;
    struct affine at = place_thing(s, plan, t.item, stand), before;

    if (w->value[WISH_PLACE] == PLACE_HOME || w->value[WISH_PLACE] == PLACE_OUTDOOR ||
        w->value[WISH_PLACE] == PLACE_CITY)
        lifestyle(s, plan, &t, table);
    else
        studio(s, table);
    if (w->value[WISH_FRAME] == FRAME_HERO)
        pedestal(s, AT(at.e, at.f), 0.30f, t.tip + 0.03f);
    else if (w->value[WISH_FRAME] != FRAME_DETAIL && w->value[WISH_FRAME] != FRAME_CLOSE)
        company(s, plan, &t, stand);
    before = scene_enter(s, at);
    thing_draw(s, &t);
    s->at = before;
    if (w->value[WISH_POSE] == POSE_ACTION)
        splash(s, plan, AT(at.e, at.f));
    if (w->value[WISH_LIGHT] == LIGHT_DRAMATIC)
        scene_fade(s, scene_band(s, -s->half_height, s->half_height), RGB(0x07060a), 0.75f,
                   AT(s->light * 0.1f, 0), AT(-s->light * s->half_width, 0.1f));
}
