/* Pictures into files: the three formats, with the recipe inside where the format has a place for
 * it. */
#ifndef IMAGE_HELPER_ENCODE_H
#define IMAGE_HELPER_ENCODE_H

#include "base/arena.h"
#include "image/helper/pixels.h"
#include "image/image.h"

/*
 * Each writes at the file's offset, from where it stands on. PNG has all of the recipe: A1111's
 * text, our JSON and XMP. JPEG and WebP have the XMP, which holds source type, creator and
 * description.
 */
MUST_CHECK bool png_write(const struct pixels *p, const struct image_recipe *recipe,
                          struct arena *a, int out_fd, struct err *e);
/* Alpha goes onto white. quality 1 to 100. */
MUST_CHECK bool jpeg_write(const struct pixels *p, int quality, const struct image_recipe *recipe,
                           struct arena *a, int out_fd, struct err *e);
MUST_CHECK bool webp_write(const struct pixels *p, int quality, const struct image_recipe *recipe,
                           struct arena *a, int out_fd, struct err *e);

/* The XMP packet, or no value when the recipe names none of what it holds. */
struct str xmp_of(struct arena *a, const struct image_recipe *recipe);

#endif
