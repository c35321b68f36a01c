/* JPEG by libjpeg-turbo, with XMP in its segment. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "base/file.h"
#include "image/helper/encode.h"

struct jpeg_writer {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf on_error;
    char reason[JMSG_LENGTH_MAX];
    uint8_t *row;
    unsigned char *file; /* all of it, in memory until it is right */
    unsigned long file_bytes;
};

static NO_RETURN void fail_hard(j_common_ptr jpeg)
{
    struct jpeg_writer *w = jpeg->client_data;

    jpeg->err->format_message(jpeg, w->reason);
    longjmp(w->on_error, 1);
}

static void on_message(j_common_ptr jpeg, int level)
{
    UNUSED(jpeg);
    UNUSED(level);
}

static void put_on_white(const uint8_t *rgba, uint8_t *rgb, int pixels)
{
    for (int i = 0; i < pixels; i++, rgba += 4, rgb += 3) {
        for (int k = 0; k < 3; k++)
            rgb[k] = (uint8_t)((rgba[k] * rgba[3] + 255 * (255 - rgba[3]) + 127) / 255);
    }
}

static void write_xmp(struct jpeg_writer *w, struct arena *a, struct str xmp)
{
    struct str name = STR("http://ns.adobe.com/xap/1.0/\0");
    char *segment = arena_alloc(a, name.len + xmp.len);

    if (xmp.len == 0)
        return;
    memcpy(segment, name.ptr, name.len);
    memcpy(segment + name.len, xmp.ptr, xmp.len);
    jpeg_write_marker(&w->jpeg, JPEG_APP0 + 1, (const JOCTET *)segment,
                      (unsigned)(name.len + xmp.len));
}

static void write_rows(struct jpeg_writer *w, const struct pixels *p)
{
    for (int y = 0; y < p->height; y++) {
        JSAMPROW row = pixels_row(p, y);

        if (p->channels == 4) {
            put_on_white(row, w->row, p->width);
            row = w->row;
        }
        jpeg_write_scanlines(&w->jpeg, &row, 1);
    }
}

/* setjmp stands here alone, and no local variable is changed behind it. */
static bool encode(struct jpeg_writer *w, const struct pixels *p, int quality, struct arena *a,
                   struct str xmp, struct err *e)
{
    w->jpeg.err = jpeg_std_error(&w->errors);
    w->errors.error_exit = fail_hard;
    w->errors.emit_message = on_message;
    w->jpeg.client_data = w;
    if (setjmp(w->on_error))
        return err_set(e, ERR_TOO_LARGE, "JPEG cannot be written: %s", w->reason);
    jpeg_create_compress(&w->jpeg);
    jpeg_mem_dest(&w->jpeg, &w->file, &w->file_bytes);
    w->jpeg.image_width = (JDIMENSION)p->width;
    w->jpeg.image_height = (JDIMENSION)p->height;
    w->jpeg.input_components = 3;
    w->jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&w->jpeg);
    jpeg_set_quality(&w->jpeg, quality, TRUE);
    jpeg_start_compress(&w->jpeg, TRUE);
    write_xmp(w, a, xmp);
    write_rows(w, p);
    jpeg_finish_compress(&w->jpeg);
    return true;
}

bool jpeg_write(const struct pixels *p, int quality, const struct image_recipe *recipe,
                struct arena *a, int out_fd, struct err *e)
{
    struct jpeg_writer *w = arena_new(a, struct jpeg_writer);
    bool is_done;

    w->row = arena_alloc(a, (size_t)p->width * 3);
    is_done = encode(w, p, quality, a, xmp_of(a, recipe), e) &&
              file_write_all(out_fd, str_of(w->file, w->file_bytes), e);
    jpeg_destroy_compress(&w->jpeg);
    free(w->file);
    return is_done;
}
