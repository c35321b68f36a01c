/* The layout of archives: exact bytes, exact lengths, every position by itself, and ZIP64. */
#include "check.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/zip.h"

#define GIB4 ((int64_t)1 << 32)

static struct zip zip;
static struct err e;

static int begin(void **state)
{
    UNUSED(state);
    zip_init(&zip);
    return 0;
}

static int end(void **state)
{
    UNUSED(state);
    zip_deinit(&zip);
    return 0;
}

static void add(const char *name, int64_t size)
{
    CHECK_OK(zip_add(
        &zip,
        &(struct zip_entry){ .name = str_from(name), .size = size, .changed_ms = 1700000000000 },
        &e));
}

/* All bytes from a position on; the data of an entry is its name, again and again. */
static void read_from(int64_t position, struct buf *out)
{
    char memory[ZIP_MEMORY_BYTES];

    while (position < zip_bytes(&zip)) {
        struct zip_piece piece;

        zip_at(&zip, position, memory, sizeof(memory), &piece);
        buf_put(out, piece.bytes);
        for (int64_t i = 0; i < piece.length; i++) {
            struct str name = zip_name_of(&zip, piece.entry);

            buf_put_char(out, name.ptr[(size_t)(piece.offset + i) % name.len]);
        }
        position += piece.bytes.len > 0 ? (int64_t)piece.bytes.len : piece.length;
    }
}

static uint64_t number_at(struct str bytes, size_t at, int width)
{
    uint64_t value = 0;

    CHECK(at + (size_t)width <= bytes.len);
    for (int i = width - 1; i >= 0; i--)
        value = value << 8 | (unsigned char)bytes.ptr[at + (size_t)i];
    return value;
}

static void an_empty_archive_is_an_end(void **state)
{
    static const char wanted[22] = { 'P', 'K', 5, 6 };
    struct buf got;

    UNUSED(state);
    buf_init(&got, 1000);
    read_from(0, &got);
    CHECK_STR(buf_str(&got), str_of(wanted, sizeof(wanted)));
    buf_deinit(&got);
}

static void one_file_gives_exactly_these_bytes(void **state)
{
    /* 2023-11-14 22:13:20 UTC */
#define COMMON "\x14\0\0\x08\0\0\xaa\xb1\x6e\x57\x78\x56\x34\x12\x05\0\0\0\x05\0\0\0\x05\0\x09\0"
#define TIME   "UT\x05\0\x01\x00\xf1\x53\x65"
    static const char wanted[] = "PK\3\4" COMMON "1.png" TIME "1.png"
                                 "PK\1\2\x2d\3" COMMON "\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0"
                                 "1.png" TIME "PK\5\6\0\0\0\0\1\0\1\0\x3c\0\0\0\x31\0\0\0\0";
    struct zip_entry entry = {
        .name = STR("1.png"), .size = 5, .crc32 = 0x12345678, .changed_ms = 1700000000999
    };
    struct buf got;

    UNUSED(state);
    buf_init(&got, 1000);
    CHECK_OK(zip_add(&zip, &entry, &e));
    read_from(0, &got);
    CHECK_I64(zip_bytes(&zip), got.len);
    CHECK_STR(buf_str(&got), str_of(wanted, sizeof(wanted)));
    buf_deinit(&got);
}

static void every_position_gives_the_same_bytes(void **state)
{
    static const int64_t sizes[] = { 0, 1, 300, 0, 0, 77, 5, 0 };
    struct buf whole, rest;

    UNUSED(state);
    buf_init(&whole, MIB);
    buf_init(&rest, MIB);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char name[] = "1-x.png";

        name[0] = (char)('1' + i);
        add(name, sizes[i]);
    }
    read_from(0, &whole);
    CHECK_I64(zip_bytes(&zip), whole.len);
    for (size_t at = 0; at < whole.len; at++) {
        buf_clear(&rest);
        read_from((int64_t)at, &rest);
        CHECK(str_eq(buf_str(&rest), str_slice(buf_str(&whole), at, whole.len)));
    }
    buf_deinit(&whole);
    buf_deinit(&rest);
}

