/* CRC-32 against known values, and pieces against the whole. */
#include "check.h"

#include "base/crc32.h"

static void known_texts_have_known_sums(void **state)
{
    static const struct {
        const char *text;
        uint32_t sum;
    } cases[] = {
        { "", 0 },
        { "a", 0xE8B7BE43 },
        { "abc", 0x352441C2 },
        { "IEND", 0xAE426082 },
        { "123456789", 0xCBF43926 },
        { "The quick brown fox jumps over the lazy dog", 0x414FA339 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_I64(crc32_add(0, str_from(cases[i].text)), cases[i].sum);
}

static void bytes_above_127_and_zeros_count(void **state)
{
    char ff[32], zeros[32] = { 0 };

    UNUSED(state);
    memset(ff, 0xFF, sizeof(ff));
    CHECK_I64(crc32_add(0, str_of(zeros, sizeof(zeros))), 0x190A55AD);
    CHECK_I64(crc32_add(0, str_of(ff, sizeof(ff))), 0xFF6CAB0B);
}

static void pieces_of_any_length_give_the_sum_of_the_whole(void **state)
{
    char data[257];
    uint32_t whole;

    UNUSED(state);
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (char)(i * 31);
    whole = crc32_add(0, str_of(data, sizeof(data)));
    for (size_t cut = 0; cut <= sizeof(data); cut++) {
        uint32_t sum = crc32_add(0, str_of(data, cut));

        CHECK_I64(crc32_add(sum, str_of(data + cut, sizeof(data) - cut)), whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(known_texts_have_known_sums),
        TEST(bytes_above_127_and_zeros_count),
        TEST(pieces_of_any_length_give_the_sum_of_the_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
