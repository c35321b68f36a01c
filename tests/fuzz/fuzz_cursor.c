/* Cursors from outside: nothing opens but what was sealed, and what was sealed opens. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "api/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct str input = str_of(data, size), secret = STR("a secret that nobody knows");
    struct str keys[2], sealed;
    struct err e;

    assert(!cursor_open(&a, secret, STR("list"), input, keys, 1, &e));
    assert(e.code == ERR_MALFORMED);
    if (size > 200 || !str_is_utf8(input) || str_find_char(input, '\0', 0) < size)
        return 0;
    sealed = cursor_seal(&a, secret, STR("list"), &input, 1);
    if (sealed.len > CURSOR_MAX_BYTES) /* escapes made it long: too long to be taken back */
        return 0;
    assert(cursor_open(&a, secret, STR("list"), sealed, keys, 1, &e));
    assert(str_eq(keys[0], input));
    return 0;
}
