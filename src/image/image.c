/* The calls: what each operation sends along, and what its reply means. */
#include "image/image.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "image/bare.h"
#include "image/service.h"

int image_phash_distance(uint64_t a, uint64_t b)
{
    return __builtin_popcountll(a ^ b);
}

/* Refuses here what the helper would refuse: most of what is wrong needs no process. */
static bool check_input(int fd, struct err *e)
{
    char head[IMAGE_SNIFF_BYTES];
    const struct image_kind *kind;
    struct stat status;
    ssize_t length;

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return err_set(e, ERR_IO, "the picture is no file");
    if (status.st_size > IMAGE_MAX_BYTES)
        return err_set(e, ERR_TOO_LARGE, "the picture has %lld bytes, %d are the most",
                       (long long)status.st_size, IMAGE_MAX_BYTES);
    if (status.st_size == 0)
        return err_set(e, ERR_INVALID, "the picture is empty");
    length = pread(fd, head, sizeof(head), 0);
    if (length < 0)
        return err_set_errno(e, errno, "read", "the picture");
    kind = image_sniff(str_of(head, (size_t)length));
    if (kind->format != IMAGE_UNKNOWN)
        return true;
    if (str_eq(str_from(kind->name), STR("unknown")))
        return err_set(e, ERR_UNSUPPORTED_TYPE, "this is no picture: PNG, JPEG and WebP are read");
    return err_set(e, ERR_UNSUPPORTED_TYPE, "this is %s: PNG, JPEG and WebP are read", kind->name);
}

/* Descriptors of pictures for the time of one call. */
struct inputs {
    int fds[IMAGE_MAX_FDS];
    size_t count;
};

static void close_inputs(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        fd_close(&inputs->fds[i]);
}
#define AUTO_INPUTS CLEANUP(close_inputs) struct inputs

/* A helper may have been taken over by what it read before: what it is to read, it cannot write. */
static bool open_input(int fd, int *out_fd, struct err *e)
{
    char path[40];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return check_input(fd, e) && file_open(path, O_RDONLY, 0, out_fd, e);
}

/* For the files that the call reads, `count` of them from `first` on. */
static bool open_inputs(struct process_call *call, size_t first, size_t count, struct inputs *out,
                        struct err *e)
{
    for (; out->count < count; out->count++) {
        if (!open_input(call->fds[first + out->count], &out->fds[out->count], e))
            return false;
        call->fds[first + out->count] = out->fds[out->count];
    }
    return true;
}

static void read_texts(struct str payload, struct arena *a, struct image_info *out)
{
    struct image_text text;
    struct str rest = payload;
    size_t count = 0;

    while (image_record_next(&rest, &text))
        count++;
    out->texts = arena_array(a, struct image_text, count);
    for (rest = payload; image_record_next(&rest, &text);) {
        if (str_is_utf8(text.keyword) && str_is_utf8(text.value))
            out->texts[out->text_count++] = text;
    }
}

static void read_info(const struct image_reply *reply, struct str payload, struct arena *a,
                      struct image_info *out)
{
    *out = (struct image_info){
        .format = (enum image_format)reply->format,
        .width = reply->width,
        .height = reply->height,
        .orientation = reply->orientation,
        .has_alpha = reply->has_alpha != 0,
        .is_animated = reply->is_animated != 0,
        .has_credentials = reply->has_credentials != 0,
        .phash = reply->phash,
    };
    if (a != NULL)
        read_texts(payload, a, out);
}

static bool call_for_info(struct image_service *s, struct process_call *call,
                          struct image_reply *reply, struct image_info *out, struct err *e)
{
    struct str payload;

    if (!image_service_call(s, call, reply, &payload, e))
        return false;
    read_info(reply, payload, call->arena, out);
    return true;
}

bool image_probe(struct image_service *s, int in_fd, struct arena *a, struct image_info *out,
                 struct err *e)
{
    struct process_call call = {
        .request = { .operation = IMAGE_OP_PROBE },
        .fds = { in_fd },
        .fd_count = 1,
        .arena = a,
    };
    struct image_reply reply;
    AUTO_INPUTS inputs = { .count = 0 };

    return open_inputs(&call, 0, 1, &inputs, e) && call_for_info(s, &call, &reply, out, e);
}

/* A made picture is no larger than what was asked for; a thumbnail that claims to be was not made
 * by our code. */
static bool take_outputs(const struct image_reply *reply, struct image_thumbnail *items,
                         size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        items[i].width = reply->outputs[i].width;
        items[i].height = reply->outputs[i].height;
        items[i].size_bytes = file_size(items[i].out_fd);
        if (items[i].width < 1 || items[i].width > items[i].box || items[i].height < 1 ||
            items[i].height > items[i].box || items[i].size_bytes <= 0)
            return err_set(e, ERR_INVALID,
                           "the picture could not be read: its decoder gave a senseless answer");
    }
    return true;
}

