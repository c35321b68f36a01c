/* What providers answer: texts of errors are one line without the secret, images are within their
 * bound; and no name of stored bytes leads out of its folder. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "blob/blob.h"
#include "provider/call.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error_text(struct arena *a, struct str input)
{
    struct str secret = STR("sk-s3cret");
    struct str text = provider_error_text(a, input, &(struct str_list){ &secret, 1 });

    assert(text.len <= 160 && str_is_utf8(text));
    assert(str_find(text, secret) == text.len);
    for (size_t i = 0; i < text.len; i++)
        assert((unsigned char)text.ptr[i] >= 0x20);
}

static void check_image(struct arena *a, struct str input)
{
    struct str bytes, type;
    struct err e = { 0 };

    if (provider_inline_image(a, input, 100, &bytes, &type, &e))
        assert(bytes.len <= 100);
    else
        assert(e.code == ERR_REJECTED || e.code == ERR_TOO_LARGE);
}

static void check_key(struct str input)
{
    if (!blob_key_is_valid(input))
        return;
    assert(input.len > 0 && input.len <= BLOB_KEY_MAX);
    assert(input.ptr[0] != '/' && input.ptr[0] != '.' && input.ptr[input.len - 1] != '/');
    assert(str_find(input, STR("//")) == input.len && str_find(input, STR("/.")) == input.len);
    assert(str_find_char(input, '\0', 0) == input.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct str input = str_of(data, size);
    int64_t wait = provider_retry_after(input, 784111777000);

    assert(wait >= 0 && wait <= RETRY_AFTER_MAX_MS);
    check_error_text(&a, input);
    check_image(&a, input);
    check_key(input);
    return 0;
}
