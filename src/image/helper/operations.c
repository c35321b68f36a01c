/* The table of operations. */
#include "image/helper/operations.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "image/helper/codec.h"

static const struct operation operations[IMAGE_OP_COUNT] = {
    [IMAGE_OP_PROBE] = { 1, operation_probe },
    [IMAGE_OP_THUMBNAILS] = { 2, operation_thumbnails },
    [IMAGE_OP_PIXELS] = { 2, operation_pixels },
    [IMAGE_OP_CONVERT] = { 2, operation_convert },
    [IMAGE_OP_COMPARE] = { 2, operation_compare },
    [IMAGE_OP_RENDER] = { 1, operation_render },
#if defined(ALBUMEN_FAULTS)
    [IMAGE_OP_MISBEHAVE] = { 0, operation_misbehave },
#endif
};

static uint32_t cpu_ms(void)
{
    struct timespec used = { 0 };

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint32_t)(used.tv_sec * 1000 + used.tv_nsec / 1000000);
}

static bool run(struct job *job, struct image_reply *reply, struct buf *texts, struct err *e)
{
    const struct operation *operation = NULL;

    if (job->request.operation < IMAGE_OP_COUNT)
        operation = &operations[job->request.operation];
    if (operation == NULL || operation->run == NULL)
        return err_set(e, ERR_NOT_IMPLEMENTED, "this picture helper has no operation %u",
                       job->request.operation);
    if (job->fd_count < operation->least_fds)
        return err_set(e, ERR_INTERNAL, "the operation takes %u files, %zu came",
                       operation->least_fds, job->fd_count);
    return operation->run(job, reply, texts, e);
}

void operation_run(struct job *job, struct image_reply *reply, struct buf *texts)
{
    struct err e = { 0 };

    if (!run(job, reply, texts, &e)) {
        *reply = (struct image_reply){ .code = (int32_t)e.code };
        snprintf(reply->message, sizeof(reply->message), "%s", e.msg);
        buf_clear(texts);
    }
    reply->cpu_ms = cpu_ms();
}

void reply_with_picture(struct image_reply *reply, const struct picture *p)
{
    bool is_turned = p->orientation >= 5;

    reply->format = (int32_t)p->format;
    reply->width = is_turned ? p->height : p->width;
    reply->height = is_turned ? p->width : p->height;
    reply->orientation = p->orientation;
    reply->is_animated = p->is_animated;
    reply->has_credentials = p->has_credentials;
}

void read_recipe(struct str payload, struct image_recipe *out, struct str *out_request)
{
    const struct {
        struct str keyword;
        struct str *value;
    } known[] = {
        { STR(IMAGE_RECORD_REQUEST), out_request },
        { STR(IMAGE_RECORD_PARAMETERS), &out->parameters },
        { STR(IMAGE_RECORD_JSON), &out->json },
        { STR(IMAGE_RECORD_SOURCE_TYPE), &out->source_type },
        { STR(IMAGE_RECORD_CREATOR), &out->creator },
        { STR(IMAGE_RECORD_DESCRIPTION), &out->description },
    };
    struct image_text record;

    *out = (struct image_recipe){ 0 };
    while (image_record_next(&payload, &record)) {
        for (size_t i = 0; i < COUNT(known); i++) {
            if (str_eq(known[i].keyword, record.keyword))
                *known[i].value = record.value;
        }
    }
}
