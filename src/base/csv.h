/* CSV as RFC 4180 has it, that no spreadsheet takes for formulas. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"

struct csv_writer {
    struct buf *out;
    bool in_row;
};

/*
 * A cell of the row that is being written. A text that begins as a formula may - with = + - @, a
 * tab or a line end - gets an apostrophe in front, which programs show as what it is: text. No
 * value is an empty cell.
 */
void csv_put_text(struct csv_writer *w, struct str text);
void csv_put_i64(struct csv_writer *w, int64_t value);
/* Millionths as a decimal number: 40000 is 0.040000. */
void csv_put_micros(struct csv_writer *w, int64_t micros);
void csv_end_row(struct csv_writer *w);

#endif
