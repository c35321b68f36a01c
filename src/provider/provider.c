/* What holds for every provider: requests within its bounds, results within ours. */
#include "provider/provider.h"

#include <stdio.h>

const char *const gen_remote_names[] = { "none", "given", "own", NULL };

static bool check_side(const struct gen_capabilities *can, const char *name, int64_t side,
                       struct err *e)
{
    if (side < can->min_side || side > can->max_side)
        return err_set_field(e, ERR_INVALID, str_from(name), "'%s' must be from %lld to %lld", name,
                             (long long)can->min_side, (long long)can->max_side);
    if (can->side_step > 1 && side % can->side_step != 0)
        return err_set_field(e, ERR_INVALID, str_from(name), "'%s' must be a multiple of %lld",
                             name, (long long)can->side_step);
    return true;
}

static bool check_size(const struct gen_capabilities *can, const struct gen_request *r,
                       struct err *e)
{
    if ((r->width == 0) != (r->height == 0))
        return err_set_field(e, ERR_INVALID, STR("width"), "'width' and 'height' go together");
    if (r->width == 0 || (can->honours & GEN_SIZE) == 0)
        return true;
    return check_side(can, "width", r->width, e) && check_side(can, "height", r->height, e);
}

static bool check_options(const struct provider *p, const struct json *options, struct err *e)
{
    static const struct field none[] = { { 0 } };
    AUTO_ARENA a = { 0 };
    const struct field *table = p->ops->params != NULL ? p->ops->params : none;
    char field[sizeof(e->field)];

    if (options == NULL || json_decode(&a, options, table, JSON_STRICT, JSON_CAMEL,
                                       arena_alloc(&a, p->ops->params_bytes + 1), e))
        return true;
    snprintf(field, sizeof(field), "options%s%.50s", e->field[0] != '\0' ? "." : "", e->field);
    snprintf(e->field, sizeof(e->field), "%s", field);
    return err_wrap(e, "options");
}

/* Not to be ignored as other fields are: without them it would be another picture altogether. */
int64_t gen_max_references(const struct gen_capabilities *can)
{
    return (can->honours & GEN_REFERENCES) != 0 ? can->max_references : 0;
}

int64_t provider_count(struct provider *p, const struct gen_request *request)
{
    return p->ops->count != NULL ? p->ops->count(p, request) : 1;
}

bool provider_check_request(const struct provider *p, const struct gen_request *r, struct err *e)
{
    const struct gen_capabilities *can = &p->can;
    size_t most = (size_t)gen_max_references(can);

    if (str_utf8_count(r->prompt) > (size_t)can->max_prompt)
        return err_set_field(e, ERR_INVALID, STR("prompt"),
                             "'prompt' must have at most %lld characters",
                             (long long)can->max_prompt);
    if (r->reference_count > most)
        return err_set_field(e, ERR_INVALID, STR("references"),
                             "there are %zu references, and this backend takes %zu",
                             r->reference_count, most);
    return check_size(can, r, e) && check_options(p, r->options, e);
}

static bool check_result(const struct gen_result *r, const struct gen_run *run, struct err *e)
{
    if (r->image_count == 0)
        return err_set(e, ERR_REJECTED, "the provider sent no picture");
    if (r->image_count > run->max_images)
        return err_set(e, ERR_TOO_LARGE, "the provider sent more than %zu pictures",
                       run->max_images);
    for (size_t i = 0; i < r->image_count; i++) {
        if (r->images[i].size > run->max_image_bytes)
            return err_set(e, ERR_TOO_LARGE, "the provider sent a picture of more than %lld bytes",
                           (long long)run->max_image_bytes);
    }
    return true;
}

bool provider_generate(struct provider *p, const struct gen_request *request, struct gen_run *run,
                       struct arena *a, struct gen_result *out, struct err *e)
{
    struct gen_result result = { 0 };

    if (!run_check(run, e) || !provider_check_request(p, request, e))
        return false;
    if (!p->ops->generate(p, request, run, a, &result, e) || !check_result(&result, run, e)) {
        gen_result_deinit(&result);
        return false;
    }
    *out = result;
    return true;
}
