/* Casting: who sits for a portrait. */
#include "image/sketch/num.h"
#include "image/sketch/portrait.h"

static const struct lch skins[] = {
    { 0.90f, 0.036f, 0.13f },  { 0.86f, 0.052f, 0.145f }, { 0.81f, 0.066f, 0.165f },
    { 0.72f, 0.082f, 0.155f }, { 0.59f, 0.080f, 0.145f }, { 0.44f, 0.066f, 0.13f },
};

static const struct lch hair_tones[] = {
    [HAIR_BLACK] = { 0.22f, 0.018f, 0.75f }, [HAIR_DARK] = { 0.28f, 0.035f, 0.12f },
    [HAIR_BROWN] = { 0.40f, 0.06f, 0.14f },  [HAIR_BLOND] = { 0.80f, 0.10f, 0.22f },
    [HAIR_RED] = { 0.52f, 0.135f, 0.115f },  [HAIR_GREY] = { 0.66f, 0.012f, 0.7f },
    [HAIR_WHITE] = { 0.92f, 0.01f, 0.2f },   [HAIR_DYED] = { 0.6f, 0.15f, 0.9f },
};

static int said_or(const struct wish *w, enum wish_kind kind, int otherwise)
{
    return w->value[kind] != WISH_NONE ? w->value[kind] : otherwise;
}

static void cast_gender(struct sitter *who, const struct plan *plan, struct dice *d)
{
    who->person = said_or(&plan->wish, WISH_PERSON, PERSON_ANY);
    who->feminine = who->person == PERSON_WOMAN || who->person == PERSON_GIRL;
    if (who->person == PERSON_ANY)
        who->feminine = plan->wish.value[WISH_BEARD] == WISH_NONE && dice_chance(d, 0.55f);
    who->age = said_or(&plan->wish, WISH_AGE, AGE_YOUNG);
    if (who->person == PERSON_GIRL || who->person == PERSON_BOY)
        who->age = AGE_CHILD;
}

static void cast_hair(struct sitter *who, const struct wish *w, struct dice *d)
{
    static const uint8_t women[] = { HAIR_BOB, HAIR_LONG, HAIR_WAVY,    HAIR_CURLY,
                                     HAIR_BUN, HAIR_WAVY, HAIR_PONYTAIL };
    static const uint8_t men[] = { HAIR_SHORT, HAIR_SIDE,  HAIR_SIDE,
                                   HAIR_SIDE,  HAIR_SHORT, HAIR_CURLY };
    static const uint8_t tones[] = { HAIR_BLACK, HAIR_DARK,  HAIR_DARK,
                                     HAIR_BROWN, HAIR_BLOND, HAIR_RED };
    int style = who->feminine ? women[dice_below(d, (int)COUNT(women))]
                              : men[dice_below(d, (int)COUNT(men))];
    int tone = tones[dice_below(d, (int)COUNT(tones))];
    struct lch c;

    who->hair = said_or(w, WISH_HAIR, style);
    if (rgb_light(who->skin) < 0.66f && tone > HAIR_DARK)
        tone = HAIR_BLACK;
    tone = said_or(w, WISH_HAIR_TONE, who->age == AGE_OLD ? HAIR_GREY : tone);
    if (w->hair_colour.l >= 0 && w->hair_colour.h < 0.12f && w->hair_colour.c > 0.18f)
        tone = HAIR_RED; /* "red hair" means a natural red */
    c = w->hair_colour.l >= 0 && w->value[WISH_HAIR_TONE] == WISH_NONE && tone != HAIR_RED
            ? w->hair_colour
            : hair_tones[tone];
    who->hair_colour = rgb_from_lch(c);
    who->hair_light =
        rgb_from_lch((struct lch){ c.l + (c.l > 0.7f ? 0.10f : 0.13f), c.c * 1.1f, c.h + 0.01f });
    who->hair_dark = rgb_from_lch((struct lch){ c.l * 0.72f, c.c, c.h });
    who->beard = said_or(
        w, WISH_BEARD,
        !who->feminine && who->age != AGE_CHILD && dice_chance(d, 0.3f) ? BEARD_FULL : WISH_NONE);
}

static void cast_skin(struct sitter *who, const struct wish *w, struct dice *d)
{
    bool fair = w->value[WISH_HAIR_TONE] == HAIR_BLOND || w->value[WISH_HAIR_TONE] == HAIR_RED ||
                w->value[WISH_FRECKLES] != WISH_NONE || w->eye_colour.l >= 0;
    int tone = said_or(w, WISH_SKIN, 1 + dice_below(d, fair ? 3 : (int)COUNT(skins)));
    struct lch c = skins[tone - 1];
    static const struct lch irises[] = { { 0.42f, 0.07f, 0.15f },
                                         { 0.34f, 0.05f, 0.14f },
                                         { 0.55f, 0.08f, 0.36f },
                                         { 0.58f, 0.08f, 0.67f } };
    int iris = dice_below(d, c.l < 0.75f ? 2 : (int)COUNT(irises));

    who->skin = rgb_from_lch(c);
    who->skin_dark = rgb_from_lch((struct lch){ c.l * 0.80f, c.c * 1.25f, c.h - 0.02f });
    who->skin_warm = rgb_from_lch((struct lch){ c.l * 0.88f, c.c + 0.06f, 0.07f });
    who->lip = rgb_from_lch((struct lch){ c.l * (who->feminine ? 0.70f : 0.79f),
                                          who->feminine ? 0.125f : 0.085f, 0.06f });
    who->iris = rgb_from_lch(w->eye_colour.l >= 0 ? w->eye_colour : irises[iris]);
}

