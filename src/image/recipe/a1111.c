/* A1111, Forge and all who write like them: `parameters`, or the comment of a JPEG or WebP. */
#include "image/recipe/infotext.h"

/* Cameras and editors leave comments too, so there the line of pairs has to show what it is. */
static const struct {
    const char *keyword;
    bool may_be_prose;
} places[] = {
    { "parameters", true },
    { "UserComment", false },
    { "Comment", false },
    { "ImageDescription", false },
};

static bool read(struct reading *r)
{
    for (size_t i = 0; i < COUNT(places); i++) {
        struct str text = text_trim(reading_find(r, places[i].keyword));
        struct infotext parsed;

        if (text.len == 0 || text.ptr[0] == '{')
            continue;
        infotext_parse(r->arena, text, &parsed);
        if (parsed.pair_count == 0 && !places[i].may_be_prose)
            continue;
        if (parsed.pair_count > 0 && !places[i].may_be_prose &&
            str_is_null(infotext_find(&parsed, "Steps")) &&
            str_is_null(infotext_find(&parsed, "Seed")))
            continue;
        reading_use(r, places[i].keyword);
        infotext_apply(r, &parsed);
        return true;
    }
    return false;
}

const struct recipe_reader recipe_a1111 = { "a1111", read };
