/* What differs between a picture and the one that was made from its recipe. */
#include "features/generate/verify.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "image/bare.h"

const char *const verify_verdict_names[] = { "same", "close", "drifted", "cannot", NULL };

enum { TEXT_MAX = 60, LONG_MAX_BYTES = 1 << 20, CLOSE_BITS = 6, BOX_MAX = 4096, BOX_MIN = 16 };

static struct str text_of(struct arena *a, const struct json *v)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };

    buf_init(&text, LONG_MAX_BYTES);
    json_put_tree(&w, v);
    return arena_str(a, buf_str(&text));
}

static struct str short_text(struct arena *a, const struct json *v)
{
    struct str whole = text_of(a, v), rest = whole;

    for (int i = 0; i < TEXT_MAX && rest.len > 0; i++)
        str_take_code_point(&rest);
    if (rest.len == 0)
        return whole;
    return arena_strf(a, STR_FMT "...", STR_ARG(str_slice(whole, 0, whole.len - rest.len)));
}

/* null and nothing at all say the same; so do 1 and 1.0. */
static bool same_value(struct arena *a, const struct json *was, const struct json *is)
{
    bool was_none = was == NULL || was->type == JSON_NULL;
    bool is_none = is == NULL || is->type == JSON_NULL;

    if (was_none || is_none)
        return was_none && is_none;
    if (was->type == JSON_INT && is->type == JSON_REAL)
        return (double)was->integer == is->real;
    if (was->type == JSON_REAL && is->type == JSON_INT)
        return was->real == (double)is->integer;
    return was->type == is->type && str_eq(text_of(a, was), text_of(a, is));
}

struct differences {
    struct arena *arena;
    struct verify_difference *items;
    size_t count;
};

static void compare(struct differences *d, const char *section, struct str name,
                    const struct json *was, const struct json *is)
{
    struct str field = name;

    if (same_value(d->arena, was, is) || d->count == VERIFY_DIFFERENCES_MAX)
        return;
    if (section[0] != '\0')
        field = arena_strf(d->arena, "%s." STR_FMT, section, STR_ARG(name));
    for (size_t i = 0; i < d->count; i++) {
        if (str_eq(d->items[i].field, field))
            return;
    }
    d->items[d->count++] = (struct verify_difference){ .field = field,
                                                       .was = short_text(d->arena, was),
                                                       .is = short_text(d->arena, is) };
}

static const struct json *member(const struct json *v, struct str name)
{
    for (size_t i = 0; v != NULL && v->type == JSON_OBJECT && i < v->object.count; i++) {
        if (str_eq(v->object.members[i].name, name))
            return &v->object.members[i].value;
    }
    return NULL;
}

/* Every member that either has. */
static void compare_section(struct differences *d, const char *section, const struct json *was,
                            const struct json *is)
{
    const struct json *sides[] = { was, is };

    for (size_t side = 0; side < COUNT(sides); side++) {
        const struct json *v = sides[side];

        for (size_t i = 0; v != NULL && v->type == JSON_OBJECT && i < v->object.count; i++) {
            struct str name = v->object.members[i].name;

            if (!str_eq(name, STR("references")))
                compare(d, section, name, member(was, name), member(is, name));
        }
    }
}

size_t verify_differences(struct arena *a, const struct json *was, const struct json *is,
                          struct verify_difference out[VERIFY_DIFFERENCES_MAX])
{
    struct differences d = { .arena = a, .items = out };

    if (json_get(was, "provider") != NULL)
        compare(&d, "", STR("provider"), json_get(was, "provider"), json_get(is, "provider"));
    compare_section(&d, "request", json_get(was, "request"), json_get(is, "request"));
    if (json_get(was, "ignored") != NULL)
        compare(&d, "", STR("ignored"), json_get(was, "ignored"), json_get(is, "ignored"));
    if (json_get(was, "metadata") != NULL)
        compare_section(&d, "metadata", json_get(was, "metadata"), json_get(is, "metadata"));
    return d.count;
}

/* All pixels of a picture, or as many as fit the largest box. */
static bool read_pixels(struct image_service *images, struct arena *a, int fd,
                        const struct image_info *info, struct str *out, struct err *e)
{
    int box = MAX(BOX_MIN, MIN(MAX(info->width, info->height), BOX_MAX)), width, height;
    AUTO_FD pixels = memfd_create("pixels", MFD_CLOEXEC);
    int64_t size;
    char *bytes;

    if (pixels < 0)
        return err_set_errno(e, errno, "make", "a file in memory");
    if (!image_pixels(images, fd, box, pixels, &width, &height, e))
        return false;
    size = file_size(pixels);
    if (size <= 0 || size != (int64_t)width * height * 4)
        return err_set(e, ERR_INTERNAL, "the picture's helper gave too few pixels");
    bytes = arena_alloc(a, (size_t)size);
    if (pread(pixels, bytes, (size_t)size, 0) != size)
        return err_set_errno(e, errno, "read", "pixels");
    *out = str_of(bytes, (size_t)size);
    return true;
}

static bool compare_with(struct image_service *images, struct arena *a, int was_fd, int is_fd,
                         struct verify_likeness *out, struct err *e)
{
    struct image_info was, is;
    struct str was_pixels = { 0 }, is_pixels = { 0 };
    bool same_size;

    if (!image_probe(images, was_fd, a, &was, e) || !image_probe(images, is_fd, a, &is, e))
        return false;
    same_size = was.width == is.width && was.height == is.height;
    if (same_size && (!read_pixels(images, a, was_fd, &was, &was_pixels, e) ||
                      !read_pixels(images, a, is_fd, &is, &is_pixels, e)))
        return false;
    out->distance = image_phash_distance(was.phash, is.phash);
    if (same_size && str_eq(was_pixels, is_pixels))
        out->verdict = VERIFY_SAME;
    else if (same_size && out->distance <= CLOSE_BITS)
        out->verdict = VERIFY_CLOSE;
    else
        out->verdict = VERIFY_DRIFTED;
    return true;
}

bool verify_compare(struct arena *a, int was_fd, int is_fd, struct verify_likeness *out,
                    struct err *e)
{
    static const struct image_options options = { .max_processes = 1 };
    struct image_service *images;
    bool ok;

    if (!image_service_create(&options, &images, e))
        return false;
    ok = compare_with(images, a, was_fd, is_fd, out, e);
    image_service_destroy(images);
    return ok;
}
