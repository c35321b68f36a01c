/* Texts as the words that they are found by. */
#include "engine/words.h"

enum { SEPARATOR = 0, IGNORED = -1 };

/* Latin letters from U+00C0 on without what is above and below them; '.' is no letter. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

enum { LATIN_FIRST = 0xC0, LATIN_END = LATIN_FIRST + sizeof(latin) - 1 };

static bool is_between(int32_t c, int32_t first, int32_t last)
{
    return c >= first && c <= last;
}

/* Signs, blanks and marks of all scripts; whatever else is past ASCII counts as a letter. */
static bool is_sign(int32_t c)
{
    return is_between(c, 0x80, 0xBF) || is_between(c, 0x2000, 0x2BFF) ||
           is_between(c, 0x3000, 0x3004) || is_between(c, 0x3008, 0x3020) || c == 0x3030 ||
           c == 0x30FB || is_between(c, 0xE000, 0xF8FF) || is_between(c, 0xFE10, 0xFE6F) ||
           is_between(c, 0xFF00, 0xFF0F) || is_between(c, 0xFF1A, 0xFF20) ||
           is_between(c, 0xFF3B, 0xFF40) || is_between(c, 0xFF5B, 0xFF65) || c == 0xFEFF ||
           c >= 0x1F000;
}

static bool stands_alone(int32_t c)
{
    return is_between(c, 0x3040, 0x30FF) || is_between(c, 0x3400, 0x9FFF) ||
           is_between(c, 0xF900, 0xFAFF);
}

static int32_t fold_past_latin(int32_t c)
{
    if (is_between(c, 0x300, 0x36F) || is_between(c, 0x200B, 0x200F) || c == 0xFE0F)
        return IGNORED; /* accents of their own, and what joins */
    if (is_between(c, 0x391, 0x3A9) || is_between(c, 0x410, 0x42F))
        return c + 0x20; /* Greek, Cyrillic */
    if (is_between(c, 0x400, 0x40F))
        return c + 0x50;
    if (is_between(c, 0xFF10, 0xFF19))
        return c - 0xFF10 + '0'; /* of double width */
    if (is_between(c, 0xFF21, 0xFF3A))
        return c - 0xFF21 + 'a';
    if (is_between(c, 0xFF41, 0xFF5A))
        return c - 0xFF41 + 'a';
    return is_sign(c) ? SEPARATOR : c;
}

static int32_t fold(int32_t c)
{
    if (is_between(c, 'A', 'Z'))
        return c + 'a' - 'A';
    if (is_between(c, 'a', 'z') || is_between(c, '0', '9'))
        return c;
    if (c < 0x80)
        return c == '\'' ? IGNORED : SEPARATOR; /* "don't" is one word, and no text is cut short */
    if (c >= LATIN_FIRST && c < (int32_t)LATIN_END)
        return latin[c - LATIN_FIRST] != '.' ? latin[c - LATIN_FIRST] : SEPARATOR;
    return fold_past_latin(c);
}

static size_t encode(int32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* The word that is being put. */
struct word {
    size_t bytes; /* so far */
    bool is_alone;
};

static void put_letter(struct buf *out, struct word *word, int32_t c)
{
    char bytes[4];
    size_t length = encode(c, bytes);

    if (word->bytes == 0 && out->len > 0)
        buf_put_char(out, ' ');
    if (word->bytes + length <= WORD_MAX_BYTES)
        buf_put(out, str_of(bytes, length));
    word->bytes += length;
    word->is_alone = stands_alone(c);
}

size_t words_put(struct buf *out, struct str text, size_t max)
{
    struct word word = { 0 };
    size_t count = 0;

    while (text.len > 0) {
        int32_t c = str_take_code_point(&text);

        c = c < 0 ? SEPARATOR : fold(c);
        if (c == IGNORED)
            continue;
        if (c == SEPARATOR || word.is_alone || stands_alone(c))
            word = (struct word){ 0 };
        if (c == SEPARATOR)
            continue;
        if (word.bytes == 0 && count++ == max)
            return max;
        put_letter(out, &word, c);
    }
    return count;
}
