/* EXIF: the first directory and the one it names, each walked once; no offset leads anywhere else.
 */
#include "image/helper/exif.h"

enum {
    TAG_ORIENTATION = 0x0112,
    TAG_EXIF_DIRECTORY = 0x8769,
    TAG_USER_COMMENT = 0x9286,
    TYPE_BYTE = 1,
    TYPE_ASCII = 2,
    TYPE_SHORT = 3,
    TYPE_UNDEFINED = 7,
    ENTRY_BYTES = 12,
    INLINE_BYTES = 4, /* what is no longer stands in the entry itself */
    CODE_BYTES = 8,   /* before a comment: how it is written */
    MAX_ENTRIES = 1000,
};

/* Programs leave their recipes in tags that were meant for cameras. A maker's note is text only
 * where it says so. */
static const struct {
    uint32_t tag;
    const char *keyword;
    bool only_ascii;
} text_tags[] = {
    { 0x010E, "ImageDescription", false },
    { 0x010F, "Make", false },
    { 0x0110, "Model", false },
    { 0x0131, "Software", false },
    { TAG_USER_COMMENT, "UserComment", false },
    { 0x927C, "MakerNote", true },
};

struct tiff {
    struct str bytes;
    bool is_big_endian;
};

static uint32_t number(const struct tiff *t, size_t at, int bytes)
{
    uint32_t value = 0;

    if (at > t->bytes.len || t->bytes.len - at < (size_t)bytes)
        return 0;
    for (int i = 0; i < bytes; i++) {
        uint32_t byte = (unsigned char)t->bytes.ptr[at + (size_t)i];

        value |= byte << 8 * (t->is_big_endian ? bytes - 1 - i : i);
    }
    return value;
}

/* The offset of the tag's entry in the directory, or 0. */
static size_t find_entry(const struct tiff *t, size_t directory, uint32_t tag)
{
    uint32_t count = MIN(number(t, directory, 2), (uint32_t)MAX_ENTRIES);

    for (uint32_t i = 0; i < count; i++) {
        size_t entry = directory + 2 + (size_t)i * ENTRY_BYTES;

        if (entry + ENTRY_BYTES > t->bytes.len)
            return 0;
        if (number(t, entry, 2) == tag)
            return entry;
    }
    return 0;
}

static void put_code_point(char *out, size_t *length, uint32_t c)
{
    static const unsigned char lead[] = { 0, 0xC0, 0xE0, 0xF0 };
    size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

    out[(*length)++] = (char)(lead[more] | c >> 6 * more);
    while (more-- > 0)
        out[(*length)++] = (char)(0x80 | (c >> 6 * more & 0x3F));
}

/* UTF-16 without a mark: text is mostly Latin, so the zero bytes tell its order. */
static bool is_utf16_big_endian(struct str text)
{
    size_t zeros[2] = { 0 };

    for (size_t i = 0; i < text.len; i++)
        zeros[i % 2] += text.ptr[i] == 0;
    return zeros[0] >= zeros[1];
}

static struct str utf8_of_utf16(struct arena *a, struct str text)
{
    struct tiff units = { text, is_utf16_big_endian(text) };
    char *out = arena_alloc(a, text.len / 2 * 3 + 4);
    size_t length = 0;

    for (size_t at = 0; at + 1 < text.len; at += 2) {
        uint32_t c = number(&units, at, 2), low = number(&units, at + 2, 2);

        if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            at += 2;
        } else if (c >= 0xD800 && c < 0xE000) {
            c = 0xFFFD;
        }
        if (c != 0)
            put_code_point(out, &length, c);
    }
    return str_of(out, length);
}

static struct str utf8_of_marked(struct arena *a, struct str text)
{
    struct str utf8 = utf8_of_utf16(a, text), mark = STR("\xEF\xBB\xBF");

    return str_starts(utf8, mark) ? str_slice(utf8, mark.len, utf8.len) : utf8;
}

static struct str without_zeros(struct str text)
{
    while (text.len > 0 && text.ptr[text.len - 1] == '\0')
        text.len--;
    return text;
}

/* Not everyone writes the code that has to stand in front. */
static struct str read_comment(struct arena *a, struct str text)
{
    struct str code = str_slice(text, 0, CODE_BYTES);
    struct str rest = str_slice(text, CODE_BYTES, text.len);

    if (str_eq(code, STR("UNICODE\0")))
        return utf8_of_marked(a, rest);
    if (str_eq(code, STR("ASCII\0\0\0")) || str_eq(code, STR("\0\0\0\0\0\0\0\0")))
        return rest;
    if (str_starts(text, STR("JIS\0")))
        return STR("");
    return text;
}

/* False for a type without a byte for each of its values. */
static bool find_bytes(const struct tiff *t, size_t entry, struct str *out)
{
    uint32_t type = number(t, entry + 2, 2);
    size_t bytes = number(t, entry + 4, 4);
    size_t at = bytes <= INLINE_BYTES ? entry + 8 : number(t, entry + 8, 4);

    if (type != TYPE_BYTE && type != TYPE_ASCII && type != TYPE_UNDEFINED)
        return false;
    *out = str_slice(t->bytes, at, at + bytes);
    return out->len == bytes;
}

static void read_texts(struct picture *p, const struct tiff *t, size_t directory)
{
    for (size_t i = 0; i < COUNT(text_tags); i++) {
        size_t entry = find_entry(t, directory, text_tags[i].tag);
        struct str text;

        if (entry == 0 || !find_bytes(t, entry, &text) ||
            (text_tags[i].only_ascii && number(t, entry + 2, 2) != TYPE_ASCII))
            continue;
        if (text_tags[i].tag == TAG_USER_COMMENT)
            text = read_comment(p->arena, text);
        picture_add_text(p, str_from(text_tags[i].keyword), without_zeros(text));
    }
}

void exif_read(struct picture *p, struct str block)
{
    struct tiff t = { .bytes = block };
    size_t directory, entry;

    if (str_starts(block, STR("Exif\0\0")))
        t.bytes = str_slice(block, 6, block.len);
    t.is_big_endian = str_starts(t.bytes, STR("MM\0*"));
    if (!t.is_big_endian && !str_starts(t.bytes, STR("II*\0")))
        return;
    directory = number(&t, 4, 4);
    entry = find_entry(&t, directory, TAG_ORIENTATION);
    if (entry != 0 && number(&t, entry + 2, 2) == TYPE_SHORT)
        p->orientation = (int)number(&t, entry + 8, 2);
    if (p->texts == NULL)
        return;
    read_texts(p, &t, directory);
    entry = find_entry(&t, directory, TAG_EXIF_DIRECTORY);
    if (entry != 0)
        read_texts(p, &t, number(&t, entry + 8, 4));
}
