/* JPEG by libjpeg-turbo: scaled while decoding when large, CMYK turned into RGB, damage told from
 * harmless warnings. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "image/helper/codec.h"
#include "image/helper/exif.h"

enum {
    MAX_SCANS = 100, /* a progressive picture has about ten; thousands are an attack */
    APP1 = JPEG_APP0 + 1,
    APP2 = JPEG_APP0 + 2,
    APP11 = JPEG_APP0 + 11,
};

struct jpeg_reader {
    struct row_reader rows;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf on_error;
    char reason[JMSG_LENGTH_MAX];
    bool is_out_of_memory, is_created;
    uint8_t *row;  /* RGB */
    uint8_t *cmyk; /* a row as decoded, of CMYK only */
};

static struct jpeg_reader *reader_of(j_common_ptr jpeg)
{
    return jpeg->client_data;
}

static NO_RETURN void fail_hard(j_common_ptr jpeg)
{
    struct jpeg_reader *r = reader_of(jpeg);

    jpeg->err->format_message(jpeg, r->reason);
    r->is_out_of_memory = jpeg->err->msg_code == JERR_OUT_OF_MEMORY;
    longjmp(r->on_error, 1);
}

/* libjpeg goes on past damage, and fills with grey: that picture is not the one that was sent. */
static void on_message(j_common_ptr jpeg, int level)
{
    static const int damage[] = { JWRN_HIT_MARKER,  JWRN_JPEG_EOF,       JWRN_HUFF_BAD_CODE,
                                  JWRN_MUST_RESYNC, JWRN_ARITH_BAD_CODE, JWRN_NOT_SEQUENTIAL };

    for (size_t i = 0; i < COUNT(damage) && level < 0; i++) {
        if (jpeg->err->msg_code == damage[i])
            fail_hard(jpeg);
    }
}

static void on_progress(j_common_ptr jpeg)
{
    struct jpeg_reader *r = reader_of(jpeg);

    if (r->jpeg.input_scan_number > MAX_SCANS)
        ERREXIT(jpeg, JERR_BAD_PROGRESSION);
}

static bool fail(struct jpeg_reader *r, struct err *e)
{
    if (r->is_out_of_memory)
        return err_set(e, ERR_TOO_LARGE, "the picture needs more memory than is allowed");
    return err_set(e, ERR_INVALID, "the picture is damaged: %s", r->reason);
}

/* setjmp stands in functions of their own, which change no local variable behind it. */
static bool read_header(struct jpeg_reader *r, struct str bytes, bool with_markers, struct err *e)
{
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->errors.error_exit = fail_hard;
    r->errors.emit_message = on_message;
    r->progress.progress_monitor = on_progress;
    r->jpeg.client_data = r;
    if (setjmp(r->on_error))
        return fail(r, e);
    jpeg_create_decompress(&r->jpeg);
    r->is_created = true;
    r->jpeg.progress = &r->progress;
    jpeg_mem_src(&r->jpeg, (const unsigned char *)bytes.ptr, bytes.len);
    if (with_markers) {
        jpeg_save_markers(&r->jpeg, JPEG_COM, 0xFFFF);
        jpeg_save_markers(&r->jpeg, APP1, 0xFFFF);
        jpeg_save_markers(&r->jpeg, APP2, 0xFFFF);
        jpeg_save_markers(&r->jpeg, APP11, 0xFFFF);
    }
    jpeg_read_header(&r->jpeg, TRUE);
    return true;
}

static void destroy(struct jpeg_reader *r)
{
    if (r->is_created)
        jpeg_destroy_decompress(&r->jpeg);
    r->is_created = false;
    free(r->row);
    free(r->cmyk);
    r->row = r->cmyk = NULL;
}

static void read_marker(struct picture *p, const struct jpeg_marker_struct *marker)
{
    struct str data = str_of(marker->data, marker->data_length);
    struct str xmp = STR("http://ns.adobe.com/xap/1.0/\0");

    if (marker->marker == JPEG_COM)
        picture_add_text(p, STR("Comment"), arena_str(p->arena, data));
    else if (marker->marker == APP1 && str_starts(data, STR("Exif\0\0")))
        exif_read(p, arena_str(p->arena, data));
    else if (marker->marker == APP1 && str_starts(data, xmp))
        picture_add_text(p, STR("XML:com.adobe.xmp"),
                         arena_str(p->arena, str_slice(data, xmp.len, data.len)));
    else if (marker->marker == APP11)
        p->has_credentials = true;
}

