/* Every style's drawing function; the table in style.c names them. */
#ifndef IMAGE_SKETCH_STYLE_LIST_H
#define IMAGE_SKETCH_STYLE_LIST_H

#include "image/sketch/style.h"

/* style_paint.c */
void style_illustration(struct studio *st);
void style_watercolor(struct studio *st);
void style_gouache(struct studio *st);
void style_paper_cut(struct studio *st);
/* style_brush.c */
void style_oil(struct studio *st);
void style_pastel(struct studio *st);
/* style_line.c */
void style_ink(struct studio *st);
void style_comic(struct studio *st);
void style_blueprint(struct studio *st);
void style_neon(struct studio *st);
/* style_print.c */
void style_charcoal(struct studio *st);
void style_linocut(struct studio *st);
void style_risograph(struct studio *st);
void style_sepia(struct studio *st);
/* style_tile.c */
void style_pixel(struct studio *st);
void style_mosaic(struct studio *st);
void style_low_poly(struct studio *st);
void style_stained_glass(struct studio *st);

#endif
