/* Requests, pictures and failures of providers. */
#include "provider/gen.h"

#include <assert.h>

#include "base/file.h"

static const struct {
    enum gen_field field;
    const char *name;
} fields[] = {
    { GEN_NEGATIVE_PROMPT, "negative_prompt" },
    { GEN_STYLE, "style" },
    { GEN_SIZE, "size" },
    { GEN_SEED, "seed" },
    { GEN_STEPS, "steps" },
    { GEN_GUIDANCE, "guidance" },
    { GEN_REFERENCES, "references" },
};

const char *gen_field_name(enum gen_field field)
{
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (fields[i].field == field)
            return fields[i].name;
    }
    assert(false);
    return "";
}

static unsigned fields_set(const struct gen_request *r)
{
    return (r->negative_prompt.len > 0 ? GEN_NEGATIVE_PROMPT : 0u) |
           (r->style.len > 0 ? GEN_STYLE : 0u) | (r->width > 0 ? GEN_SIZE : 0u) |
           (r->seed.set ? GEN_SEED : 0u) | (r->steps.set ? GEN_STEPS : 0u) |
           (r->guidance.set ? GEN_GUIDANCE : 0u) | (r->reference_count > 0 ? GEN_REFERENCES : 0u);
}

unsigned gen_ignored_fields(const struct gen_request *request, unsigned honours)
{
    return fields_set(request) & ~honours;
}

struct str_list gen_ignored(struct arena *a, const struct gen_request *request, unsigned honours)
{
    struct str_list list = { .items = arena_array(a, struct str, COUNT(fields)) };
    unsigned ignored = gen_ignored_fields(request, honours);

    for (size_t i = 0; i < COUNT(fields); i++) {
        if ((ignored & fields[i].field) != 0)
            list.items[list.count++] = str_from(fields[i].name);
    }
    return list;
}

struct gen_image *gen_images_new(struct arena *a, size_t count)
{
    struct gen_image *images = arena_array(a, struct gen_image, count);

    for (size_t i = 0; i < count; i++)
        images[i].fd = -1;
    return images;
}

void gen_result_deinit(struct gen_result *r)
{
    for (size_t i = 0; i < r->image_count; i++)
        fd_close(&r->images[i].fd);
    *r = (struct gen_result){ 0 };
}

enum gen_failure gen_failure_of(enum err_code code)
{
    switch (code) {
    case ERR_OUTCOME_UNKNOWN:
        return GEN_UNKNOWN;
    case ERR_MISCONFIGURED:
    case ERR_REJECTED:
        return GEN_ELSEWHERE;
    default:
        return err_may_retry(code) ? GEN_RETRY : GEN_FINAL;
    }
}
