/* What ComfyUI answers: its queue, its receipts and names of files. */
#include "provider/comfyui_reply.h"

#include "base/json.h"
#include "provider/comfyui_skim.h"

static bool unreadable(const char *what, struct err *e)
{
    return err_set(e, ERR_UPSTREAM, "ComfyUI's %s cannot be read", what);
}

/* The text of a string's JSON; no value for anything else. */
static struct str text_of(struct arena *a, struct str value)
{
    struct json tree = { 0 };
    struct err unheard;

    if (!str_starts(value, STR("\"")) || !json_parse(a, value, &tree, &unheard))
        return (struct str){ 0 };
    return tree.str;
}

static bool is_id(struct str id)
{
    return id.len > 0 && id.len <= COMFYUI_ID_MAX && id.ptr[0] != '.';
}

/* [number, prompt_id, prompt, {"client_id":...}, ...] */
static bool is_job(struct arena *a, struct str tuple, const struct comfyui_job *job)
{
    if (!str_is_null(job->prompt_id) && str_eq(text_of(a, skim_at(tuple, 1)), job->prompt_id))
        return true;
    return !str_is_null(job->client_id) &&
           str_eq(text_of(a, skim_find(skim_at(tuple, 3), "client_id")), job->client_id);
}

static double number_of(struct str tuple)
{
    double number;

    return str_to_f64(skim_at(tuple, 0), &number) ? number : 0;
}

/* The entry of that job, and how many there are; false for a list that is broken. */
static bool find_entry(struct arena *a, struct str list, const struct comfyui_job *job,
                       struct str *out, int64_t *out_count)
{
    struct skim s = skim_open(list, '[');
    struct str tuple, found = { 0 };
    int64_t count = 0;

    for (; skim_item(&s, &tuple); count++) {
        struct arena_mark mark = arena_mark(a);

        if (str_is_null(found) && is_job(a, tuple, job))
            found = tuple;
        arena_rewind(a, mark);
    }
    *out = found;
    *out_count = count;
    return !s.broken;
}

/* The list is not in its order: lower numbers come first. */
static int64_t count_before(struct str list, double number)
{
    struct skim s = skim_open(list, '[');
    struct str tuple;
    int64_t count = 0;

    while (skim_item(&s, &tuple))
        count += number_of(tuple) < number;
    return count;
}

bool comfyui_read_queue(struct arena *a, struct str body, const struct comfyui_job *job,
                        struct comfyui_place *out, struct err *e)
{
    struct str running = skim_find(body, "queue_running"), is_running;
    struct str pending = skim_find(body, "queue_pending"), is_pending;
    struct str found;
    int64_t count_running, count_pending;

    if (!find_entry(a, running, job, &is_running, &count_running) ||
        !find_entry(a, pending, job, &is_pending, &count_pending))
        return unreadable("queue", e);
    found = !str_is_null(is_running) ? is_running : is_pending;
    *out = (struct comfyui_place){ 0 };
    if (str_is_null(found))
        return true;
    out->prompt_id = text_of(a, skim_at(found, 1));
    if (!is_id(out->prompt_id))
        return unreadable("queue", e);
    out->state = !str_is_null(is_running) ? COMFYUI_RUNNING : COMFYUI_PENDING;
    if (out->state == COMFYUI_PENDING)
        out->before = count_running + count_before(pending, number_of(found));
    return true;
}

bool comfyui_find_in_history(struct arena *a, struct str body, struct str client_id,
                             struct str *out_prompt_id, struct err *e)
{
    const struct comfyui_job job = { .client_id = client_id };
    struct skim s = skim_open(body, '{');
    struct str name, entry, found = { 0 };

    while (skim_member(&s, &name, &entry)) {
        if (is_job(a, skim_find(entry, "prompt"), &job) && is_id(name))
            found = name;
    }
    if (s.broken)
        return unreadable("history", e);
    *out_prompt_id = found;
    return true;
}

/* {"prompt_id":...,"number":...,"node_errors":{}}; old servers write [] for none. */
bool comfyui_read_receipt(struct arena *a, struct str body, struct comfyui_receipt *out,
                          struct err *e)
{
    struct str errors = skim_find(body, "node_errors"), name, value;
    struct skim s = skim_open(errors, '{');
    struct str id = text_of(a, skim_find(body, "prompt_id"));

    if (!is_id(id))
        return unreadable("answer to the job", e);
    out->prompt_id = id;
    out->node_errors = skim_member(&s, &name, &value) ? errors : (struct str){ 0 };
    return true;
}

/* {"name":"in.png","subfolder":"","type":"input"} */
bool comfyui_read_upload(struct arena *a, struct str body, struct str *out_name, struct err *e)
{
    struct str name = text_of(a, skim_find(body, "name"));
    struct str subfolder = text_of(a, skim_find(body, "subfolder"));

    if (name.len == 0 || name.len > COMFYUI_NAME_MAX || subfolder.len > COMFYUI_NAME_MAX)
        return unreadable("answer to an upload", e);
    *out_name = name;
    if (subfolder.len > 0)
        *out_name = arena_strf(a, STR_FMT "/" STR_FMT, STR_ARG(subfolder), STR_ARG(name));
    return true;
}

bool comfyui_is_greeting(struct str body)
{
    return !str_is_null(skim_find(body, "exec_info"));
}

bool comfyui_is_status(struct str body)
{
    return !str_is_null(skim_find(body, "system"));
}
