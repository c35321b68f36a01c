/* What terminals are sent: each protocol byte by byte for small pictures, and read back for larger.
 */
#include "check.h"

#include <stdlib.h>

#include "base/encode.h"
#include "features/generate/graphics.h"

enum { OUT_MAX = 1 << 22 };

static const uint8_t red_over_blue[] = { 255, 0, 0, 255, 0, 0, 255, 255 };
static const uint8_t clear_over_green[] = { 9, 9, 9, 0, 0, 255, 0, 255 };
static const uint8_t white_then_clear[] = { 255, 255, 255, 255, 0, 0, 0, 0 };

static void half_blocks_have_two_colours(void **state)
{
    static const struct {
        const uint8_t *rgba;
        int width, height;
        bool true_colour;
        const char *text;
    } cases[] = {
        { red_over_blue, 1, 2, true, "\033[38;2;255;0;0m\033[48;2;0;0;255m\u2580\033[0m\n" },
        { red_over_blue, 1, 2, false, "\033[38;5;196m\033[48;5;21m\u2580\033[0m\n" },
        { red_over_blue, 2, 1, true, "\033[38;2;255;0;0m\u2580\033[38;2;0;0;255m\u2580\033[0m\n" },
        { clear_over_green, 1, 2, true, "\033[38;2;0;255;0m\u2584\033[0m\n" },
        { white_then_clear, 2, 1, false, "\033[38;5;231m\u2580\033[39m \033[0m\n" },
        { white_then_clear, 1, 1, true, "\033[38;2;255;255;255m\u2580\033[0m\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct graphics_pixels p = { cases[i].rgba, cases[i].width, cases[i].height };
        AUTO_BUF out = { 0 };

        buf_init(&out, OUT_MAX);
        graphics_put_blocks(&out, &p, cases[i].true_colour);
        CHECK_STR(buf_str(&out), str_from(cases[i].text));
    }
}

static void greys_are_taken_from_their_own_scale(void **state)
{
    static const struct {
        uint8_t level;
        const char *colour;
    } cases[] = { { 0, "\033[38;5;16m" }, { 128, "\033[38;5;244m" }, { 238, "\033[38;5;255m" } };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const uint8_t rgba[] = { cases[i].level, cases[i].level, cases[i].level, 255 };
        AUTO_BUF out = { 0 };

        buf_init(&out, OUT_MAX);
        graphics_put_blocks(&out, &(struct graphics_pixels){ rgba, 1, 1 }, false);
        CHECK(str_starts(buf_str(&out), str_from(cases[i].colour)));
    }
}

/* The picture again out of kitty's pieces; each piece but the last says that more come. */
static struct str read_kitty(struct arena *a, struct str text)
{
    struct str all = STR("");
    bool more = true;

    while (more) {
        struct str head, data, rest, bytes;
        size_t end = str_find(text, STR("\033\\"));

        CHECK(str_starts(text, STR("\033_G")));
        str_cut(str_slice(text, 3, end), ';', &head, &data);
        rest = str_slice(text, end + 2, text.len);
        more = str_ends(head, STR("m=1"));
        CHECK(more || str_ends(head, STR("m=0")));
        CHECK(data.len <= 4096 && (!more || data.len % 4 == 0));
        CHECK(base64_decode(a, data, &bytes));
        all = arena_strf(a, STR_FMT STR_FMT, STR_ARG(all), STR_ARG(bytes));
        text = rest;
    }
    CHECK_STR(text, STR("\n"));
    return all;
}

static void kitty_gets_all_pixels_in_pieces(void **state)
{
    static const int sides[][2] = { { 1, 1 }, { 24, 32 }, { 33, 24 }, { 100, 70 } };

    (void)state;
    for (size_t i = 0; i < COUNT(sides); i++) {
        AUTO_ARENA a = { 0 };
        AUTO_BUF out = { 0 };
        size_t bytes = (size_t)(sides[i][0] * sides[i][1]) * 4;
        uint8_t *rgba = arena_alloc(&a, bytes);
        struct str head =
            arena_strf(&a, "\033_Ga=T,f=32,s=%d,v=%d,q=2,m=", sides[i][0], sides[i][1]);

        for (size_t k = 0; k < bytes; k++)
            rgba[k] = (uint8_t)('a' + k % 23);
        buf_init(&out, OUT_MAX);
        graphics_put_kitty(&out, &(struct graphics_pixels){ rgba, sides[i][0], sides[i][1] });
        CHECK(str_starts(buf_str(&out), head));
        CHECK_STR(read_kitty(&a, buf_str(&out)), str_of(rgba, bytes));
    }
}

static void iterm2_gets_the_file(void **state)
{
    AUTO_BUF out = { 0 };

    (void)state;
    buf_init(&out, OUT_MAX);
    graphics_put_iterm2(&out, STR("\x89PNG"), 40);
    CHECK_STR(buf_str(&out), STR("\033]1337;File=inline=1;size=4;width=40;preserveAspectRatio=1:"
                                 "iVBORw==\a\n"));
}

