/* The descriptions, parsed; and files after them: PNG chunks, EXIF tags, JPEG comments. */
#include "recipe_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/file.h"
#include "pictures.h"

enum { MAX_CASES = 100, WIDTH = 16, HEIGHT = 8 };

static void give_up(const char *what, struct str where)
{
    fprintf(stderr, "recipes: %s: " STR_FMT "\n", what, STR_ARG(where));
    abort();
}

static struct str without_last_line_end(struct str s)
{
    return s.len > 0 && s.ptr[s.len - 1] == '\n' ? str_slice(s, 0, s.len - 1) : s;
}

/* Up to the next line that begins with the mark, or the end. */
static struct str cut_at(struct str *rest, struct str mark)
{
    struct str found = *rest;
    size_t at = 0;

    while (at < rest->len) {
        if (str_starts(str_slice(*rest, at, rest->len), mark))
            break;
        at = MIN(str_find_char(*rest, '\n', at) + 1, rest->len);
    }
    found = str_slice(*rest, 0, at);
    *rest = str_slice(*rest, at, rest->len);
    return found;
}

/* "=== name", then sections of "--- place" with a text each; the last one is the recipe. */
static struct recipe_case parse_case(struct str text)
{
    struct recipe_case c = { 0 };
    struct str section, head, body;

    str_cut(text, '\n', &head, &text);
    c.name = str_slice(head, 4, head.len);
    while (text.len > 0) {
        str_cut(text, '\n', &head, &text);
        section = cut_at(&text, STR("--- "));
        body = without_last_line_end(section);
        if (!str_starts(head, STR("--- ")) || c.text_count == CASE_MAX_TEXTS)
            give_up("no section", c.name);
        head = str_slice(head, 4, head.len);
        if (str_eq(head, STR("recipe")))
            c.want = section;
        else
            c.texts[c.text_count++] = (struct recipe_text){ head, body };
    }
    return c;
}

size_t recipe_cases_load(struct arena *a, const char *format, struct recipe_case **out)
{
    const char *path = arena_strf(a, "%s/tests/unit/image/recipes/%s.txt", SOURCE_ROOT, format).ptr;
    struct str text;
    struct err e;
    size_t count = 0;

    if (!file_read(a, path, 4 * MIB, &text, &e))
        give_up(e.msg, str_from(path));
    *out = arena_array(a, struct recipe_case, MAX_CASES);
    cut_at(&text, STR("=== "));
    while (text.len > 0 && count < MAX_CASES) {
        struct str rest = str_slice(text, 4, text.len);
        size_t length = cut_at(&rest, STR("=== ")).len + 4;

        (*out)[count++] = parse_case(str_slice(text, 0, length));
        text = str_slice(text, length, text.len);
    }
    return count;
}

static struct str latin1_of(struct arena *a, struct str utf8)
{
    char *out = arena_alloc(a, utf8.len + 1);
    size_t length = 0;

    for (size_t i = 0; i < utf8.len; i++) {
        unsigned char c = (unsigned char)utf8.ptr[i];

        if (c >= 0xC4)
            return utf8; /* as some programs do it, against the rules */
        if (c >= 0xC0)
            c = (unsigned char)(c << 6 | ((unsigned char)utf8.ptr[++i] & 0x3F));
        out[length++] = (char)c;
    }
    return str_of(out, length);
}

static struct str deflated(struct arena *a, struct str text)
{
    uLongf length = compressBound(text.len);
    uint8_t *out = arena_alloc(a, length);

    if (compress(out, &length, (const Bytef *)text.ptr, text.len) != Z_OK)
        abort();
    return str_of(out, length);
}

static struct str png_text(struct arena *a, struct str type, struct str keyword, struct str text)
{
    struct str head = join(a, keyword, STR("\0"));

    if (str_eq(type, STR("tEXt")))
        return png_chunk(a, "tEXt", join(a, head, latin1_of(a, text)));
    if (str_eq(type, STR("zTXt")))
        return png_chunk(a, "zTXt",
                         join(a, join(a, head, STR("\0")), deflated(a, latin1_of(a, text))));
    if (str_eq(type, STR("packed-iTXt")))
        return png_chunk(a, "iTXt", join(a, join(a, head, STR("\1\0\0\0")), deflated(a, text)));
    if (!str_ends(type, STR("iTXt")))
        give_up("no kind of chunk", type);
    return png_chunk(a, "iTXt", join(a, join(a, head, STR("\0\0en\0\0")), text));
}

static struct str utf16_of(struct arena *a, struct str utf8, bool is_big)
{
    char *out = arena_alloc(a, utf8.len * 2 + 2);
    size_t length = 0;

