/* Symbols and letters for cards and badges; a symbol fills the unit circle. */
#ifndef IMAGE_SKETCH_SYMBOL_H
#define IMAGE_SKETCH_SYMBOL_H

#include "image/sketch/num.h"
#include "image/sketch/plan.h"

struct inks {
    struct rgb main, second, dark, pale;
};

void symbol_draw(struct scene *s, int symbol, const struct inks *ink);
void symbol_zodiac(struct scene *s, int symbol, const struct inks *ink); /* SYMBOL_ARIES and on */
/* Letters of "0123456789AJQKIVX", one unit tall, 0.62 apart, the middle at the origin. */
void symbol_text(struct scene *s, const char *text, struct rgb colour);
/* A small suit or star as one path, for pips and corners. */
void symbol_pip(struct path *p, int symbol, float x, float y, float r);

#endif
