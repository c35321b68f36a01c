/* The walk: thousands of kinds of nodes exist, so it goes by the names of inputs, not by a list of
 * kinds. */
#include "image/recipe/comfy_walk.h"

#include <string.h>

#include "image/recipe/lenient.h"

enum {
    MAX_DEPTH = 48,
    MAX_PROMPT = 64 * 1024,
};

static bool holds(struct str s, const char *word)
{
    return str_find(s, str_from(word)) < s.len;
}

/* Nodes that join texts: all of their inputs, in the order of the file. */
static struct str join_texts(struct comfy_walk *w, const struct comfy_node *node, int depth);

static struct str value_at(struct comfy_walk *w, const struct json *input, const char *name,
                           int depth)
{
    static const char *const names[] = { "value", "Value",      "int",    "float",  "number",
                                         "seed",  "noise_seed", "string", "String", "STRING",
                                         "text",  "Text",       "prompt", "result", "anything" };
    struct comfy_node *node;
    struct str value = { 0 };

    if (!comfy_is_link(input))
        return lenient_text(w->reading->arena, input);
    node = depth < MAX_DEPTH ? comfy_follow(&w->graph, input) : NULL;
    if (node == NULL || node->is_busy) /* a ring has no value */
        return value;
    node->is_busy = true;
    if (holds(node->type, "oncat") || holds(node->type, "Join"))
        value = join_texts(w, node, depth + 1);
    else
        value = value_at(w, comfy_input(node, name), name, depth + 1);
    for (size_t i = 0; i < COUNT(names) && value.len == 0; i++)
        value = value_at(w, comfy_input(node, names[i]), name, depth + 1);
    node->is_busy = false;
    return value;
}

static bool is_text_name(struct str name)
{
    return str_starts(name, STR("text")) || str_starts(name, STR("str")) ||
           str_starts(name, STR("prompt"));
}

static struct str join_texts(struct comfy_walk *w, const struct comfy_node *node, int depth)
{
    struct arena *a = w->reading->arena;
    struct str delimiter = lenient_text(a, comfy_input(node, "delimiter"));
    AUTO_BUF joined = { 0 };

    buf_init(&joined, MAX_PROMPT);
    if (str_is_null(delimiter))
        delimiter = lenient_text(a, comfy_input(node, "separator"));
    for (size_t i = 0; node->inputs != NULL && node->inputs->type == JSON_OBJECT &&
                       i < node->inputs->object.count && !joined.overflowed;
         i++) {
        const struct json_member *m = &node->inputs->object.members[i];
        struct arena_mark mark = arena_mark(a);
        struct str part = { 0 };

        if (is_text_name(m->name))
            part = value_at(w, &m->value, "text", depth);
        if (part.len > 0 && joined.len > 0)
            buf_put(&joined, delimiter);
        buf_put(&joined, part);
        arena_rewind(a, mark);
    }
    return arena_str(a, buf_str(&joined));
}

struct str comfy_value(struct comfy_walk *w, const struct json *input, const char *name)
{
    return value_at(w, input, name, 0);
}

static const struct json *find_at(struct comfy_walk *w, const struct comfy_node *node,
                                  const char *const *names, const char *const *via, int depth)
{
    const struct json *found = NULL;

    for (size_t i = 0; names[i] != NULL && found == NULL; i++)
        found = comfy_input(node, names[i]);
    for (size_t i = 0; via[i] != NULL && found == NULL && depth < MAX_DEPTH; i++) {
        struct comfy_node *next = comfy_follow(&w->graph, comfy_input(node, via[i]));

        if (next != NULL)
            found = find_at(w, next, names, via, depth + 1);
    }
    return found;
}

const struct json *comfy_find(struct comfy_walk *w, const struct comfy_node *node,
                              const char *const *names, const char *const *via)
{
    return find_at(w, node, names, via, 0);
}

static bool has_any(const struct comfy_node *node, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (comfy_input(node, *names) != NULL)
            return true;
    }
    return false;
}

/* It has noise to begin with and something that says what to make of it. */
static bool is_sampler(const struct comfy_node *node)
{
    static const char *const noise[] = { "seed", "noise_seed", "noise", NULL };
    static const char *const guidance[] = { "positive", "guider",     "pipe",
                                            "context",  "basic_pipe", NULL };

    return has_any(node, noise) && has_any(node, guidance);
}

/* Inputs that say how to make a picture, not what it is made from. */
static bool is_side_input(struct str name)
{
    static const char *const sides[] = {
        "model",  "clip",  "vae",    "positive", "negative", "cond",
        "guider", "noise", "sigmas", "sampler",  "mask",     "upscale_model",
    };

    for (size_t i = 0; i < COUNT(sides); i++) {
        if (str_starts(name, str_from(sides[i])))
            return true;
    }
    return false;
}

/* Depth first to the far end: a later sampler refines what an earlier one has made. */
static struct comfy_node *find_first_sampler(struct comfy_walk *w, struct comfy_node *node,
                                             int *passes, int depth)
{
    struct comfy_node *found = NULL;

    if (node == NULL || node->is_seen || depth > MAX_DEPTH)
        return NULL;
    node->is_seen = true;
    for (size_t i = 0; found == NULL && node->inputs != NULL && node->inputs->type == JSON_OBJECT &&
                       i < node->inputs->object.count;
         i++) {
        const struct json_member *m = &node->inputs->object.members[i];

        if (!is_side_input(m->name))
            found = find_first_sampler(w, comfy_follow(&w->graph, &m->value), passes, depth + 1);
    }
    if (!is_sampler(node))
        return found;
    ++*passes;
    return found != NULL ? found : node;
}

