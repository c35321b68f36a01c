/* What of a label may stand in a file's name. */
#include "base/zip_name.h"

#include <assert.h>
#include <string.h>

/*
 * Code points beyond ASCII that have no place in a name: not seen, or no character, or changing
 * what stands beside them; spaces; and what some systems turn into a separator, a dot or another
 * character of ASCII when they have no better one. In order.
 */
static const struct {
    uint32_t first, last;
} refused[] = {
    { 0x0080, 0x00A0 },      /* controls, no-break space */
    { 0x00AD, 0x00AD },      /* soft hyphen */
    { 0x034F, 0x034F },      /* grapheme joiner */
    { 0x037E, 0x037E },      /* Greek question mark: a semicolon */
    { 0x061C, 0x061C },      /* Arabic letter mark */
    { 0x115F, 0x1160 },      /* Hangul fillers */
    { 0x1680, 0x1680 },      /* Ogham space */
    { 0x17B4, 0x17B5 },      /* Khmer vowels that are not seen */
    { 0x180B, 0x180F },      /* Mongolian selectors and vowel separator */
    { 0x1FEF, 0x1FEF },      /* Greek varia: a backtick */
    { 0x2000, 0x206F },      /* spaces, zero width, direction, line ends, quotes, dots, slashes */
    { 0x2100, 0x2106 },      /* account of and the like, with a slash */
    { 0x2200, 0x22FF },      /* mathematics: slash, ratio, not less than */
    { 0x29F5, 0x29F9 },      /* slashes and backslashes of mathematics */
    { 0x2A74, 0x2A76 },      /* colons and equals signs in one */
    { 0x2FF0, 0x3000 },      /* ideographic description, ideographic space */
    { 0x3164, 0x3164 },      /* Hangul filler */
    { 0xD800, 0xF8FF },      /* surrogates, private use */
    { 0xFDD0, 0xFDEF },      /* no characters */
    { 0xFE00, 0xFE19 },      /* variation selectors, vertical forms */
    { 0xFE30, 0xFE30 },      /* vertical two dot leader */
    { 0xFE50, 0xFE6F },      /* small forms */
    { 0xFEFF, 0xFEFF },      /* byte order mark */
    { 0xFF00, 0xFF5E },      /* full-width ASCII, which a label turns into ASCII first */
    { 0xFFA0, 0xFFA0 },      /* Hangul filler */
    { 0xFFE0, 0x10000 - 1 }, /* full-width signs, specials */
    { 0x13430, 0x1345F },    /* hieroglyph format controls */
    { 0x1BCA0, 0x1BCA3 },    /* shorthand format controls */
    { 0x1D173, 0x1D17A },    /* musical format controls */
    { 0xE0000, 0x10FFFF },   /* tags, selectors, private use */
};

