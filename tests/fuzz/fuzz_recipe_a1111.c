/* Recipes in A1111's text: bounded, and JSON in the end, whatever comes. */
#include "recipe_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_recipe(&recipe_a1111, "parameters", data, size);
    return 0;
}
