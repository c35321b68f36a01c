/* ICC profiles, the simple kind: three curves and three primaries. Every offset is held against the
 * profile's end. */
#include <math.h>

#include "image/helper/colour.h"

enum { HEADER_BYTES = 128, TAG_BYTES = 12, MAX_TAGS = 100, MAX_POINTS = 65536 };

#define TAG(a, b, c, d)                                                                            \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* 0 past the end: such a curve or primary turns out to be none. */
static uint32_t number(struct str s, size_t at, size_t bytes)
{
    uint32_t value = 0;

    if (at > s.len || s.len - at < bytes)
        return 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | (unsigned char)s.ptr[at + i];
    return value;
}

static float fixed(struct str s, size_t at)
{
    return (float)(int32_t)number(s, at, 4) / 65536;
}

static struct str find_tag(struct str profile, uint32_t name)
{
    uint32_t count = MIN(number(profile, HEADER_BYTES, 4), (uint32_t)MAX_TAGS);

    for (uint32_t i = 0; i < count; i++) {
        size_t entry = HEADER_BYTES + 4 + (size_t)i * TAG_BYTES;
        size_t at = number(profile, entry + 4, 4), bytes = number(profile, entry + 8, 4);

        if (number(profile, entry, 4) == name && at <= profile.len && bytes <= profile.len - at)
            return str_of(profile.ptr + at, bytes);
    }
    return (struct str){ 0 };
}

static bool read_primary(struct str profile, uint32_t name, struct colour_space *space, int column)
{
    struct str tag = find_tag(profile, name);

    if (tag.len < 20 || number(tag, 0, 4) != TAG('X', 'Y', 'Z', ' '))
        return false;
    for (size_t i = 0; i < 3; i++)
        space->to_xyz[i][column] = fixed(tag, 8 + 4 * i);
    return true;
}

static float clamp(float value)
{
    if (!(value > 0))
        return 0;
    return value > 1 ? 1 : value;
}

static float look_up(struct str tag, uint32_t points, float x)
{
    float place = x * (float)(points - 1);
    uint32_t left = MIN((uint32_t)place, points - 2);
    float low = (float)number(tag, 12 + 2 * (size_t)left, 2),
          high = (float)number(tag, 14 + 2 * (size_t)left, 2);

    return (low + (high - low) * (place - (float)left)) / 65535;
}

static bool read_points(struct str tag, float *curve)
{
    uint32_t points = number(tag, 8, 4);

    if (tag.len < 12 || points > MAX_POINTS || 12 + 2 * (size_t)points > tag.len)
        return false;
    for (int i = 0; i < COLOUR_STEPS; i++) {
        float x = (float)i / (COLOUR_STEPS - 1);

        if (points == 0)
            curve[i] = x;
        else if (points == 1)
            curve[i] = powf(x, (float)number(tag, 12, 2) / 256);
        else
            curve[i] = look_up(tag, points, x);
    }
    return true;
}

/* Of the five kinds each has all members of the one before: y = (a x + b)^g + c from d on, and e x
 * + f below. */
static bool read_formula(struct str tag, float *curve)
{
    static const size_t parameters[] = { 1, 3, 4, 5, 7 };
    uint32_t kind = number(tag, 8, 2);
    float p[7] = { 1, 1, 0, 0, 0, 0, 0 }; /* g a b, and c d e f by kind */

    if (kind >= COUNT(parameters) || tag.len < 12 + 4 * parameters[kind])
        return false;
    for (size_t i = 0; i < parameters[kind]; i++)
        p[i] = fixed(tag, 12 + 4 * i);
    for (int i = 0; i < COLOUR_STEPS; i++) {
        float x = (float)i / (COLOUR_STEPS - 1), power = powf(p[1] * x + p[2], p[0]);

        if (kind == 0)
            curve[i] = powf(x, p[0]);
        else if (kind <= 2)
            curve[i] = p[1] * x + p[2] >= 0 ? power + p[3] : p[3];
        else
            curve[i] = x >= p[4] ? power + p[5] : p[3] * x + p[6];
    }
    return true;
}

static bool read_curve(struct str profile, uint32_t name, float *curve)
{
    struct str tag = find_tag(profile, name);
    uint32_t type = number(tag, 0, 4);
    bool is_read = false;

    if (type == TAG('c', 'u', 'r', 'v'))
        is_read = read_points(tag, curve);
    else if (type == TAG('p', 'a', 'r', 'a'))
        is_read = read_formula(tag, curve);
    for (int i = 0; i < COLOUR_STEPS && is_read; i++)
        curve[i] = clamp(curve[i]);
    return is_read;
}

const struct colour *colour_from_icc(struct arena *a, struct str profile)
{
    static const uint32_t curves[] = { TAG('r', 'T', 'R', 'C'), TAG('g', 'T', 'R', 'C'),
                                       TAG('b', 'T', 'R', 'C') };
    static const uint32_t primaries[] = { TAG('r', 'X', 'Y', 'Z'), TAG('g', 'X', 'Y', 'Z'),
                                          TAG('b', 'X', 'Y', 'Z') };
    struct colour_space space = { 0 };

    if (number(profile, 36, 4) != TAG('a', 'c', 's', 'p') ||
        number(profile, 16, 4) != TAG('R', 'G', 'B', ' ') ||
        number(profile, 20, 4) != TAG('X', 'Y', 'Z', ' '))
        return NULL;
    for (int i = 0; i < 3; i++) {
        if (!read_curve(profile, curves[i], space.curves[i]) ||
            !read_primary(profile, primaries[i], &space, i))
            return NULL;
    }
    return colour_create(a, &space);
}
