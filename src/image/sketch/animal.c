/* Animal heads, one drawing that a row of a table makes into a fox or an owl. */
#include "image/sketch/num.h"
#include "image/sketch/portrait.h"

enum ears { EARS_POINTED, EARS_ROUND, EARS_LONG, EARS_FLOPPY, EARS_TUFT, EARS_NONE };
enum marking {
    MARK_NONE = 0,
    MARK_MASK = 1,    /* dark patches round the eyes */
    MARK_STRIPES = 2, /* on brow and cheeks */
    MARK_WHITE = 4,   /* pale cheeks and brow, as a fox has */
    MARK_MANE = 8,
    MARK_ANTLERS = 16,
    MARK_WHISKERS = 32,
    MARK_BEAK = 64,
    MARK_SNOUT = 128, /* a disc with nostrils */
    MARK_FROG = 256,
    MARK_FLUFF = 512, /* cheeks end in points */
};

struct animal {
    struct lch fur, pale, dark; /* coat, muzzle, ears and markings */
    struct lch eye;
    enum ears ears;
    float wide, muzzle; /* half width of the head; size of the muzzle */
    int marks;
};

#define WHITE_FUR                                                                                  \
    {                                                                                              \
        0.95f, 0.015f, 0.2f                                                                        \
    }
#define DARK_FUR                                                                                   \
    {                                                                                              \
        0.26f, 0.02f, 0.1f                                                                         \
    }

