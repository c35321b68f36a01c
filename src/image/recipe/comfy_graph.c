/* ComfyUI's graph: nodes by id, links to follow. */
#include "image/recipe/comfy_graph.h"

#include <stdlib.h>

#include "image/recipe/lenient.h"

static int compare_ids(const void *a, const void *b)
{
    return str_cmp(((const struct comfy_node *)a)->id, ((const struct comfy_node *)b)->id);
}

/* Of equal ids the first stays reachable: the rest of them only matter in broken files. */
bool comfy_graph_finish(struct comfy_graph *g)
{
    qsort(g->nodes, g->count, sizeof(*g->nodes), compare_ids);
    g->budget = COMFY_BUDGET;
    return g->count > 0;
}

bool comfy_graph_read_prompt(struct arena *a, struct str text, struct comfy_graph *out)
{
    struct str rest = lenient_strict(a, text), id;
    struct json node;

    *out = (struct comfy_graph){ .nodes = arena_array(a, struct comfy_node, COMFY_MAX_NODES) };
    while (out->count < COMFY_MAX_NODES && lenient_next_member(a, &rest, &id, &node)) {
        struct str type = json_get_str(&node, "class_type");

        if (str_is_null(type))
            continue;
        out->nodes[out->count] = (struct comfy_node){
            .id = id,
            .type = type,
            .inputs = json_get(&node, "inputs"),
            .place = out->count,
        };
        out->count++;
    }
    return comfy_graph_finish(out);
}

const struct json *comfy_input(const struct comfy_node *node, const char *name)
{
    const struct json *value = json_get(node->inputs, name);

    return value != NULL && value->type != JSON_NULL ? value : NULL;
}

bool comfy_is_link(const struct json *value)
{
    return value != NULL && value->type == JSON_ARRAY && value->array.count == 2 &&
           (value->array.items[0].type == JSON_STR || value->array.items[0].type == JSON_INT) &&
           value->array.items[1].type == JSON_INT;
}

struct comfy_node *comfy_follow(struct comfy_graph *g, const struct json *value)
{
    AUTO_ARENA a = { 0 };
    struct comfy_node key = { 0 };

    if (!comfy_is_link(value) || g->budget-- <= 0)
        return NULL;
    key.id = lenient_text(&a, &value->array.items[0]);
    return bsearch(&key, g->nodes, g->count, sizeof(*g->nodes), compare_ids);
}

const struct json *comfy_lone_link(const struct comfy_node *node)
{
    const struct json *found = NULL;

    for (size_t i = 0; node->inputs != NULL && node->inputs->type == JSON_OBJECT &&
                       i < node->inputs->object.count;
         i++) {
        const struct json *value = &node->inputs->object.members[i].value;

        if (comfy_is_link(value) && found != NULL)
            return NULL;
        if (comfy_is_link(value))
            found = value;
    }
    return found;
}