bool image_thumbnails(struct image_service *s, int in_fd, struct image_thumbnail *items,
                      size_t count, struct arena *a, struct image_info *out, struct err *e)
{
    struct process_call call = {
        .request = { .operation = IMAGE_OP_THUMBNAILS, .box_count = (uint32_t)count },
        .fds = { in_fd },
        .fd_count = 1 + count,
        .arena = a,
    };
    struct image_reply reply;
    AUTO_INPUTS inputs = { .count = 0 };

    assert(count >= 1 && count <= IMAGE_MAX_THUMBNAILS);
    for (size_t i = 0; i < count; i++) {
        call.request.boxes[i] = items[i].box;
        call.fds[1 + i] = items[i].out_fd;
    }
    return open_inputs(&call, 0, 1, &inputs, e) && call_for_info(s, &call, &reply, out, e) &&
           take_outputs(&reply, items, count, e);
}

bool image_pixels(struct image_service *s, int in_fd, int box, int out_fd, int *out_width,
                  int *out_height, struct err *e)
{
    struct process_call call = {
        .request = { .operation = IMAGE_OP_PIXELS, .box_count = 1, .boxes = { box } },
        .fds = { in_fd, out_fd },
        .fd_count = 2,
    };
    struct image_thumbnail item = { .box = box, .out_fd = out_fd };
    struct image_info info;
    struct image_reply reply;
    AUTO_INPUTS inputs = { .count = 0 };

    if (!open_inputs(&call, 0, 1, &inputs, e) || !call_for_info(s, &call, &reply, &info, e) ||
        !take_outputs(&reply, &item, 1, e))
        return false;
    *out_width = item.width;
    *out_height = item.height;
    return true;
}

static void put_recipe(struct buf *b, const struct image_recipe *recipe)
{
    image_record_put(b, STR(IMAGE_RECORD_PARAMETERS), recipe->parameters);
    image_record_put(b, STR(IMAGE_RECORD_JSON), recipe->json);
    image_record_put(b, STR(IMAGE_RECORD_SOURCE_TYPE), recipe->source_type);
    image_record_put(b, STR(IMAGE_RECORD_CREATOR), recipe->creator);
    image_record_put(b, STR(IMAGE_RECORD_DESCRIPTION), recipe->description);
}

static bool check_payload(const struct buf *payload, struct err *e)
{
    if (!payload->overflowed)
        return true;
    return err_set(e, ERR_TOO_LARGE, "the texts that go with a picture may have %d bytes",
                   IMAGE_MAX_PAYLOAD);
}

bool image_convert(struct image_service *s, int in_fd, const struct image_target *target,
                   int out_fd, struct image_info *out, struct err *e)
{
    AUTO_BUF payload = { 0 };
    struct process_call call = {
        .request = { .operation = IMAGE_OP_CONVERT,
                     .format = (int32_t)target->format,
                     .quality = target->quality > 0 ? target->quality : 85 },
        .fds = { in_fd, out_fd },
        .fd_count = 2,
    };
    struct image_reply reply;
    AUTO_INPUTS inputs = { .count = 0 };

    buf_init(&payload, IMAGE_MAX_PAYLOAD);
    put_recipe(&payload, &target->recipe);
    call.payload = buf_str(&payload);
    return check_payload(&payload, e) && open_inputs(&call, 0, 1, &inputs, e) &&
           call_for_info(s, &call, &reply, out, e);
}

static bool is_share(double value)
{
    return value >= 0 && value <= 1;
}

bool image_compare(struct image_service *s, int left_fd, int right_fd, struct image_likeness *out,
                   struct err *e)
{
    struct process_call call = {
        .request = { .operation = IMAGE_OP_COMPARE },
        .fds = { left_fd, right_fd },
        .fd_count = 2,
    };
    struct image_reply reply;
    struct str payload;
    AUTO_INPUTS inputs = { .count = 0 };

    if (!open_inputs(&call, 0, 2, &inputs, e) || !image_service_call(s, &call, &reply, &payload, e))
        return false;
    if (!is_share(reply.likeness) || !is_share(reply.likeness_colour) ||
        !is_share(reply.likeness_structure) || !is_share(reply.likeness_face))
        return err_set(e, ERR_INVALID,
                       "the pictures could not be read: their decoder gave a senseless answer");
    *out = (struct image_likeness){
        .colour = reply.likeness_colour,
        .structure = reply.likeness_structure,
        .face = reply.has_faces != 0 ? reply.likeness_face : 0,
        .has_faces = reply.has_faces != 0,
        .whole = reply.likeness,
    };
    return true;
}

bool image_render(struct image_service *s, const struct image_render *render, int out_fd,
                  struct arena *a, struct image_info *out, struct err *e)
{
    AUTO_BUF payload = { 0 };
    struct process_call call = {
        .request = { .operation = IMAGE_OP_RENDER },
        .fds = { out_fd },
        .fd_count = 1 + render->reference_count,
        .arena = a,
    };
    struct image_reply reply;
    AUTO_INPUTS inputs = { .count = 0 };

    assert(render->reference_count <= IMAGE_MAX_REFERENCES);
    buf_init(&payload, IMAGE_MAX_PAYLOAD);
    image_record_put(&payload, STR(IMAGE_RECORD_REQUEST), render->request);
    put_recipe(&payload, &render->recipe);
    call.payload = buf_str(&payload);
    if (!check_payload(&payload, e))
        return false;
    for (size_t i = 0; i < render->reference_count; i++)
        call.fds[1 + i] = render->reference_fds[i];
    if (!open_inputs(&call, 1, render->reference_count, &inputs, e))
        return err_wrap(e, "a reference picture");
    return call_for_info(s, &call, &reply, out, e);
}