static bool read_profile(struct jpeg_reader *r, struct picture *p, struct err *e)
{
    JOCTET *profile;
    unsigned bytes;

    if (setjmp(r->on_error))
        return fail(r, e);
    if (jpeg_read_icc_profile(&r->jpeg, &profile, &bytes)) {
        p->icc = arena_str(p->arena, str_of(profile, bytes));
        free(profile);
    }
    return true;
}

static bool jpeg_inspect(struct picture *p, struct err *e)
{
    struct jpeg_reader *r = arena_new(p->arena, struct jpeg_reader);
    bool is_right = read_header(r, p->bytes, true, e) && read_profile(r, p, e);

    for (jpeg_saved_marker_ptr m = r->jpeg.marker_list; is_right && m != NULL; m = m->next)
        read_marker(p, m);
    p->width = (int)r->jpeg.image_width;
    p->height = (int)r->jpeg.image_height;
    destroy(r);
    return is_right;
}

/* The largest reduction by 2, 4 or 8 that leaves the longer side at least_side. */
static unsigned reduction(unsigned width, unsigned height, int least_side)
{
    unsigned by = 8;

    while (by > 1 && MAX(width, height) / by < (unsigned)least_side)
        by /= 2;
    return by;
}

static bool start(struct jpeg_reader *r, int least_side, struct err *e)
{
    bool is_cmyk = r->jpeg.jpeg_color_space == JCS_CMYK || r->jpeg.jpeg_color_space == JCS_YCCK;

    if (setjmp(r->on_error))
        return fail(r, e);
    r->jpeg.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    r->jpeg.scale_num = 1;
    r->jpeg.scale_denom = reduction(r->jpeg.image_width, r->jpeg.image_height, least_side);
    jpeg_start_decompress(&r->jpeg);
    return true;
}

static bool read_row(struct jpeg_reader *r, uint8_t *row, struct err *e)
{
    if (setjmp(r->on_error))
        return fail(r, e);
    return jpeg_read_scanlines(&r->jpeg, &row, 1) == 1 ||
           err_set(e, ERR_INVALID, "the picture is damaged: it ends early");
}

/* Without the inks' profile this is what other programs do. Adobe's are stored inverted. */
static void rgb_of_cmyk(const uint8_t *cmyk, uint8_t *rgb, int pixels, bool is_inverted)
{
    for (int i = 0; i < pixels; i++, cmyk += 4, rgb += 3) {
        for (int k = 0; k < 3; k++) {
            int paper = is_inverted ? cmyk[k] * cmyk[3] : (255 - cmyk[k]) * (255 - cmyk[3]);

            rgb[k] = (uint8_t)((paper + 127) / 255);
        }
    }
}

static const uint8_t *next_row(struct row_reader *rows, struct err *e)
{
    struct jpeg_reader *r = CONTAINER_OF(rows, struct jpeg_reader, rows);

    if (r->cmyk == NULL)
        return read_row(r, r->row, e) ? r->row : NULL;
    if (!read_row(r, r->cmyk, e))
        return NULL;
    rgb_of_cmyk(r->cmyk, r->row, rows->width, r->jpeg.saw_Adobe_marker);
    return r->row;
}

static bool finish(struct row_reader *rows, struct err *e)
{
    struct jpeg_reader *r = CONTAINER_OF(rows, struct jpeg_reader, rows);

    if (setjmp(r->on_error))
        return fail(r, e);
    jpeg_finish_decompress(&r->jpeg);
    return true;
}

static void close_reader(struct row_reader *rows)
{
    destroy(CONTAINER_OF(rows, struct jpeg_reader, rows));
}

static bool add_rows(struct jpeg_reader *r, struct err *e)
{
    size_t pixels = r->jpeg.output_width;

    r->rows.width = (int)r->jpeg.output_width;
    r->rows.height = (int)r->jpeg.output_height;
    r->row = pixels_memory(pixels * 3, e);
    if (r->row == NULL || r->jpeg.out_color_space != JCS_CMYK)
        return r->row != NULL;
    r->cmyk = pixels_memory(pixels * 4, e);
    return r->cmyk != NULL;
}

static bool jpeg_open(const struct picture *p, int least_side, struct row_reader **out,
                      struct err *e)
{
    struct jpeg_reader *r = arena_new(p->arena, struct jpeg_reader);
    AUTO_ROWS rows = &r->rows;

    r->rows = (struct row_reader){ 0, 0, 3, next_row, finish, close_reader };
    if (!read_header(r, p->bytes, false, e) || !start(r, least_side, e) || !add_rows(r, e))
        return false;
    *out = rows;
    rows = NULL;
    return true;
}

const struct codec codec_jpeg = { IMAGE_JPEG, jpeg_inspect, jpeg_open };