static const struct animal animals[ANIMAL_COUNT] = {
    [ANIMAL_CAT] = { { 0.66f, 0.09f, 0.17f },
                     WHITE_FUR,
                     { 0.45f, 0.07f, 0.14f },
                     { 0.75f, 0.13f, 0.33f },
                     EARS_POINTED,
                     0.92f,
                     0.30f,
                     MARK_STRIPES | MARK_WHISKERS | MARK_FLUFF },
    [ANIMAL_FOX] = { { 0.66f, 0.155f, 0.135f },
                     WHITE_FUR,
                     { 0.28f, 0.04f, 0.1f },
                     { 0.62f, 0.13f, 0.2f },
                     EARS_POINTED,
                     0.95f,
                     0.27f,
                     MARK_WHITE | MARK_FLUFF },
    [ANIMAL_RACCOON] = { { 0.62f, 0.02f, 0.16f },
                         { 0.92f, 0.015f, 0.2f },
                         { 0.25f, 0.015f, 0.1f },
                         { 0.34f, 0.05f, 0.13f },
                         EARS_ROUND,
                         0.98f,
                         0.29f,
                         MARK_MASK | MARK_FLUFF | MARK_WHISKERS },
    [ANIMAL_DOG] = { { 0.72f, 0.09f, 0.18f },
                     { 0.94f, 0.02f, 0.2f },
                     { 0.46f, 0.08f, 0.14f },
                     { 0.34f, 0.05f, 0.13f },
                     EARS_FLOPPY,
                     0.82f,
                     0.37f,
                     MARK_NONE },
    [ANIMAL_BEAR] = { { 0.45f, 0.07f, 0.14f },
                      { 0.72f, 0.07f, 0.18f },
                      { 0.33f, 0.05f, 0.13f },
                      { 0.30f, 0.04f, 0.13f },
                      EARS_ROUND,
                      0.94f,
                      0.36f,
                      MARK_NONE },
    [ANIMAL_RABBIT] = { { 0.86f, 0.03f, 0.17f },
                        WHITE_FUR,
                        { 0.80f, 0.07f, 0.05f },
                        { 0.32f, 0.05f, 0.1f },
                        EARS_LONG,
                        0.80f,
                        0.28f,
                        MARK_WHISKERS },
    [ANIMAL_OWL] = { { 0.52f, 0.06f, 0.16f },
                     { 0.88f, 0.04f, 0.2f },
                     { 0.36f, 0.05f, 0.14f },
                     { 0.82f, 0.16f, 0.24f },
                     EARS_TUFT,
                     0.96f,
                     0.0f,
                     MARK_BEAK },
    [ANIMAL_PANDA] = { WHITE_FUR,
                       { 0.97f, 0.01f, 0.2f },
                       { 0.22f, 0.01f, 0.7f },
                       { 0.25f, 0.03f, 0.1f },
                       EARS_ROUND,
                       1.0f,
                       0.30f,
                       MARK_MASK },
    [ANIMAL_WOLF] = { { 0.58f, 0.015f, 0.68f },
                      { 0.93f, 0.01f, 0.2f },
                      { 0.36f, 0.015f, 0.7f },
                      { 0.78f, 0.12f, 0.24f },
                      EARS_POINTED,
                      0.92f,
                      0.31f,
                      MARK_WHITE | MARK_FLUFF },
    [ANIMAL_LION] = { { 0.76f, 0.10f, 0.2f },
                      { 0.93f, 0.03f, 0.22f },
                      { 0.50f, 0.11f, 0.14f },
                      { 0.55f, 0.11f, 0.19f },
                      EARS_ROUND,
                      0.80f,
                      0.36f,
                      MARK_MANE | MARK_WHISKERS },
    [ANIMAL_MOUSE] = { { 0.70f, 0.015f, 0.7f },
                       { 0.90f, 0.02f, 0.1f },
                       { 0.80f, 0.07f, 0.03f },
                       DARK_FUR,
                       EARS_ROUND,
                       0.76f,
                       0.24f,
                       MARK_WHISKERS },
    [ANIMAL_TIGER] = { { 0.72f, 0.145f, 0.17f },
                       WHITE_FUR,
                       DARK_FUR,
                       { 0.78f, 0.14f, 0.26f },
                       EARS_ROUND,
                       0.90f,
                       0.34f,
                       MARK_STRIPES | MARK_WHISKERS | MARK_FLUFF | MARK_WHITE },
    [ANIMAL_DEER] = { { 0.60f, 0.085f, 0.15f },
                      { 0.90f, 0.03f, 0.2f },
                      { 0.42f, 0.06f, 0.14f },
                      { 0.26f, 0.04f, 0.12f },
                      EARS_LONG,
                      0.66f,
                      0.30f,
                      MARK_ANTLERS },
    [ANIMAL_KOALA] = { { 0.66f, 0.015f, 0.7f },
                       { 0.88f, 0.01f, 0.2f },
                       { 0.82f, 0.04f, 0.03f },
                       DARK_FUR,
                       EARS_ROUND,
                       0.92f,
                       0.22f,
                       MARK_NONE },
    [ANIMAL_PIG] = { { 0.82f, 0.075f, 0.03f },
                     { 0.80f, 0.095f, 0.03f },
                     { 0.68f, 0.10f, 0.03f },
                     DARK_FUR,
                     EARS_POINTED,
                     0.90f,
                     0.0f,
                     MARK_SNOUT },
    [ANIMAL_FROG] = { { 0.68f, 0.15f, 0.38f },
                      { 0.88f, 0.09f, 0.32f },
                      { 0.50f, 0.12f, 0.40f },
                      { 0.80f, 0.15f, 0.24f },
                      EARS_NONE,
                      0.98f,
                      0.0f,
                      MARK_FROG },
    [ANIMAL_PENGUIN] = { { 0.30f, 0.03f, 0.72f },
                         WHITE_FUR,
                         { 0.22f, 0.02f, 0.72f },
                         DARK_FUR,
                         EARS_NONE,
                         0.80f,
                         0.0f,
                         MARK_BEAK | MARK_WHITE },
};

struct coat {
    const struct animal *kind;
    struct rgb fur, fur_dark, fur_light, pale, dark, eye, nose;
    float w;
};

static void lit(struct scene *s, const struct sitter *who, const struct path *p, struct rgb c)
{
    scene_linear(s, ROLE_FORM, p, rgb_shift(c, 0.05f, 1), rgb_shift(c, -0.11f, 1.05f),
                 AT(who->light * 0.7f, -0.8f), AT(-who->light * 0.9f, 0.7f));
}

