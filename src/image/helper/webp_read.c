/* WebP by libwebp: still pictures, and of animations the first frame on its canvas. */
#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "image/helper/codec.h"
#include "image/helper/exif.h"

/* libwebp decodes whole pictures; above this size it scales while it does. */
enum { LARGE_PIXELS = 16 * 1000 * 1000 };

/* The first frame, or the picture itself. */
struct webp_frame {
    struct str bytes;
    int x, y, width, height; /* on the canvas */
    bool has_alpha;
};

struct webp_reader {
    struct row_reader rows;
    struct pixels pixels;
    int next_y;
};

static bool damaged(struct err *e, const char *how)
{
    return err_set(e, ERR_INVALID, "the picture is damaged: %s", how);
}

static struct str find_chunk(const WebPDemuxer *demuxer, const char *name)
{
    WebPChunkIterator found;
    struct str data = { 0 };

    if (WebPDemuxGetChunk(demuxer, name, 1, &found))
        data = str_of(found.chunk.bytes, found.chunk.size);
    WebPDemuxReleaseChunkIterator(&found);
    return data; /* points into the file */
}

static void read_chunks(struct picture *p, const WebPDemuxer *demuxer)
{
    exif_read(p, find_chunk(demuxer, "EXIF"));
    picture_add_text(p, STR("XML:com.adobe.xmp"), find_chunk(demuxer, "XMP "));
    p->has_credentials = find_chunk(demuxer, "C2PA").len > 0;
    p->icc = find_chunk(demuxer, "ICCP");
}

static bool read_first_frame(const WebPDemuxer *demuxer, struct webp_frame *out)
{
    WebPIterator frame;
    bool is_there = WebPDemuxGetFrame(demuxer, 1, &frame);

    if (is_there && frame.complete) {
        *out = (struct webp_frame){
            .bytes = str_of(frame.fragment.bytes, frame.fragment.size),
            .x = frame.x_offset,
            .y = frame.y_offset,
            .width = frame.width,
            .height = frame.height,
            .has_alpha = frame.has_alpha,
        };
    }
    is_there = is_there && frame.complete;
    WebPDemuxReleaseIterator(&frame);
    return is_there;
}

static bool webp_inspect(struct picture *p, struct err *e)
{
    WebPData data = { (const uint8_t *)p->bytes.ptr, p->bytes.len };
    struct webp_frame *frame = arena_new(p->arena, struct webp_frame);
    WebPDemuxer *demuxer = WebPDemux(&data);
    bool has_frame;

    if (demuxer == NULL)
        return damaged(e, "it is cut off, or its parts do not fit");
    p->width = (int)WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH);
    p->height = (int)WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT);
    p->is_animated = (WebPDemuxGetI(demuxer, WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG) != 0;
    p->detail = frame;
    read_chunks(p, demuxer);
    has_frame = read_first_frame(demuxer, frame);
    WebPDemuxDelete(demuxer);
    return has_frame || damaged(e, "it holds no whole frame");
}

static bool covers_canvas(const struct picture *p, const struct webp_frame *f)
{
    return f->x == 0 && f->y == 0 && f->width == p->width && f->height == p->height;
}

/* Halves the size while it is large and stays above least_side. */
static int reduction(const struct picture *p, int least_side)
{
    int by = 1;

    while ((int64_t)p->width * p->height / by / by > LARGE_PIXELS &&
           MAX(p->width, p->height) / (by * 2) >= least_side)
        by *= 2;
    return by;
}

static bool tell_status(VP8StatusCode status, struct err *e)
{
    if (status == VP8_STATUS_OUT_OF_MEMORY)
        return err_set(e, ERR_TOO_LARGE, "the picture needs more memory than is allowed");
    if (status == VP8_STATUS_NOT_ENOUGH_DATA || status == VP8_STATUS_SUSPENDED)
        return damaged(e, "it is cut off");
    return damaged(e, "its pixels cannot be decoded");
}

/* Into the part of the canvas that the frame covers. */
static bool decode(const struct webp_frame *f, const struct pixels *canvas, bool is_scaled,
                   struct err *e)
{
    WebPDecoderConfig config;
    VP8StatusCode status;

    if (!WebPInitDecoderConfig(&config))
        return err_set(e, ERR_INTERNAL, "libwebp is of another version than its headers");
    config.options.use_scaling = is_scaled;
    config.options.scaled_width = canvas->width;
    config.options.scaled_height = canvas->height;
    config.output.colorspace = canvas->channels == 4 ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels_row(canvas, f->y) + (size_t)f->x * (size_t)canvas->channels;
    config.output.u.RGBA.stride = (int)pixels_stride(canvas);
    config.output.u.RGBA.size = pixels_stride(canvas) * (size_t)canvas->height -
                                (size_t)(config.output.u.RGBA.rgba - canvas->data);
    status = WebPDecode((const uint8_t *)f->bytes.ptr, f->bytes.len, &config);
    WebPFreeDecBuffer(&config.output);
    return status == VP8_STATUS_OK || tell_status(status, e);
}

static const uint8_t *next_row(struct row_reader *rows, struct err *e)
{
    struct webp_reader *r = CONTAINER_OF(rows, struct webp_reader, rows);

    UNUSED(e);
    return pixels_row(&r->pixels, r->next_y++);
}

static bool finish(struct row_reader *rows, struct err *e)
{
    UNUSED(rows);
    UNUSED(e);
    return true; /* decoded whole at the start */
}

static void close_reader(struct row_reader *rows)
{
    pixels_destroy(&CONTAINER_OF(rows, struct webp_reader, rows)->pixels);
}

static bool webp_open(const struct picture *p, int least_side, struct row_reader **out,
                      struct err *e)
{
    const struct webp_frame *f = p->detail;
    struct webp_reader *r = arena_new(p->arena, struct webp_reader);
    AUTO_PIXELS pixels = { 0 };
    int by = covers_canvas(p, f) ? reduction(p, least_side) : 1;
    bool is_partial = !covers_canvas(p, f);

    if (!pixels_create(MAX(p->width / by, 1), MAX(p->height / by, 1),
                       f->has_alpha || is_partial ? 4 : 3, &pixels, e))
        return false;
    if (is_partial) /* nothing, where the frame is not */
        memset(pixels.data, 0, pixels_stride(&pixels) * (size_t)pixels.height);
    if (!decode(f, &pixels, by > 1, e))
        return false;
    r->rows = (struct row_reader){ pixels.width, pixels.height, pixels.channels,
                                   next_row,     finish,        close_reader };
    r->pixels = pixels;
    pixels = (struct pixels){ 0 };
    *out = &r->rows;
    return true;
}

const struct codec codec_webp = { IMAGE_WEBP, webp_inspect, webp_open };
