/* Sizes, sums and heads of bytes and files. */
#include "check.h"

#include <stdio.h>
#include <unistd.h>

#include "base/crc32.h"
#include "base/encode.h"
#include "base/fault.h"
#include "blob/digest.h"

static const struct {
    const char *text, *sha256;
    uint32_t crc32;
} known[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0 },
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 0x352441C2 },
    { "123456789", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225", 0xCBF43926 },
};

static FILE *file_with(struct str content)
{
    FILE *file = tmpfile();

    CHECK(file != NULL && fwrite(content.ptr, 1, content.len, file) == content.len);
    fflush(file);
    return file;
}

static void known_contents_have_known_digests(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(known); i++) {
        AUTO_ARENA a = { 0 };
        struct str text = str_from(known[i].text);
        struct digest d;

        digest_bytes(text, &d);
        CHECK_I64(d.size, text.len);
        CHECK_I64(d.crc32, known[i].crc32);
        CHECK_STR(hex_encode(&a, str_of(d.sha256, SHA256_BYTES)), str_from(known[i].sha256));
        CHECK_STR(str_of(d.head, d.head_bytes), text);
    }
}

static void a_file_has_the_digest_of_its_bytes(void **state)
{
    static const size_t sizes[] = { 0, 1, 63, 64, 65, 65535, 65536, 65537, 200000 };
    static char bytes[200000];
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(i * 13 + i / 256);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        FILE *file = file_with(str_of(bytes, sizes[i]));
        struct digest of_bytes, of_file;

        digest_bytes(str_of(bytes, sizes[i]), &of_bytes);
        CHECK_OK(digest_file(fileno(file), (int64_t)sizes[i], &of_file, &e));
        CHECK_I64(of_bytes.size, sizes[i]);
        CHECK_I64(of_bytes.crc32, crc32_add(0, str_of(bytes, sizes[i])));
        CHECK_I64(of_bytes.head_bytes, MIN(sizes[i], (size_t)DIGEST_HEAD_BYTES));
        CHECK(memcmp(&of_bytes, &of_file, sizeof(of_bytes)) == 0);
        fclose(file);
    }
}

static void a_file_beyond_the_bound_is_refused(void **state)
{
    FILE *file = file_with(STR("12345"));
    struct digest d;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(digest_file(fileno(file), 4, &d, &e), ERR_TOO_LARGE, "more than 4 bytes");
    fclose(file);
}

static void a_file_that_cannot_be_read_is_reported(void **state)
{
    struct digest d;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(digest_file(-1, 100, &d, &e), ERR_IO, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(known_contents_have_known_digests),
        TEST(a_file_has_the_digest_of_its_bytes),
        TEST(a_file_beyond_the_bound_is_refused),
        TEST(a_file_that_cannot_be_read_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
