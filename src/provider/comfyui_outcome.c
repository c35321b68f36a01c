/* What has become of a job: the files that it made, or why there are none, in words that say what
 * to do. */
#include "provider/comfyui_reply.h"

#include "base/json.h"
#include "image/recipe/lenient.h"
#include "provider/comfyui_skim.h"

enum { DETAIL_MAX = 120 };

static bool unreadable(struct err *e)
{
    return err_set(e, ERR_UPSTREAM, "ComfyUI's history cannot be read");
}

/* Python's own JSON; what cannot be read even so is null. */
static struct json tree_of(struct arena *a, struct str text)
{
    struct json tree = { 0 };

    if (str_is_null(text) || !lenient_parse(a, text, &tree))
        return (struct json){ 0 };
    return tree;
}

/* One line of at most DETAIL_MAX bytes, cut between characters. */
static const char *line_of(struct arena *a, struct str text)
{
    size_t len = MIN(text.len, (size_t)DETAIL_MAX);
    char *line;

    while (len > 0 && !str_is_utf8(str_of(text.ptr, len)))
        len--;
    line = arena_cstr(a, str_of(text.ptr, len));
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = ' ';
    }
    return line;
}

static bool contains(struct str text, const char *words)
{
    return str_find(text, str_from(words)) < text.len;
}

/* {"node_type":...,"exception_type":...,"exception_message":...} */
static void read_error(struct arena *a, struct str event, struct err *e)
{
    struct json tree = tree_of(a, event);
    struct str message = json_get_str(&tree, "exception_message");
    struct str type = json_get_str(&tree, "exception_type");

    if (contains(type, "OutOfMemory") || contains(message, "out of memory") ||
        contains(message, "Allocation on device")) {
        err_set(e, ERR_REJECTED,
                "ComfyUI has run out of graphics memory: ask for a smaller picture, or take a "
                "smaller model");
        return;
    }
    err_set(e, ERR_REJECTED, "ComfyUI's node %s has failed: %s (%s)",
            line_of(a, json_get_str(&tree, "node_type")), line_of(a, message), line_of(a, type));
}

/* [["execution_start",{...}],["execution_error",{...}]] */
static void read_messages(struct arena *a, struct str messages, struct err *e)
{
    struct skim s = skim_open(messages, '[');
    struct str message;

    err_set(e, ERR_REJECTED, "ComfyUI has failed to make the picture, and does not say why");
    while (skim_item(&s, &message)) {
        struct str kind = skim_at(message, 0);

        if (str_eq(kind, STR("\"execution_error\"")))
            read_error(a, skim_at(message, 1), e);
        if (str_eq(kind, STR("\"execution_interrupted\"")))
            err_set(e, ERR_REJECTED, "somebody has interrupted the job at ComfyUI");
    }
}

static bool take_file(const struct json *v, struct comfyui_file *out)
{
    struct str subfolder = json_get_str(v, "subfolder"), type = json_get_str(v, "type");

    *out = (struct comfyui_file){
        .name = json_get_str(v, "filename"),
        .subfolder = str_is_null(subfolder) ? STR("") : subfolder,
        .type = str_is_null(type) ? STR("output") : type,
    };
    return out->name.len > 0 && out->name.len <= COMFYUI_NAME_MAX &&
           out->subfolder.len <= COMFYUI_NAME_MAX && out->type.len <= COMFYUI_NAME_MAX;
}

/* Those of one node. */
static void add_files(struct arena *a, struct str node, bool for_looking,
                      struct comfyui_outcome *out)
{
    struct json images = tree_of(a, skim_find(node, "images"));

    for (size_t i = 0; images.type == JSON_ARRAY && i < images.array.count; i++) {
        struct comfyui_file file;

        if (!take_file(&images.array.items[i], &file) ||
            str_eq(file.type, STR("temp")) != for_looking)
            continue;
        out->files_there++;
        if (out->file_count < COMFYUI_IMAGES_MAX)
            out->files[out->file_count++] = file;
    }
}

