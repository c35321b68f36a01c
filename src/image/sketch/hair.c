/* Hair: what hangs behind the head, and what frames the face. */
#include "image/sketch/num.h"
#include "image/sketch/portrait.h"

/* Round locks along a line: curls, clouds of hair. */
static void locks(struct path *p, struct dice *d, const struct point *line, int count, int each,
                  float low, float high)
{
    for (int i = 0; i + 1 < count; i++) {
        for (int k = 0; k < each; k++) {
            float t = ((float)k + dice_range(d, 0.1f, 0.9f)) / (float)each;
            float x = num_mix(line[i].x, line[i + 1].x, t) + dice_range(d, -0.05f, 0.05f);
            float y = num_mix(line[i].y, line[i + 1].y, t) + dice_range(d, -0.05f, 0.05f);
            float r = dice_range(d, low, high);

            path_ellipse(p, x, y, r, r * dice_range(d, 0.85f, 1.1f));
        }
    }
}

static void fill_hair(struct scene *s, const struct sitter *who, const struct path *p, bool front)
{
    scene_linear(s, ROLE_FORM, p,
                 front ? who->hair_colour : rgb_mix(who->hair_colour, who->hair_dark, 0.6f),
                 who->hair_dark, AT(who->light * 0.7f, -1.0f), AT(-who->light * 0.9f, 0.9f));
}

/* Shining strands from the crown down, inside of a shape. */
static void strands(struct scene *s, const struct sitter *who, const struct path *inside,
                    float from_x, float bottom, int count)
{
    struct dice d = who->dice;

    s->clip = inside;
    for (int i = 0; i < count; i++) {
        float t = ((float)i + dice_range(&d, 0.2f, 0.8f)) / (float)count * 2 - 1;
        float x = from_x + t * 0.95f, lit = t * who->light;
        struct rgb c = lit > -0.15f ? who->hair_light : who->hair_dark;
        struct shape *shape =
            SCENE_STROKE(s, c, 0.004f, dice_range(&d, 0.016f, 0.05f), 0.003f,
                         AT(from_x + t * 0.12f, -1.16f), AT(from_x + t * 0.62f, -0.86f),
                         AT(x, -0.35f), AT(x + t * 0.05f, bottom * 0.45f), AT(x, bottom));

        shape->role = ROLE_SHADE;
        shape->paint.alpha_a = dice_range(&d, 0.22f, 0.55f);
    }
    s->clip = NULL;
}

/* A soft band of shine across the crown. */
static void crown_shine(struct scene *s, const struct sitter *who, const struct path *inside)
{
    scene_glow_in(s, ROLE_SHADE, inside, who->hair_light, 0.62f, AT(who->light * 0.34f, -0.93f),
                  0.48f, 0.22f);
}

static void long_back(struct scene *s, const struct sitter *who, float length, float wave)
{
    struct path *p = scene_path(s);
    struct point half[14];
    int n = 0;
    float wide = 0.98f + wave * 0.10f;

    half[n++] = AT(0, -1.21f);
    half[n++] = AT(0.56f, -1.06f);
    half[n++] = AT(0.86f, -0.60f);
    for (int i = 0; i < 6; i++) {
        float t = (float)i / 5, w = i % 2 == 0 ? 1 - wave * 0.10f : 1 + wave * 0.10f;

        half[n++] = AT(wide * w * num_mix(0.93f, 1.0f, t), num_mix(-0.1f, length, t));
    }
    half[n++] = AT(0.62f, length + 0.16f);
    half[n++] = AT(0.25f, length + 0.10f);
    half[n++] = AT(0, length + 0.08f);
    path_mirrored(p, half, n);
    fill_hair(s, who, p, false);
    strands(s, who, p, 0, length + 0.1f, 15);
}

static void curly_back(struct scene *s, const struct sitter *who, bool cloud)
{
    struct path *p = scene_path(s), *shine = scene_path(s);
    struct dice d = who->dice;
    float low = cloud ? 0.15f : 0.17f, high = cloud ? 0.22f : 0.27f;
    const struct point curls[] = { AT(-0.86f, who->feminine ? 1.0f : 0.2f),
                                   AT(-1.03f, 0.35f),
                                   AT(-0.97f, -0.35f),
                                   AT(-0.66f, -0.92f),
                                   AT(0, -1.17f),
                                   AT(0.66f, -0.92f),
                                   AT(0.97f, -0.35f),
                                   AT(1.03f, 0.35f),
                                   AT(0.86f, who->feminine ? 1.0f : 0.2f) };
    const struct point round[] = { AT(-0.98f, 0.42f),  AT(-1.18f, -0.2f), AT(-1.02f, -0.8f),
                                   AT(-0.55f, -1.25f), AT(0, -1.4f),      AT(0.55f, -1.25f),
                                   AT(1.02f, -0.8f),   AT(1.18f, -0.2f),  AT(0.98f, 0.42f) };

    if (cloud)
        path_ellipse(p, 0, -0.32f, 1.14f, 1.06f);
    else
        path_box(p, -0.9f, -1.05f, 0.9f, who->feminine ? 1.0f : 0.2f, 0.4f);
    locks(p, &d, cloud ? round : curls, 9, cloud ? 4 : 3, low, high);
    fill_hair(s, who, p, false);
    locks(shine, &d, cloud ? round : curls, 9, 2, 0.07f, 0.11f);
    s->clip = p;
    scene_fill(s, ROLE_SHADE, shine, who->hair_light)->paint.alpha_a = 0.30f;
    s->clip = NULL;
}

