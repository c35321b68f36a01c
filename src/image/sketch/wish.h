/* What a prompt asks for: its known words, sorted into kinds. */
#ifndef IMAGE_SKETCH_WISH_H
#define IMAGE_SKETCH_WISH_H

#include "base/arena.h"
#include "image/sketch/colour.h"

enum composition {
    COMPOSITION_PORTRAIT,
    COMPOSITION_LANDSCAPE,
    COMPOSITION_STILL_LIFE,
    COMPOSITION_EMBLEM,
    COMPOSITION_PATTERN,
    COMPOSITION_COUNT
};

/* clang-format off: values of one kind read best in one row */
enum wish_kind {
    WISH_PERSON,
    WISH_ANIMAL,
    WISH_LAND,
    WISH_ITEM,
    WISH_SYMBOL,
    WISH_EMBLEM,
    WISH_PATTERN,
    WISH_AGE,
    WISH_SKIN,
    WISH_HAIR,
    WISH_HAIR_TONE,
    WISH_BEARD,
    WISH_GLASSES,
    WISH_HAT,
    WISH_EARRINGS,
    WISH_CLOTHES,
    WISH_FRECKLES,
    WISH_FACE,
    WISH_FRAME,
    WISH_ANGLE,
    WISH_PLACE,
    WISH_LIGHT,
    WISH_POSE, /* direction of a shot */
    WISH_TIME,
    WISH_WEATHER,
    WISH_AURORA,
    WISH_MOOD,
    WISH_RANK,
    WISH_KINDS
};

enum { WISH_COLOURS = 4, WISH_NONE = 0 };

