/* Weighs the nodes of a graph: what draws takes nearly all of the time. */
#include "provider/comfyui_progress.h"

#include <stdio.h>
#include <string.h>

#include "provider/comfyui_skim.h"

enum { TITLE_MAX = 60 };

/* The end is told by whoever has fetched the pictures. */
static const double ALMOST = 0.99;

/* By a part of the class's name; the first row that fits counts. */
static const struct {
    const char *part, *words;
    double weight;
} kinds[] = {
    { "Sampler", "drawing", 60 },
    { "Upscale", "enlarging the picture", 10 },
    { "VAEDecode", "developing the picture", 4 },
    { "TextEncode", "reading the prompt", 1 },
    { "LoadImage", "reading the reference", 1 },
    { "VAEEncode", "reading the reference", 2 },
    { "Loader", "loading the model", 4 },
    { "Save", "saving the picture", 1 },
    { "Preview", "saving the picture", 1 },
};

static size_t kind_of(const struct json *node)
{
    struct str class = json_get_str(node, "class_type");

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (str_find(class, str_from(kinds[i].part)) < class.len)
            return i;
    }
    return COUNT(kinds);
}

void comfyui_progress_open(struct comfyui_progress *p, const struct json *graph)
{
    *p = (struct comfyui_progress){ .fraction = -1 };
    for (size_t i = 0; i < graph->object.count && p->count < COMFYUI_NODES_MAX; i++) {
        const struct json *node = &graph->object.members[i].value;
        size_t kind = kind_of(node);
        double weight = kind < COUNT(kinds) ? kinds[kind].weight : 1;

        p->nodes[p->count].id = graph->object.members[i].name;
        p->nodes[p->count].node = node;
        p->nodes[p->count++].weight = weight;
        p->weights += weight;
    }
    p->current = p->count;
}

static size_t find(const struct comfyui_progress *p, struct str id)
{
    size_t i = 0;

    while (i < p->count && !str_eq(p->nodes[i].id, id))
        i++;
    return i;
}

static void set_done(struct comfyui_progress *p, struct str id, double done)
{
    size_t i = find(p, id);

    if (i < p->count)
        p->nodes[i].done = MAX(p->nodes[i].done, done);
}

static void hear_cached(struct comfyui_progress *p, struct str list)
{
    struct skim s = skim_open(list, '[');
    struct str id;

    while (skim_item(&s, &id)) {
        if (id.len >= 2)
            set_done(p, str_slice(id, 1, id.len - 1), 1);
    }
}

static void hear_states(struct comfyui_progress *p, struct str object)
{
    struct skim s = skim_open(object, '{');
    struct str id, state;

    while (skim_member(&s, &id, &state))
        set_done(p, id, comfyui_read_state(state));
}

/* Nodes come one after another: the one before has been done. One that is not in the graph is a
 * part of the one at work. */
static void hear_node(struct comfyui_progress *p, struct str id)
{
    size_t next = find(p, id);

    if (next == p->count)
        return;
    if (p->current < p->count && next != p->current)
        p->nodes[p->current].done = 1;
    p->current = next;
}

static void hear_step(struct comfyui_progress *p, const struct comfyui_event *event)
{
    if (!str_is_null(event->node))
        hear_node(p, event->node);
    if (p->current < p->count && (str_is_null(event->node) || find(p, event->node) == p->current))
        set_done(p, p->nodes[p->current].id, (double)event->value / (double)event->most);
}

static void weigh(struct comfyui_progress *p)
{
    double done = 0;

    for (size_t i = 0; i < p->count; i++)
        done += p->nodes[i].weight * p->nodes[i].done;
    p->fraction = MAX(p->fraction, p->weights > 0 ? ALMOST * done / p->weights : 0);
}

/* What people call a node that we do not know: its title, else its class. */
static struct str title_of(const struct json *node)
{
    struct str title = json_get_str(json_get(node, "_meta"), "title"), rest;

    if (title.len == 0)
        title = json_get_str(node, "class_type");
    rest = title;
    for (size_t i = 0; i < TITLE_MAX && rest.len > 0; i++)
        str_take_code_point(&rest);
    title.len -= rest.len;
    return title;
}

static void word(struct comfyui_progress *p, const struct comfyui_event *event)
{
    const struct json *node;
    struct str words;

    if (p->current == p->count)
        return;
    node = p->nodes[p->current].node;
    words = kind_of(node) < COUNT(kinds) ? str_from(kinds[kind_of(node)].words) : title_of(node);
    if (event->kind == COMFYUI_STEP && event->most > 1)
        snprintf(p->note, sizeof(p->note), STR_FMT ", step %lld of %lld", STR_ARG(words),
                 (long long)event->value, (long long)event->most);
    else if (event->kind == COMFYUI_NODE)
        snprintf(p->note, sizeof(p->note), STR_FMT, STR_ARG(words));
    str_blank_controls(p->note, strlen(p->note));
}

bool comfyui_progress_shows(const struct comfyui_progress *p, const struct comfyui_event *event)
{
    return event->kind == COMFYUI_PREVIEW && event->image.len > 0 &&
           (!event->is_anybodys || p->current < p->count);
}

bool comfyui_progress_hear(struct comfyui_progress *p, const struct comfyui_event *event)
{
    /* What names no job is ours while a node of ours is at work, which may be told in the same way.
     */
    if (event->is_anybodys && event->kind != COMFYUI_NODE && p->current == p->count)
        return false;
    switch (event->kind) {
    case COMFYUI_OTHERS:
        p->current = p->count;
        return false;
    case COMFYUI_CACHED:
        hear_cached(p, event->nodes);
        break;
    case COMFYUI_NODE:
        hear_node(p, event->node);
        break;
    case COMFYUI_STEP:
        hear_step(p, event);
        break;
    case COMFYUI_STATES:
        hear_states(p, event->nodes);
        break;
    case COMFYUI_BEGUN:
        break;
    case COMFYUI_UNHEARD:
    case COMFYUI_QUEUE:
    case COMFYUI_FINISHED:
    case COMFYUI_PREVIEW:
        return false;
    }
    weigh(p);
    word(p, event);
    return true;
}
