/* The page of a command: what its help and its man page both say, in two ways of writing. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "api/command.h"

/* How the pieces of a page are written. */
struct page_writer {
    void (*heading)(struct buf *out, const char *text);
    void (*paragraph)(struct buf *out, const char *text);
    void (*line)(struct buf *out, const char *text); /* as it stands */
    void (*item)(struct buf *out, const char *term, const char *text);
};
extern const struct page_writer page_help; /* text, 80 columns */
extern const struct page_writer page_man;  /* roff */

void page_put_command(const struct page_writer *w, const char *program, const struct command *c,
                      struct buf *out);
/* All commands, a line each. */
void page_put_overview(const struct page_writer *w, const char *program, struct buf *out);

/* man.c: whole man pages, of a command or of the program. */
void man_put_command(const char *program, const struct command *c, struct buf *out);
void man_put_program(const char *program, struct buf *out);

#endif
