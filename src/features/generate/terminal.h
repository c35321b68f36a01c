/* How the terminal that somebody sits at can show a picture, and how large. */
#ifndef FEATURES_GENERATE_TERMINAL_H
#define FEATURES_GENERATE_TERMINAL_H

#include "base/str.h"

enum terminal_graphics {
    GRAPHICS_BLOCKS, /* half blocks in colour: every terminal */
    GRAPHICS_KITTY,
    GRAPHICS_ITERM2,
    GRAPHICS_SIXEL,
};
extern const char *const terminal_graphics_names[]; /* NULL at the end */

/* What the environment says of it; no values for what is not set. */
struct terminal_words {
    struct str term, term_program, lc_terminal, colorterm, kitty_window_id, tmux;
    struct str wanted; /* ALBUMEN_PREVIEW: one of the names */
};

/* All zero where nobody knows. */
struct terminal_size {
    int columns, rows;
    int width, height; /* px */
};

struct terminal {
    enum terminal_graphics graphics;
    bool true_colour; /* else 256 colours */
    bool in_tmux;
};

struct terminal terminal_judge(const struct terminal_words *words);
struct terminal_words terminal_read_words(void);
struct terminal_size terminal_read_size(int fd);

/* A picture's size on it: whole, no larger than it is, and leaving some lines
 * of text in sight. In pixels; of blocks, two to a character. */
void terminal_fit(const struct terminal *t, const struct terminal_size *size, int width, int height,
                  int *out_width, int *out_height);

#endif
