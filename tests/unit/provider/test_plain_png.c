/* The PNG that needs no codec: its parts read back, its size as asked for. */
#include "check.h"

#include "base/crc32.h"
#include "provider/plain_png.h"

static uint32_t u32_at(struct str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;

    CHECK(at + 4 <= s.len);
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Walks the chunks: sums right, names as wanted; gives the data of the one called name. */
static struct str chunk_of(struct str png, const char *name, int *out_chunks)
{
    struct str found = { 0 };

    *out_chunks = 0;
    CHECK(str_starts(png, STR("\x89PNG\r\n\x1a\n")));
    for (size_t at = 8; at < png.len; (*out_chunks)++) {
        size_t bytes = u32_at(png, at);
        struct str with_name = str_slice(png, at + 4, at + 8 + bytes);

        CHECK(at + 12 + bytes <= png.len);
        CHECK_I64(u32_at(png, at + 8 + bytes), crc32_add(0, with_name));
        if (str_starts(with_name, str_from(name)))
            found = str_slice(with_name, 4, with_name.len);
        at += 12 + bytes;
    }
    return found;
}

/* Stored blocks only. */
static struct str unpack(struct arena *a, struct str zlib)
{
    char *out = arena_alloc(a, zlib.len);
    size_t got = 0, at = 2;
    bool last = false;

    CHECK(((unsigned char)zlib.ptr[0] * 256 + (unsigned char)zlib.ptr[1]) % 31 == 0);
    while (!last) {
        const unsigned char *head = (const unsigned char *)zlib.ptr + at;
        size_t bytes = head[1] | (size_t)head[2] << 8;

        CHECK((head[3] | (size_t)head[4] << 8) == (~bytes & 0xFFFF));
        CHECK(at + 5 + bytes + 4 <= zlib.len);
        memcpy(out + got, zlib.ptr + at + 5, bytes);
        last = head[0] == 1;
        got += bytes;
        at += 5 + bytes;
    }
    CHECK_I64(at + 4, zlib.len);
    return str_of(out, got);
}

static void every_size_has_its_pixels(void **state)
{
    static const struct {
        int64_t width, height;
    } cases[] = { { 1, 1 }, { 16, 16 }, { 7, 300 }, { 255, 257 }, { 1024, 640 } };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct str png = plain_png(&a, cases[i].width, cases[i].height, 1, 0);
        int chunks;
        struct str header = chunk_of(png, "IHDR", &chunks);
        struct str raw = unpack(&a, chunk_of(png, "IDAT", &chunks));

        CHECK_I64(chunks, 3);
        CHECK_I64(u32_at(header, 0), cases[i].width);
        CHECK_I64(u32_at(header, 4), cases[i].height);
        CHECK_I64(raw.len, (cases[i].width + 1) * cases[i].height);
        for (int64_t y = 0; y < cases[i].height; y++)
            CHECK_I64(raw.ptr[y * (cases[i].width + 1)], 0);
    }
}

static void the_seed_is_the_picture(void **state)
{
    AUTO_ARENA a = { 0 };
    struct str first = plain_png(&a, 32, 32, 5, 0);

    UNUSED(state);
    CHECK_STR(plain_png(&a, 32, 32, 5, 0), first);
    CHECK(!str_eq(plain_png(&a, 32, 32, 6, 0), first));
}

static void padding_gives_exactly_the_size_that_was_asked_for(void **state)
{
    AUTO_ARENA a = { 0 };
    size_t plain = plain_png(&a, 16, 16, 1, 0).len;
    int chunks;

    UNUSED(state);
    CHECK_I64(plain_png(&a, 16, 16, 1, plain - 1).len, plain);
    CHECK_I64(plain_png(&a, 16, 16, 1, plain + 11).len, plain); /* no room for a chunk */
    CHECK_I64(plain_png(&a, 16, 16, 1, plain + 12).len, plain + 12);
    CHECK_I64(plain_png(&a, 16, 16, 1, 5000000).len, 5000000);
    CHECK_I64(chunk_of(plain_png(&a, 16, 16, 1, 70000), "paDd", &chunks).len, 70000 - plain - 12);
    CHECK_I64(chunks, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_size_has_its_pixels),
        TEST(the_seed_is_the_picture),
        TEST(padding_gives_exactly_the_size_that_was_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
