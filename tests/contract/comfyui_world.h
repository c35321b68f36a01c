/* What the tests of the ComfyUI adapter share: places of its fake, and what that tells of itself.
 */
#ifndef TESTS_CONTRACT_COMFYUI_WORLD_H
#define TESTS_CONTRACT_COMFYUI_WORLD_H

#include "provider_world.h"

#include "provider/comfyui.h"

enum { LONG_MS = 30 * 1000 };

/* The first part of the path is a place of its own, scripted by its words. */
#define SETTINGS(place)                                                                            \
    "base_url: http://127.0.0.1:%d/" place "\n"                                                    \
    "model: model.safetensors\npoll_ms: 20\ndefault_width: 64\ndefault_height: 64\n"

/* Opens the provider of the current test anew. */
void use(const char *settings);
struct json ask(const char *path);
int64_t counted(const char *place, const char *what);
/* The nodes of the job that was sent last to that place, and an input of one. */
const struct json *last_graph(const char *place);
const struct json *input(const struct json *graph, const char *node, const char *name);
const struct json *options(const char *text);

/* Runs the tests for each ComfyUI of provider_places; how many failed. */
#define RUN_COMFYUI_TESTS(tests, failures)                                                         \
    for (size_t i = 0; i < provider_place_count; i++) {                                            \
        current = &provider_places[i];                                                             \
        if (current->ops == &provider_comfyui)                                                     \
            (failures) += cmocka_run_group_tests_name(current->name, tests, NULL, NULL);           \
    }

#endif
