/* Workflows and their slots. */
#include "provider/comfyui_workflow.h"

#include <stdlib.h>

#include "base/file.h"

enum { SHOWN_MAX = 40 };

#define OPEN  STR("{{")
#define CLOSE STR("}}")

/* Takes "{{name}}" and all before it off the front; false when there is none. */
static bool cut_slot(struct str *rest, struct str *out_before, struct str *out_name)
{
    size_t open = str_find(*rest, OPEN);
    struct str inside = str_slice(*rest, open + 2, rest->len);
    size_t close = str_find(inside, CLOSE);

    if (open == rest->len || close == inside.len)
        return false;
    *out_before = str_slice(*rest, 0, open);
    *out_name = str_trim(str_slice(inside, 0, close));
    *rest = str_slice(inside, close + 2, inside.len);
    return true;
}

bool comfyui_workflow_has(const struct comfyui_workflow *w, const char *slot)
{
    for (size_t i = 0; i < w->slot_count; i++) {
        if (str_eq(w->slots[i], str_from(slot)))
            return true;
    }
    return false;
}

int64_t comfyui_workflow_references(const struct comfyui_workflow *w)
{
    struct str prefix = STR("reference");
    int64_t most = 0, number;

    for (size_t i = 0; i < w->slot_count; i++) {
        struct str slot = w->slots[i];

        if (str_starts(slot, prefix) &&
            str_to_i64(str_slice(slot, prefix.len, slot.len), 1, 16, &number))
            most = MAX(most, number);
    }
    return most;
}

static bool add_slot(struct comfyui_workflow *w, struct str name, struct err *e)
{
    for (size_t i = 0; i < w->slot_count; i++) {
        if (str_eq(w->slots[i], name))
            return true;
    }
    if (w->slot_count == COMFYUI_SLOTS_MAX)
        return err_set(e, ERR_INVALID, "has more than %d slots", COMFYUI_SLOTS_MAX);
    w->slots[w->slot_count++] = name;
    return true;
}

/* As deep as a JSON tree can be. */
static bool find_slots(struct comfyui_workflow *w, const struct json *v, struct err *e)
{
    struct str rest = v->type == JSON_STR ? v->str : STR(""), before, name;

    while (cut_slot(&rest, &before, &name)) {
        if (!add_slot(w, name, e))
            return false;
    }
    for (size_t i = 0; v->type == JSON_ARRAY && i < v->array.count; i++) {
        if (!find_slots(w, &v->array.items[i], e))
            return false;
    }
    for (size_t i = 0; v->type == JSON_OBJECT && i < v->object.count; i++) {
        if (!find_slots(w, &v->object.members[i].value, e))
            return false;
    }
    return true;
}

static bool check_nodes(const struct json *graph, struct err *e)
{
    if (graph->type != JSON_OBJECT || json_get(graph, "nodes") != NULL)
        return err_set(e, ERR_INVALID,
                       "is not in the API format: export it in ComfyUI by 'Export (API)'");
    for (size_t i = 0; i < graph->object.count; i++) {
        const struct json *node = &graph->object.members[i].value;

        if (str_is_null(json_get_str(node, "class_type")) || json_get(node, "inputs") == NULL)
            return err_set(e, ERR_INVALID,
                           "is not in the API format: '" STR_FMT "' is no node with a class_type "
                           "and inputs",
                           STR_ARG(str_slice(graph->object.members[i].name, 0, SHOWN_MAX)));
    }
    return true;
}

bool comfyui_workflow_open(const struct json *graph, struct comfyui_workflow *out, struct err *e)
{
    *out = (struct comfyui_workflow){ .graph = graph };
    if (!check_nodes(graph, e) || !find_slots(out, graph, e))
        return false;
    if (!comfyui_workflow_has(out, "prompt"))
        return err_set(e, ERR_INVALID, "has no slot for the prompt: write {{prompt}} as the text");
    return true;
}

static const char *path_of(struct arena *a, struct str path)
{
    const char *home = getenv("HOME");

    if (str_starts(path, STR("~/")) && home != NULL)
        return arena_strf(a, "%s" STR_FMT, home, STR_ARG(str_slice(path, 1, path.len))).ptr;
    return arena_cstr(a, path);
}

bool comfyui_workflow_load(struct arena *a, struct str path, struct comfyui_workflow *out,
                           struct err *e)
{
    struct json *graph = arena_new(a, struct json);
    struct str text;

    if (!str_starts(path, STR("/")) && !str_starts(path, STR("~/")))
        return err_set(e, ERR_INVALID, "must begin with / or ~/");
    if (!file_read(a, path_of(a, path), COMFYUI_WORKFLOW_MAX_BYTES, &text, e))
        return false;
    return json_parse(a, text, graph, e) && comfyui_workflow_open(graph, out, e);
}

static const struct comfyui_value *find_value(const struct comfyui_value *values, size_t count,
                                              struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(values[i].name, name))
            return &values[i];
    }
    return NULL;
}

struct filling {
    const struct comfyui_value *values;
    size_t count;
    struct json_writer *out;
    struct err *e;
};

static bool put_text(struct filling *f, struct str text)
{
    struct str rest = text, before, name;
    AUTO_BUF filled = { 0 };

    buf_init(&filled, COMFYUI_WORKFLOW_MAX_BYTES);
    while (cut_slot(&rest, &before, &name)) {
        const struct comfyui_value *value = find_value(f->values, f->count, name);

        if (value == NULL)
            return err_set_field(f->e, ERR_INVALID, STR("options.slots"),
                                 "the workflow's slot '" STR_FMT "' has no value: give it in "
                                 "options.slots",
                                 STR_ARG(str_slice(name, 0, SHOWN_MAX)));
        if (before.len == 0 && rest.len == 0 && filled.len == 0) {
            json_put_raw(f->out, value->json);
            return true;
        }
        buf_put(&filled, before);
        buf_put(&filled, value->text);
    }
    buf_put(&filled, rest);
    if (filled.overflowed)
        return err_set(f->e, ERR_TOO_LARGE, "the workflow is too large with its slots filled in");
    json_put_str(f->out, filled.len > 0 ? buf_str(&filled) : STR(""));
    return true;
}

static bool put(struct filling *f, const struct json *v)
{
    bool ok = true;

    if (v->type == JSON_STR)
        return put_text(f, v->str);
    if (v->type == JSON_ARRAY) {
        json_begin_array(f->out);
        for (size_t i = 0; ok && i < v->array.count; i++)
            ok = put(f, &v->array.items[i]);
        json_end_array(f->out);
    } else if (v->type == JSON_OBJECT) {
        json_begin_object(f->out);
        for (size_t i = 0; ok && i < v->object.count; i++) {
            json_put_name(f->out, v->object.members[i].name);
            ok = put(f, &v->object.members[i].value);
        }
        json_end_object(f->out);
    } else {
        json_put_tree(f->out, v);
    }
    return ok;
}

bool comfyui_workflow_put(const struct comfyui_workflow *w, const struct comfyui_value *values,
                          size_t count, struct json_writer *out, struct err *e)
{
    struct filling f = { values, count, out, e };

    return put(&f, w->graph);
}
