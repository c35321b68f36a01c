/* Requests of any bytes: nothing is read out of bounds, and no split changes what is understood. */
#include <assert.h>

#include "../unit/net/http_reading.c" /* a target is one file */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_in_steps(struct reading *r, struct str bytes, size_t first, size_t step)
{
    reading_init(r);
    reading_feed(r, str_slice(bytes, 0, first));
    for (size_t at = MIN(first, bytes.len); at < bytes.len; at += step)
        reading_feed(r, str_slice(bytes, at, at + step));
}

/* The first byte chooses where the input is cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading whole, other;
    struct str bytes;
    size_t cut;

    if (size < 2)
        return 0;
    bytes = str_of(data + 1, size - 1);
    cut = data[0] * bytes.len / 256;

    read_in_steps(&whole, bytes, bytes.len, 1);
    for (int i = 0; i < 2; i++) {
        read_in_steps(&other, bytes, i == 0 ? cut : 0, i == 0 ? bytes.len : 1);
        assert(str_eq(buf_str(&whole.notes), buf_str(&other.notes)));
        assert(whole.state == other.state);
        reading_deinit(&other);
    }
    reading_deinit(&whole);
    return 0;
}
