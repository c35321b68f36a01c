/* Takes messages of ComfyUI's WebSocket apart: JSON texts, and binary ones with previews. */
#include "provider/comfyui_event.h"

#include "provider/comfyui_skim.h"

enum {
    WORD_BYTES = 4, /* big-endian */
    BINARY_PREVIEW = 1,
    BINARY_PREVIEW_WITH_METADATA = 4,
    STEPS_MAX = 1000 * 1000 * 1000,
};

/* The inside of a JSON string; no value for anything else. */
static struct str inside(struct str value)
{
    if (value.len < 2 || value.ptr[0] != '"')
        return (struct str){ 0 };
    return str_slice(value, 1, value.len - 1);
}

static struct str text_at(struct str object, const char *name)
{
    return inside(skim_find(object, name));
}

/* Numbers of steps are whole, and some nodes write them as 7.0. */
static bool number_at(struct str object, const char *name, int64_t *out)
{
    double number;

    if (!str_to_f64(skim_find(object, name), &number) || !(number >= 0 && number <= STEPS_MAX))
        return false;
    *out = (int64_t)number;
    return true;
}

static bool read_steps(struct str data, int64_t *out_value, int64_t *out_most)
{
    int64_t value, most;

    if (!number_at(data, "value", &value) || !number_at(data, "max", &most) || most == 0)
        return false;
    *out_value = MIN(value, most);
    *out_most = most;
    return true;
}

double comfyui_read_state(struct str state)
{
    int64_t value, most;

    if (str_eq(text_at(state, "state"), STR("finished")))
        return 1;
    return read_steps(state, &value, &most) ? (double)value / (double)most : 0;
}

static void read_cached(struct str data, struct comfyui_event *out)
{
    out->kind = COMFYUI_CACHED;
    out->nodes = skim_find(data, "nodes");
}

/* No node: it was the last one. Only now its outcome is in the history. A node that others are made
 * of while it runs stands for them. */
static void read_executing(struct str data, struct comfyui_event *out)
{
    struct str shown = text_at(data, "display_node");

    out->node = text_at(data, "node");
    if (!str_is_null(out->node) && !str_is_null(shown))
        out->node = shown;
    if (!str_is_null(out->node))
        out->kind = COMFYUI_NODE;
    else if (str_eq(skim_find(data, "node"), STR("null")) && !out->is_anybodys)
        out->kind = COMFYUI_FINISHED;
}

static void read_progress(struct str data, struct comfyui_event *out)
{
    out->node = text_at(data, "node");
    if (read_steps(data, &out->value, &out->most))
        out->kind = COMFYUI_STEP;
}

static void read_states(struct str data, struct comfyui_event *out)
{
    out->kind = COMFYUI_STATES;
    out->nodes = skim_find(data, "nodes");
}

static void read_start(struct str data, struct comfyui_event *out)
{
    UNUSED(data);
    out->kind = COMFYUI_BEGUN;
}

static const struct {
    const char *type;
    void (*read)(struct str data, struct comfyui_event *out);
} types[] = {
    { "execution_start", read_start }, { "execution_cached", read_cached },
    { "executing", read_executing },   { "progress", read_progress },
    { "progress_state", read_states },
};

static struct comfyui_event read_text(struct str message, struct str prompt_id)
{
    struct comfyui_event event = { .kind = COMFYUI_UNHEARD };
    struct str type = text_at(message, "type"), data = skim_find(message, "data");
    struct str id = text_at(data, "prompt_id");

    if (str_eq(type, STR("status")))
        event.kind = COMFYUI_QUEUE;
    for (size_t i = 0; i < COUNT(types); i++) {
        if (!str_eq(type, str_from(types[i].type)))
            continue;
        if (!str_is_null(id) && !str_eq(id, prompt_id)) {
            event.kind = COMFYUI_OTHERS;
            return event;
        }
        event.is_anybodys = str_is_null(id);
        types[i].read(data, &event);
    }
    return event;
}

static bool take_word(struct str *rest, uint32_t *out)
{
    uint32_t word = 0;

    if (rest->len < WORD_BYTES)
        return false;
    for (size_t i = 0; i < WORD_BYTES; i++)
        word = word << 8 | (unsigned char)rest->ptr[i];
    *rest = str_slice(*rest, WORD_BYTES, rest->len);
    *out = word;
    return true;
}

/* Type 1 has its format in the next word, which is for the bytes themselves to say; type 4 has JSON
 * of that length, and is the only one that names its job. */
static struct comfyui_event read_binary(struct str message, struct str prompt_id)
{
    struct comfyui_event event = { .kind = COMFYUI_UNHEARD };
    uint32_t type, word;
    struct str id;

    if (!take_word(&message, &type) || !take_word(&message, &word))
        return event;
    if (type == BINARY_PREVIEW) {
        event = (struct comfyui_event){ .kind = COMFYUI_PREVIEW,
                                        .is_anybodys = true,
                                        .image = message };
    } else if (type == BINARY_PREVIEW_WITH_METADATA && word <= message.len) {
        id = text_at(str_slice(message, 0, word), "prompt_id");
        event.kind = str_eq(id, prompt_id) ? COMFYUI_PREVIEW : COMFYUI_OTHERS;
        event.node = text_at(str_slice(message, 0, word), "node_id");
        event.image = str_slice(message, word, message.len);
    }
    return event;
}

struct comfyui_event comfyui_read_event(bool is_text, struct str message, struct str prompt_id)
{
    return is_text ? read_text(message, prompt_id) : read_binary(message, prompt_id);
}
