/* What ComfyUI answers, of servers of every age, whole and broken. */
#include "check.h"

#include "provider/comfyui_reply.h"
#include "provider/comfyui_skim.h"

static struct arena arena;

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

static void skimming_finds_values_whatever_lies_between(void **state)
{
    static const struct {
        const char *text, *value; /* of "x"; NULL: none */
    } cases[] = {
        { "{\"x\":1}", "1" },
        { " {\"a\":{\"x\":2},\"x\" : [1,{\"b\":\"]}\"}] }", "[1,{\"b\":\"]}\"}]" },
        { "{\"a\":NaN,\"x\":-Infinity}", "-Infinity" },
        { "{\"a\":\"\\\"x\\\":3\",\"x\":null}", "null" },
        { "{\"x\":\"\"}", "\"\"" },
        { "{}", NULL },
        { "", NULL },
        { "[\"x\",1]", NULL },
        { "{\"x\"", NULL },
        { "{\"x\":", NULL },
        { "{\"x\":\"open", NULL },
        { "{\"x\":{\"y\":[}", NULL },
        { "{x:1}", NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_STR(skim_find(str_from(cases[i].text), "x"), str_from(cases[i].value));
}

static void broken_text_is_told_from_an_end(void **state)
{
    static const struct {
        const char *text;
        int64_t items;
        bool broken;
    } cases[] = {
        { "[]", 0, false },       { "[1]", 1, false },  { "[1,[2,3],\"a\"]", 3, false },
        { "[1,2", 2, true },      { "[1,[2", 1, true }, { "[\"a", 0, true },
        { "{\"a\":1}", 0, true }, { "", 0, true },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct skim s = skim_open(str_from(cases[i].text), '[');
        struct str value;
        int64_t items = 0;

        while (skim_item(&s, &value))
            items++;
        CHECK_I64(items, cases[i].items);
        CHECK_I64(s.broken, cases[i].broken);
    }
}

static void the_queue_says_where_a_job_stands(void **state)
{
    static const struct {
        const char *body;
        enum comfyui_state state;
        int64_t before;
        const char *prompt_id;
    } cases[] = {
        { "{\"queue_running\":[],\"queue_pending\":[]}", COMFYUI_ABSENT, 0, NULL },
        { "{\"queue_running\":[[1,\"mine\",{},{},[]]],\"queue_pending\":[]}", COMFYUI_RUNNING, 0,
          "mine" },
        /* a heap, not a sorted list; and numbers may be negative, or real */
        { "{\"queue_running\":[[1,\"a\",{},{},[]]],\"queue_pending\":[[3,\"b\",{},{},[]],"
          "[9,\"mine\",{},{},[],{\"newer\":1}],[-7.5,\"c\",{},{},[]],[12,\"d\",{},{},[]]]}",
          COMFYUI_PENDING, 3, "mine" },
        /* a server with ids of its own */
        { "{\"queue_running\":[],\"queue_pending\":[[3,\"theirs\",{\"1\":{\"is_changed\":[NaN]}},"
          "{\"client_id\":\"client\"},[]]]}",
          COMFYUI_PENDING, 0, "theirs" },
        { "{\"queue_running\":[[],[1],null,7],\"queue_pending\":[{}]}", COMFYUI_ABSENT, 0, NULL },
    };
    const struct comfyui_job job = { STR("mine"), STR("client") };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct comfyui_place place;
        struct err e = { 0 };

        CHECK_OK(comfyui_read_queue(&arena, str_from(cases[i].body), &job, &place, &e));
        CHECK_I64(place.state, cases[i].state);
        CHECK_I64(place.before, cases[i].before);
        CHECK_STR(place.prompt_id, str_from(cases[i].prompt_id));
    }
}

static void answers_that_break_off_are_no_answers(void **state)
{
    static const char *const bodies[] = {
        "",
        "null",
        "<html>",
        "[1",
        "{\"queue_running\":[",
        "{\"queue_running\":[],",
        "{\"queue_running\":[],\"queue_pending\":[[1,\"mine\"",
    };
    const struct comfyui_job job = { STR("mine"), STR("client") };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct str body = str_from(bodies[i]), text;
        struct comfyui_place place;
        struct comfyui_receipt receipt;
        struct err e = { 0 };

        CHECK_FAILS(comfyui_read_queue(&arena, body, &job, &place, &e), ERR_UPSTREAM,
                    "ComfyUI's queue cannot be read");
        CHECK_FAILS(comfyui_read_receipt(&arena, body, &receipt, &e), ERR_UPSTREAM,
                    "ComfyUI's answer to the job cannot be read");
        CHECK_FAILS(comfyui_read_upload(&arena, body, &text, &e), ERR_UPSTREAM,
                    "ComfyUI's answer to an upload cannot be read");
        CHECK_FAILS(comfyui_find_in_history(&arena, body, job.client_id, &text, &e), ERR_UPSTREAM,
                    "ComfyUI's history cannot be read");
    }
}

