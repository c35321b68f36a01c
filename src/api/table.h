/* Tables for people: columns that stay in line whatever letters are in them. */
#ifndef API_TABLE_H
#define API_TABLE_H

#include "base/str.h"

/* The last one of a table has no title. */
struct table_column {
    const char *title;
    int width; /* of the terminal's columns; a cell that is wider moves what follows */
    bool right;
};

enum { TABLE_COLUMNS_MAX = 12 };

/* On stdout, a line each. On a terminal a line ends where the terminal does, elsewhere it is whole;
 * '?' stands for control characters. */
void table_put_head(const struct table_column *columns);
void table_put_row(const struct table_column *columns, const struct str *cells);
/* How wide the terminal behind this file descriptor is; fallback where there is none. */
int table_terminal_width(int fd, int fallback);

#endif
