/* WebP by libwebp. */
#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>

#include "base/file.h"
#include "image/helper/encode.h"

enum {
    METHOD = 2, /* of 0 to 6: above it time doubles for a few percent of size */
    FLAG_XMP = 0x04,
    MAX_SIDE = 16383,
};

static bool tell_error(WebPEncodingError error, struct err *e)
{
    if (error == VP8_ENC_ERROR_OUT_OF_MEMORY || error == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY)
        return err_set(e, ERR_TOO_LARGE, "the picture needs more memory than is allowed");
    return err_set(e, ERR_INTERNAL, "WebP cannot be written (%d)", error);
}

static bool encode(const struct pixels *p, int quality, WebPMemoryWriter *writer, struct err *e)
{
    WebPConfig config;
    WebPPicture picture;
    bool is_done;

    if (!WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, (float)quality) ||
        !WebPPictureInit(&picture))
        return err_set(e, ERR_INTERNAL, "libwebp is of another version than its headers");
    config.method = METHOD;
    picture.width = p->width;
    picture.height = p->height;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = writer;
    if (p->channels == 4)
        is_done = WebPPictureImportRGBA(&picture, p->data, (int)pixels_stride(p));
    else
        is_done = WebPPictureImportRGB(&picture, p->data, (int)pixels_stride(p));
    is_done = is_done && WebPEncode(&config, &picture);
    if (!is_done)
        tell_error(picture.error_code, e);
    WebPPictureFree(&picture);
    return is_done;
}

static void put_u32(uint8_t *at, size_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/*
 * The extended form, which alone has a place for XMP: a head, the chunks as they were without it,
 * the packet. The encoder writes an extended head itself when there is alpha.
 */
static bool write_extended(const struct pixels *p, struct str plain, struct str xmp, int fd,
                           struct err *e)
{
    bool is_extended = str_eq(str_slice(plain, 12, 16), STR("VP8X"));
    struct str chunks = str_slice(plain, is_extended ? 30 : 12, plain.len);
    uint8_t head[30] = "RIFF....WEBPVP8X", chunk[8] = "XMP ";
    size_t padding = xmp.len % 2;

    put_u32(head + 4, 4 + 18 + chunks.len + 8 + xmp.len + padding, 4);
    put_u32(head + 16, 10, 4);
    head[20] = FLAG_XMP | (is_extended ? (uint8_t)plain.ptr[20] : 0);
    put_u32(head + 24, (size_t)p->width - 1, 3);
    put_u32(head + 27, (size_t)p->height - 1, 3);
    put_u32(chunk + 4, xmp.len, 4);
    return file_write_all(fd, str_of(head, sizeof(head)), e) && file_write_all(fd, chunks, e) &&
           file_write_all(fd, str_of(chunk, sizeof(chunk)), e) && file_write_all(fd, xmp, e) &&
           file_write_all(fd, str_of("", padding), e);
}

bool webp_write(const struct pixels *p, int quality, const struct image_recipe *recipe,
                struct arena *a, int out_fd, struct err *e)
{
    struct str xmp = xmp_of(a, recipe);
    WebPMemoryWriter writer;
    bool is_done;

    if (p->width > MAX_SIDE || p->height > MAX_SIDE)
        return err_set(e, ERR_TOO_LARGE, "WebP has at most %d pixels a side", MAX_SIDE);
    WebPMemoryWriterInit(&writer);
    is_done = encode(p, quality, &writer, e);
    if (is_done && xmp.len == 0)
        is_done = file_write_all(out_fd, str_of(writer.mem, writer.size), e);
    else if (is_done)
        is_done = write_extended(p, str_of(writer.mem, writer.size), xmp, out_fd, e);
    WebPMemoryWriterClear(&writer);
    return is_done;
}
