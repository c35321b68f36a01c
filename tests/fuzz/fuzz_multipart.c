/* Forms of any bytes: no split changes what is understood. */
#include <assert.h>
#include <string.h>

#include "../unit/net/form_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte is the size of the pieces; up to the first line end follows the boundary. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct str boundary, body;
    struct str type;
    struct form_record whole = { .open = 0 };

    if (size < 1)
        return 0;
    str_cut(str_of(data + 1, size - 1), '\n', &boundary, &body);
    if (str_find_char(boundary, '\0', 0) < boundary.len)
        return 0; /* cannot come in a header */
    type = arena_strf(&a, "multipart/form-data; boundary=" STR_FMT, STR_ARG(boundary));

    struct err first = { 0 };
    bool ok = form_read(&a, type, body, body.len + 1, &whole, &first);
    assert(!ok || whole.open == 0);
    for (int i = 0; i < 2; i++) {
        struct form_record other = { .open = 0 };
        struct err second = { 0 };
        bool again = form_read(&a, type, body, i == 0 ? 1 : (size_t)data[0] + 1, &other, &second);

        assert(ok == again && first.code == second.code && strcmp(first.msg, second.msg) == 0);
        assert(str_eq(buf_str(&whole.text), buf_str(&other.text)));
        form_record_deinit(&other);
    }
    form_record_deinit(&whole);
    return 0;
}
