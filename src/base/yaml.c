/* The reader walks libyaml's events, so that every limit holds before memory is spent on what
 * breaks it. */
#include "base/yaml.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

struct anchor {
    struct str name;
    struct json value;
    size_t values; /* of the whole subtree */
    int height;    /* levels of arrays and objects in it */
    bool open;     /* its end has not been read yet */
};

struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    struct str text;
    struct err *e;
    struct anchor anchors[YAML_MAX_ANCHORS];
    size_t anchor_count;
    size_t values;
    int depth;  /* levels that are open */
    int height; /* levels in the value that was read last */
};

#define AUTO_EVENT CLEANUP(yaml_event_delete) yaml_event_t

static bool read_value(struct reader *r, const yaml_event_t *event, struct json *out);

static bool fail_at(const struct reader *r, yaml_mark_t mark, const char *problem)
{
    return err_set(r->e, ERR_MALFORMED, "line %zu, column %zu: %s", mark.line + 1, mark.column + 1,
                   problem);
}

static struct str event_text(const yaml_char_t *text, size_t bytes)
{
    return str_of(text, bytes);
}

static struct str event_cstr(const yaml_char_t *text)
{
    return str_from((const char *)text);
}

/* Bytes that are no text are found by libyaml's input side, which counts bytes instead of lines. */
static yaml_mark_t mark_of_byte(struct str text, size_t at)
{
    yaml_mark_t mark = { .index = at };
    size_t line_start = 0;

    for (size_t i = 0; i < at && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            mark.line++;
            line_start = i + 1;
        }
    }
    mark.column = at - line_start;
    return mark;
}

static bool next_event(struct reader *r, yaml_event_t *out)
{
    const yaml_parser_t *p = &r->parser;

    if (yaml_parser_parse(&r->parser, out))
        return true;
    assert(p->error != YAML_MEMORY_ERROR);
    if (p->error == YAML_READER_ERROR)
        return fail_at(r, mark_of_byte(r->text, p->problem_offset), p->problem);
    return fail_at(r, p->problem_mark, p->problem);
}

static bool is_one_of(struct str s, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (str_eq(s, str_from(*words)))
            return true;
    }
    return false;
}

/* Numbers are left to the JSON reader: what it would not take is text. */
static bool read_plain(struct arena *a, struct str text, struct json *out)
{
    static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
    static const char *const trues[] = { "true", "True", "TRUE", NULL };
    static const char *const falses[] = { "false", "False", "FALSE", NULL };
    struct err ignored = { 0 };

    if (is_one_of(text, nulls)) {
        out->type = JSON_NULL;
    } else if (is_one_of(text, trues) || is_one_of(text, falses)) {
        out->type = JSON_BOOL;
        out->boolean = is_one_of(text, trues);
    } else if (text.ptr[0] == '-' || (text.ptr[0] >= '0' && text.ptr[0] <= '9')) {
        struct json number = { 0 };

        if (!json_parse(a, text, &number, &ignored))
            return false;
        number.line = out->line;
        *out = number;
    } else {
        return false;
    }
    return true;
}

static bool read_text(struct reader *r, const yaml_event_t *event, struct str *out)
{
    struct str text = event_text(event->data.scalar.value, event->data.scalar.length);
    struct str tag = event_cstr(event->data.scalar.tag);

    if (!str_is_null(tag) && !str_eq(tag, STR(YAML_STR_TAG)) && !str_eq(tag, STR("!")))
        return fail_at(r, event->start_mark, "tags are not taken");
    if (str_find_char(text, '\0', 0) < text.len)
        return fail_at(r, event->start_mark, "text must not contain NUL");
    *out = arena_str(r->arena, text);
    return true;
}

static bool read_scalar(struct reader *r, const yaml_event_t *event, struct json *out)
{
    struct str text;
    bool is_plain =
        event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && event->data.scalar.tag == NULL;

    r->height = 0;
    if (!read_text(r, event, &text))
        return false;
    if (is_plain && read_plain(r->arena, text, out))
        return true;
    out->type = JSON_STR;
    out->str = text;
    return true;
}

/* Room for one more item behind count of them: doubled, so that the arena holds at most twice what
 * is used. */