static void bytes_at(int64_t position, char memory[ZIP_MEMORY_BYTES], struct str *out)
{
    struct zip_piece piece;

    zip_at(&zip, position, memory, ZIP_MEMORY_BYTES, &piece);
    *out = piece.bytes;
}

static void sizes_that_need_64_bits_have_them(void **state)
{
    static const struct {
        int64_t size;
        bool zip64;
    } cases[] = { { GIB4 - 2, false }, { GIB4 - 1, true }, { GIB4, true }, { 3 * GIB4, true } };
    char memory[ZIP_MEMORY_BYTES];
    struct str bytes;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool zip64 = cases[i].zip64;
        uint64_t shown = zip64 ? UINT32_MAX : (uint64_t)cases[i].size;

        zip_deinit(&zip);
        zip_init(&zip);
        add("1.png", cases[i].size);
        bytes_at(0, memory, &bytes);
        CHECK_I64(bytes.len, 30 + 5 + 9 + (zip64 ? 20 : 0));
        CHECK_I64(number_at(bytes, 4, 2), zip64 ? 45 : 20);
        CHECK_I64(number_at(bytes, 18, 4), shown);
        CHECK_I64(number_at(bytes, 22, 4), shown);
        if (zip64) {
            CHECK_I64(number_at(bytes, 35, 4), 0x00100001);
            CHECK_I64(number_at(bytes, 39, 8), cases[i].size);
            CHECK_I64(number_at(bytes, 47, 8), cases[i].size);
        }
        bytes_at((int64_t)bytes.len + cases[i].size, memory, &bytes);
        CHECK_I64(number_at(bytes, 0, 4), 0x02014b50);
        CHECK_I64(bytes.len, 46 + 5 + 9 + (zip64 ? 20 : 0));
        CHECK_I64(number_at(bytes, 20, 4), shown);
        CHECK_I64(number_at(bytes, 24, 4), shown);
        CHECK_I64(number_at(bytes, 42, 4), 0);
    }
}

static void a_file_behind_4_gib_has_an_offset_of_64_bits(void **state)
{
    char memory[ZIP_MEMORY_BYTES];
    struct str bytes;
    int64_t second;

    UNUSED(state);
    add("1.png", GIB4 - 2);
    second = zip.data_end;
    add("2.png", 7);
    bytes_at(second, memory, &bytes);
    CHECK_I64(number_at(bytes, 4, 2), 20);
    bytes_at(zip.data_end + 46 + 5 + 9, memory, &bytes);
    CHECK_I64(number_at(bytes, 6, 2), 45);
    CHECK_I64(number_at(bytes, 24, 4), 7);
    CHECK_I64(number_at(bytes, 42, 4), UINT32_MAX);
    CHECK_I64(number_at(bytes, 51, 4), 0x00080001);
    CHECK_I64(number_at(bytes, 55, 8), second);

    bytes_at(zip.data_end + zip.central_bytes, memory, &bytes);
    CHECK_I64(bytes.len, 56 + 20 + 22);
    CHECK_I64(number_at(bytes, 0, 4), 0x06064b50);
    CHECK_I64(number_at(bytes, 4, 8), 44);
    CHECK_I64(number_at(bytes, 24, 8), 2);
    CHECK_I64(number_at(bytes, 32, 8), 2);
    CHECK_I64(number_at(bytes, 40, 8), zip.central_bytes);
    CHECK_I64(number_at(bytes, 48, 8), zip.data_end);
    CHECK_I64(number_at(bytes, 56, 4), 0x07064b50);
    CHECK_I64(number_at(bytes, 64, 8), zip.data_end + zip.central_bytes);
    CHECK_I64(number_at(bytes, 76 + 10, 2), 2);
    CHECK_I64(number_at(bytes, 76 + 12, 4), zip.central_bytes);
    CHECK_I64(number_at(bytes, 76 + 16, 4), UINT32_MAX);
}