static bool is_refused(uint32_t c)
{
    size_t low = 0, high = COUNT(refused);

    if ((c & 0xFFFE) == 0xFFFE) /* the last two of each plane */
        return true;
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (c > refused[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < COUNT(refused) && c >= refused[low].first;
}

static bool is_alphanumeric(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Of ASCII a label keeps what no shell, browser or table reads as anything but itself. */
static bool is_kept(uint32_t c)
{
    return c < 0x80 ? is_alphanumeric(c) || c == '_' || c == '.' : !is_refused(c);
}

static uint32_t narrow(uint32_t c)
{
    return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFF01 + '!' : c;
}

/* Everything else becomes '-', once for a run of it, and never beside a dot. */
static size_t write_label(struct str label, char out[ZIP_LABEL_MAX])
{
    bool gap = false;
    size_t len = 0;

    while (label.len > 0) {
        struct str before = label;
        int32_t given = str_take_code_point(&label);
        uint32_t c = narrow(given >= 0 ? (uint32_t)given : ' ');
        size_t bytes = before.len - label.len;

        if (!is_kept(c) || (c == '.' && (len == 0 || gap || out[len - 1] == '.'))) {
            gap = true;
            continue;
        }
        bytes = c < 0x80 ? 1 : bytes;
        if (len + bytes + 1 > ZIP_LABEL_MAX)
            break;
        if (gap && len > 0 && out[len - 1] != '.')
            out[len++] = '-';
        gap = false;
        if (c < 0x80)
            out[len] = (char)c;
        else
            memcpy(out + len, before.ptr, bytes);
        len += bytes;
    }
    while (len > 0 && out[len - 1] == '.')
        len--;
    return len;
}

static bool is_ending(const char *ending)
{
    size_t len = strlen(ending), plain = 0;

    while (plain < len && is_alphanumeric((unsigned char)ending[plain]))
        plain++;
    return len >= 1 && len <= 8 && plain == len;
}

struct str zip_name_make(struct arena *a, int64_t number, int digits, struct str label,
                         const char *ending)
{
    char kept[ZIP_LABEL_MAX];
    size_t len = write_label(label, kept);

    assert(is_ending(ending) && number >= 0 && digits <= 19);
    return arena_strf(a, "%0*lld%s" STR_FMT ".%s", digits, (long long)number, len > 0 ? "-" : "",
                      STR_ARG(str_of(kept, len)), ending);
}

/* CON, NUL, COM1 and the like are devices under any ending; digits may be superscript. */
static bool is_device(struct str name)
{
    static const char *const devices[] = { "con", "prn", "aux", "nul", "conin$", "conout$" };
    static const char *const ports[] = { "com", "lpt" };
    struct str stem = str_trim(str_slice(name, 0, str_find_char(name, '.', 0)));
    struct str port = str_slice(stem, 0, 3), digit = str_slice(stem, 3, SIZE_MAX);

    for (size_t i = 0; i < COUNT(devices); i++) {
        if (str_eq_nocase(stem, str_from(devices[i])))
            return true;
    }
    for (size_t i = 0; i < COUNT(ports); i++) {
        if (str_eq_nocase(port, str_from(ports[i])) &&
            ((digit.len == 1 && digit.ptr[0] >= '0' && digit.ptr[0] <= '9') ||
             str_eq(digit, STR("\u00B9")) || str_eq(digit, STR("\u00B2")) ||
             str_eq(digit, STR("\u00B3"))))
            return true;
    }
    return false;
}

struct str zip_name_label(struct str label)
{
    static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif" };

    for (size_t i = 0; i < COUNT(endings); i++) {
        struct str ending = str_from(endings[i]);
        size_t start = label.len - MIN(label.len, ending.len);

        if (str_eq_nocase(str_slice(label, start, label.len), ending))
            return str_slice(label, 0, start);
    }
    return label;
}

struct str zip_name_of_file(struct arena *a, struct str label, const char *otherwise,
                            const char *ending)
{
    char kept[ZIP_LABEL_MAX];
    struct str stem = str_of(kept, write_label(label, kept));

    assert(is_ending(ending));
    if (stem.len == 0 || is_device(stem))
        stem = str_from(otherwise);
    return arena_strf(a, STR_FMT ".%s", STR_ARG(stem), ending);
}

static bool has_only_safe_characters(struct str name)
{
    while (name.len > 0) {
        int32_t c = str_take_code_point(&name);

        if (c < ' ' || c == 0x7F || (c < 0x80 && strchr("\"*/:<>?\\|", c) != NULL) ||
            (c >= 0x80 && is_refused((uint32_t)c)))
            return false;
    }
    return true;
}

bool zip_name_is_safe(struct str name)
{
    char first = name.len > 0 ? name.ptr[0] : '.', last = name.len > 0 ? name.ptr[name.len - 1] : 0;

    return name.len <= ZIP_NAME_MAX && strchr(" .=+-@~", first) == NULL && last != '.' &&
           last != ' ' && has_only_safe_characters(name) && !is_device(name);
}
