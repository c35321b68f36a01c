/* The two things that are wanted of EXIF: how the camera was held, and the texts that programs
 * leave there. */
#ifndef IMAGE_HELPER_EXIF_H
#define IMAGE_HELPER_EXIF_H

#include "image/helper/codec.h"

/* block: a TIFF structure, with or without "Exif\0\0" in front. What is wrong in it is passed over.
 */
void exif_read(struct picture *p, struct str block);

#endif
