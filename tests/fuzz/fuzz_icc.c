/* ICC profiles: those that are taken map every colour somewhere, in place or not, and leave alpha
 * alone. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "image/helper/colour.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    const struct colour *colour = colour_from_icc(&a, str_of(data, size));
    uint8_t pixels[256 * 4], mapped[256 * 4];

    if (colour == NULL)
        return 0;
    for (int i = 0; i < 256; i++) {
        pixels[4 * i] = (uint8_t)i;
        pixels[4 * i + 1] = (uint8_t)(i * 7);
        pixels[4 * i + 2] = (uint8_t)(255 - i);
        pixels[4 * i + 3] = (uint8_t)(i * 3);
    }
    colour_apply(colour, pixels, mapped, 256, 4);
    for (int i = 0; i < 256; i++)
        assert(mapped[4 * i + 3] == pixels[4 * i + 3]);
    colour_apply(colour, pixels, pixels, 256, 4);
    assert(memcmp(pixels, mapped, sizeof(pixels)) == 0);
    return 0;
}
