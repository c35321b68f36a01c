/* The graphs that ComfyUI gets: those that are built in, those of one's own with their slots, and
 * settings that cannot work. */
#include "comfyui_world.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

static void the_request_stands_in_the_graph(void **state)
{
    struct gen_request request = { .prompt = STR("a \"kite\"\nin {{seed}}"),
                                   .negative_prompt = STR("rain"),
                                   .width = 128,
                                   .height = 64,
                                   .seed = { true, -1 },
                                   .steps = { true, 30 },
                                   .guidance = { true, 5.5 },
                                   .options = options("{\"sampler\":\"dpmpp_2m\",\"scheduler\":"
                                                      "\"karras\",\"count\":2}") };
    const struct json *graph;
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    world_run_init(&w, LONG_MS);
    CHECK_OK(provider_generate(provider, &request, &w.run, &arena, &result, &e));
    CHECK_I64(result.image_count, 2);
    CHECK(result.images[1].seed.set && result.images[1].seed.value == -1);
    CHECK(!str_eq(result.images[0].bytes, result.images[1].bytes));
    graph = last_graph("");
    CHECK_STR(input(graph, "positive", "text")->str, request.prompt);
    CHECK_STR(input(graph, "negative", "text")->str, request.negative_prompt);
    CHECK_STR(input(graph, "model", "ckpt_name")->str, STR("model.safetensors"));
    CHECK_STR(input(graph, "sampler", "sampler_name")->str, STR("dpmpp_2m"));
    CHECK_STR(input(graph, "sampler", "scheduler")->str, STR("karras"));
    CHECK_I64(input(graph, "sampler", "steps")->integer, 30);
    CHECK(input(graph, "sampler", "cfg")->real == 5.5);
    CHECK(input(graph, "sampler", "seed")->real == 18446744073709551615.0);
    CHECK_I64(input(graph, "latent", "width")->integer, 128);
    CHECK_I64(input(graph, "latent", "height")->integer, 64);
    gen_result_deinit(&result);
}

/* As the file of the command line has it: an address, a model, its steps. */
static void a_flux_model_has_its_own_graph_and_no_negative_prompt(void **state)
{
    struct gen_request request = { .prompt = STR("a kite"), .negative_prompt = STR("rain") };
    const struct json *graph;
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use("base_url: http://127.0.0.1:%d/flux\nmodel: flux1-schnell.safetensors\n"
        "default_steps: 4\npoll_ms: 20\n");
    world_run_init(&w, LONG_MS);
    CHECK_OK(provider_generate(provider, &request, &w.run, &arena, &result, &e));
    CHECK_I64(result.ignored.count, 1);
    CHECK_STR(result.ignored.items[0], STR("negative_prompt"));
    graph = last_graph("/flux");
    CHECK_STR(input(graph, "model", "unet_name")->str, STR("flux1-schnell.safetensors"));
    CHECK_I64(input(graph, "sampler", "steps")->integer, 4);
    CHECK(input(graph, "positive", "guidance")->real == 3.5);
    CHECK_I64(input(graph, "latent", "width")->integer, 1024);
    gen_result_deinit(&result);
}

/* In a file of its own, and its name. */
static const char *workflow(const char *text)
{
    char name[SCRATCH_SIZE];
    AUTO_FD fd = scratch_file(name, "workflow");
    struct err e = { 0 };

    CHECK(fd >= 0);
    CHECK_OK(file_write_all(fd, str_from(text), &e));
    return arena_str(&arena, str_from(name)).ptr;
}

static const char *settings_with(const char *file, const char *more)
{
    return arena_strf(&arena,
                      "base_url: http://127.0.0.1:%d/own\nworkflow_file: %s\npoll_ms: 20\n%s", port,
                      file, more)
        .ptr;
}

#define OWN_GRAPH(prompt, prefix)                                                                  \
    "{\"1\":{\"class_type\":\"CheckpointLoaderSimple\",\"inputs\":{\"ckpt_name\":"                 \
    "\"model.safetensors\"}},"                                                                     \
    "\"2\":{\"class_type\":\"CLIPTextEncode\",\"inputs\":{\"text\":\"" prompt                      \
    "\",\"clip\":[\"1\",1]}},"                                                                     \
    "\"3\":{\"class_type\":\"EmptyLatentImage\",\"inputs\":{\"width\":64,\"height\":64,"           \
    "\"batch_size\":1}},"                                                                          \
    "\"4\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":5,\"steps\":\"{{ steps }}\","         \
    "\"cfg\":1.5,\"denoise\":\"{{strength}}\",\"sampler_name\":\"euler\",\"scheduler\":"           \
    "\"normal\",\"model\":[\"1\",0],\"positive\":[\"2\",0],\"negative\":[\"2\",0],"                \
    "\"latent_image\":[\"3\",0]}},"                                                                \
    "\"5\":{\"class_type\":\"VAEDecode\",\"inputs\":{\"samples\":[\"4\",0],\"vae\":[\"1\",2]}},"   \
    "\"6\":{\"class_type\":\"SaveImage\",\"inputs\":{\"images\":[\"5\",0],"                        \
    "\"filename_prefix\":\"" prefix "\"}}}"

