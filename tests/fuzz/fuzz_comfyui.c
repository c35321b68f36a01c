/* What ComfyUI answers: whatever comes, ids and names stay within their bounds, lists within
 * theirs, and reasons are one line. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/comfyui_progress.h"
#include "provider/comfyui_reply.h"
#include "provider/comfyui_workflow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct comfyui_job job = { { "mine", 4 }, { "client", 6 } };

static void check_reason(const struct err *e)
{
    assert(e->msg[0] != '\0' && str_is_utf8(str_from(e->msg)));
    for (const char *c = e->msg; *c != '\0'; c++)
        assert((unsigned char)*c >= 0x20);
}

static void check_queue(struct arena *a, struct str input)
{
    struct comfyui_place place;
    struct comfyui_receipt receipt;
    struct err e = { 0 };

    if (!comfyui_read_queue(a, input, &job, &place, &e))
        assert(e.code == ERR_UPSTREAM);
    else
        assert(place.before >= 0 && place.before <= (int64_t)input.len &&
               place.prompt_id.len <= COMFYUI_ID_MAX &&
               (place.state == COMFYUI_ABSENT) == str_is_null(place.prompt_id));
    if (comfyui_read_receipt(a, input, &receipt, &e))
        assert(receipt.prompt_id.len > 0 && receipt.prompt_id.len <= COMFYUI_ID_MAX);
}

static void check_history(struct arena *a, struct str input)
{
    struct comfyui_outcome outcome;
    struct str found;
    struct err e = { 0 };

    if (comfyui_find_in_history(a, input, job.client_id, &found, &e))
        assert(found.len <= COMFYUI_ID_MAX);
    if (!comfyui_read_history(a, input, job.prompt_id, &outcome, &e)) {
        assert(e.code == ERR_UPSTREAM);
        return;
    }
    assert(outcome.file_count <= COMFYUI_IMAGES_MAX && outcome.files_there >= outcome.file_count);
    for (size_t i = 0; i < outcome.file_count; i++)
        assert(outcome.files[i].name.len > 0 && outcome.files[i].name.len <= COMFYUI_NAME_MAX);
    if (outcome.failure.code != ERR_NONE)
        check_reason(&outcome.failure);
}

static void check_words(struct arena *a, struct str input)
{
    struct err e = { .code = ERR_REJECTED, .msg = "HTTP 400" };
    struct str name;

    comfyui_read_refusal(a, input, &e);
    check_reason(&e);
    if (comfyui_read_upload(a, input, &name, &e))
        assert(name.len > 0 && name.len <= 2 * COMFYUI_NAME_MAX + 1);
    assert(!(comfyui_is_greeting(input) && input.len < 2));
}

/* What a workflow is filled to is JSON again. */
static void check_workflow(struct arena *a, struct str input)
{
    const struct comfyui_value values[] = {
        { STR("prompt"), STR("\"a\\\"b\""), STR("a\"b") },
        { STR("seed"), STR("18446744073709551615"), STR("18446744073709551615") },
    };
    struct comfyui_workflow workflow;
    struct json tree, filled;
    struct err e = { 0 };
    AUTO_BUF out = { 0 };
    struct json_writer w = { .out = &out };

    buf_init(&out, 16 * MIB);
    if (!json_parse(a, input, &tree, &e) || !comfyui_workflow_open(&tree, &workflow, &e))
        return;
    assert(workflow.slot_count <= COMFYUI_SLOTS_MAX && comfyui_workflow_has(&workflow, "prompt"));
    if (comfyui_workflow_put(&workflow, values, COUNT(values), &w, &e))
        assert(json_parse(a, buf_str(&out), &filled, &e));
    else
        assert(e.code == ERR_INVALID || e.code == ERR_TOO_LARGE);
}

static bool is_within(struct str part, struct str whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

/* What is told on the WebSocket, to a job that has just two nodes. */
static void check_events(struct arena *a, struct str input)
{
    struct comfyui_progress *progress = arena_new(a, struct comfyui_progress);
    struct json graph;
    struct err e = { 0 };

    if (!json_parse(a, STR("{\"a\":{\"class_type\":\"KSampler\"},\"b\":{}}"), &graph, &e))
        return;
    comfyui_progress_open(progress, &graph);
    for (int round = 0; round < 4; round++) {
        struct comfyui_event event = comfyui_read_event(round % 2 == 0, input, job.prompt_id);
        double before = progress->fraction;

        assert(is_within(event.node, input) && is_within(event.nodes, input) &&
               is_within(event.image, input));
        assert(event.value >= 0 && event.value <= event.most);
        comfyui_progress_hear(progress, &event);
        assert(progress->fraction >= before && progress->fraction < 1);
        assert(str_is_utf8(str_from(progress->note)));
        assert(!comfyui_progress_shows(progress, &event) || event.image.len > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct str input = str_of(data, size);

    check_queue(&a, input);
    check_history(&a, input);
    check_words(&a, input);
    check_workflow(&a, input);
    check_events(&a, input);
    return 0;
}
