/* Terminals: what they say they can, and how large a picture becomes on them. */
#include "check.h"

#include "features/generate/terminal.h"

static void the_environment_tells_what_a_terminal_can(void **state)
{
    static const struct {
        struct terminal_words words;
        enum terminal_graphics graphics;
        bool true_colour, in_tmux;
    } cases[] = {
        { { .term = { "xterm-256color", 14 } }, GRAPHICS_BLOCKS, false, false },
        { { .term = { "xterm-256color", 14 }, .colorterm = { "truecolor", 9 } },
          GRAPHICS_BLOCKS,
          true,
          false },
        { { .term = { "xterm-kitty", 11 } }, GRAPHICS_KITTY, false, false },
        { { .kitty_window_id = { "1", 1 } }, GRAPHICS_KITTY, false, false },
        { { .term_program = { "ghostty", 7 } }, GRAPHICS_KITTY, false, false },
        { { .term_program = { "iTerm.app", 9 } }, GRAPHICS_ITERM2, false, false },
        { { .lc_terminal = { "iTerm2", 6 } }, GRAPHICS_ITERM2, false, false },
        { { .term_program = { "WezTerm", 7 } }, GRAPHICS_ITERM2, false, false },
        { { .term = { "xterm-sixel", 11 } }, GRAPHICS_SIXEL, false, false },
        { { .term = { "foot-extra", 10 } }, GRAPHICS_SIXEL, false, false },
        { { .term = { "tmux-256color", 13 },
            .kitty_window_id = { "1", 1 },
            .tmux = { "/s,1,0", 6 } },
          GRAPHICS_BLOCKS,
          false,
          true },
        { { .tmux = { "/s,1,0", 6 }, .wanted = { "sixel", 5 } }, GRAPHICS_SIXEL, false, true },
        { { .term = { "xterm-kitty", 11 }, .wanted = { "blocks", 6 } },
          GRAPHICS_BLOCKS,
          false,
          false },
        { { .term = { "xterm-kitty", 11 }, .wanted = { "nonsense", 8 } },
          GRAPHICS_KITTY,
          false,
          false },
        { { .wanted = { "", 0 } }, GRAPHICS_BLOCKS, false, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct terminal t = terminal_judge(&cases[i].words);

        if (t.graphics != cases[i].graphics || t.true_colour != cases[i].true_colour ||
            t.in_tmux != cases[i].in_tmux)
            fail_msg("case %zu: got %s", i, terminal_graphics_names[t.graphics]);
    }
}

static void pictures_fit_and_are_not_enlarged(void **state)
{
    static const struct {
        enum terminal_graphics graphics;
        struct terminal_size size;
        int width, height, to_width, to_height;
    } cases[] = {
        { GRAPHICS_BLOCKS, { 0 }, 512, 512, 40, 40 },
        { GRAPHICS_BLOCKS, { .columns = 200, .rows = 54 }, 1024, 512, 200, 100 },
        { GRAPHICS_BLOCKS, { .columns = 80, .rows = 3 }, 512, 512, 8, 8 },
        { GRAPHICS_BLOCKS, { 0 }, 8, 8, 8, 8 },
        { GRAPHICS_BLOCKS, { 0 }, 8000, 2, 80, 1 },
        { GRAPHICS_KITTY, { 0 }, 1024, 1024, 320, 320 },
        { GRAPHICS_SIXEL,
          { .columns = 80, .rows = 24, .width = 800, .height = 480 },
          1024,
          512,
          800,
          400 },
        { GRAPHICS_SIXEL,
          { .columns = 80, .rows = 24, .width = 800, .height = 480 },
          64,
          64,
          64,
          64 },
        { GRAPHICS_KITTY,
          { .columns = 400, .rows = 200, .width = 8000, .height = 4000 },
          4096,
          4096,
          1024,
          1024 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct terminal t = { .graphics = cases[i].graphics };
        int width, height;

        terminal_fit(&t, &cases[i].size, cases[i].width, cases[i].height, &width, &height);
        CHECK_I64(width, cases[i].to_width);
        CHECK_I64(height, cases[i].to_height);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_environment_tells_what_a_terminal_can),
        TEST(pictures_fit_and_are_not_enlarged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