static void bun(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s), *band = scene_path(s);
    float x = -who->yaw * 0.25f;

    path_ellipse(p, x, -1.33f, 0.36f, 0.32f);
    fill_hair(s, who, p, true);
    crown_shine(s, who, p);
    SCENE_STROKE(s, who->hair_light, 0.01f, 0.035f, 0.01f, AT(x - 0.22f, -1.24f),
                 AT(x - 0.04f, -1.46f), AT(x + 0.22f, -1.34f))
        ->paint.alpha_a = 0.5f;
    path_ellipse(band, x, -1.09f, 0.22f, 0.06f);
    scene_fill(s, ROLE_DETAIL, band, who->cloth);
}

static void ponytail(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s);
    float side = who->yaw > 0 ? -1 : 1;

    PATH_POINTS(p, path_blob, AT(side * 0.35f, -1.1f), AT(side * 0.85f, -1.12f),
                AT(side * 1.16f, -0.55f), AT(side * 1.12f, 0.25f), AT(side * 0.98f, 1.0f),
                AT(side * 0.86f, 1.25f), AT(side * 0.84f, 0.5f), AT(side * 0.8f, -0.3f));
    fill_hair(s, who, p, false);
    strands(s, who, p, side * 0.35f, 1.1f, 12);
}

static void braids(struct scene *s, const struct sitter *who)
{
    for (int side = -1; side <= 1; side += 2)
        for (int i = 6; i >= 0; i--) {
            struct path *p = scene_path(s);
            float x = (float)side * (0.80f + 0.05f * (float)i * 0.6f),
                  r = 0.20f - 0.012f * (float)i;

            path_ellipse(p, x, 0.45f + 0.24f * (float)i, r, r * 0.92f);
            fill_hair(s, who, p, true);
        }
}

void portrait_hair_back(struct scene *s, const struct sitter *who)
{
    switch (who->hair) {
    case HAIR_BOB:
        long_back(s, who, 0.68f, 0);
        break;
    case HAIR_LONG:
        long_back(s, who, 1.75f, 0);
        break;
    case HAIR_WAVY:
        long_back(s, who, 1.45f, 1);
        break;
    case HAIR_CURLY:
        curly_back(s, who, false);
        break;
    case HAIR_AFRO:
        curly_back(s, who, true);
        break;
    case HAIR_BUN:
        bun(s, who);
        break;
    case HAIR_PONYTAIL:
        ponytail(s, who);
        break;
    case HAIR_BRAIDS:
        long_back(s, who, 0.35f, 0);
        braids(s, who);
        break;
    default:
        break;
    }
}

/* The cap of hair from temple over crown to temple, and back along the hairline. */
static struct path *cap(struct scene *s, const struct sitter *who, const struct point *line,
                        int count, float temple, float height)
{
    struct path *p = scene_path(s);
    struct point all[24];
    float c = who->cheek + 0.05f;
    int n = 0;

    all[n++] = AT(-c - 0.005f, temple);
    all[n++] = AT(-c - 0.05f, temple * 0.4f - 0.3f);
    all[n++] = AT(-c * 0.86f, -0.84f);
    all[n++] = AT(-c * 0.42f, height + 0.06f);
    all[n++] = AT(0, height);
    all[n++] = AT(c * 0.42f, height + 0.06f);
    all[n++] = AT(c * 0.86f, -0.84f);
    all[n++] = AT(c + 0.05f, temple * 0.4f - 0.3f);
    all[n++] = AT(c + 0.005f, temple);
    for (int i = 0; i < count; i++)
        all[n++] = AT(sitter_turned(who, line[i].x, 0.45f), line[i].y);
    path_blob(p, all, n);
    return p;
}

static void finish_cap(struct scene *s, const struct sitter *who, const struct path *p, float part,
                       int count)
{
    struct path *below =
        path_new(s->arena, (struct affine){ s->at.a, s->at.b, s->at.c, s->at.d,
                                            s->at.e + s->at.c * 0.05f, s->at.f + s->at.d * 0.05f });

    /* The shadow that the hair throws on the brow. */
    for (int i = 0; i < p->count; i++) {
        struct point q = p->points[i];

        q.y += s->at.d * 0.045f;
        below->at = affine_none;
        if (i == 0)
            path_move(below, q.x, q.y);
        else
            path_line(below, q.x, q.y);
    }
    scene_fill(s, ROLE_SHADE, below, who->skin_dark)->paint.alpha_a = 0.5f;
    fill_hair(s, who, p, true);
    strands(s, who, p, part, 0.15f, count);
    crown_shine(s, who, p);
}

