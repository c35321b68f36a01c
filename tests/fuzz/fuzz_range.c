/* Ranges and entity tags of any bytes: a range lies within the content, whatever its size. */
#include <assert.h>
#include <string.h>

#include "net/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_range(struct str header, int64_t size)
{
    struct range range = { -1, -1 };

    switch (range_parse(header, size, &range)) {
    case RANGE_OK:
        assert(range.start >= 0 && range.bytes > 0 && range.bytes <= size);
        assert(range.start <= size - range.bytes);
        return;
    case RANGE_UNSATISFIABLE:
        assert(size > 0 && range.start == -1 && range.bytes == -1);
        return;
    case RANGE_NONE:
        assert(range.start == -1 && range.bytes == -1);
        return;
    }
    assert(false);
}

/* Eight bytes of size, then the header; behind a line end, a second one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    uint64_t content;
    struct str first, second;

    if (size < sizeof(content))
        return 0;
    memcpy(&content, data, sizeof(content));
    str_cut(str_of(data + sizeof(content), size - sizeof(content)), '\n', &first, &second);
    check_range(first, (int64_t)(content >> 1));
    check_range(first, (int64_t)(content & 15));

    if (etag_matches(first, second)) {
        struct str listed = arena_strf(&a, "\"?\", " STR_FMT, STR_ARG(first));
        struct str weak = arena_strf(&a, "W/" STR_FMT, STR_ARG(second));

        /* Neither another tag in front nor weakness takes a match away, but "*" stands alone. */
        if (str_find_char(first, 0, 0) == first.len && str_find_char(second, 0, 0) == second.len &&
            str_find_char(first, '*', 0) == first.len && !str_starts(second, STR("W/"))) {
            assert(etag_matches(listed, second));
            assert(etag_matches(first, weak));
        }
    }
    return 0;
}