static void a_workflow_of_ones_own_is_filled_in_and_honours_its_slots_alone(void **state)
{
    const char *file = workflow(OWN_GRAPH("{{prompt}}, {{mood}}", "{{id}}"));
    struct gen_request request = { .prompt = STR("a kite"),
                                   .steps = { true, 9 },
                                   .seed = { true, 7 },
                                   .options = options("{\"slots\":{\"strength\":0.25}}") };
    const struct json *graph;
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use(settings_with(file, "slots: { mood: calm }\n"));
    world_run_init(&w, LONG_MS);
    CHECK_OK(provider_generate(provider, &request, &w.run, &arena, &result, &e));
    CHECK_I64(result.ignored.count, 1);
    CHECK_STR(result.ignored.items[0], STR("seed"));
    graph = last_graph("/own");
    CHECK_STR(input(graph, "2", "text")->str, STR("a kite, calm"));
    CHECK_I64(input(graph, "4", "steps")->integer, 9);
    CHECK(input(graph, "4", "denoise")->real == 0.25);
    gen_result_deinit(&result);

    request.options = NULL;
    CHECK_FAILS(provider_generate(provider, &request, &w.run, &arena, &result, &e), ERR_INVALID,
                "the workflow's slot 'strength' has no value: give it in options.slots");
    CHECK_TEXT(w.saved, ""); /* no job is waited for */
    request.options = options("{\"slots\":{\"strenght\":1}}");
    CHECK_FAILS(provider_generate(provider, &request, &w.run, &arena, &result, &e), ERR_INVALID,
                "the workflow has no slot 'strenght'");
    unlink(file);
}

static void a_graph_that_is_always_the_same_makes_nothing_new(void **state)
{
    const char *file = workflow(OWN_GRAPH("{{prompt}}", "same"));
    struct gen_request request = { .prompt = STR("a kite"),
                                   .options = options("{\"slots\":{\"strength\":1}}") };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use(settings_with(file, ""));
    for (int again = 0; again < 2; again++) {
        AUTO_WORLD_RUN w = { 0 };

        world_run_init(&w, LONG_MS);
        CHECK_I64(provider_generate(provider, &request, &w.run, &arena, &result, &e), again == 0);
        gen_result_deinit(&result);
    }
    CHECK_TEXT(e.msg, "ComfyUI has made no picture: nothing in the workflow saves one, or it was "
                      "the same as before");
    unlink(file);
}

static void settings_that_cannot_work_are_refused_at_once(void **state)
{
    static const struct {
        const char *settings, *workflow, *message;
    } cases[] = {
        { "model: m\nbase_url: ftp://h\n", NULL,
          "line 2: 'base_url' must begin with http:// or https://, without a user" },
        { "base_url: http://h\n", NULL, "'model' is missing: the file's name in ComfyUI" },
        { "model: m\nsecret_headers: [nonsense]\n", NULL,
          "line 2: 'secret_headers' must be like 'Name: value'" },
        { "model: m\nslots: 5\n", NULL, "line 2: 'slots' must be names with values" },
        { "model: m\nworkflow_file: here.json\n", NULL,
          "line 2: 'workflow_file' must begin with / or ~/" },
        { "model: m\n", "{\"nodes\":[],\"links\":[]}",
          "line 2: 'workflow_file' is not in the API format: export it in ComfyUI by 'Export "
          "(API)'" },
        { "model: m\n", "{\"1\":{\"class_type\":\"X\"}}",
          "line 2: 'workflow_file' is not in the API format: '1' is no node with a class_type and "
          "inputs" },
        { "model: m\n", "{\"1\":{\"class_type\":\"X\",\"inputs\":{\"text\":\"{{seed}}\"}}}",
          "line 2: 'workflow_file' has no slot for the prompt: write {{prompt}} as the text" },
        { "poll_ms: 20\n", OWN_GRAPH("{{prompt}} {{model}}", ""),
          "'model' is missing: the file's name in ComfyUI" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *file = cases[i].workflow != NULL ? workflow(cases[i].workflow) : NULL;
        const char *settings = cases[i].settings;
        struct provider *other = NULL;
        struct err e = { 0 };

        if (file != NULL)
            settings = arena_strf(&arena, "%sworkflow_file: %s\n", settings, file).ptr;
        CHECK_FAILS(open_provider(settings, &other, &e), ERR_INVALID, NULL);
        CHECK(str_ends(str_from(e.msg), str_from(cases[i].message)) ||
              str_eq(str_from(e.msg), str_from(cases[i].message)));
        if (file != NULL)
            unlink(file);
    }
}

static void references_that_a_workflow_needs_have_to_be_there(void **state)
{
    const char *file = workflow("{\"1\":{\"class_type\":\"LoadImage\",\"inputs\":{\"image\":"
                                "\"{{reference2}}\",\"text\":\"{{prompt}}\"}}}");
    struct gen_reference reference = { STR("a picture"), STR("image/png"), { 0 }, { 0 } };
    struct gen_request request = { .prompt = STR("a kite"),
                                   .references = &reference,
                                   .reference_count = 1 };
    AUTO_WORLD_RUN w = { 0 };
    struct gen_result result = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    use(settings_with(file, ""));
    CHECK_I64(provider->can.max_references, 2);
    world_run_init(&w, LONG_MS);
    CHECK_FAILS(provider_generate(provider, &request, &w.run, &arena, &result, &e), ERR_INVALID,
                "the workflow goes by 2 references, and there are 1");
    CHECK_I64(purchases(), 0);
    unlink(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROVIDER_TEST(the_request_stands_in_the_graph),
        PROVIDER_TEST(a_flux_model_has_its_own_graph_and_no_negative_prompt),
        PROVIDER_TEST(a_workflow_of_ones_own_is_filled_in_and_honours_its_slots_alone),
        PROVIDER_TEST(a_graph_that_is_always_the_same_makes_nothing_new),
        PROVIDER_TEST(settings_that_cannot_work_are_refused_at_once),
        PROVIDER_TEST(references_that_a_workflow_needs_have_to_be_there),
    };
    int failures = 0;

    RUN_COMFYUI_TESTS(tests, failures)
    return failures;
}