static struct coat coat_for(const struct plan *plan, int animal)
{
    const struct animal *kind = &animals[animal];
    struct lch fur = kind->fur;
    struct dice d = dice_for(plan->identity, "coat");
    struct coat c = { .kind = kind, .w = kind->wide };

    if (plan->wish.hair_colour.l >= 0)
        fur = plan->wish.hair_colour;
    else if (plan->wish.colour_count > 0 &&
             (animal == ANIMAL_CAT || animal == ANIMAL_DOG || animal == ANIMAL_RABBIT ||
              animal == ANIMAL_BEAR || animal == ANIMAL_WOLF || animal == ANIMAL_OWL))
        fur = plan->wish.colours[0];
    else {
        fur.l += dice_range(&d, -0.04f, 0.04f);
        fur.h += dice_range(&d, -0.012f, 0.012f);
    }
    c.fur = rgb_from_lch(fur);
    c.fur_dark = rgb_from_lch((struct lch){ fur.l * 0.80f, fur.c, fur.h - 0.01f });
    c.fur_light =
        rgb_from_lch((struct lch){ MIN(fur.l + 0.10f, 0.98f), fur.c * 0.9f, fur.h + 0.01f });
    c.pale = rgb_from_lch(kind->pale);
    c.dark = rgb_from_lch(kind->dark);
    c.eye = rgb_from_lch(plan->wish.eye_colour.l >= 0 ? plan->wish.eye_colour : kind->eye);
    c.nose = animal == ANIMAL_CAT || animal == ANIMAL_RABBIT || animal == ANIMAL_MOUSE ||
                     animal == ANIMAL_LION
                 ? rgb_of(0.62f, 0.10f, 0.03f)
                 : RGB(0x211b1c);
    return c;
}

static void ear(struct scene *s, const struct sitter *who, const struct coat *c, float side)
{
    struct path *p = scene_path(s), *in = scene_path(s);
    float x = side * c->w - who->yaw * 0.06f, k = side;
    struct rgb inner = rgb_mix(c->dark, rgb_of(0.76f, 0.06f, 0.05f), 0.45f), outer = c->fur;

    switch (c->kind->ears) {
    case EARS_POINTED:
        PATH_POINTS(p, path_polygon, AT(x - k * 0.70f, -0.70f), AT(x - k * 0.46f, -1.08f),
                    AT(x - k * 0.12f, -1.46f), AT(x - k * 0.05f, -1.50f), AT(x + k * 0.01f, -1.43f),
                    AT(x + k * 0.06f, -0.95f), AT(x + k * 0.02f, -0.25f));
        PATH_POINTS(in, path_polygon, AT(x - k * 0.48f, -0.74f), AT(x - k * 0.10f, -1.30f),
                    AT(x - k * 0.05f, -0.40f));
        break;
    case EARS_ROUND:
        path_ellipse(p, x - k * 0.17f, -0.70f, 0.34f, 0.35f);
        path_ellipse(in, x - k * 0.17f, -0.68f, 0.20f, 0.21f);
        outer = c->kind == &animals[ANIMAL_PANDA] ? c->dark : c->fur;
        break;
    case EARS_LONG:
        if (c->kind->marks & MARK_ANTLERS) {
            PATH_POINTS(p, path_blob, AT(x - k * 0.12f, -0.55f), AT(x + k * 0.28f, -0.88f),
                        AT(x + k * 0.58f, -0.86f), AT(x + k * 0.40f, -0.55f),
                        AT(x - k * 0.02f, -0.32f));
            PATH_POINTS(in, path_blob, AT(x + k * 0.06f, -0.54f), AT(x + k * 0.28f, -0.76f),
                        AT(x + k * 0.46f, -0.77f), AT(x + k * 0.30f, -0.55f));
        } else {
            PATH_POINTS(p, path_blob, AT(x - k * 0.62f, -0.7f), AT(x - k * 0.60f, -1.4f),
                        AT(x - k * 0.38f, -2.0f), AT(x - k * 0.16f, -1.4f),
                        AT(x - k * 0.22f, -0.7f));
            PATH_POINTS(in, path_blob, AT(x - k * 0.50f, -0.8f), AT(x - k * 0.50f, -1.4f),
                        AT(x - k * 0.38f, -1.82f), AT(x - k * 0.27f, -1.4f),
                        AT(x - k * 0.32f, -0.8f));
        }
        break;
    case EARS_FLOPPY:
        PATH_POINTS(p, path_blob, AT(x - k * 0.34f, -0.92f), AT(x + k * 0.10f, -0.80f),
                    AT(x + k * 0.30f, -0.2f), AT(x + k * 0.26f, 0.42f), AT(x + k * 0.02f, 0.52f),
                    AT(x - k * 0.12f, 0.1f), AT(x - k * 0.16f, -0.45f));
        outer = c->dark;
        break;
    case EARS_TUFT:
        PATH_POINTS(p, path_polygon, AT(x - k * 0.66f, -0.78f), AT(x + k * 0.02f, -1.42f),
                    AT(x - k * 0.02f, -0.45f));
        outer = c->fur_dark;
        break;
    case EARS_NONE:
        return;
    }
    lit(s, who, p, outer);
    if (in->count > 0 && c->kind->ears != EARS_TUFT)
        scene_fill(s, ROLE_DETAIL, in, inner);
}

