/* What the helper can be asked for. */
#ifndef IMAGE_HELPER_OPERATIONS_H
#define IMAGE_HELPER_OPERATIONS_H

#include "image/helper/wire.h"

/* texts: records that go back with the reply, empty at the start. */
struct operation {
    uint32_t least_fds;
    bool (*run)(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e);
};
/* Fills in the reply, with an error where there is one. */
void operation_run(struct job *job, struct image_reply *reply, struct buf *texts);

/* One file each; the table is in operations.c. */
bool operation_probe(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e);
bool operation_thumbnails(struct job *job, struct image_reply *reply, struct buf *texts,
                          struct err *e);
bool operation_pixels(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e);
bool operation_convert(struct job *job, struct image_reply *reply, struct buf *texts,
                       struct err *e);
bool operation_compare(struct job *job, struct image_reply *reply, struct buf *texts,
                       struct err *e);
bool operation_render(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e);
bool operation_misbehave(struct job *job, struct image_reply *reply, struct buf *texts,
                         struct err *e);

/* Parts that they share. */
struct picture;
void reply_with_picture(struct image_reply *reply, const struct picture *p);
void read_recipe(struct str payload, struct image_recipe *out, struct str *out_request);

#endif
