/* Kinds of files by their first bytes. */
#include <ctype.h>

#include "image/image.h"

#define NOT_SERVED "application/octet-stream"

static const struct image_kind kind_unknown = { "unknown", NOT_SERVED, IMAGE_UNKNOWN, NULL };
static const struct image_kind kind_png = { "PNG", "image/png", IMAGE_PNG, "png" };
static const struct image_kind kind_jpeg = { "JPEG", "image/jpeg", IMAGE_JPEG, "jpg" };
static const struct image_kind kind_webp = { "WebP", "image/webp", IMAGE_WEBP, "webp" };
static const struct image_kind kind_gif = { "GIF", "image/gif", IMAGE_UNKNOWN, "gif" };
static const struct image_kind kind_avif = { "AVIF", "image/avif", IMAGE_UNKNOWN, "avif" };
static const struct image_kind kind_heic = { "HEIC", NOT_SERVED, IMAGE_UNKNOWN, "heic" };
static const struct image_kind kind_jxl = { "JPEG XL", NOT_SERVED, IMAGE_UNKNOWN, "jxl" };
static const struct image_kind kind_mp4 = { "MP4", "video/mp4", IMAGE_UNKNOWN, "mp4" };
static const struct image_kind kind_webm = { "WebM", "video/webm", IMAGE_UNKNOWN, "webm" };
static const struct image_kind kind_bmp = { "BMP", NOT_SERVED, IMAGE_UNKNOWN, "bmp" };
static const struct image_kind kind_tiff = { "TIFF", NOT_SERVED, IMAGE_UNKNOWN, "tif" };
static const struct image_kind kind_svg = { "SVG", NOT_SERVED, IMAGE_UNKNOWN, NULL };
static const struct image_kind kind_html = { "HTML", NOT_SERVED, IMAGE_UNKNOWN, NULL };
static const struct image_kind kind_xml = { "XML", NOT_SERVED, IMAGE_UNKNOWN, NULL };
static const struct image_kind kind_json = { "JSON", NOT_SERVED, IMAGE_UNKNOWN, NULL };
static const struct image_kind kind_pdf = { "PDF", NOT_SERVED, IMAGE_UNKNOWN, NULL };
static const struct image_kind kind_zip = { "ZIP", NOT_SERVED, IMAGE_UNKNOWN, NULL };
static const struct image_kind kind_gzip = { "gzip", NOT_SERVED, IMAGE_UNKNOWN, NULL };

struct magic {
    size_t offset;
    struct str bytes;
    const struct image_kind *kind;
};

static const struct magic magics[] = {
    { 0, { "\x89PNG\r\n\x1a\n", 8 }, &kind_png },
    { 0, { "\xff\xd8\xff", 3 }, &kind_jpeg },
    { 0, { "GIF87a", 6 }, &kind_gif },
    { 0, { "GIF89a", 6 }, &kind_gif },
    { 4, { "ftypavif", 8 }, &kind_avif },
    { 4, { "ftypavis", 8 }, &kind_avif },
    { 4, { "ftyphei", 7 }, &kind_heic },
    { 4, { "ftypmif1", 8 }, &kind_heic },
    { 4, { "ftypmsf1", 8 }, &kind_heic },
    { 4, { "ftyp", 4 }, &kind_mp4 },
    { 4, { "JXL \r\n\x87\n", 8 }, &kind_jxl },
    { 0, { "\xff\x0a", 2 }, &kind_jxl },
    { 0, { "\x1a\x45\xdf\xa3", 4 }, &kind_webm },
    { 0, { "II*\0", 4 }, &kind_tiff },
    { 0, { "MM\0*", 4 }, &kind_tiff },
    { 0, { "%PDF-", 5 }, &kind_pdf },
    { 0, { "PK\3\4", 4 }, &kind_zip },
    { 0, { "\x1f\x8b", 2 }, &kind_gzip },
};

/* Text is found behind white space; the longest name stands first, and XML is what remains. */
static const struct magic words[] = {
    { 0, { "<!doctype html", 14 }, &kind_html },
    { 0, { "<html", 5 }, &kind_html },
    { 0, { "<head", 5 }, &kind_html },
    { 0, { "<body", 5 }, &kind_html },
    { 0, { "<script", 7 }, &kind_html },
    { 0, { "<iframe", 7 }, &kind_html },
    { 0, { "<!doctype svg", 13 }, &kind_svg },
    { 0, { "<svg", 4 }, &kind_svg },
    { 0, { "<?xml", 5 }, &kind_xml },
    { 0, { "<!--", 4 }, &kind_xml },
    { 0, { "{", 1 }, &kind_json },
    { 0, { "[", 1 }, &kind_json },
};

static bool fits(struct str bytes, const struct magic *m, bool any_case)
{
    struct str part = str_slice(bytes, m->offset, m->offset + m->bytes.len);

    return any_case ? str_eq_nocase(part, m->bytes) : str_eq(part, m->bytes);
}

static bool holds_word(struct str text, struct str word)
{
    for (size_t at = str_find_char(text, word.ptr[0], 0); at < text.len;
         at = str_find_char(text, word.ptr[0], at + 1)) {
        if (str_eq_nocase(str_slice(text, at, at + word.len), word))
            return true;
    }
    return false;
}

static const struct image_kind *sniff_text(struct str text)
{
    const struct image_kind *kind = &kind_unknown;
    size_t start = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;

    while (start < text.len && isspace((unsigned char)text.ptr[start]))
        start++;
    text = str_slice(text, start, text.len);
    for (size_t i = 0; i < COUNT(words) && kind == &kind_unknown; i++) {
        if (fits(text, &words[i], true))
            kind = words[i].kind;
    }
    if (kind == &kind_xml && holds_word(text, STR("<svg")))
        return &kind_svg;
    return kind == &kind_xml && holds_word(text, STR("<html")) ? &kind_html : kind;
}

const struct image_kind *image_sniff(struct str first_bytes)
{
    struct str bytes = str_slice(first_bytes, 0, IMAGE_SNIFF_BYTES);

    if (str_starts(bytes, STR("RIFF")) && str_eq(str_slice(bytes, 8, 12), STR("WEBP")))
        return &kind_webp;
    if (str_starts(bytes, STR("BM")) && bytes.len > 14 && bytes.ptr[6] == 0 && bytes.ptr[7] == 0)
        return &kind_bmp;
    for (size_t i = 0; i < COUNT(magics); i++) {
        if (fits(bytes, &magics[i], false))
            return magics[i].kind;
    }
    return sniff_text(bytes);
}

const struct image_kind *image_kind_of(enum image_format format)
{
    static const struct image_kind *const kinds[] = {
        [IMAGE_UNKNOWN] = &kind_unknown,
        [IMAGE_PNG] = &kind_png,
        [IMAGE_JPEG] = &kind_jpeg,
        [IMAGE_WEBP] = &kind_webp,
    };

    return (size_t)format < COUNT(kinds) ? kinds[format] : &kind_unknown;
}