static void sixels_have_a_palette_and_bands(void **state)
{
    static const struct {
        const uint8_t *rgba;
        int width, height;
        const char *text;
    } cases[] = {
        { red_over_blue, 1, 2, "\033P0;1;0q\"1;1;1;2#5;2;0;0;100#210;2;100;0;0#5A$#210@-\033\\\n" },
        { red_over_blue, 2, 1,
          "\033P0;1;0q\"1;1;2;1#5;2;0;0;100#210;2;100;0;0#5?@$#210@-\033\\\n" },
        { clear_over_green, 1, 2, "\033P0;1;0q\"1;1;1;2#36;2;0;100;0#36A-\033\\\n" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct graphics_pixels p = { cases[i].rgba, cases[i].width, cases[i].height };
        AUTO_BUF out = { 0 };

        buf_init(&out, OUT_MAX);
        graphics_put_sixel(&out, &p);
        CHECK_STR(buf_str(&out), str_from(cases[i].text));
    }
}

/* A reader of sixels: enough to see where which colour lands. */
struct sixel_screen {
    int width, height;
    int palette[256][3];
    int *colour; /* of each pixel, -1 for none */
};

static int64_t read_number(struct str *text)
{
    int64_t n = 0;

    while (text->len > 0 && text->ptr[0] >= '0' && text->ptr[0] <= '9') {
        n = n * 10 + (text->ptr[0] - '0');
        *text = str_slice(*text, 1, text->len);
    }
    return n;
}

static char take(struct str *text)
{
    char c = text->len > 0 ? text->ptr[0] : 0;

    *text = str_slice(*text, 1, text->len);
    return c;
}

static void paint(struct sixel_screen *s, int x, int y, char sixel, int colour)
{
    for (int bit = 0; bit < 6; bit++) {
        if (((sixel - '?') >> bit & 1) == 0)
            continue;
        CHECK(x < s->width && y + bit < s->height);
        s->colour[(y + bit) * s->width + x] = colour;
    }
}

static void read_sixels(struct sixel_screen *s, struct str text)
{
    int x = 0, y = 0, colour = -1;

    while (text.len > 0 && text.ptr[0] != '\033') {
        char c = take(&text);
        int count = 1;

        if (c == '#') {
            colour = (int)read_number(&text);
            if (text.ptr[0] != ';')
                continue;
            take(&text);
            CHECK_I64(read_number(&text), 2);
            for (int k = 0; k < 3; k++) {
                CHECK(take(&text) == ';');
                s->palette[colour][k] = (int)read_number(&text);
            }
            continue;
        }
        if (c == '$' || c == '-') {
            x = 0;
            y += c == '-' ? 6 : 0;
            continue;
        }
        if (c == '!') {
            count = (int)read_number(&text);
            c = take(&text);
        }
        CHECK(c >= '?' && c <= '~');
        for (; count > 0; count--)
            paint(s, x++, y, c, colour);
    }
}

static void a_large_picture_comes_back_from_sixels(void **state)
{
    enum { WIDTH = 97, HEIGHT = 41 };
    static uint8_t rgba[WIDTH * HEIGHT * 4];
    static int colours[WIDTH * HEIGHT];
    struct sixel_screen screen = { .width = WIDTH, .height = HEIGHT, .colour = colours };
    double off = 0;
    AUTO_BUF out = { 0 };

    (void)state;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        rgba[4 * i] = (uint8_t)(i % WIDTH * 255 / WIDTH);
        rgba[4 * i + 1] = (uint8_t)(i / WIDTH * 255 / HEIGHT);
        rgba[4 * i + 2] = 128;
        rgba[4 * i + 3] = (uint8_t)(i % WIDTH == 50 ? 0 : 255);
        colours[i] = -1;
    }
    buf_init(&out, OUT_MAX);
    graphics_put_sixel(&out, &(struct graphics_pixels){ rgba, WIDTH, HEIGHT });
    read_sixels(&screen, str_slice(buf_str(&out), strlen("\033P0;1;0q\"1;1;97;41"), out.len));
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        bool is_clear = i % WIDTH == 50;

        CHECK((colours[i] == -1) == is_clear);
        for (int k = 0; k < 3 && !is_clear; k++)
            off += screen.palette[colours[i]][k] * 255 / 100.0 - rgba[4 * i + k];
    }
    off /= WIDTH * HEIGHT * 3; /* carried errors leave the whole as bright as it was */
    CHECK(off > -3 && off < 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(half_blocks_have_two_colours),    TEST(greys_are_taken_from_their_own_scale),
        TEST(kitty_gets_all_pixels_in_pieces), TEST(iterm2_gets_the_file),
        TEST(sixels_have_a_palette_and_bands), TEST(a_large_picture_comes_back_from_sixels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
