/* The JSON writer: values as they are called, structs by their tables. */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

static void before_value(struct json_writer *w)
{
    if (w->comma)
        buf_put_char(w->out, ',');
    w->comma = true;
}

static void begin(struct json_writer *w, char bracket)
{
    before_value(w);
    buf_put_char(w->out, bracket);
    w->comma = false;
}

static void end(struct json_writer *w, char bracket)
{
    buf_put_char(w->out, bracket);
    w->comma = true;
}

void json_begin_object(struct json_writer *w)
{
    begin(w, '{');
}

void json_end_object(struct json_writer *w)
{
    end(w, '}');
}

void json_begin_array(struct json_writer *w)
{
    begin(w, '[');
}

void json_end_array(struct json_writer *w)
{
    end(w, ']');
}

/* Stands for itself between quotes; bytes from 0x80 on are looked at one code point at a time. */
static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

typedef signed char bytes16 __attribute__((vector_size(16)));

/* The same of sixteen bytes at once: those from 0x80 on are below zero. */
static bool are_plain(const char *at)
{
    uint64_t halves[2];
    bytes16 bytes, special;

    memcpy(&bytes, at, sizeof(bytes));
    special = (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
    memcpy(halves, &special, sizeof(halves));
    return (halves[0] | halves[1]) == 0;
}

/* From `at` on, where the first byte stands that is not plain. */
static size_t skip_plain(struct str s, size_t at)
{
    while (at + sizeof(bytes16) <= s.len && are_plain(s.ptr + at))
        at += sizeof(bytes16);
    /* What is left of a longer text is looked at once more, together with what stands before. */
    if (at + sizeof(bytes16) > s.len && s.len >= sizeof(bytes16) &&
        are_plain(s.ptr + s.len - sizeof(bytes16)))
        return s.len;
    while (at < s.len && is_plain(s.ptr[at]))
        at++;
    return at;
}

static void put_escape(struct buf *out, char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", into[] = "\"\\bfnrt";
    const char *known = c != '\0' ? strchr(from, c) : NULL;

    if (known != NULL) {
        buf_put_char(out, '\\');
        buf_put_char(out, into[known - from]);
    } else {
        buf_putf(out, "\\u%04x", (unsigned)(unsigned char)c);
    }
}

/* One code point as it is, or U+FFFD for a byte that is none: what we write is JSON whatever came
 * in. */
static size_t put_code_point(struct buf *out, struct str s, size_t at)
{
    for (size_t len = 2; len <= 4 && at + len <= s.len; len++) {
        struct str one = str_of(s.ptr + at, len);

        if (str_is_utf8(one)) {
            buf_put(out, one);
            return len;
        }
    }
    buf_put(out, STR("\xEF\xBF\xBD"));
    return 1;
}

static void put_quoted(struct buf *out, struct str s)
{
    size_t at = skip_plain(s, 0);
    char *room = buf_reserve(out, at + 2);

    if (room == NULL)
        return;
    room[0] = '"';
    if (at > 0)
        memcpy(room + 1, s.ptr, at);
    buf_advance(out, at + 1);
    while (at < s.len) {
        size_t run;

        if ((unsigned char)s.ptr[at] >= 0x80)
            at += put_code_point(out, s, at);
        else
            put_escape(out, s.ptr[at++]);
        run = at;
        at = skip_plain(s, run);
        buf_put(out, str_slice(s, run, at));
    }
    buf_put_char(out, '"');
}

void json_put_name(struct json_writer *w, struct str name)
{
    before_value(w);
    put_quoted(w->out, name);
    buf_put_char(w->out, ':');
    w->comma = false;
}

void json_put_str(struct json_writer *w, struct str s)
{
    if (str_is_null(s)) {
        json_put_null(w);
        return;
    }
    before_value(w);
    put_quoted(w->out, s);
}

void json_put_i64(struct json_writer *w, int64_t value)
{
    before_value(w);
    buf_put_i64(w->out, value);
}

void json_put_f64(struct json_writer *w, double value)
{
    char text[40];

    if (!isfinite(value)) {
        json_put_null(w);
        return;
    }
    before_value(w);
    if ((value == 0 && !signbit(value)) || value == 1) { /* progress, before and behind the work */
        buf_put(w->out, value == 0 ? STR("0.0") : STR("1.0"));
        return;
    }
    /* 15 digits always survive, fewer are left by themselves; of the tiniest numbers fewer are
     * true. */
    for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    buf_put(w->out, str_from(text));
    if (strpbrk(text, ".e") == NULL)
        buf_put(w->out, STR(".0")); /* so that it reads back as what it was */
}

void json_put_bool(struct json_writer *w, bool value)
{
    before_value(w);
    buf_put(w->out, value ? STR("true") : STR("false"));
}

void json_put_null(struct json_writer *w)
{
    before_value(w);
    buf_put(w->out, STR("null"));
}

void json_put_time(struct json_writer *w, int64_t ms)
{
    char text[1 + CLOCK_ISO_LEN + 1] = "\""; /* the closing quote takes the place of the NUL */

    if (ms == 0) {
        json_put_null(w);
        return;
    }
    clock_format_iso(ms, text + 1);
    text[1 + CLOCK_ISO_LEN] = '"';
    json_put_raw(w, str_of(text, sizeof(text)));
}

void json_put_raw(struct json_writer *w, struct str text)
{
    before_value(w);
    buf_put(w->out, text);
}

static void put_tree_array(struct json_writer *w, const struct json *v)
{
    json_begin_array(w);
    for (size_t i = 0; i < v->array.count; i++)
        json_put_tree(w, &v->array.items[i]);
    json_end_array(w);
}

static void put_tree_object(struct json_writer *w, const struct json *v)
{
    json_begin_object(w);
    for (size_t i = 0; i < v->object.count; i++) {
        json_put_name(w, v->object.members[i].name);
        json_put_tree(w, &v->object.members[i].value);
    }
    json_end_object(w);
}

void json_put_tree(struct json_writer *w, const struct json *v)
{
    switch (v != NULL ? v->type : JSON_NULL) {
    case JSON_NULL:
        json_put_null(w);
        break;
    case JSON_BOOL:
        json_put_bool(w, v->boolean);
        break;
    case JSON_INT:
        json_put_i64(w, v->integer);
        break;
    case JSON_REAL:
        json_put_f64(w, v->real);
        break;
    case JSON_STR:
        json_put_str(w, v->str);
        break;
    case JSON_ARRAY:
        put_tree_array(w, v);
        break;
    case JSON_OBJECT:
        put_tree_object(w, v);
        break;
    }
}

static void put_list(struct json_writer *w, const struct field *f, const struct field_list *list)
{
    json_begin_array(w);
    json_put_structs(w, f->fields, f->item_bytes, list);
    json_end_array(w);
}

static void put_strs(struct json_writer *w, const struct str_list *list)
{
    json_begin_array(w);
    for (size_t i = 0; i < list->count; i++)
        json_put_str(w, list->items[i]);
    json_end_array(w);
}

static void put_opt(struct json_writer *w, const struct field *f, const void *in)
{
    if (f->type == FIELD_OPT_BOOL && ((const struct opt_bool *)in)->set)
        json_put_bool(w, ((const struct opt_bool *)in)->value);
    else if (f->type == FIELD_OPT_I64 && ((const struct opt_i64 *)in)->set)
        json_put_i64(w, ((const struct opt_i64 *)in)->value);
    else if (f->type == FIELD_OPT_F64 && ((const struct opt_f64 *)in)->set)
        json_put_f64(w, ((const struct opt_f64 *)in)->value);
    else
        json_put_null(w);
}

static void put_value(struct json_writer *w, const struct field *f, const void *in)
{
    switch (f->type) {
    case FIELD_BOOL:
        json_put_bool(w, *(const bool *)in);
        break;
    case FIELD_I64:
        json_put_i64(w, *(const int64_t *)in);
        break;
    case FIELD_F64:
        json_put_f64(w, *(const double *)in);
        break;
    case FIELD_STR:
        json_put_str(w, *(const struct str *)in);
        break;
    case FIELD_OPT_BOOL:
    case FIELD_OPT_I64:
    case FIELD_OPT_F64:
        put_opt(w, f, in);
        break;
    case FIELD_STRS:
        put_strs(w, in);
        break;
    case FIELD_JSON:
        json_put_tree(w, *(const struct json *const *)in);
        break;
    case FIELD_TIME:
        json_put_time(w, *(const int64_t *)in);
        break;
    case FIELD_ENUM:
        json_put_str(w, str_from(f->names[*(const int *)in]));
        break;
    case FIELD_OBJECT:
        json_put_struct(w, f->fields, in);
        break;
    case FIELD_LIST:
        put_list(w, f, in);
        break;
    case FIELD_RAW:
        json_put_raw(w, *(const struct str *)in);
        break;
    case FIELD_END:
        assert(false);
    }
}

/* The member's name, as the writer spells it. */
static void put_field_name(struct json_writer *w, const struct field *f)
{
    char camel[FIELD_NAME_MAX + 1];

    if (f->name[0] == '\0') { /* members have their own names */
        before_value(w);
        w->comma = false;
        return;
    }
    if (w->spelling == JSON_CAMEL)
        field_camel(f->name, camel);
    json_put_name(w, str_from(w->spelling == JSON_CAMEL ? camel : f->name));
}

void json_put_members(struct json_writer *w, const struct field *table, const void *in)
{
    for (const struct field *f = table; f->type != FIELD_END; f++) {
        put_field_name(w, f);
        put_value(w, f, (const char *)in + f->offset);
    }
}

void json_put_struct(struct json_writer *w, const struct field *table, const void *in)
{
    json_begin_object(w);
    json_put_members(w, table, in);
    json_end_object(w);
}

enum { LABELS_MAX = 64, LABELS_MAX_BYTES = LABELS_MAX * (FIELD_NAME_MAX + 4) };

/* What stands before the values of each struct of a list: `"id":`, `,"createdAt":`, ... */
struct labels {
    struct buf text;
    size_t ends[LABELS_MAX]; /* of each in the text */
};

static void make_labels(struct labels *labels, const struct field *table,
                        enum json_spelling spelling)
{
    struct json_writer w = { .out = &labels->text, .spelling = spelling };

    for (size_t i = 0; table[i].type != FIELD_END; i++) {
        w.comma = i > 0;
        put_field_name(&w, &table[i]);
        labels->ends[i] = labels->text.len;
    }
}

static void put_labelled(struct json_writer *w, const struct labels *labels,
                         const struct field *table, const void *in)
{
    size_t begin = 0;

    json_begin_object(w);
    for (size_t i = 0; table[i].type != FIELD_END; i++) {
        buf_put(w->out, str_of(labels->text.ptr + begin, labels->ends[i] - begin));
        w->comma = false;
        put_value(w, &table[i], (const char *)in + table[i].offset);
        begin = labels->ends[i];
    }
    json_end_object(w);
}

void json_put_structs(struct json_writer *w, const struct field *table, size_t item_bytes,
                      const struct field_list *list)
{
    struct labels labels;

    assert(field_count(table) <= LABELS_MAX);
    if (list->count == 0)
        return;
    buf_init(&labels.text, LABELS_MAX_BYTES);
    make_labels(&labels, table, w->spelling);
    for (size_t i = 0; i < list->count; i++)
        put_labelled(w, &labels, table, (const char *)list->items + i * item_bytes);
    buf_deinit(&labels.text);
}