static void *grow(struct arena *a, void *items, size_t count, size_t item_bytes)
{
    void *larger;

    if (count != 0 && (count & (count - 1)) != 0)
        return items;
    larger = arena_alloc_array(a, MAX(2 * count, (size_t)1), item_bytes);
    if (count > 0)
        memcpy(larger, items, count * item_bytes);
    return larger;
}

static bool enter(struct reader *r, const yaml_event_t *event, const yaml_char_t *tag)
{
    if (tag != NULL)
        return fail_at(r, event->start_mark, "tags are not taken");
    if (r->depth == JSON_MAX_DEPTH)
        return fail_at(r, event->start_mark, "nested too deeply");
    r->depth++;
    return true;
}

static void leave(struct reader *r, int height)
{
    r->depth--;
    r->height = height + 1;
}

static bool read_array(struct reader *r, const yaml_event_t *start, struct json *out)
{
    struct json *items = NULL;
    size_t count = 0;
    int height = 0;

    if (!enter(r, start, start->data.sequence_start.tag))
        return false;
    for (;;) {
        AUTO_EVENT event = { 0 };

        if (!next_event(r, &event))
            return false;
        if (event.type == YAML_SEQUENCE_END_EVENT)
            break;
        items = grow(r->arena, items, count, sizeof(*items));
        if (!read_value(r, &event, &items[count]))
            return false;
        height = MAX(height, r->height);
        count++;
    }
    leave(r, height);
    out->type = JSON_ARRAY;
    out->array.items = items;
    out->array.count = count;
    return true;
}

static bool read_key(struct reader *r, const yaml_event_t *event, const struct json_member *members,
                     size_t count, struct str *out)
{
    if (event->type != YAML_SCALAR_EVENT || event->data.scalar.anchor != NULL)
        return fail_at(r, event->start_mark, "a key must be plain text");
    if (count == JSON_MAX_MEMBERS)
        return fail_at(r, event->start_mark, "too many keys in one mapping");
    if (!read_text(r, event, out))
        return false;
    if (out->len > YAML_MAX_KEY)
        return fail_at(r, event->start_mark, "key too long");
    if (str_eq(*out, STR("<<")) && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return fail_at(r, event->start_mark, "merge keys are not taken");
    for (size_t i = 0; i < count; i++) {
        if (str_eq(members[i].name, *out))
            return fail_at(r, event->start_mark,
                           arena_strf(r->arena, "duplicate key '" STR_FMT "'", STR_ARG(*out)).ptr);
    }
    return true;
}

static bool read_object(struct reader *r, const yaml_event_t *start, struct json *out)
{
    struct json_member *members = NULL;
    size_t count = 0;
    int height = 0;

    if (!enter(r, start, start->data.mapping_start.tag))
        return false;
    for (;;) {
        AUTO_EVENT key = { 0 };
        AUTO_EVENT value = { 0 };

        if (!next_event(r, &key))
            return false;
        if (key.type == YAML_MAPPING_END_EVENT)
            break;
        members = grow(r->arena, members, count, sizeof(*members));
        if (!read_key(r, &key, members, count, &members[count].name) || !next_event(r, &value) ||
            !read_value(r, &value, &members[count].value))
            return false;
        /* A value may begin on a later line, or be nothing at all; people look for the key. */
        members[count].value.line = (uint32_t)key.start_mark.line + 1;
        height = MAX(height, r->height);
        count++;
    }
    leave(r, height);
    out->type = JSON_OBJECT;
    out->object.members = members;
    out->object.count = count;
    return true;
}

static struct anchor *find_anchor(struct reader *r, struct str name)
{
    for (size_t i = 0; i < r->anchor_count; i++) {
        if (str_eq(r->anchors[i].name, name))
            return &r->anchors[i];
    }
    return NULL;
}

/* The subtree is shared, not copied; it counts in full all the same, for whoever walks the tree. */
static bool read_alias(struct reader *r, const yaml_event_t *event, struct json *out)
{
    const struct anchor *anchor = find_anchor(r, event_cstr(event->data.alias.anchor));

    if (anchor == NULL)
        return fail_at(r, event->start_mark, "alias to an anchor that does not exist");
    if (anchor->open)
        return fail_at(r, event->start_mark, "alias to a value that contains it");
    if (r->depth + anchor->height > JSON_MAX_DEPTH)
        return fail_at(r, event->start_mark, "nested too deeply");
    r->values += anchor->values - 1; /* the alias itself has been counted */
    if (r->values > YAML_MAX_VALUES)
        return fail_at(r, event->start_mark, "too many values");
    r->height = anchor->height;
    *out = anchor->value;
    out->line = (uint32_t)event->start_mark.line + 1;
    return true;
}

/* A name may be given again once its value is complete; from then on it means the later one. */
static bool open_anchor(struct reader *r, const yaml_event_t *event, const yaml_char_t *name,
                        struct anchor **out)
{
    struct anchor *anchor = find_anchor(r, event_cstr(name));

    if (anchor == NULL) {
        if (r->anchor_count == YAML_MAX_ANCHORS)
            return fail_at(r, event->start_mark, "too many anchors");
        anchor = &r->anchors[r->anchor_count++];
        anchor->name = arena_str(r->arena, event_cstr(name));
    }
    if (anchor->open)
        return fail_at(r, event->start_mark, "anchor given again inside its own value");
    anchor->open = true;
    *out = anchor;
    return true;
}

static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor;
    default:
        return NULL;
    }
}