static void cast_face(struct sitter *who, struct dice *d)
{
    bool f = who->feminine, child = who->age == AGE_CHILD;

    who->cheek = dice_range(d, 0.66f, 0.71f) + (child ? 0.05f : 0);
    who->jaw = f || child ? dice_range(d, 0.48f, 0.54f) : dice_range(d, 0.56f, 0.62f);
    who->chin = f || child ? dice_range(d, 0.15f, 0.21f) : dice_range(d, 0.24f, 0.31f);
    who->eye_gap = dice_range(d, 0.285f, 0.315f);
    who->eye_width = dice_range(d, 0.145f, 0.165f) * (f ? 1.06f : 0.97f) * (child ? 1.1f : 1);
    who->eye_open = dice_range(d, 0.078f, 0.094f) * (f ? 1.08f : 0.92f) * (child ? 1.2f : 1);
    who->brow_tilt = dice_range(d, -0.02f, 0.03f);
    who->nose_width = dice_range(d, 0.095f, 0.12f) * (f ? 0.92f : 1.1f);
    who->mouth_width = dice_range(d, 0.20f, 0.235f) * (f ? 1 : 1.06f);
    who->lips = dice_range(d, 0.85f, 1.15f) * (f ? 1.1f : 0.8f);
    who->shoulder = f ? dice_range(d, 1.45f, 1.6f) : dice_range(d, 1.75f, 1.95f);
    if (child)
        who->shoulder = 1.3f;
    who->lashes = f;
}

static void cast_wear(struct sitter *who, const struct plan *plan, struct dice *d)
{
    static const uint8_t clothes[] = { CLOTHES_TEE,   CLOTHES_TURTLENECK, CLOTHES_SHIRT,
                                       CLOTHES_SHIRT, CLOTHES_HOODIE,     CLOTHES_SUIT };
    const struct wish *w = &plan->wish;
    int worn = clothes[dice_below(d, (int)COUNT(clothes))];

    who->clothes = said_or(w, WISH_CLOTHES, worn);
    who->glasses = w->value[WISH_GLASSES];
    who->hat = w->value[WISH_HAT];
    who->earrings = w->value[WISH_EARRINGS] != WISH_NONE || (who->feminine && dice_chance(d, 0.4f));
    who->freckles = w->value[WISH_FRECKLES] != WISH_NONE || dice_chance(d, 0.1f);
    if (who->hat == HAT_HELMET)
        who->clothes = CLOTHES_TURTLENECK;
    if (who->hat == HAT_HOOD || who->hat == HAT_HELMET) /* no room for much hair */
        who->hair = who->hair == HAIR_LONG || who->hair == HAIR_BOB ? HAIR_BOB : HAIR_SHORT;
    who->face = w->value[WISH_FACE];
    if (who->face == WISH_NONE)
        who->face = dice_chance(d, 0.55f) ? FACE_SMILE : FACE_NEUTRAL;
    who->cloth = plan->palette.accent;
    who->cloth2 = plan->palette.pale;
    if (who->hat == HAT_HELMET)
        who->cloth = rgb_mix(plan->palette.pale, plan->palette.ground2, 0.18f);
    if (who->clothes == CLOTHES_SUIT && w->colour_count == 0)
        who->cloth = rgb_of(0.34f, 0.045f * plan->palette.chroma, plan->palette.hue);
    who->cloth_dark = rgb_shift(who->cloth, -0.10f, 1.0f);
}

static float turn_of(const struct plan *plan)
{
    struct dice d = dice_for(plan->variation, "turn");
    float side = dice_chance(&d, 0.5f) ? 1.0f : -1.0f, loose = dice_range(&d, 0.08f, 0.26f);

    switch (plan->wish.value[WISH_ANGLE]) {
    case ANGLE_FRONT:
        return 0;
    case ANGLE_THREE_QUARTER:
        return side * 0.62f;
    case ANGLE_PROFILE:
        return side * 0.95f;
    default:
        return side * loose;
    }
}

void sitter_cast(struct sitter *who, const struct plan *plan, const struct scene *s)
{
    struct dice d = dice_for(plan->identity, "sitter");
    struct dice hair = dice_for(plan->identity, "hair"), skin = dice_for(plan->identity, "skin");
    struct dice face = dice_for(plan->identity, "face"), wear = dice_for(plan->identity, "wear");

    *who = (struct sitter){ .light = s->light };
    cast_gender(who, plan, &d);
    cast_skin(who, &plan->wish, &skin);
    cast_hair(who, &plan->wish, &hair);
    cast_face(who, &face);
    cast_wear(who, plan, &wear);
    who->yaw = turn_of(plan);
    who->dice = dice_for(plan->identity, "strands");
}

float sitter_turned(const struct sitter *who, float x, float depth)
{
    return x * (1 - 0.10f * fabsf(who->yaw)) + who->yaw * 0.34f * depth -
           who->yaw * x * x * 0.10f * depth;
}