    for (size_t i = 0; i < utf8.len;) {
        unsigned char c = (unsigned char)utf8.ptr[i++];
        uint32_t point = c < 0x80 ? c : c < 0xE0 ? c & 0x1F : c < 0xF0 ? c & 0x0F : c & 0x07;
        uint32_t units[2];
        size_t count = 1;

        while (i < utf8.len && ((unsigned char)utf8.ptr[i] & 0xC0) == 0x80)
            point = point << 6 | ((unsigned char)utf8.ptr[i++] & 0x3F);
        units[0] = point;
        if (point >= 0x10000) {
            units[0] = 0xD800 + ((point - 0x10000) >> 10);
            units[1] = 0xDC00 + (point & 0x3FF);
            count = 2;
        }
        for (size_t k = 0; k < count; k++) {
            out[length++] = (char)(is_big ? units[k] >> 8 : units[k]);
            out[length++] = (char)(is_big ? units[k] : units[k] >> 8);
        }
    }
    return str_of(out, length);
}

static struct str comment_of(struct arena *a, struct str kind, struct str text)
{
    if (str_eq(kind, STR("utf16be")))
        return join(a, STR("UNICODE\0"), utf16_of(a, text, true));
    if (str_eq(kind, STR("utf16le")))
        return join(a, STR("UNICODE\0"), utf16_of(a, text, false));
    if (str_eq(kind, STR("ascii")))
        return join(a, STR("ASCII\0\0\0"), text);
    if (str_eq(kind, STR("zeros")))
        return join(a, STR("\0\0\0\0\0\0\0\0"), text);
    give_up("no way to write a comment", kind);
    return text;
}

/* A tag with its bytes: in the first directory, or in the one that it names. */
struct tag {
    uint32_t number, type;
    struct str bytes;
    bool is_inner;
};

static uint32_t tag_number(struct str name)
{
    static const struct {
        const char *name;
        uint32_t number;
    } tags[] = {
        { "ImageDescription", 0x010E }, { "Make", 0x010F },      { "Model", 0x0110 },
        { "Software", 0x0131 },         { "MakerNote", 0x927C }, { "UserComment", 0x9286 }
    };

    for (size_t i = 0; i < COUNT(tags); i++) {
        if (str_eq(str_from(tags[i].name), name))
            return tags[i].number;
    }
    give_up("no tag", name);
    return 0;
}

/* "ifd0 Model", "exif UserComment utf16be" */
static struct tag tag_of(struct arena *a, struct str place, struct str text)
{
    struct str directory, name, kind;
    struct tag tag = { 0 };

    str_cut(place, ' ', &directory, &name);
    str_cut(name, ' ', &name, &kind);
    tag.number = tag_number(name);
    tag.is_inner = str_eq(directory, STR("exif"));
    tag.type = tag.is_inner ? 7 : 2;
    tag.bytes = tag.is_inner ? comment_of(a, kind, text) : join(a, text, STR("\0"));
    return tag;
}

static void put_le(struct buf *b, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_put_char(b, (char)(value >> 8 * i));
}

static void put_directory(struct buf *b, const struct tag *tags, size_t count, bool is_inner,
                          uint32_t inner_at, uint32_t *data_at)
{
    size_t own = 0;

    for (size_t i = 0; i < count; i++)
        own += tags[i].is_inner == is_inner;
    put_le(b, (uint32_t)own + (is_inner ? 0 : 1), 2);
    for (size_t i = 0; i < count; i++) {
        if (tags[i].is_inner != is_inner)
            continue;
        put_le(b, tags[i].number, 2);
        put_le(b, tags[i].type, 2);
        put_le(b, (uint32_t)tags[i].bytes.len, 4);
        put_le(b, *data_at, 4);
        *data_at += (uint32_t)tags[i].bytes.len;
    }
    if (!is_inner) {
        put_le(b, 0x8769, 2);
        put_le(b, 4, 2);
        put_le(b, 1, 4);
        put_le(b, inner_at, 4);
    }
    put_le(b, 0, 4);
}

static struct str exif_with(struct arena *a, const struct tag *tags, size_t count)
{
    uint32_t outer = 0, inner = 0, inner_at, data_at;
    AUTO_BUF b = { 0 };

    buf_init(&b, MIB);
    for (size_t i = 0; i < count; i++) {
        outer += !tags[i].is_inner;
        inner += tags[i].is_inner;
    }
    inner_at = 8 + 2 + 12 * (outer + 1) + 4;
    data_at = inner_at + 2 + 12 * inner + 4;
    buf_put(&b, STR("II*\0"));
    put_le(&b, 8, 4);
    put_directory(&b, tags, count, false, inner_at, &data_at);
    put_directory(&b, tags, count, true, inner_at, &data_at);
    for (int is_inner = 0; is_inner < 2; is_inner++) {
        for (size_t i = 0; i < count; i++) {
            if (tags[i].is_inner == (is_inner == 1))
                buf_put(&b, tags[i].bytes);
        }
    }
    return arena_str(a, buf_str(&b));
}

static struct str png_file(struct arena *a, const struct drawing *d, const struct recipe_case *c)
{
    struct str early = STR(""), late = STR(""), file;

