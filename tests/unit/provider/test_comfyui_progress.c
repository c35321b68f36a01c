/* How far a job is, by what its nodes tell: never back, never over, and in words. */
#include "check.h"

#include "provider/comfyui_progress.h"

#define GRAPH                                                                                      \
    "{\"1\":{\"class_type\":\"CheckpointLoaderSimple\"},"                                          \
    "\"2\":{\"class_type\":\"CLIPTextEncode\"},"                                                   \
    "\"3\":{\"class_type\":\"KSamplerAdvanced\"},"                                                 \
    "\"4\":{\"class_type\":\"Glow\",\"_meta\":{\"title\":\"Make it\\nglow\"}},"                    \
    "\"5\":{\"class_type\":\"Shine\"},"                                                            \
    "\"6\":{\"class_type\":\"SaveImage\"}}"

static struct arena arena;
static struct comfyui_progress progress;

static int setup(void **state)
{
    struct json *graph = arena_new(&arena, struct json);
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(json_parse(&arena, STR(GRAPH), graph, &e));
    comfyui_progress_open(&progress, graph);
    return 0;
}

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

/* The data behind the type, without the id of the job, which is ours. */
static bool hear(const char *type, const char *data)
{
    struct str text =
        arena_strf(&arena, "{\"type\":\"%s\",\"data\":{%s,\"prompt_id\":\"mine\"}}", type, data);
    struct comfyui_event event = comfyui_read_event(true, text, STR("mine"));

    return comfyui_progress_hear(&progress, &event);
}

static int percent(void)
{
    return (int)(progress.fraction * 100 + 0.5);
}

static void a_job_goes_from_its_first_node_to_its_last(void **state)
{
    UNUSED(state);
    CHECK(progress.fraction < 0);
    CHECK(hear("execution_start", "\"timestamp\":1"));
    CHECK_I64(percent(), 0);
    CHECK(hear("executing", "\"node\":\"1\""));
    CHECK_TEXT(progress.note, "loading the model");
    CHECK(hear("executing", "\"node\":\"2\""));
    CHECK_TEXT(progress.note, "reading the prompt");
    CHECK(percent() > 0);
    CHECK(hear("executing", "\"node\":\"3\""));
    CHECK_TEXT(progress.note, "drawing");
    CHECK(hear("progress", "\"node\":\"3\",\"value\":10,\"max\":20"));
    CHECK_TEXT(progress.note, "drawing, step 10 of 20");
    CHECK(percent() > 40 && percent() < 60);
    CHECK(hear("executing", "\"node\":\"4\""));
    CHECK_TEXT(progress.note, "Make it?glow");
    CHECK(hear("executing", "\"node\":\"5\""));
    CHECK_TEXT(progress.note, "Shine");
    CHECK(hear("executing", "\"node\":\"6\""));
    CHECK_TEXT(progress.note, "saving the picture");
    CHECK(percent() > 90 && percent() < 100);
    CHECK(!hear("executing", "\"node\":null"));
}

static void it_never_goes_back(void **state)
{
    int before;

    UNUSED(state);
    CHECK(hear("progress", "\"node\":\"3\",\"value\":18,\"max\":20"));
    before = percent();
    CHECK(hear("progress", "\"node\":\"3\",\"value\":1,\"max\":20"));
    CHECK(hear("executing", "\"node\":\"1\""));
    CHECK(percent() >= before);
}

static void what_is_cached_or_told_as_a_state_is_done(void **state)
{
    UNUSED(state);
    CHECK(hear("execution_cached", "\"nodes\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",8]"));
    CHECK_I64(percent(), 99);
    setup(NULL);
    CHECK(hear("progress_state",
               "\"nodes\":{\"1\":{\"state\":\"finished\",\"value\":1,\"max\":1},\"3\":{\"state\":"
               "\"running\",\"value\":1,\"max\":2},\"9\":{\"state\":\"finished\"}}"));
    CHECK(percent() > 40 && percent() < 60);
}

static void the_jobs_of_others_are_none_of_ours(void **state)
{
    static const struct comfyui_event others = { .kind = COMFYUI_OTHERS };
    struct comfyui_event nameless = {
        .kind = COMFYUI_STEP, .is_anybodys = true, .value = 19, .most = 20
    };
    struct comfyui_event preview = { .kind = COMFYUI_PREVIEW,
                                     .is_anybodys = true,
                                     .image = STR("PNG") };

    UNUSED(state);
    CHECK(!comfyui_progress_hear(&progress, &nameless));
    CHECK(!comfyui_progress_shows(&progress, &preview));
    CHECK(hear("executing", "\"node\":\"3\""));
    CHECK(comfyui_progress_shows(&progress, &preview));
    CHECK(!comfyui_progress_hear(&progress, &others));
    CHECK(!comfyui_progress_hear(&progress, &nameless));
    CHECK(!comfyui_progress_shows(&progress, &preview));
    CHECK(percent() < 10);
    preview.is_anybodys = false; /* it names our job */
    CHECK(comfyui_progress_shows(&progress, &preview));
    preview.image = STR("");
    CHECK(!comfyui_progress_shows(&progress, &preview));
}

/* To who comes back the node at work is told without the id of its job. */
static void a_node_of_ours_without_the_id_of_its_job_is_ours(void **state)
{
    struct comfyui_event node = { .kind = COMFYUI_NODE, .is_anybodys = true, .node = STR("3") };

    UNUSED(state);
    CHECK(comfyui_progress_hear(&progress, &node));
    CHECK_TEXT(progress.note, "drawing");
    node.node = STR("not in this graph");
    CHECK(comfyui_progress_hear(&progress, &node));
    CHECK_TEXT(progress.note, "drawing");
}

/* A node may be made of others, which are not in the graph. */
static void parts_of_a_node_do_not_end_it(void **state)
{
    UNUSED(state);
    CHECK(hear("executing", "\"node\":\"3\""));
    CHECK(hear("progress", "\"node\":\"3\",\"value\":2,\"max\":20"));
    CHECK(hear("executing", "\"node\":\"3.0.1\""));
    CHECK(hear("progress", "\"node\":\"3.0.1\",\"value\":20,\"max\":20"));
    CHECK(percent() < 20);
    CHECK(hear("progress", "\"node\":\"3\",\"value\":10,\"max\":20"));
    CHECK(percent() > 30);
}

#define PROGRESS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROGRESS_TEST(a_job_goes_from_its_first_node_to_its_last),
        PROGRESS_TEST(it_never_goes_back),
        PROGRESS_TEST(what_is_cached_or_told_as_a_state_is_done),
        PROGRESS_TEST(the_jobs_of_others_are_none_of_ours),
        PROGRESS_TEST(a_node_of_ours_without_the_id_of_its_job_is_ours),
        PROGRESS_TEST(parts_of_a_node_do_not_end_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
