/* Recipes in NovelAI's comments: bounded, and JSON in the end, whatever comes. */
#include "recipe_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_recipe(&recipe_novelai, "Comment", data, size);
    return 0;
}