static void front_parted(struct scene *s, const struct sitter *who, float part, float temple)
{
    const struct point line[] = { AT(0.665f, 0.02f),
                                  AT(0.635f, -0.24f),
                                  AT(num_mix(part, 0.62f, 0.55f), -0.53f),
                                  AT(part + 0.03f, -0.80f),
                                  AT(part - 0.03f, -0.80f),
                                  AT(num_mix(part, -0.62f, 0.55f), -0.53f),
                                  AT(-0.635f, -0.24f),
                                  AT(-0.665f, 0.02f) };

    finish_cap(s, who, cap(s, who, line, (int)COUNT(line), temple, -1.20f), part, 14);
}

static void front_swept(struct scene *s, const struct sitter *who, float side, float height)
{
    const struct point line[] = { AT(0.665f, -0.12f),  AT(0.60f, -0.40f),  AT(0.40f, -0.60f),
                                  AT(0.05f, -0.62f),   AT(-0.30f, -0.66f), AT(-0.58f, -0.50f),
                                  AT(-0.645f, -0.30f), AT(-0.67f, -0.10f) };
    struct point turned[8];

    for (int i = 0; i < 8; i++)
        turned[i] = side > 0 ? line[i] : AT(-line[7 - i].x, line[7 - i].y);
    finish_cap(s, who, cap(s, who, turned, 8, 0.0f, height), side * -0.45f, 13);
}

static void front_fringe(struct scene *s, const struct sitter *who)
{
    const struct point line[] = { AT(0.66f, 0.05f),   AT(0.62f, -0.22f),  AT(0.42f, -0.25f),
                                  AT(0.2f, -0.24f),   AT(0, -0.25f),      AT(-0.2f, -0.24f),
                                  AT(-0.42f, -0.25f), AT(-0.62f, -0.22f), AT(-0.66f, 0.05f) };

    finish_cap(s, who, cap(s, who, line, (int)COUNT(line), 0.12f, -1.20f), 0, 17);
}

static void front_short(struct scene *s, const struct sitter *who, bool spiky)
{
    const struct point line[] = { AT(0.68f, -0.16f),  AT(0.63f, -0.42f), AT(0.52f, -0.60f),
                                  AT(0.2f, -0.67f),   AT(-0.2f, -0.67f), AT(-0.52f, -0.60f),
                                  AT(-0.63f, -0.42f), AT(-0.68f, -0.16f) };

    if (spiky) {
        struct path *spikes = scene_path(s);
        struct dice d = who->dice;

        for (int i = 0; i < 9; i++) {
            float t = (float)i / 8 * 2 - 1, lean = t * 0.18f + dice_range(&d, -0.06f, 0.06f);
            const struct point spike[] = { AT(t * 0.70f - 0.16f, -0.86f + t * t * 0.2f),
                                           AT(t * 0.72f + lean, -1.42f + t * t * 0.42f),
                                           AT(t * 0.70f + 0.16f, -0.86f + t * t * 0.2f) };

            path_polygon(spikes, spike, 3);
        }
        fill_hair(s, who, spikes, true);
    }
    finish_cap(s, who, cap(s, who, line, (int)COUNT(line), 0.0f, spiky ? -1.12f : -1.17f), 0.1f,
               12);
}

static void front_curly(struct scene *s, const struct sitter *who)
{
    struct path *p = scene_path(s), *shine = scene_path(s);
    struct dice d = who->dice;
    const struct point line[] = { AT(-0.76f, 0.08f), AT(-0.74f, -0.42f), AT(-0.42f, -0.80f),
                                  AT(0, -0.90f),     AT(0.42f, -0.80f),  AT(0.74f, -0.42f),
                                  AT(0.76f, 0.08f) };
    struct point turned[7];

    for (int i = 0; i < 7; i++)
        turned[i] = AT(sitter_turned(who, line[i].x, 0.25f), line[i].y);
    locks(p, &d, turned, 7, 3, 0.13f, 0.20f);
    path_ellipse(p, 0, -0.99f, 0.55f, 0.22f);
    fill_hair(s, who, p, true);
    locks(shine, &d, turned, 7, 2, 0.05f, 0.085f);
    s->clip = p;
    scene_fill(s, ROLE_SHADE, shine, who->hair_light)->paint.alpha_a = 0.42f;
    s->clip = NULL;
    crown_shine(s, who, p);
}

void portrait_hair_front(struct scene *s, const struct sitter *who)
{
    struct dice d = who->dice;
    float side = dice_chance(&d, 0.5f) ? 1 : -1;

    switch (who->hair) {
    case HAIR_BALD:
        break;
    case HAIR_SHORT:
        front_short(s, who, false);
        break;
    case HAIR_SPIKY:
        front_short(s, who, true);
        break;
    case HAIR_SIDE:
        front_swept(s, who, side, -1.24f);
        break;
    case HAIR_BOB:
        front_fringe(s, who);
        break;
    case HAIR_CURLY:
    case HAIR_AFRO:
        front_curly(s, who);
        break;
    case HAIR_BUN:
    case HAIR_PONYTAIL:
        front_swept(s, who, side, -1.16f);
        break;
    default:
        front_parted(s, who, side * 0.12f, 0.42f);
        break;
    }
}
