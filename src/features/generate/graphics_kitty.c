/* kitty's graphics protocol, and iTerm2's inline images. */
#include "base/encode.h"
#include "features/generate/graphics.h"

/* Base64 of one escape sequence: a multiple of 4, as the protocol wants it. */
enum { PIECE = 4096, PIECE_BYTES = PIECE / 4 * 3 };

/* q=2: the terminal keeps its answers to itself, nobody reads them. */
void graphics_put_kitty(struct buf *out, const struct graphics_pixels *p)
{
    struct str rest = str_of(p->rgba, (size_t)p->width * (size_t)p->height * 4);
    bool is_first = true;

    while (rest.len > 0) {
        AUTO_ARENA a = { 0 };
        struct str piece = str_slice(rest, 0, PIECE_BYTES);

        rest = str_slice(rest, piece.len, rest.len);
        buf_put(out, STR("\033_G"));
        if (is_first)
            buf_putf(out, "a=T,f=32,s=%d,v=%d,q=2,", p->width, p->height);
        buf_putf(out, "m=%d;", rest.len > 0);
        buf_put(out, base64_encode(&a, piece));
        buf_put(out, STR("\033\\"));
        is_first = false;
    }
    buf_put_char(out, '\n');
}

void graphics_put_iterm2(struct buf *out, struct str file, int columns)
{
    AUTO_ARENA a = { 0 };

    buf_putf(out, "\033]1337;File=inline=1;size=%zu;width=%d;preserveAspectRatio=1:", file.len,
             columns);
    buf_put(out, base64_encode(&a, file));
    buf_put(out, STR("\a\n"));
}