static struct path *head(struct scene *s, const struct coat *c, const struct sitter *who)
{
    struct path *p = scene_path(s);
    float w = c->w, y = who->yaw * 0.10f;

    if (c->kind->marks & MARK_FLUFF)
        PATH_POINTS(p, path_blob, AT(0, -0.92f), AT(w * 0.55f, -0.84f), AT(w * 0.90f, -0.42f),
                    AT(w * 0.98f, 0.02f), AT(w * 1.20f, 0.36f), AT(w * 0.98f, 0.46f),
                    AT(w * 0.80f, 0.66f), AT(0.30f + y, 0.86f), AT(y, 0.92f), AT(-0.30f + y, 0.86f),
                    AT(-w * 0.80f, 0.66f), AT(-w * 0.98f, 0.46f), AT(-w * 1.20f, 0.36f),
                    AT(-w * 0.98f, 0.02f), AT(-w * 0.90f, -0.42f), AT(-w * 0.55f, -0.84f));
    else
        PATH_POINTS(p, path_blob, AT(0, -0.94f), AT(w * 0.60f, -0.82f), AT(w * 0.96f, -0.38f),
                    AT(w * 1.02f, 0.12f), AT(w * 0.84f, 0.58f), AT(w * 0.42f + y, 0.86f),
                    AT(y, 0.93f), AT(-w * 0.42f + y, 0.86f), AT(-w * 0.84f, 0.58f),
                    AT(-w * 1.02f, 0.12f), AT(-w * 0.96f, -0.38f), AT(-w * 0.60f, -0.82f));
    return p;
}

static void stripes(struct scene *s, const struct sitter *who, const struct coat *c)
{
    for (int i = -1; i <= 1; i++)
        SCENE_STROKE(
            s, c->dark, 0.02f, 0.10f, 0.01f, AT(sitter_turned(who, (float)i * 0.20f, 0.3f), -0.95f),
            AT(sitter_turned(who, (float)i * 0.17f, 0.4f), -0.66f),
            AT(sitter_turned(who, (float)i * 0.10f, 0.5f), -0.40f + 0.04f * (float)(i * i)));
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i < 3; i++) {
            float k = (float)side, y = -0.12f + 0.24f * (float)i;

            SCENE_STROKE(s, c->dark, 0.10f, 0.07f, 0.01f, AT(k * c->w * 1.12f, y - 0.04f),
                         AT(k * c->w * 0.88f, y + 0.02f),
                         AT(k * c->w * (0.68f - 0.03f * (float)i), y + 0.01f));
        }
}

