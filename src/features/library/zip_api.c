/* Routes of ZIP downloads: a selection is posted once, then fetched, and fetched again in parts. */
#include "api/api.h"
#include "base/random.h"
#include "base/zip_name.h"
#include "blob/archive_reply.h"
#include "features/library/library.h"
#include "features/library/zip_plan.h"
#include "work/services.h"

struct zip_answer {
    struct str id, url, file_name;
    int64_t pictures, size_bytes, expires_at;
};

static const struct field zip_new_json[] = {
    { FIELD(struct selection, image_ids), .required = true, .min = 1, .max = SELECTION_PICTURES_MAX,
      .help = "in the order in which they are numbered" },
    { FIELD(struct selection, name), .max = SELECTION_NAME_MAX, .help = "of the file" },
    { FIELD(struct selection, sidecars), .help = "with each picture's recipe as JSON beside it" },
    { 0 },
};
const struct shape zip_new_shape = { "ZipNew", zip_new_json, sizeof(struct selection) };

static const struct field zip_json[] = {
    { FIELD(struct zip_answer, id), .required = true },
    { FIELD(struct zip_answer, url), .required = true,
      .help = "GET it, for as long as it lasts; takes Range and If-Range" },
    { FIELD(struct zip_answer, file_name), .required = true },
    { FIELD(struct zip_answer, pictures) },
    { FIELD(struct zip_answer, size_bytes), .unit = "bytes" },
    { FIELD_TIME(struct zip_answer, expires_at), .required = true },
    { 0 },
};
const struct shape zip_shape = { "Zip", zip_json, sizeof(struct zip_answer) };

static struct blob_store *store_of(const struct api_call *call)
{
    const struct work_services *services = api_options(call->api)->services;

    return services->store;
}

static struct str file_name_of(struct arena *a, const struct selection *s)
{
    return zip_name_of_file(a, s->name, "pictures", "zip");
}

static bool check_ids(const struct selection *s, struct arena *a, struct err *e)
{
    for (size_t i = 0; i < s->image_ids.count; i++) {
        if (!uuid_is_valid(s->image_ids.items[i]))
            return err_set_field(e, ERR_INVALID, arena_strf(a, "imageIds[%zu]", i),
                                 "'imageIds[%zu]' is not the id of an image", i);
    }
    return true;
}

/* Thousands of rows and a file that has to reach the disk: not for a transaction's time. */
bool zip_post_prepare(struct api_call *call, struct err *e)
{
    struct selection selection = *(const struct selection *)call->body;
    struct zip_answer *answer = arena_new(call->arena, struct zip_answer);
    struct zip_plan plan = { .store = store_of(call), .selection = &selection, .strict = true };
    bool ok;

    if (!check_ids(&selection, call->arena, e) || !api_identify(call, e))
        return false;
    plan.user_id = call->who.user.id;
    ok = zip_plan_make(api_options(call->api)->db, &plan, e);
    if (ok)
        answer->size_bytes = archive_bytes(plan.archive);
    archive_destroy(plan.archive);
    if (!ok || !selection_store(plan.store, call->arena, plan.user_id, &selection, &answer->id, e))
        return false;
    answer->url = arena_strf(call->arena, "/api/images/zip/" STR_FMT, STR_ARG(answer->id));
    answer->file_name = file_name_of(call->arena, &selection);
    answer->pictures = plan.pictures;
    answer->expires_at = selection.created_at + SELECTION_MS;
    call->prepared = answer;
    return true;
}

bool zip_post(struct api_call *call, struct err *e)
{
    UNUSED(e);
    call->answer = call->prepared;
    return true;
}

static bool attach(struct api_call *call, struct zip_plan *plan, struct err *e)
{
    struct archive_reply *reply;

    if (!archive_reply_attach(plan->archive, api_server(call->api), call->exchange, call->arena,
                              file_name_of(call->arena, plan->selection), &reply, e))
        return false;
    call->prepared = reply;
    return true;
}

/* The archive is made anew for each request, from what is there now: it is gone with its reply. */
bool zip_get_prepare(struct api_call *call, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct selection selection;
    struct zip_plan plan = { .store = store_of(call),
                             .spool_folder = api_options(call->api)->spool_folder,
                             .selection = &selection };

    if (!api_identify(call, e))
        return false;
    plan.user_id = call->who.user.id;
    if (!selection_load(plan.store, &a, plan.user_id, call_param(call, "id"), &selection, e))
        return false;
    if (zip_plan_make(api_options(call->api)->db, &plan, e))
        return attach(call, &plan, e);
    archive_destroy(plan.archive);
    return false;
}

bool zip_get(struct api_call *call, struct err *e)
{
    UNUSED(e);
    archive_reply_head(call->prepared, call->exchange, call->arena);
    return true;
}
