/* How the terminal that somebody sits at can show a picture, and how large. */
#include "features/generate/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/field.h"

const char *const terminal_graphics_names[] = { "blocks", "kitty", "iterm2", "sixel", NULL };

enum {
    COLUMNS_DEFAULT = 80,
    ROWS_DEFAULT = 24,
    CELL_WIDTH = 8, /* px, where the terminal does not say */
    CELL_HEIGHT = 16,
    LINES_LEFT = 4, /* of text beside the picture */
    GRAPHICS_MAX = 1024,
};

struct terminal_words terminal_read_words(void)
{
    return (struct terminal_words){
        .term = str_from(getenv("TERM")),
        .term_program = str_from(getenv("TERM_PROGRAM")),
        .lc_terminal = str_from(getenv("LC_TERMINAL")),
        .colorterm = str_from(getenv("COLORTERM")),
        .kitty_window_id = str_from(getenv("KITTY_WINDOW_ID")),
        .tmux = str_from(getenv("TMUX")),
        .wanted = str_from(getenv("ALBUMEN_PREVIEW")),
    };
}

static bool holds(struct str text, const char *word)
{
    return str_find(text, str_from(word)) < text.len;
}

/* Terminals that say who they are, and what those can do. */
static const struct {
    const char *term, *program;
    enum terminal_graphics graphics;
} known[] = {
    { "kitty", "kitty", GRAPHICS_KITTY },      { "ghostty", "ghostty", GRAPHICS_KITTY },
    { "wezterm", "WezTerm", GRAPHICS_ITERM2 }, { "iterm", "iTerm", GRAPHICS_ITERM2 },
    { "mintty", "mintty", GRAPHICS_ITERM2 },   { "sixel", "sixel", GRAPHICS_SIXEL },
    { "foot", "foot", GRAPHICS_SIXEL },        { "mlterm", "mlterm", GRAPHICS_SIXEL },
    { "contour", "contour", GRAPHICS_SIXEL },  { "yaft", "yaft", GRAPHICS_SIXEL },
};

static enum terminal_graphics guess(const struct terminal_words *w)
{
    if (w->kitty_window_id.len > 0)
        return GRAPHICS_KITTY;
    for (size_t i = 0; i < COUNT(known); i++) {
        if (holds(w->term_program, known[i].program) || holds(w->lc_terminal, known[i].program) ||
            holds(w->term, known[i].term))
            return known[i].graphics;
    }
    return GRAPHICS_BLOCKS;
}

struct terminal terminal_judge(const struct terminal_words *w)
{
    int wanted = w->wanted.len > 0 ? enum_find(terminal_graphics_names, w->wanted) : -1;
    struct terminal t = {
        .graphics = guess(w),
        .true_colour = str_eq(w->colorterm, STR("truecolor")) ||
                       str_eq(w->colorterm, STR("24bit")) || holds(w->term, "direct"),
        .in_tmux = w->tmux.len > 0,
    };

    if (t.in_tmux) /* it keeps back what it does not know */
        t.graphics = GRAPHICS_BLOCKS;
    if (wanted >= 0)
        t.graphics = (enum terminal_graphics)wanted;
    return t;
}

struct terminal_size terminal_read_size(int fd)
{
    struct winsize size = { 0 };

    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        return (struct terminal_size){ 0 };
    return (struct terminal_size){ .columns = size.ws_col,
                                   .rows = size.ws_row,
                                   .width = size.ws_xpixel,
                                   .height = size.ws_ypixel };
}

static int at_least(int value, int least)
{
    return value > least ? value : least;
}

void terminal_fit(const struct terminal *t, const struct terminal_size *size, int width, int height,
                  int *out_width, int *out_height)
{
    int columns = size->columns > 0 ? size->columns : COLUMNS_DEFAULT;
    int rows = at_least((size->rows > 0 ? size->rows : ROWS_DEFAULT) - LINES_LEFT, LINES_LEFT);
    bool is_blocks = t->graphics == GRAPHICS_BLOCKS;
    int cell_width = size->width > 0 ? at_least(size->width / columns, 1) : CELL_WIDTH;
    int cell_height =
        size->height > 0 && size->rows > 0 ? at_least(size->height / size->rows, 1) : CELL_HEIGHT;
    int most_wide = is_blocks ? columns : MIN(columns * cell_width, GRAPHICS_MAX);
    int most_high = is_blocks ? rows * 2 : MIN(rows * cell_height, GRAPHICS_MAX);
    double scale = MIN((double)most_wide / width, (double)most_high / height);

    scale = MIN(scale, 1.0);
    *out_width = at_least((int)(width * scale), 1);
    *out_height = at_least((int)(height * scale), 1);
}