static void markings(struct scene *s, const struct sitter *who, const struct coat *c,
                     const struct path *face)
{
    int m = c->kind->marks;

    s->clip = face;
    for (int i = -1; i <= 1; i += 2) {
        float k = (float)i;
        struct path *p = scene_path(s), *q = scene_path(s);

        if (m & MARK_WHITE) {
            PATH_POINTS(p, path_blob, AT(sitter_turned(who, k * 0.10f, 0.8f), 0.16f),
                        AT(sitter_turned(who, k * 0.42f, 0.6f), 0.16f), AT(k * 0.95f, 0.02f),
                        AT(k * 1.3f, 0.4f), AT(k * 0.8f, 1.0f), AT(0, 1.1f),
                        AT(sitter_turned(who, k * 0.02f, 0.8f), 0.6f));
            scene_fill(s, ROLE_DETAIL, p, c->pale);
            path_ellipse(q, sitter_turned(who, k * 0.34f, 0.6f), -0.33f, 0.15f, 0.075f);
            scene_fill(s, ROLE_DETAIL, q,
                       c->kind == &animals[ANIMAL_PENGUIN] ? c->fur : c->fur_light);
        }
        if (m & MARK_MASK) {
            struct affine before;

            if (c->kind->marks & MARK_FLUFF) {
                PATH_POINTS(q, path_blob, AT(sitter_turned(who, k * 0.06f, 0.7f), -0.32f),
                            AT(k * 0.55f, -0.50f), AT(k * 1.1f, -0.18f), AT(k * 1.2f, 0.12f));
                scene_fill(s, ROLE_DETAIL, q, c->pale);
            }
            before = scene_enter(
                s, affine_at(sitter_turned(who, k * 0.40f, 0.55f), 0.06f, 1, k * 0.085f));
            p = scene_path(s);
            path_ellipse(p, 0, 0, c->kind->marks & MARK_FLUFF ? 0.44f : 0.25f,
                         c->kind->marks & MARK_FLUFF ? 0.22f : 0.30f);
            scene_fill(s, ROLE_DETAIL, p, c->dark);
            s->at = before;
        }
    }
    if (m & MARK_STRIPES)
        stripes(s, who, c);
    scene_fade(s, face, c->fur_dark, 0.65f, AT(0, 0), AT(-who->light * c->w * 1.1f, 0.35f));
    scene_glow(s, ROLE_SHADE, rgb_shift(c->fur_light, 0.05f, 1), 0.5f,
               AT(who->light * 0.25f, -0.60f), 0.5f, 0.35f);
    s->clip = NULL;
}

