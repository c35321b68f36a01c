/* Records of a payload: keyword and value, each with its length. Neither end trusts the other's. */
#include <string.h>

#include "image/protocol.h"

void image_record_put(struct buf *b, struct str keyword, struct str value)
{
    uint32_t lengths[2] = { (uint32_t)keyword.len, (uint32_t)value.len };

    if (value.len == 0)
        return;
    if (keyword.len > IMAGE_MAX_PAYLOAD || value.len > IMAGE_MAX_PAYLOAD) {
        b->overflowed = true;
        return;
    }
    buf_put(b, str_of(lengths, sizeof(lengths)));
    buf_put(b, keyword);
    buf_put(b, value);
}

bool image_record_next(struct str *rest, struct image_text *out)
{
    uint32_t lengths[2];
    size_t left;

    if (rest->len < sizeof(lengths))
        return false;
    memcpy(lengths, rest->ptr, sizeof(lengths));
    left = rest->len - sizeof(lengths);
    if (lengths[0] > left || lengths[1] > left - lengths[0])
        return false;
    out->keyword = str_of(rest->ptr + sizeof(lengths), lengths[0]);
    out->value = str_of(out->keyword.ptr + lengths[0], lengths[1]);
    *rest = str_of(out->value.ptr + lengths[1], left - lengths[0] - lengths[1]);
    return true;
}
