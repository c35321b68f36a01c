/* Recipes in our own chunk: bounded, and JSON in the end, whatever comes. */
#include "recipe_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_recipe(&recipe_albumen, "albumen", data, size);
    return 0;
}
