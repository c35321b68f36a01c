/* Labels of any bytes: the names made of them are safe, and any name is judged without harm. */
#include <stdlib.h>

#include "base/zip_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct str label = str_of(data, size);
    struct str numbered = zip_name_make(&a, 12, 3, label, "png");
    struct str own = zip_name_of_file(&a, label, "pictures", "zip");

    require(zip_name_is_safe(numbered) && zip_name_is_safe(own));
    require(str_starts(numbered, STR("012")) && str_ends(numbered, STR(".png")));
    require(numbered.len <= 3 + 1 + ZIP_LABEL_MAX + 4 && str_ends(own, STR(".zip")));

    /* What has been made a label stays as it is. */
    require(str_eq(zip_name_make(&a, 1, 1, str_slice(own, 0, own.len - 4), "zip"),
                   arena_strf(&a, "1-" STR_FMT, STR_ARG(own))));
    if (zip_name_is_safe(label))
        require(size > 0 && size <= ZIP_NAME_MAX && str_is_utf8(label) &&
                str_find_char(label, '/', 0) == size && str_find_char(label, '\0', 0) == size);
    return 0;
}