enum {
    PERSON_ANY = 1,
    PERSON_WOMAN,
    PERSON_MAN,
    PERSON_GIRL,
    PERSON_BOY,
    PERSON_ROBOT,
    PERSON_ASTRONAUT
};
enum {
    ANIMAL_CAT = 1,
    ANIMAL_FOX,
    ANIMAL_RACCOON,
    ANIMAL_DOG,
    ANIMAL_BEAR,
    ANIMAL_RABBIT,
    ANIMAL_OWL,
    ANIMAL_PANDA,
    ANIMAL_WOLF,
    ANIMAL_LION,
    ANIMAL_MOUSE,
    ANIMAL_TIGER,
    ANIMAL_DEER,
    ANIMAL_KOALA,
    ANIMAL_PIG,
    ANIMAL_FROG,
    ANIMAL_PENGUIN,
    ANIMAL_COUNT
};
enum {
    LAND_MOUNTAINS = 1,
    LAND_SEA,
    LAND_FOREST,
    LAND_DESERT,
    LAND_CITY,
    LAND_HILLS,
    LAND_LAKE,
    LAND_SPACE,
    LAND_COUNT
};
enum {
    ITEM_BOTTLE = 1,
    ITEM_CUP,
    ITEM_VASE,
    ITEM_FRUIT,
    ITEM_BOOK,
    ITEM_WATCH,
    ITEM_SHOE,
    ITEM_LAMP,
    ITEM_PERFUME,
    ITEM_HEADPHONES,
    ITEM_PHONE,
    ITEM_CAMERA,
    ITEM_TEAPOT,
    ITEM_CANDLE,
    ITEM_GLASS,
    ITEM_PLANT,
    ITEM_BAG,
    ITEM_CAKE,
    ITEM_JAR,
    ITEM_BOX,
    ITEM_WINE,
    ITEM_COUNT
};
enum {
    SYMBOL_SUN = 1,
    SYMBOL_MOON,
    SYMBOL_STAR,
    SYMBOL_EYE,
    SYMBOL_SWORD,
    SYMBOL_CUP,
    SYMBOL_WAND,
    SYMBOL_COIN,
    SYMBOL_CROWN,
    SYMBOL_ROSE,
    SYMBOL_TREE,
    SYMBOL_TOWER,
    SYMBOL_HEART,
    SYMBOL_SPADE,
    SYMBOL_CLUB,
    SYMBOL_DIAMOND,
    SYMBOL_ANCHOR,
    SYMBOL_KEY,
    SYMBOL_SCALES,
    SYMBOL_WHEEL,
    SYMBOL_BOLT,
    SYMBOL_FEATHER,
    SYMBOL_FLAME,
    SYMBOL_MOUNTAIN,
    SYMBOL_WAVE,
    SYMBOL_ARIES,
    SYMBOL_TAURUS,
    SYMBOL_GEMINI,
    SYMBOL_CANCER,
    SYMBOL_LEO,
    SYMBOL_VIRGO,
    SYMBOL_LIBRA,
    SYMBOL_SCORPIO,
    SYMBOL_SAGITTARIUS,
    SYMBOL_CAPRICORN,
    SYMBOL_AQUARIUS,
    SYMBOL_PISCES,
    SYMBOL_COUNT
};
enum { EMBLEM_CARD = 1, EMBLEM_TAROT, EMBLEM_ZODIAC, EMBLEM_SHIELD, EMBLEM_BADGE };
enum {
    PATTERN_GEOMETRIC = 1,
    PATTERN_FLORAL,
    PATTERN_WAVES,
    PATTERN_TILES,
    PATTERN_TERRAZZO,
    PATTERN_STRIPES,
    PATTERN_CONTOUR,
    PATTERN_COUNT
};
enum { AGE_CHILD = 1, AGE_YOUNG, AGE_MIDDLE, AGE_OLD };
enum {
    HAIR_BALD = 1,
    HAIR_SHORT,
    HAIR_SIDE,
    HAIR_BOB,
    HAIR_LONG,
    HAIR_WAVY,
    HAIR_CURLY,
    HAIR_AFRO,
    HAIR_BUN,
    HAIR_PONYTAIL,
    HAIR_BRAIDS,
    HAIR_SPIKY
};
enum {
    HAIR_BLACK = 1,
    HAIR_DARK,
    HAIR_BROWN,
    HAIR_BLOND,
    HAIR_RED,
    HAIR_GREY,
    HAIR_WHITE,
    HAIR_DYED
};
enum { BEARD_FULL = 1, BEARD_STUBBLE, BEARD_MOUSTACHE };
enum { GLASSES_ROUND = 1, GLASSES_SQUARE, GLASSES_SUN };
enum {
    HAT_BEANIE = 1,
    HAT_BRIM,
    HAT_CROWN,
    HAT_CAP,
    HAT_FLOWERS,
    HAT_WITCH,
    HAT_HEADPHONES,
    HAT_HOOD
};
enum {
    CLOTHES_TEE = 1,
    CLOTHES_SUIT,
    CLOTHES_TURTLENECK,
    CLOTHES_DRESS,
    CLOTHES_HOODIE,
    CLOTHES_ARMOUR,
    CLOTHES_SHIRT
};
enum {
    FACE_NEUTRAL = 1,
    FACE_SMILE,
    FACE_LAUGH,
    FACE_SAD,
    FACE_ANGRY,
    FACE_SURPRISED,
    FACE_SLY,
    FACE_SLEEPY
};
enum { FRAME_BUST = 1, FRAME_CLOSE, FRAME_HALF, FRAME_FULL, FRAME_DETAIL, FRAME_HERO, FRAME_WIDE };
enum { ANGLE_FRONT = 1, ANGLE_THREE_QUARTER, ANGLE_PROFILE, ANGLE_ABOVE, ANGLE_BELOW };
enum { PLACE_STUDIO = 1, PLACE_OUTDOOR, PLACE_CITY, PLACE_HOME, PLACE_PLAIN };
enum { LIGHT_SOFT = 1, LIGHT_STUDIO, LIGHT_DRAMATIC, LIGHT_RIM, LIGHT_GOLDEN };
enum { POSE_ACTION = 1, POSE_RELAXED };
enum { TIME_DAY = 1, TIME_DAWN, TIME_SUNSET, TIME_NIGHT };
enum { WEATHER_CLEAR = 1, WEATHER_RAIN, WEATHER_SNOW, WEATHER_FOG, WEATHER_STORM, WEATHER_CLOUDS };
enum {
    MOOD_CALM = 1,
    MOOD_VIVID,
    MOOD_DARK,
    MOOD_WARM,
    MOOD_COLD,
    MOOD_PASTEL,
    MOOD_MONO,
    MOOD_VINTAGE
};
/* clang-format on */

struct wish {
    enum composition composition;
    bool composition_known;     /* false: chosen by the hash of the words */
    uint8_t value[WISH_KINDS];  /* the first word of each kind wins */
    uint16_t place[WISH_KINDS]; /* where that word stood */
    struct lch colours[WISH_COLOURS];
    int colour_count;
    struct lch hair_colour, eye_colour; /* l < 0: not said */
    uint64_t hash;                      /* of all words, their order and the seed apart */
    uint64_t subject_hash;              /* without words of direction, light, time and style */
};

/* Never fails: a prompt without known words is a wish without wishes. */
void wish_read(struct str prompt, struct str negative_prompt, struct wish *out);
/* Takes over whatever makes the subject itself from another wish. */
void wish_keep_subject(struct wish *w, const struct wish *subject);

extern const char *const composition_names[COMPOSITION_COUNT];
/* The word of the table that stands for a value ("fox"), or NULL. */
const char *wish_word(enum wish_kind kind, int value);

#endif