static bool read_value(struct reader *r, const yaml_event_t *event, struct json *out)
{
    struct anchor *anchor = NULL;
    size_t values_before = r->values;
    bool ok = false;

    out->line = (uint32_t)event->start_mark.line + 1;
    if (++r->values > YAML_MAX_VALUES)
        return fail_at(r, event->start_mark, "too many values");
    if (anchor_of(event) != NULL && !open_anchor(r, event, anchor_of(event), &anchor))
        return false;
    if (event->type == YAML_ALIAS_EVENT)
        ok = read_alias(r, event, out);
    else if (event->type == YAML_SCALAR_EVENT)
        ok = read_scalar(r, event, out);
    else if (event->type == YAML_SEQUENCE_START_EVENT)
        ok = read_array(r, event, out);
    else
        ok = read_object(r, event, out);
    if (ok && anchor != NULL)
        *anchor = (struct anchor){ .name = anchor->name,
                                   .value = *out,
                                   .values = r->values - values_before,
                                   .height = r->height };
    return ok;
}

static void reader_deinit(struct reader *r)
{
    yaml_parser_delete(&r->parser);
}

static bool expect(struct reader *r, yaml_event_type_t type, const char *otherwise)
{
    AUTO_EVENT event = { 0 };

    if (!next_event(r, &event))
        return false;
    return event.type == type || fail_at(r, event.start_mark, otherwise);
}

static bool read_document(struct reader *r, struct json *out)
{
    AUTO_EVENT event = { 0 };
    bool is_empty;

    if (!next_event(r, &event) || !read_value(r, &event, out))
        return false;
    is_empty =
        event.type == YAML_SCALAR_EVENT && event.data.scalar.length == 0 && out->type == JSON_NULL;
    if (is_empty)
        *out = (struct json){ .type = JSON_OBJECT, .line = 1 };
    return expect(r, YAML_DOCUMENT_END_EVENT, "expected the end of the document") &&
           expect(r, YAML_STREAM_END_EVENT, "only one document is taken");
}

bool yaml_parse(struct arena *a, struct str text, struct json *out, struct err *e)
{
    CLEANUP(reader_deinit) struct reader r = { .arena = a, .text = text, .e = e };
    struct json root = { .type = JSON_OBJECT, .line = 1 };
    AUTO_EVENT start = { 0 };
    bool initialized = yaml_parser_initialize(&r.parser);

    assert(initialized); /* it only allocates */
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &r.parser, (const unsigned char *)(text.ptr != NULL ? text.ptr : ""), text.len);
    if (!expect(&r, YAML_STREAM_START_EVENT, "expected a start") || !next_event(&r, &start))
        return false;
    if (start.type == YAML_DOCUMENT_START_EVENT && !read_document(&r, &root))
        return false;
    *out = root;
    return true;
}
