/* Tables for people. */
#include "api/table.h"

#include <limits.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/columns.h"

enum { LINE_MAX_BYTES = 64 * 1024, GAP = 2 };

int table_terminal_width(int fd, int fallback)
{
    struct winsize size;

    if (isatty(fd) == 0)
        return fallback;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void put_spaces(struct buf *line, int count)
{
    for (int i = 0; i < count; i++)
        buf_put_char(line, ' ');
}

static void put_cell(struct buf *line, const struct table_column *column, struct str cell)
{
    int room = column->width - columns_of(cell);

    if (column->right)
        put_spaces(line, room);
    buf_put(line, cell);
    if (!column->right)
        put_spaces(line, room);
    put_spaces(line, GAP);
}

static void print_line(struct buf *line)
{
    struct str text;

    str_blank_controls(line->ptr, line->len);
    text = columns_fit(buf_str(line), table_terminal_width(STDOUT_FILENO, INT_MAX));
    while (str_ends(text, STR(" ")))
        text.len--;
    printf(STR_FMT "\n", STR_ARG(text));
}

void table_put_row(const struct table_column *columns, const struct str *cells)
{
    AUTO_BUF line = { 0 };

    buf_init(&line, LINE_MAX_BYTES);
    for (size_t i = 0; columns[i].title != NULL; i++)
        put_cell(&line, &columns[i], cells[i]);
    print_line(&line);
}

void table_put_head(const struct table_column *columns)
{
    struct str titles[TABLE_COLUMNS_MAX];

    for (size_t i = 0; columns[i].title != NULL; i++)
        titles[i] = str_from(columns[i].title);
    table_put_row(columns, titles);
}