static void eye(struct scene *s, const struct sitter *who, const struct coat *c, float side)
{
    bool owl = c->kind->ears == EARS_TUFT,
         slit = c->kind->marks & (MARK_STRIPES | MARK_WHITE) && c->kind->ears == EARS_POINTED;
    float x = sitter_turned(who, side * (owl ? 0.40f : 0.37f), 0.65f),
          y = c->kind->marks & MARK_FROG ? -0.66f : -0.02f;
    float r = owl ? 0.25f : 0.155f, open = who->face == FACE_SLY         ? 0.72f
                                           : who->face == FACE_SURPRISED ? 1.15f
                                                                         : 1.0f;
    struct path *white = scene_path(s), *ring = scene_path(s), *pupil = scene_path(s),
                *spark = scene_path(s);

    if (owl) {
        path_ellipse(ring, x, y, 0.43f, 0.43f);
        scene_fill(s, ROLE_DETAIL, ring, c->pale);
    } else if (c->kind->marks & MARK_FROG) {
        path_ellipse(ring, x, y, 0.30f, 0.30f);
        lit(s, who, ring, c->fur);
    }
    if (who->face == FACE_LAUGH || who->face == FACE_SLEEPY) {
        float up = who->face == FACE_LAUGH ? -0.10f : 0.08f;

        SCENE_STROKE(s, c->kind->marks & MARK_MASK ? c->pale : RGB(0x211b1c), 0.02f, 0.05f, 0.02f,
                     AT(x - 0.17f, y), AT(x, y + up), AT(x + 0.17f, y));
        return;
    }
    PATH_POINTS(white, path_blob, AT(x - side * r * 1.18f, y + r * 0.34f),
                AT(x - side * r * 0.4f, y - r * 0.84f * open),
                AT(x + side * r * 0.6f, y - r * 0.92f * open),
                AT(x + side * r * 1.16f, y - r * 0.16f), AT(x + side * r * 0.3f, y + r * 0.95f));
    scene_linear(s, ROLE_DETAIL, white, rgb_shift(c->eye, -0.10f, 1),
                 rgb_shift(c->eye, 0.12f, 1.1f), AT(x, y - r), AT(x, y + r));
    s->clip = white;
    path_ellipse(pupil, x + who->yaw * 0.03f, y, r * (slit ? 0.36f : 0.62f),
                 r * (slit ? 0.80f : 0.64f));
    scene_fill(s, ROLE_DETAIL, pupil, RGB(0x130f10));
    s->clip = NULL;
    path_ellipse(spark, x + who->light * r * 0.34f, y - r * 0.36f, r * 0.24f, r * 0.24f);
    scene_fill(s, ROLE_DETAIL, spark, RGB(0xffffff));
    SCENE_STROKE(s, RGB(0x1b1517), 0.014f, 0.045f, 0.014f, AT(x - side * r * 1.24f, y + r * 0.42f),
                 AT(x - side * r * 0.4f, y - r * 0.88f * open),
                 AT(x + side * r * 0.6f, y - r * 0.96f * open),
                 AT(x + side * r * 1.3f, y - r * 0.22f));
    if (who->face == FACE_SLY || who->face == FACE_ANGRY)
        SCENE_STROKE(s, c->kind->marks & MARK_MASK ? c->pale : c->dark, 0.02f, 0.07f, 0.02f,
                     AT(x - side * 0.20f, y - 0.17f), AT(x, y - 0.27f),
                     AT(x + side * 0.22f, y - 0.36f));
}

static void smile_line(struct scene *s, const struct sitter *who, float x, float y)
{
    float up = who->face == FACE_SAD || who->face == FACE_ANGRY ? -0.05f
               : who->face == FACE_NEUTRAL                      ? 0.03f
                                                                : 0.09f;

    if (who->face == FACE_LAUGH || who->face == FACE_SURPRISED) {
        struct path *p = scene_path(s), *tongue = scene_path(s);

        PATH_POINTS(p, path_blob, AT(x - 0.19f, y + 0.02f), AT(x, y + 0.05f),
                    AT(x + 0.19f, y + 0.02f), AT(x + 0.10f, y + 0.20f), AT(x - 0.10f, y + 0.20f));
        scene_fill(s, ROLE_DETAIL, p, RGB(0x4a1a20));
        s->clip = p;
        path_ellipse(tongue, x, y + 0.22f, 0.12f, 0.09f);
        scene_fill(s, ROLE_DETAIL, tongue, RGB(0xd9737a));
        s->clip = NULL;
    }
    SCENE_STROKE(s, RGB(0x2a2022), 0.028f, 0.028f, 0.028f, AT(x, y - 0.12f), AT(x, y));
    for (int i = -1; i <= 1; i += 2)
        SCENE_STROKE(s, RGB(0x2a2022), 0.028f, 0.034f, 0.012f, AT(x, y),
                     AT(x + (float)i * 0.11f, y + 0.055f),
                     AT(x + (float)i * 0.25f,
                        y + 0.02f - up * (who->face == FACE_SLY && i > 0 ? 1.7f : 0.8f)));
}

