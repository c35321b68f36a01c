/* Any JSON decoded by a table of every type: refused with a reason, or filled within the table's
 * bounds and written back. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum mood { CALM, WILD, MOOD_COUNT };
static const char *const moods[] = { "calm", "wild", NULL };

struct shot {
    struct str label;
    int64_t shot_index;
};

struct album {
    struct str name;
    bool is_public;
    int64_t priority, created_at;
    double guidance;
    struct opt_bool maybe;
    struct opt_i64 seed;
    struct opt_f64 ratio;
    struct str_list tags;
    const struct json *options;
    enum mood mood;
    struct shot cover;
    struct field_list shots;
};

static const struct field shot_fields[] = {
    { FIELD(struct shot, label), .required = true, .min = 1, .max = 10 },
    { FIELD(struct shot, shot_index), .min = 0, .max = 99 },
    { 0 },
};
static const struct field album_fields[] = {
    { FIELD(struct album, name), .min = 1, .max = 20 },
    { FIELD(struct album, is_public) },
    { FIELD(struct album, priority), .min = -9, .max = 9 },
    { FIELD_TIME(struct album, created_at) },
    { FIELD(struct album, guidance), .min = 0.5, .max = 20 },
    { FIELD(struct album, maybe) },
    { FIELD(struct album, seed) },
    { FIELD(struct album, ratio) },
    { FIELD(struct album, tags), .min = 0, .max = 3 },
    { FIELD(struct album, options) },
    { FIELD_ENUM(struct album, mood, moods) },
    { FIELD_OBJECT(struct album, cover, shot_fields) },
    { FIELD_LIST(struct album, shots, struct shot, shot_fields), .min = 0, .max = 4 },
    { 0 },
};

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_bounds(const struct album *a)
{
    const struct shot *shots = a->shots.items;

    require(str_is_null(a->name) || (a->name.len > 0 && str_utf8_count(a->name) <= 20));
    require(a->priority >= -9 && a->priority <= 9 && a->guidance >= 0.5 && a->guidance <= 20);
    require((int)a->mood >= 0 && a->mood < MOOD_COUNT);
    require(a->tags.count <= 3 && a->shots.count <= 4);
    for (size_t i = 0; i < a->shots.count; i++)
        require(shots[i].label.len > 0 && shots[i].shot_index >= 0 && shots[i].shot_index <= 99);
}

/* What was written from a struct decodes to a struct that is written the same. */
static void check_written(const struct album *a, enum json_spelling spelling)
{
    AUTO_ARENA arena = { 0 };
    AUTO_BUF first = { 0 };
    AUTO_BUF second = { 0 };
    struct json_writer w1 = { .out = &first, .spelling = spelling };
    struct json_writer w2 = { .out = &second, .spelling = spelling };
    struct album again = { .guidance = 1 };
    struct json v = { 0 };
    struct err e = { 0 };

    buf_init(&first, 16 * MIB);
    buf_init(&second, 16 * MIB);
    json_put_struct(&w1, album_fields, a);
    require(json_parse(&arena, buf_str(&first), &v, &e));
    if (a->cover.label.len == 0)
        return; /* never given, so it cannot be read back as required */
    require(json_decode(&arena, &v, album_fields, JSON_STRICT, spelling, &again, &e));
    json_put_struct(&w2, album_fields, &again);
    require(str_eq(buf_str(&first), buf_str(&second)));
}

static void check_names(struct str text)
{
    const struct field *found = field_find(album_fields, text);
    char camel[FIELD_NAME_MAX + 1];

    if (found != NULL) {
        field_camel(found->name, camel);
        require(str_eq(text, str_from(found->name)) || str_eq(text, str_from(camel)));
        require(field_nearest(album_fields, str_from(found->name)) == found);
    }
    require(enum_find(moods, text) < MOOD_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = { 0 };
    struct album a = { .guidance = 1 };
    enum json_mode mode = size > 0 && (data[0] & 1) != 0 ? JSON_LENIENT : JSON_STRICT;
    enum json_spelling spelling = size > 0 && (data[0] & 2) != 0 ? JSON_CAMEL : JSON_SNAKE;
    struct str text = str_slice(str_of(data, size), 1, size);
    struct json v = { 0 };
    struct err e = { 0 };

    check_names(text);
    if (!json_parse(&arena, text, &v, &e))
        return 0;
    if (!json_decode(&arena, &v, album_fields, mode, spelling, &a, &e)) {
        require(e.code == ERR_INVALID && e.msg[0] != '\0' && str_is_utf8(str_from(e.msg)));
        return 0;
    }
    check_bounds(&a);
    check_written(&a, spelling);
    return 0;
}