static bool is_output(const struct comfy_node *node, int attempt)
{
    static const char *const pictures[] = { "images", "image", NULL };
    bool has_picture = has_any(node, pictures);

    switch (attempt) {
    case 0:
        return has_picture && holds(node->type, "Save");
    case 1:
        return has_picture && holds(node->type, "Preview");
    default:
        return is_sampler(node);
    }
}

/* The nodes are in the order of their ids; what counts is the order of the file. */
static struct comfy_node **in_file_order(struct comfy_walk *w)
{
    struct comfy_node **nodes = arena_array(w->reading->arena, struct comfy_node *, w->graph.count);

    for (size_t i = 0; i < w->graph.count; i++)
        nodes[w->graph.nodes[i].place] = &w->graph.nodes[i];
    return nodes;
}

struct comfy_node *comfy_find_sampler(struct comfy_walk *w, int *out_passes)
{
    struct comfy_node **nodes = in_file_order(w);

    for (int attempt = 0; attempt < 3; attempt++) {
        for (size_t i = 0; i < w->graph.count && w->graph.budget > 0; i++) {
            struct comfy_node *sampler = NULL;

            *out_passes = 0;
            if (is_output(nodes[i], attempt))
                sampler = find_first_sampler(w, nodes[i], out_passes, 0);
            if (sampler != NULL)
                return sampler;
        }
    }
    return NULL;
}

static void add_text(struct buf *out, struct str text)
{
    text = text_trim(text);
    if (text.len == 0 || str_find(buf_str(out), text) < out->len)
        return;
    if (out->len > 0)
        buf_put(out, STR(", "));
    buf_put(out, text);
}

/* The texts that the node itself holds. False: it is none of those that turn text into a condition.
 */
static bool add_own_texts(struct comfy_walk *w, const struct comfy_node *node, bool is_negative,
                          struct buf *out)
{
    static const char *const names[] = { "text",   "prompt", "text_g", "text_l", "t5xxl",
                                         "clip_l", "clip_g", "bert",   "mt5xl",  "llama" };
    const char *own = is_negative ? "negative" : "positive";
    const struct json *spoken = comfy_input(node, own);
    bool is_encoder = false;

    if (spoken != NULL && spoken->type == JSON_STR) {
        add_text(out, spoken->str);
        return true;
    }
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct json *input = comfy_input(node, names[i]);

        if (input == NULL)
            continue;
        add_text(out, comfy_value(w, input, names[i]));
        is_encoder = true;
    }
    return is_encoder;
}

static void add_prompt(struct comfy_walk *w, const struct json *input, bool is_negative,
                       struct buf *out, int depth);

/* What the node passes on: conditions of the same sign, or all that it combines. */
static void add_passed(struct comfy_walk *w, const struct comfy_node *node, bool is_negative,
                       struct buf *out, int depth)
{
    static const char *const pipes[] = { "pipe", "basic_pipe", "context" };
    const struct json *same = comfy_input(node, is_negative ? "negative" : "positive");
    size_t before = out->len;

    if (same != NULL) {
        add_prompt(w, same, is_negative, out, depth);
        return;
    }
    for (size_t i = 0; node->inputs != NULL && node->inputs->type == JSON_OBJECT &&
                       i < node->inputs->object.count;
         i++) {
        const struct json_member *m = &node->inputs->object.members[i];

        if (str_starts(m->name, STR("cond")))
            add_prompt(w, &m->value, is_negative, out, depth);
    }
    for (size_t i = 0; i < COUNT(pipes) && out->len == before; i++)
        add_prompt(w, comfy_input(node, pipes[i]), is_negative, out, depth);
    if (out->len == before)
        add_prompt(w, comfy_lone_link(node), is_negative, out, depth);
}

static void add_prompt(struct comfy_walk *w, const struct json *input, bool is_negative,
                       struct buf *out, int depth)
{
    const struct comfy_node *node;

    if (input != NULL && input->type == JSON_STR)
        add_text(out, input->str);
    node = depth < MAX_DEPTH ? comfy_follow(&w->graph, input) : NULL;
    if (node == NULL || holds(node->type, "ZeroOut"))
        return;
    if (!is_negative)
        reading_set(w->reading, PART_DISTILLED, STR("guidance"),
                    comfy_value(w, comfy_input(node, "guidance"), "guidance"));
    if (!add_own_texts(w, node, is_negative, out))
        add_passed(w, node, is_negative, out, depth + 1);
}

void comfy_read_prompt(struct comfy_walk *w, const struct json *input, bool is_negative)
{
    AUTO_BUF text = { 0 };

    buf_init(&text, MAX_PROMPT);
    add_prompt(w, input, is_negative, &text, 0);
    reading_set(w->reading, is_negative ? PART_NEGATIVE_PROMPT : PART_PROMPT, STR("text"),
                arena_str(w->reading->arena, buf_str(&text)));
}
