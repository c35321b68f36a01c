/* A1111, Forge and all who write like them: `parameters`, or the comment of a JPEG or WebP. */
#include "image/recipe/infotext.h"
#include "image/recipe/xmp_value.h"

#define XMP_KEYWORD "XML:com.adobe.xmp"

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

/* stable-diffusion.cpp puts it there in WebP. */
static bool read_xmp(struct reading *r)
{
    struct str text = xmp_value(r->arena, reading_find(r, XMP_KEYWORD), "sdcpp:parameters");
    struct infotext parsed;

    if (text.len == 0)
        return false;
    reading_use(r, XMP_KEYWORD);
    infotext_parse(r->arena, text, &parsed);
    infotext_apply(r, &parsed);
    return true;
}

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
    return read_xmp(r);
}

const struct recipe_reader recipe_a1111 = { "a1111", read };