    for (size_t i = 0; i < c->text_count; i++) {
        struct str kind, keyword, chunk;

        str_cut(c->texts[i].place, ' ', &kind, &keyword);
        str_cut(keyword, ' ', &kind, &keyword);
        chunk = png_text(a, kind, keyword, c->texts[i].text);
        if (str_starts(kind, STR("late-")))
            late = join(a, late, chunk);
        else
            early = join(a, early, chunk);
    }
    file = png_of(a, d, &(struct png_kind){ .depth = 8, .colour_type = 2, .extra = early });
    return join(a, join(a, str_slice(file, 0, file.len - 12), late),
                str_slice(file, file.len - 12, file.len));
}

/* A segment of its own behind the first marker. */
static struct str with_xmp(struct arena *a, struct str jpeg, struct str xmp)
{
    struct str name = STR("http://ns.adobe.com/xap/1.0/\0");
    size_t length = 2 + name.len + xmp.len;
    char head[4] = { (char)0xFF, (char)0xE1, (char)(length >> 8), (char)length };

    if (xmp.len == 0)
        return jpeg;
    return join(a, join(a, str_slice(jpeg, 0, 2), str_of(head, sizeof(head))),
                join(a, join(a, name, xmp), str_slice(jpeg, 2, jpeg.len)));
}

struct str recipe_case_file(struct arena *a, const struct recipe_case *c)
{
    struct drawing d = draw(a, WIDTH, HEIGHT, 1, false);
    struct tag tags[CASE_MAX_TEXTS];
    struct str format, place, comment = { 0 }, xmp = { 0 }, exif;
    size_t count = 0;

    str_cut(c->texts[0].place, ' ', &format, &place);
    if (str_eq(format, STR("png")))
        return png_file(a, &d, c);
    for (size_t i = 0; i < c->text_count; i++) {
        str_cut(c->texts[i].place, ' ', &format, &place);
        if (str_eq(place, STR("COM")))
            comment = c->texts[i].text;
        else if (str_eq(place, STR("XMP")))
            xmp = c->texts[i].text;
        else
            tags[count++] = tag_of(a, place, c->texts[i].text);
    }
    exif = exif_with(a, tags, count);
    if (str_eq(format, STR("jpeg")))
        return with_xmp(a, jpeg_of(a, &d, &(struct jpeg_kind){ .exif = exif, .comment = comment }),
                        xmp);
    return webp_with(a, webp_of(a, &d, 0), WIDTH, HEIGHT, 0x08 | 0x04,
                     join(a, riff_chunk(a, "EXIF", exif), riff_chunk(a, "XMP ", xmp)));
}

static void put_line(struct buf *b, const char *name, struct str value)
{
    if (value.len == 0)
        return;
    buf_putf(b, "%s: ", name);
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '\n')
            buf_put(b, STR("\\n"));
        else
            buf_put_char(b, value.ptr[i]);
    }
    buf_put_char(b, '\n');
}

static void put_numbers(struct buf *b, const struct recipe *r)
{
    if (r->width.set || r->height.set)
        buf_putf(b, "size: %lldx%lld\n", (long long)r->width.value, (long long)r->height.value);
    put_line(b, "seed", r->seed);
    if (r->steps.set)
        buf_putf(b, "steps: %lld\n", (long long)r->steps.value);
    if (r->guidance.set)
        buf_putf(b, "guidance: %.10g\n", r->guidance.value);
}

static void put_loras(struct buf *b, const struct recipe *r)
{
    const struct recipe_lora *loras = r->loras.items;

    for (size_t i = 0; i < r->loras.count; i++) {
        buf_putf(b, "lora: " STR_FMT, STR_ARG(loras[i].name));
        if (loras[i].weight.set)
            buf_putf(b, " at %.10g", loras[i].weight.value);
        if (loras[i].hash.len > 0)
            buf_putf(b, " of " STR_FMT, STR_ARG(loras[i].hash));
        buf_put_char(b, '\n');
    }
}

struct str recipe_describe(struct arena *a, const struct recipe *r)
{
    const struct recipe_setting *settings = r->settings.items;
    const struct image_text *raw = r->raw.items;
    AUTO_BUF b = { 0 };

    buf_init(&b, 4 * MIB);
    put_line(&b, "format", r->format);
    put_line(&b, "program", r->program);
    put_line(&b, "version", r->version);
    put_line(&b, "prompt", r->prompt);
    put_line(&b, "negative", r->negative_prompt);
    put_line(&b, "style", r->style);
    put_numbers(&b, r);
    put_line(&b, "sampler", r->sampler);
    put_line(&b, "scheduler", r->scheduler);
    put_line(&b, "model", r->model);
    put_line(&b, "hash", r->model_hash);
    put_loras(&b, r);
    for (size_t i = 0; i < r->settings.count; i++)
        put_line(&b, arena_strf(a, "set " STR_FMT, STR_ARG(settings[i].name)).ptr,
                 settings[i].value);
    for (size_t i = 0; i < r->raw.count; i++)
        put_line(&b, "raw", raw[i].keyword);
    return arena_str(a, buf_str(&b));
}