static void a_receipt_may_be_of_an_old_server(void **state)
{
    static const struct {
        const char *body, *prompt_id, *errors;
    } cases[] = {
        { "{\"prompt_id\":\"a\",\"number\":1,\"node_errors\":{}}", "a", NULL },
        { "{\"prompt_id\":\"a\",\"number\":1,\"node_errors\":[]}", "a", NULL },
        { "{\"prompt_id\":\"a\"}", "a", NULL },
        { "{\"prompt_id\":\"\\u0061\",\"node_errors\":{\"4\":{}}}", "a", "{\"4\":{}}" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct comfyui_receipt receipt;
        struct err e = { 0 };

        CHECK_OK(comfyui_read_receipt(&arena, str_from(cases[i].body), &receipt, &e));
        CHECK_STR(receipt.prompt_id, str_from(cases[i].prompt_id));
        CHECK_STR(receipt.node_errors, str_from(cases[i].errors));
    }
}

static void the_history_of_many_is_searched_for_who_has_sent_it(void **state)
{
    static const struct {
        const char *body, *found;
    } cases[] = {
        { "{}", NULL },
        { "{\"a\":{\"prompt\":[1,\"a\",{},{\"client_id\":\"x\"},[]]}}", NULL },
        { "{\"a\":{\"prompt\":[1,\"a\",{},{\"client_id\":\"x\"},[]]},"
          "\"b\":{\"prompt\":[2,\"b\",{},{\"client_id\":\"client\"},[]]},\"c\":null}",
          "b" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str found;
        struct err e = { 0 };

        CHECK_OK(
            comfyui_find_in_history(&arena, str_from(cases[i].body), STR("client"), &found, &e));
        CHECK_STR(found, str_from(cases[i].found));
    }
}

#define ENTRY(status, outputs)                                                                     \
    "{\"mine\":{\"prompt\":[1,\"mine\",{},{},[]],\"outputs\":" outputs ",\"status\":" status "}}"
#define FILES(type) "{\"images\":[{\"filename\":\"f.png\",\"type\":\"" type "\"}]}"

static void an_outcome_is_files_or_a_reason(void **state)
{
    static const struct {
        const char *body, *file, *type, *failure;
        size_t files;
    } cases[] = {
        { "{}", NULL, NULL, "", 0 },
        { ENTRY("{\"status_str\":\"success\"}", "{\"9\":" FILES("output") "}"), "f.png", "output",
          "", 1 },
        { ENTRY("null", "{\"8\":" FILES("temp") ",\"9\":" FILES("output") "}"), "f.png", "output",
          "", 1 },
        { ENTRY("null", "{\"8\":" FILES("temp") "}"), "f.png", "temp", "", 1 },
        { ENTRY("null", "{\"8\":{\"gifs\":[{\"filename\":\"g\"}],\"images\":[null,7,{}]}}"), NULL,
          NULL, "", 0 },
        { ENTRY("{\"status_str\":\"error\",\"messages\":[[\"execution_start\",{}],"
                "[\"execution_interrupted\",{}]]}",
                "{}"),
          NULL, NULL, "somebody has interrupted the job at ComfyUI", 0 },
        { ENTRY("{\"status_str\":\"error\",\"messages\":[[\"execution_error\",{\"node_type\":"
                "\"K\",\"exception_message\":\"x is NaN\",\"exception_type\":\"E\","
                "\"current_inputs\":{\"x\":[NaN]}}]]}",
                "{}"),
          NULL, NULL, "ComfyUI's node K has failed: x is NaN (E)", 0 },
        { ENTRY("{\"status_str\":\"error\"}", "{}"), NULL, NULL,
          "ComfyUI has failed to make the picture, and does not say why", 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct comfyui_outcome outcome;
        struct err e = { 0 };

        CHECK_OK(comfyui_read_history(&arena, str_from(cases[i].body), STR("mine"), &outcome, &e));
        CHECK_I64(outcome.found, i > 0);
        CHECK_I64(outcome.file_count, cases[i].files);
        CHECK_TEXT(outcome.failure.msg, cases[i].failure);
        if (cases[i].file != NULL) {
            CHECK_STR(outcome.files[0].name, str_from(cases[i].file));
            CHECK_STR(outcome.files[0].type, str_from(cases[i].type));
            CHECK_STR(outcome.files[0].subfolder, STR(""));
        }
    }
}

static void a_refusal_is_classed_by_whose_fault_it_is(void **state)
{
    static const struct {
        const char *body;
        enum err_code code;
        const char *message;
    } cases[] = {
        { "{\"error\":{\"type\":\"missing_node_type\",\"message\":\"Node 'X' not found.\"}}",
          ERR_MISCONFIGURED,
          "the workflow has a node that this ComfyUI lacks; install it there: Node 'X' not found." },
        { "{\"error\":{\"type\":\"prompt_no_outputs\",\"message\":\"x\"}}", ERR_MISCONFIGURED,
          "the workflow has no node that saves a picture: add SaveImage" },
        { "{\"error\":{\"type\":\"invalid_prompt\",\"message\":\"Cannot execute\"}}", ERR_REJECTED,
          "ComfyUI does not take the workflow: Cannot execute" },
        { "{\"error\":{\"message\":\"x\"},\"node_errors\":{\"3\":{\"class_type\":\"KSampler\","
          "\"errors\":[{\"type\":\"value_bigger_than_max\",\"message\":\"too big\",\"details\":"
          "\"steps\",\"extra_info\":{\"input_name\":\"steps\"}}]}}}",
          ERR_REJECTED, "ComfyUI's node KSampler does not take a value: too big: steps" },
        { "{\"error\":{\"message\":\"x\"},\"node_errors\":{\"3\":{\"errors\":[{\"type\":"
          "\"value_not_in_list\",\"details\":\"vae_name: 'v' not in []\",\"extra_info\":"
          "{\"input_name\":\"vae_name\"}}]}}}",
          ERR_MISCONFIGURED,
          "ComfyUI does not have this model; put it into its folder or name another: vae_name: "
          "'v' not in []" },
        { "{\"error\":\"a string, as old servers write it\",\"node_errors\":[]}", ERR_REJECTED,
          "before" },
        { "", ERR_REJECTED, "before" },
        { "<html>", ERR_REJECTED, "before" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = { .code = ERR_REJECTED, .msg = "before" };

        comfyui_read_refusal(&arena, str_from(cases[i].body), &e);
        CHECK_TEXT(err_name(e.code), err_name(cases[i].code));
        CHECK_TEXT(e.msg, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(skimming_finds_values_whatever_lies_between),
        TEST(broken_text_is_told_from_an_end),
        TEST(the_queue_says_where_a_job_stands),
        TEST(answers_that_break_off_are_no_answers),
        TEST(a_receipt_may_be_of_an_old_server),
        TEST(the_history_of_many_is_searched_for_who_has_sent_it),
        TEST(an_outcome_is_files_or_a_reason),
        TEST(a_refusal_is_classed_by_whose_fault_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