static void read_outputs(struct arena *a, struct str outputs, struct comfyui_outcome *out)
{
    for (int round = 0; round < 2 && out->file_count == 0; round++) {
        struct skim s = skim_open(outputs, '{');
        struct str name, node;

        while (skim_member(&s, &name, &node))
            add_files(a, node, round == 1, out);
    }
}

/* {"<prompt_id>":{"outputs":{...},"status":{...}}}, or {} for what is unknown or not over. */
bool comfyui_read_history(struct arena *a, struct str body, struct str prompt_id,
                          struct comfyui_outcome *out, struct err *e)
{
    struct skim s = skim_open(body, '{');
    struct str name, value, entry = { 0 }, status;

    while (skim_member(&s, &name, &value)) {
        if (str_eq(name, prompt_id))
            entry = value;
    }
    if (s.broken)
        return unreadable(e);
    *out = (struct comfyui_outcome){ .found = !str_is_null(entry) };
    if (!out->found)
        return true;
    status = skim_find(entry, "status");
    if (str_eq(skim_find(status, "status_str"), STR("\"error\"")))
        read_messages(a, skim_find(status, "messages"), &out->failure);
    else
        read_outputs(a, skim_find(entry, "outputs"), out);
    return true;
}

/* Names of files in the server's own folders: nobody but its owner can add one. */
static bool is_name_of_file(struct str input)
{
    static const char *const inputs[] = { "ckpt_name",       "unet_name",  "vae_name",
                                          "lora_name",       "clip_name",  "clip_name1",
                                          "clip_name2",      "model_name", "clip_name3",
                                          "control_net_name" };

    for (size_t i = 0; i < COUNT(inputs); i++) {
        if (str_eq(input, str_from(inputs[i])))
            return true;
    }
    return false;
}

/* The first error of the first node: {"4":{"class_type":...,"errors":[{...}]}}. */
static void read_node_error(struct arena *a, const struct json *node, struct err *e)
{
    const struct json *errors = json_get(node, "errors"), *first;
    const char *class = line_of(a, json_get_str(node, "class_type"));
    struct str type, input;

    if (errors == NULL || errors->type != JSON_ARRAY || errors->array.count == 0)
        return;
    first = &errors->array.items[0];
    type = json_get_str(first, "type");
    input = json_get_str(json_get(first, "extra_info"), "input_name");
    if (str_eq(type, STR("value_not_in_list")) && is_name_of_file(input))
        err_set(e, ERR_MISCONFIGURED,
                "ComfyUI does not have this model; put it into its folder or name another: %s",
                line_of(a, json_get_str(first, "details")));
    else
        err_set(e, ERR_REJECTED, "ComfyUI's node %s does not take a value: %s: %s", class,
                line_of(a, json_get_str(first, "message")),
                line_of(a, json_get_str(first, "details")));
}

void comfyui_read_refusal(struct arena *a, struct str body, struct err *e)
{
    struct json tree = tree_of(a, body);
    const struct json *error = json_get(&tree, "error"), *nodes = json_get(&tree, "node_errors");
    struct str type = json_get_str(error, "type");
    const char *message = line_of(a, json_get_str(error, "message"));

    if (str_eq(type, STR("missing_node_type")))
        err_set(e, ERR_MISCONFIGURED,
                "the workflow has a node that this ComfyUI lacks; install it there: %s", message);
    else if (str_eq(type, STR("prompt_no_outputs")))
        err_set(e, ERR_MISCONFIGURED,
                "the workflow has no node that saves a picture: add SaveImage");
    else if (nodes != NULL && nodes->type == JSON_OBJECT && nodes->object.count > 0)
        read_node_error(a, &nodes->object.members[0].value, e);
    else if (message[0] != '\0')
        err_set(e, ERR_REJECTED, "ComfyUI does not take the workflow: %s", message);
}
