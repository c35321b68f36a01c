/* The table of styles, and which of them words ask for. */
#include "image/sketch/style.h"

#include "image/sketch/sketch.h"
#include "image/sketch/style_list.h"

/* Names and words are lower case; a hyphen also stands for a space. */
const struct style styles[] = {
    { "illustration", "vector|flat design|digital art", style_illustration },
    { "watercolor", "watercolour|aquarelle|wash", style_watercolor },
    { "ink",
      "pen and ink|ink drawing|ink wash|in ink|ink illustration|line art|line drawing|sketch|etching|engraving|pencil|hatching",
      style_ink, true },
    { "oil",
      "oil painting|oil on canvas|oils|in oil|impasto|impressionist|impressionism|van gogh|painterly|acrylic",
      style_oil, true },
    { "pastel", "soft pastel|chalk|crayon|pastels|pastel drawing|oil pastel", style_pastel, true },
    { "linocut", "woodcut|block print|lino|woodblock|ukiyo-e", style_linocut },
    { "risograph", "riso|halftone|screen print|screenprint|newsprint", style_risograph },
    { "pixel", "pixel art|8-bit|16-bit|retro game", style_pixel },
    { "blueprint", "technical drawing|schematic|cyanotype|patent", style_blueprint },
    { "stained-glass", "stained glass window|cathedral glass", style_stained_glass },
    { "mosaic", "tessera|tesserae|roman mosaic", style_mosaic },
    { "gouache", "poster paint|tempera|flat|storybook|matte", style_gouache },
    { "low-poly", "lowpoly|polygonal|faceted", style_low_poly },
    { "charcoal", "graphite|carbon drawing", style_charcoal },
    { "neon", "synthwave|cyberpunk|glowing|vaporwave", style_neon },
    { "paper-cut", "papercut|paper craft|cut paper|collage|origami|layered paper",
      style_paper_cut },
    { "comic", "pop art|cartoon|manga|anime|cel shaded|graphic novel|comic book", style_comic },
    { "sepia", "albumen print|daguerreotype|old photograph|tintype", style_sepia },
    { NULL, NULL, NULL },
};

static int folded(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 'a';
    return c == '-' || c == '_' ? ' ' : (unsigned char)c;
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || c >= 0x80;
}

/* Whether the phrase stands in the text as whole words. */
static bool mentions(struct str text, struct str phrase)
{
    for (size_t at = 0; at + phrase.len <= text.len; at++) {
        size_t n = 0;

        if (at > 0 && is_letter(folded(text.ptr[at - 1])))
            continue;
        while (n < phrase.len && folded(text.ptr[at + n]) == folded(phrase.ptr[n]))
            n++;
        if (n == phrase.len && (at + n == text.len || !is_letter(folded(text.ptr[at + n]))))
            return true;
    }
    return false;
}

/* named: the text is a style's name, not a prompt. */
static bool asks_for(const struct style *style, struct str text, bool with_words, bool named)
{
    struct str rest = str_from(style->words), word;

    if ((named || !style->shy) && mentions(text, str_from(style->name)))
        return true;
    while (with_words && rest.len > 0) {
        bool more = str_cut(rest, '|', &word, &rest);

        if (mentions(text, word))
            return true;
        if (!more)
            break;
    }
    return false;
}

static const struct style *find_in(struct str text, struct str negative_prompt, bool named)
{
    for (int words = 0; words < 2; words++) /* names before other words */
        for (const struct style *style = styles; style->name != NULL; style++)
            if (asks_for(style, text, words > 0, named) &&
                !asks_for(style, negative_prompt, true, true))
                return style;
    return NULL;
}

const struct style *style_find(struct str style, struct str prompt, struct str negative_prompt,
                               const char *otherwise)
{
    const struct style *found = find_in(style, STR(""), true);

    if (found == NULL)
        found = find_in(str_slice(prompt, 0, 4000), str_slice(negative_prompt, 0, 4000), false);
    if (found == NULL && otherwise != NULL)
        found = find_in(str_from(otherwise), STR(""), true);
    return found != NULL ? found : &styles[0];
}