static void muzzle(struct scene *s, const struct sitter *who, const struct coat *c)
{
    float x = sitter_turned(who, 0, 1.0f), m = c->kind->muzzle;
    bool koala = c->kind == &animals[ANIMAL_KOALA];
    struct path *p = scene_path(s), *n = scene_path(s), *shine = scene_path(s);

    if (!(c->kind->marks & MARK_WHITE)) {
        PATH_POINTS(p, path_blob, AT(x - m * 0.62f, 0.24f), AT(x, 0.15f), AT(x + m * 0.62f, 0.24f),
                    AT(x + m * 1.22f, 0.56f), AT(x + m * 0.66f, 0.85f), AT(x, 0.90f),
                    AT(x - m * 0.66f, 0.85f), AT(x - m * 1.22f, 0.56f));
        scene_linear(s, ROLE_DETAIL, p, c->pale, rgb_shift(c->pale, -0.09f, 1.1f),
                     AT(x + who->light * m, 0.2f), AT(x - who->light * m, 0.9f));
    }
    smile_line(s, who, x, 0.60f);
    if (koala)
        path_ellipse(n, x, 0.24f, 0.20f, 0.30f);
    else
        PATH_POINTS(n, path_blob, AT(x - 0.165f, 0.30f), AT(x, 0.27f), AT(x + 0.165f, 0.30f),
                    AT(x + 0.11f, 0.42f), AT(x, 0.485f), AT(x - 0.11f, 0.42f));
    scene_fill(s, ROLE_DETAIL, n, koala ? RGB(0x2a2527) : c->nose);
    path_ellipse(shine, x + who->light * 0.05f, koala ? 0.08f : 0.325f, 0.055f, 0.024f);
    scene_fill(s, ROLE_SHADE, shine, RGB(0xffffff))->paint.alpha_a = 0.55f;
    if (c->kind->marks & MARK_WHISKERS)
        for (int i = 0; i < 6; i++) {
            float k = i < 3 ? -1.0f : 1.0f, dy = (float)(i % 3 - 1);

            SCENE_STROKE(s, rgb_mix(c->pale, c->dark, 0.25f), 0.014f, 0.012f, 0.004f,
                         AT(x + k * 0.24f, 0.56f + dy * 0.06f),
                         AT(x + k * 0.6f, 0.50f + dy * 0.13f),
                         AT(x + k * 1.10f, 0.54f + dy * 0.22f));
        }
}

static void beak(struct scene *s, const struct sitter *who)
{
    float x = sitter_turned(who, 0, 1.05f);
    struct path *p = scene_path(s);

    PATH_POINTS(p, path_polygon, AT(x - 0.13f, 0.10f), AT(x, 0.04f), AT(x + 0.13f, 0.10f),
                AT(x + 0.05f, 0.34f), AT(x, 0.44f), AT(x - 0.05f, 0.34f));
    scene_linear(s, ROLE_DETAIL, p, rgb_of(0.84f, 0.15f, 0.21f), rgb_of(0.66f, 0.15f, 0.15f),
                 AT(x + who->light * 0.1f, 0.1f), AT(x - who->light * 0.1f, 0.4f));
}

static void special_mouth(struct scene *s, const struct sitter *who, const struct coat *c)
{
    float x = sitter_turned(who, 0, 0.9f);
    struct path *p = scene_path(s), *holes = scene_path(s);

    if (c->kind->marks & MARK_BEAK) {
        beak(s, who);
        return;
    }
    if (c->kind->marks & MARK_FROG) {
        SCENE_STROKE(s, c->dark, 0.02f, 0.05f, 0.02f, AT(x - 0.70f, 0.16f), AT(x - 0.35f, 0.36f),
                     AT(x, 0.42f), AT(x + 0.35f, 0.36f), AT(x + 0.70f, 0.16f));
        path_ellipse(holes, x - 0.09f, -0.06f, 0.025f, 0.02f);
        path_ellipse(holes, x + 0.09f, -0.06f, 0.025f, 0.02f);
    } else {
        smile_line(s, who, x, 0.72f);
        path_ellipse(p, x, 0.40f, 0.33f, 0.24f);
        scene_linear(s, ROLE_DETAIL, p, rgb_shift(c->pale, 0.04f, 1), rgb_shift(c->pale, -0.07f, 1),
                     AT(x, 0.2f), AT(x, 0.6f));
        path_ellipse(holes, x - 0.11f, 0.40f, 0.05f, 0.085f);
        path_ellipse(holes, x + 0.11f, 0.40f, 0.05f, 0.085f);
    }
    scene_fill(s, ROLE_DETAIL, holes, c->dark);
}

