/* A request in words, for recipes and logs. */
#include "base/buf.h"
#include "image/sketch/plan.h"
#include "image/sketch/style.h"

enum { TITLE_MAX = 60, WORDS_MAX = 400 };

/* Whose words are worth telling, in this order. */
static const uint8_t told[] = { WISH_PERSON,    WISH_ANIMAL,  WISH_LAND,    WISH_ITEM,
                                WISH_EMBLEM,    WISH_SYMBOL,  WISH_PATTERN, WISH_HAIR,
                                WISH_HAIR_TONE, WISH_GLASSES, WISH_HAT,     WISH_FACE,
                                WISH_FRAME,     WISH_ANGLE,   WISH_PLACE,   WISH_LIGHT,
                                WISH_TIME,      WISH_WEATHER };

/* The prompt's first words, cut between two of them and never inside of a character. */
static struct str title_of(struct str prompt)
{
    struct str s = str_trim(prompt);
    size_t end = MIN(s.len, (size_t)TITLE_MAX);

    if (end < s.len) {
        size_t word = end;

        while (word > TITLE_MAX / 2 && s.ptr[word] != ' ')
            word--;
        if (s.ptr[word] == ' ')
            end = word;
        while (end > 0 && ((unsigned char)s.ptr[end] & 0xc0) == 0x80)
            end--;
    }
    return str_slice(s, 0, end);
}

void sketch_describe(const struct sketch_request *request, struct arena *a,
                     struct str *out_composition, struct str *out_style, struct str *out_title)
{
    struct plan plan;
    AUTO_BUF words = { 0 };
    bool first = true;

    buf_init(&words, WORDS_MAX);
    plan_make(request, &plan);
    buf_put(&words, str_from(composition_names[plan.wish.composition]));
    for (size_t i = 0; i < COUNT(told); i++) {
        const char *word = wish_word(told[i], plan.wish.value[told[i]]);

        if (plan.wish.value[told[i]] == WISH_NONE || word == NULL)
            continue;
        buf_put(&words, first ? STR(": ") : STR(", "));
        buf_put(&words, str_from(word));
        first = false;
    }
    *out_composition = arena_str(a, buf_str(&words));
    *out_style = str_from(plan.style->name);
    *out_title = arena_str(a, title_of(request->prompt));
}
