/* Recipes in ComfyUI's graphs: bounded, and JSON in the end, whatever comes. */
#include "recipe_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_recipe(&recipe_comfyui, "prompt", data, size);
    return 0;
}
