/* What ComfyUI tells on its WebSocket, of our job and of others, whole and broken. */
#include "check.h"

#include "provider/comfyui_event.h"

#define OURS   "\"prompt_id\":\"mine\""
#define THEIRS "\"prompt_id\":\"yours\""

static const char *const kind_names[] = {
    [COMFYUI_UNHEARD] = "unheard", [COMFYUI_OTHERS] = "others", [COMFYUI_QUEUE] = "queue",
    [COMFYUI_BEGUN] = "begun",     [COMFYUI_CACHED] = "cached", [COMFYUI_NODE] = "node",
    [COMFYUI_STEP] = "step",       [COMFYUI_STATES] = "states", [COMFYUI_FINISHED] = "finished",
    [COMFYUI_PREVIEW] = "preview",
};

static void texts_are_events_of_our_job_or_of_none(void **state)
{
    static const struct {
        const char *text, *kind, *node;
    } cases[] = {
        { "{\"type\":\"status\",\"data\":{\"status\":{\"exec_info\":{\"queue_remaining\":1}}}}",
          "queue", NULL },
        { "{\"type\":\"execution_start\",\"data\":{" OURS ",\"timestamp\":1}}", "begun", NULL },
        { "{\"type\":\"execution_start\",\"data\":{" THEIRS "}}", "others", NULL },
        { "{\"type\":\"execution_cached\",\"data\":{\"nodes\":[\"1\"]," OURS "}}", "cached", NULL },
        { "{\"type\":\"executing\",\"data\":{\"node\":\"3\"," OURS "}}", "node", "3" },
        { "{\"type\":\"executing\",\"data\":{\"node\":\"3\"}}", "node", "3" },
        { "{\"type\":\"executing\",\"data\":{\"node\":\"3\"," THEIRS "}}", "others", NULL },
        { "{\"type\":\"executing\",\"data\":{\"node\":\"3.0.1\",\"display_node\":\"3\"," OURS "}}",
          "node", "3" },
        { "{\"type\":\"executing\",\"data\":{\"node\":null," OURS "}}", "finished", NULL },
        { "{\"type\":\"executing\",\"data\":{\"node\":null," THEIRS "}}", "others", NULL },
        { "{\"type\":\"executing\",\"data\":{\"node\":null}}", "unheard", NULL },
        { "{\"type\":\"executing\",\"data\":{" OURS "}}", "unheard", NULL },
        { "{\"type\":\"progress\",\"data\":{\"value\":7,\"max\":20,\"node\":\"3\"," OURS "}}",
          "step", "3" },
        { "{\"type\":\"progress\",\"data\":{\"value\":7.0,\"max\":2e1," OURS "}}", "step", NULL },
        { "{\"type\":\"progress\",\"data\":{\"value\":7,\"max\":0," OURS "}}", "unheard", NULL },
        { "{\"type\":\"progress\",\"data\":{\"value\":-1,\"max\":9," OURS "}}", "unheard", NULL },
        { "{\"type\":\"progress\",\"data\":{\"value\":NaN,\"max\":9," OURS "}}", "unheard", NULL },
        { "{\"type\":\"progress\",\"data\":{\"value\":7,\"max\":20," THEIRS "}}", "others", NULL },
        { "{\"type\":\"progress_state\",\"data\":{\"nodes\":{}," OURS "}}", "states", NULL },
        { "{\"type\":\"executed\",\"data\":{\"node\":\"9\"," OURS "}}", "unheard", NULL },
        { "{\"type\":\"execution_success\",\"data\":{" OURS "}}", "unheard", NULL },
        { "{\"type\":\"crystools.monitor\",\"data\":{\"cpu\":1}}", "unheard", NULL },
        { "{\"type\":7,\"data\":[]}", "unheard", NULL },
        { "{\"type\":\"executing\"}", "unheard", NULL },
        { "", "unheard", NULL },
        { "{\"type\":\"progress\",\"data\":{\"value\":7", "unheard", NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct comfyui_event event = comfyui_read_event(true, str_from(cases[i].text), STR("mine"));

        CHECK_TEXT(kind_names[event.kind], cases[i].kind);
        CHECK_STR(event.node, str_from(cases[i].node));
    }
}

static void steps_stay_within_their_bounds(void **state)
{
    struct comfyui_event event = comfyui_read_event(
        true, STR("{\"type\":\"progress\",\"data\":{\"value\":30,\"max\":20," OURS "}}"),
        STR("mine"));

    UNUSED(state);
    CHECK_I64(event.value, 20);
    CHECK_I64(event.most, 20);
}

static void previews_are_taken_out_of_binary_messages(void **state)
{
#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }
    static const struct {
        struct str message;
        const char *kind, *image;
        bool is_anybodys;
    } cases[] = {
        { BYTES("\0\0\0\1\0\0\0\2PNG"), "preview", "PNG", true },
        { BYTES("\0\0\0\1\0\0\0\1"), "preview", "", true },
        { BYTES("\0\0\0\4\0\0\0\x14{" OURS "}JPEG"), "preview", "JPEG", false },
        { BYTES("\0\0\0\4\0\0\0\x15{" THEIRS "}JPEG"), "others", "JPEG", false },
        { BYTES("\0\0\0\4\0\0\0\2{}JPEG"), "others", "JPEG", false },
        { BYTES("\0\0\0\4\0\0\0\x60{" OURS "}JPEG"), "unheard", "", false },
        { BYTES("\0\0\0\4\xff\xff\xff\xff{" OURS "}"), "unheard", "", false },
        { BYTES("\0\0\0\3\0\0\0\1aText"), "unheard", "", false },
        { BYTES("\0\0\0\2\0\0\0\1PNG"), "unheard", "", false },
        { BYTES("\0\0\0\1\0\0\0"), "unheard", "", false },
        { BYTES("\0\0"), "unheard", "", false },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct comfyui_event event = comfyui_read_event(false, cases[i].message, STR("mine"));

        CHECK_TEXT(kind_names[event.kind], cases[i].kind);
        CHECK_STR(event.image, str_from(cases[i].image));
        CHECK_I64(event.is_anybodys, cases[i].is_anybodys);
    }
}

static void the_state_of_a_node_is_a_part_of_it(void **state)
{
    static const struct {
        const char *state;
        double part;
    } cases[] = {
        { "{\"value\":5,\"max\":20,\"state\":\"running\"}", 0.25 },
        { "{\"value\":0,\"max\":1,\"state\":\"finished\"}", 1 },
        { "{\"value\":0,\"max\":1,\"state\":\"pending\"}", 0 },
        { "{\"value\":9,\"max\":3}", 1 },
        { "{\"value\":9,\"max\":0}", 0 },
        { "null", 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK(comfyui_read_state(str_from(cases[i].state)) == cases[i].part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(texts_are_events_of_our_job_or_of_none),
        TEST(steps_stay_within_their_bounds),
        TEST(previews_are_taken_out_of_binary_messages),
        TEST(the_state_of_a_node_is_a_part_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