static void more_than_65534_files_need_the_large_end(void **state)
{
    char memory[ZIP_MEMORY_BYTES], name[20];
    struct str bytes;

    UNUSED(state);
    for (int i = 0; i < 70000; i++) {
        snprintf(name, sizeof(name), "%05d.png", i);
        add(name, 0);
        if (i == 65533 || i == 65534) {
            bytes_at(zip.data_end + zip.central_bytes, memory, &bytes);
            CHECK_I64(bytes.len, i == 65533 ? 22 : 98);
        }
    }
    bytes_at(zip.data_end + zip.central_bytes, memory, &bytes);
    CHECK_I64(number_at(bytes, 24, 8), 70000);
    CHECK_I64(number_at(bytes, 76 + 8, 2), UINT16_MAX);
    CHECK_I64(number_at(bytes, 76 + 10, 2), UINT16_MAX);
    bytes_at(zip.data_end + zip.central_bytes - 1, memory, &bytes);
    CHECK_I64(bytes.len, 1);
    CHECK(zip_memory_bytes(&zip) < (int64_t)70000 * 128);
}

static void what_an_archive_cannot_hold_is_refused(void **state)
{
    static const struct {
        const char *name;
        int64_t size;
        enum err_code code;
    } cases[] = {
        { "", 0, ERR_INVALID },
        { "../1.png", 0, ERR_INVALID },
        { "a/b.png", 0, ERR_INVALID },
        { "nul.png", 0, ERR_INVALID },
        { "a\xff.png", 0, ERR_INVALID },
        { "1.png", ZIP_DATA_MAX + 1, ERR_TOO_LARGE },
        { "1.png", ZIP_DATA_MAX - 20, ERR_TOO_LARGE },
    };
    int64_t before;

    UNUSED(state);
    add("0.png", 100);
    before = zip_bytes(&zip);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct zip_entry entry = { .name = str_from(cases[i].name), .size = cases[i].size };

        CHECK_FAILS(zip_add(&zip, &entry, &e), cases[i].code, NULL);
        CHECK_I64(zip_bytes(&zip), before);
    }
}

static void times_stay_within_what_the_format_can_say(void **state)
{
    static const struct {
        int64_t ms;
        uint32_t dos;
        int64_t unix_time; /* -1: none */
    } cases[] = {
        { -1, 0x00210000, -1 },
        { 0, 0x00210000, -1 },
        { 1000, 0x00210000, 1 },
        { 315532800000, 0x00210000, 315532800 },
        { 315532801999, 0x00210000, 315532801 },
        { 315532802000, 0x00210001, 315532802 },
        { 951782399000, 0x285cbf7d, 951782399 }, /* 2000-02-28 23:59:59 */
        { 951782400000, 0x285d0000, 951782400 }, /* the 29th */
        { 2147483647000, 0x743319c3, 2147483647 },
        { 2147483648000, 0x743319c4, -1 },
        { 4354819198000, 0xff9fbf7d, -1 },
        { INT64_MAX, 0xff9fbf7d, -1 },
    };
    char memory[ZIP_MEMORY_BYTES];
    struct str bytes;

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct zip_entry entry = { .name = STR("1.png"), .changed_ms = cases[i].ms };
        bool has_time = cases[i].unix_time >= 0;
        int64_t at = zip.data_end;

        CHECK_OK(zip_add(&zip, &entry, &e));
        bytes_at(at, memory, &bytes);
        CHECK_I64(bytes.len, has_time ? 44 : 35);
        CHECK_I64(number_at(bytes, 10, 4), cases[i].dos);
        if (has_time)
            CHECK_I64(number_at(bytes, 40, 4), cases[i].unix_time);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_archive_is_an_end, begin, end),
        cmocka_unit_test_setup_teardown(one_file_gives_exactly_these_bytes, begin, end),
        cmocka_unit_test_setup_teardown(every_position_gives_the_same_bytes, begin, end),
        cmocka_unit_test_setup_teardown(sizes_that_need_64_bits_have_them, begin, end),
        cmocka_unit_test_setup_teardown(a_file_behind_4_gib_has_an_offset_of_64_bits, begin, end),
        cmocka_unit_test_setup_teardown(more_than_65534_files_need_the_large_end, begin, end),
        cmocka_unit_test_setup_teardown(what_an_archive_cannot_hold_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(times_stay_within_what_the_format_can_say, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
