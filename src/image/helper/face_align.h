/* Two faces, cut out alike: what the finder says is right within some hundredths of a face. */
#ifndef IMAGE_HELPER_FACE_ALIGN_H
#define IMAGE_HELPER_FACE_ALIGN_H

#include "image/helper/face.h"

/* Moves and scales one of the faces a little within its picture, until its lights and shadows lie
 * most like those of the other one. The order of the two does not matter. */
void face_align(struct arena *a, const struct pixels *left_picture,
                const struct pixels *right_picture, struct face *left, struct face *right);

#endif
