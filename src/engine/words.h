/* Texts as the words that they are found by: folded here, so that every database finds the same. */
#ifndef ENGINE_WORDS_H
#define ENGINE_WORDS_H

#include "base/buf.h"

enum { WORD_MAX_BYTES = 64 };

/*
 * Puts the words of the text into out, each with a space before it unless it is the first: lower
 * case, without accents, of letters and digits alone. Where words are not parted by blanks
 * (Chinese, Japanese) each character is one. Longer words are cut. Gives how many were put, at most
 * max.
 */
size_t words_put(struct buf *out, struct str text, size_t max);

#endif