static void mane(struct scene *s, const struct sitter *who, const struct coat *c)
{
    for (int layer = 0; layer < 2; layer++) {
        struct path *p = scene_path(s);
        float r = layer == 0 ? 1.52f : 1.24f;

        for (int i = 0; i < 22; i++) {
            float t = ((float)i + 0.5f * (float)layer) / 22, x = num_cos(t), y = num_sin(t);
            const struct point lock[] = {
                AT(x * r * 0.6f - y * 0.30f, y * r * 0.6f + x * 0.30f - 0.02f),
                AT(x * r + y * 0.08f, y * r - x * 0.08f),
                AT(x * r * 0.6f + y * 0.30f, y * r * 0.6f - x * 0.30f - 0.02f)
            };

            path_polygon(p, lock, 3);
        }
        path_ellipse(p, 0, 0, r * 0.78f, r * 0.78f);
        lit(s, who, p, layer == 0 ? rgb_shift(c->dark, -0.06f, 1) : c->dark);
    }
}

static void antlers(struct scene *s)
{
    struct rgb horn = rgb_of(0.52f, 0.06f, 0.17f);

    for (int i = -1; i <= 1; i += 2) {
        float k = (float)i;

        SCENE_STROKE(s, horn, 0.12f, 0.10f, 0.03f, AT(k * 0.28f, -0.8f), AT(k * 0.42f, -1.25f),
                     AT(k * 0.78f, -1.52f), AT(k * 0.82f, -2.0f));
        SCENE_STROKE(s, horn, 0.07f, 0.06f, 0.02f, AT(k * 0.44f, -1.26f), AT(k * 0.34f, -1.5f),
                     AT(k * 0.40f, -1.78f));
        SCENE_STROKE(s, horn, 0.07f, 0.06f, 0.02f, AT(k * 0.68f, -1.45f), AT(k * 0.98f, -1.5f),
                     AT(k * 1.10f, -1.74f));
    }
}

/* The neck's fur over the collar, in points. */
static void chest(struct scene *s, const struct sitter *who, const struct coat *c)
{
    struct path *p = scene_path(s);

    PATH_POINTS(p, path_blob, AT(-0.66f, 0.4f), AT(0.66f, 0.4f), AT(0.86f, 1.15f), AT(0.60f, 1.62f),
                AT(0.34f, 1.55f), AT(0.17f, 1.92f), AT(0, 1.72f), AT(-0.17f, 1.92f),
                AT(-0.34f, 1.55f), AT(-0.60f, 1.62f), AT(-0.86f, 1.15f));
    lit(s, who, p, c->kind->marks & (MARK_WHITE | MARK_FROG) ? c->pale : c->fur);
    s->clip = p;
    scene_glow(s, ROLE_SHADE, RGB(0x1a1010), 0.42f, AT(0, 0.82f), 0.95f, 0.52f);
    s->clip = NULL;
}

void portrait_animal(struct scene *s, const struct sitter *who, const struct plan *plan)
{
    struct coat c = coat_for(plan, plan->wish.value[WISH_ANIMAL]);
    const struct path *face;

    struct affine before;

    chest(s, who, &c);
    before = scene_enter(s, affine_at(0, 0.16f, 1.2f, 0));
    if (c.kind->marks & MARK_MANE)
        mane(s, who, &c);
    if (c.kind->marks & MARK_ANTLERS)
        antlers(s);
    ear(s, who, &c, -1);
    ear(s, who, &c, 1);
    face = head(s, &c, who);
    lit(s, who, face, c.fur);
    markings(s, who, &c, face);
    if (c.kind->muzzle > 0)
        muzzle(s, who, &c);
    eye(s, who, &c, -1);
    eye(s, who, &c, 1);
    if (c.kind->muzzle <= 0)
        special_mouth(s, who, &c);
    s->at = before;
}
