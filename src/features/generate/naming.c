/* The names of pictures that are written to files. */
#include "features/generate/naming.h"

#include <time.h>

#include "base/buf.h"

static const struct str endings[] = {
    { "png", 3 }, { "jpg", 3 },  { "jpeg", 4 }, { "webp", 4 }, { "gif", 3 },
    { "bmp", 3 }, { "avif", 4 }, { "heic", 4 }, { "tiff", 4 }, { "svg", 3 },
};

static const struct str placeholders[] = {
    { "date", 4 }, { "time", 4 }, { "slug", 4 }, { "seed", 4 }, { "backend", 7 }, { "ext", 3 },
};

enum { NAME_MAX_BYTES = 4096 };

/* Of U+00C0 to U+017F, in order; ' ' where nothing simple stands for the letter. */
static const char base_letters[] =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static char slug_letter(int32_t code)
{
    if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9'))
        return (char)code;
    if (code >= 'A' && code <= 'Z')
        return (char)(code - 'A' + 'a');
    if (code >= 0xC0 && code <= 0x17F)
        return base_letters[code - 0xC0];
    return ' ';
}

struct str slug_of(struct arena *a, struct str prompt)
{
    char *slug = arena_alloc(a, SLUG_MAX + 1);
    size_t len = 0;
    bool gap = false;

    while (prompt.len > 0 && len < SLUG_MAX) {
        int32_t code = str_take_code_point(&prompt);
        char letter = slug_letter(code);

        if (code == '\'' || code == 0x2019) /* "cat's" is one word */
            continue;
        if (letter == ' ') {
            gap = len > 0;
            continue;
        }
        if (gap && len + 1 < SLUG_MAX)
            slug[len++] = '-';
        else if (gap)
            break;
        gap = false;
        slug[len++] = letter;
    }
    return len > 0 ? str_of(slug, len) : STR("image");
}

void naming_set_time(struct arena *a, struct naming *n, int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm tm;

    if (localtime_r(&seconds, &tm) == NULL)
        tm = (struct tm){ .tm_year = 70, .tm_mday = 1 };
    n->date = arena_strf(a, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    n->time = arena_strf(a, "%02d%02d%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static bool check_placeholder(struct str name, const char *label, struct err *e)
{
    struct str nearest = str_nearest(name, placeholders, COUNT(placeholders));

    for (size_t i = 0; i < COUNT(placeholders); i++) {
        if (str_eq(name, placeholders[i]))
            return true;
    }
    return err_set(e, ERR_INVALID, "%s has the unknown placeholder {" STR_FMT "}%s" STR_FMT "%s",
                   label, (int)MIN(name.len, 40), name.ptr,
                   str_is_null(nearest) ? "" : " (did you mean {", STR_ARG(nearest),
                   str_is_null(nearest) ? "" : "}?)");
}

bool naming_check(struct str pattern, const char *label, struct err *e)
{
    struct str rest = pattern, part;

    for (size_t i = 0; i < pattern.len; i++) {
        if ((unsigned char)pattern.ptr[i] < 0x20 || pattern.ptr[i] == 0x7F)
            return err_set(e, ERR_INVALID, "%s has control characters", label);
    }
    for (size_t open = str_find_char(pattern, '{', 0); open < pattern.len;) {
        size_t close = str_find_char(pattern, '}', open);

        if (close == pattern.len)
            return err_set(e, ERR_INVALID, "%s has a '{' without its '}'", label);
        if (!check_placeholder(str_slice(pattern, open + 1, close), label, e))
            return false;
        open = str_find_char(pattern, '{', close);
    }
    if (pattern.len == 0 || str_starts(pattern, STR("/")))
        return err_set(e, ERR_INVALID, "%s must stay inside of 'output.directory'", label);
    while (rest.len > 0) {
        str_cut(rest, '/', &part, &rest);
        if (str_eq(part, STR("..")))
            return err_set(e, ERR_INVALID, "%s must stay inside of 'output.directory'", label);
    }
    return true;
}

static void put_value(struct buf *out, struct str name, const struct naming *with)
{
    const struct str values[] = { with->date,     with->time,    with->slug,
                                  STR("no-seed"), with->backend, with->ending };

    for (size_t i = 0; i < COUNT(placeholders); i++) {
        if (!str_eq(name, placeholders[i]))
            continue;
        if (str_eq(name, STR("seed")) && with->seed.set)
            buf_put_i64(out, with->seed.value);
        else
            buf_put(out, values[i]);
    }
}

struct str naming_fill(struct arena *a, struct str pattern, const struct naming *with)
{
    AUTO_BUF name = { 0 };

    buf_init(&name, NAME_MAX_BYTES);
    for (size_t at = 0; at < pattern.len;) {
        size_t open = str_find_char(pattern, '{', at);
        size_t close = str_find_char(pattern, '}', open);

        buf_put(&name, str_slice(pattern, at, open));
        if (open < pattern.len)
            put_value(&name, str_slice(pattern, open + 1, close), with);
        at = close + 1;
    }
    return naming_with_ending(a, buf_str(&name), with->ending);
}

/* Where the ending begins, behind its dot; the length of the path when it has none of a picture's.
 */
static size_t find_ending(struct str path)
{
    for (size_t i = 0; i < COUNT(endings); i++) {
        size_t dot = path.len - endings[i].len - 1;

        if (path.len > endings[i].len + 1 && path.ptr[dot] == '.' && path.ptr[dot - 1] != '/' &&
            str_eq_nocase(str_slice(path, dot + 1, path.len), endings[i]))
            return dot + 1;
    }
    return path.len;
}

bool naming_is_picture(struct str path)
{
    return find_ending(path) < path.len;
}

struct str naming_with_ending(struct arena *a, struct str name, struct str ending)
{
    size_t at = find_ending(name);
    struct str has = str_slice(name, at, name.len);
    bool is_jpeg = str_eq(ending, STR("jpg")) && str_eq_nocase(has, STR("jpeg"));

    if (at == name.len)
        return arena_strf(a, STR_FMT "." STR_FMT, STR_ARG(name), STR_ARG(ending));
    if (str_eq_nocase(has, ending) || is_jpeg)
        return arena_str(a, name);
    return arena_strf(a, STR_FMT STR_FMT, STR_ARG(str_slice(name, 0, at)), STR_ARG(ending));
}

/* Where the last dot of the file's name is; the length of the path when there is none. */
static size_t find_dot(struct str path)
{
    for (size_t at = path.len; at > 1 && path.ptr[at - 1] != '/'; at--) {
        if (path.ptr[at - 1] == '.' && path.ptr[at - 2] != '/')
            return at - 1;
    }
    return path.len;
}

struct str naming_numbered(struct arena *a, struct str path, int number)
{
    size_t dot = find_dot(path);

    if (number == 1)
        return arena_str(a, path);
    return arena_strf(a, STR_FMT "-%d" STR_FMT, STR_ARG(str_slice(path, 0, dot)), number,
                      STR_ARG(str_slice(path, dot, path.len)));
}

struct str naming_of_sidecar(struct arena *a, struct str path)
{
    return arena_strf(a, STR_FMT ".json", STR_ARG(str_slice(path, 0, find_dot(path))));
}
