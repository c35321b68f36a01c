/* Groups of jobs: looked at, cancelled and tried again as a whole. */
#include "engine/job_group.h"
#include "features/jobs/jobs.h"

static const struct field group_json[] = {
    { FIELD(struct job_group, id), .required = true },
    { FIELD(struct job_group, kind), .required = true, .help = "what it was made for" },
    { FIELD(struct job_group, total), .help = "jobs in it" },
    { FIELD(struct job_group, open), .help = "jobs that have not ended" },
    { FIELD(struct job_group, completed) },
    { FIELD(struct job_group, failed) },
    { FIELD(struct job_group, cancelled) },
    { FIELD_TIME(struct job_group, created_at) },
    { FIELD_TIME(struct job_group, settled_at), .help = "null while jobs are open" },
    { 0 },
};
const struct shape group_shape = { "Group", group_json, sizeof(struct job_group) };

bool groups_get(struct api_call *call, struct err *e)
{
    struct field_list rows;
    struct str before;
    int64_t limit;

    if (!call_begin_page(call, &before, &limit, e))
        return false;
    if (before.len == 0)
        before = (struct str){ 0 };
    if (!job_group_list(call->tx, call->arena, call->who.user.id, before, limit, &rows, e))
        return false;
    call_end_page(call, rows, sizeof(struct job_group), offsetof(struct job_group, id));
    return true;
}

typedef bool (*group_call_fn)(struct db_tx *tx, struct arena *a, struct str user_id, struct str id,
                              struct job_group *out, struct err *e);

static bool answer_with(struct api_call *call, group_call_fn fn, struct err *e)
{
    struct job_group *group = arena_new(call->arena, struct job_group);

    call->answer = group;
    return fn(call->tx, call->arena, call->who.user.id, call_param(call, "id"), group, e);
}

bool group_get(struct api_call *call, struct err *e)
{
    return answer_with(call, job_group_load, e);
}

bool group_cancel_post(struct api_call *call, struct err *e)
{
    return answer_with(call, job_group_cancel, e);
}

bool group_retry_post(struct api_call *call, struct err *e)
{
    return answer_with(call, job_group_retry, e);
}
