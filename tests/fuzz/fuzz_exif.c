/* EXIF blocks: whatever they hold, the texts are UTF-8 and the picture's pixels are not touched. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "image/helper/exif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    AUTO_BUF texts = { 0 };
    struct picture p = { .arena = &a, .orientation = 1, .texts = &texts };
    struct image_text text;
    struct str rest;

    buf_init(&texts, IMAGE_MAX_PAYLOAD);
    exif_read(&p, str_of(data, size));
    assert(p.orientation >= 0 && p.orientation <= 65535);
    for (rest = buf_str(&texts); image_record_next(&rest, &text);)
        assert(str_is_utf8(text.value) && text.value.len > 0);
    assert(rest.len == 0);
    return 0;
}
