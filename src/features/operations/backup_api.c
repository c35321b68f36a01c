/* The route that a backup begins with. */
#include <limits.h>
#include <stdlib.h>

#include "api/api.h"
#include "features/operations/operations.h"
#include "features/operations/snapshot.h"
#include "work/services.h"
#include "work/sweep.h"

struct backup_answer {
    struct str folder, database, list, dialect, store_id;
    int64_t schema, blobs;
};

static const struct field backup_json[] = {
    { FIELD(struct backup_answer, folder), .required = true,
      .help = "the data folder, where these files are" },
    { FIELD(struct backup_answer, database), .required = true },
    { FIELD(struct backup_answer, list), .required = true },
    { FIELD(struct backup_answer, dialect), .required = true },
    { FIELD(struct backup_answer, store_id) },
    { FIELD(struct backup_answer, schema), .required = true },
    { FIELD(struct backup_answer, blobs), .help = "stored files in the list" },
    { 0 },
};
const struct shape backup_shape = { "Backup", backup_json, sizeof(struct backup_answer) };

static bool answer_with(struct api_call *call, const struct snapshot *snapshot, struct err *e)
{
    const struct api_options *options = api_options(call->api);
    const struct work_services *services = options->services;
    struct backup_answer *answer = arena_new(call->arena, struct backup_answer);
    char folder[PATH_MAX];
    int have, want;

    if (!db_schema_version(options->db, &have, &want, e))
        return false;
    if (realpath(sweeper_folder(services->sweeper), folder) == NULL)
        return err_set(e, ERR_IO, "the data folder cannot be found");
    *answer = (struct backup_answer){
        .folder = arena_str(call->arena, str_from(folder)),
        .database = snapshot->database,
        .list = snapshot->list,
        .store_id = snapshot->store_id,
        .dialect = db_dialect(options->db) == DB_SQLITE ? STR("sqlite") : STR("postgres"),
        .schema = have,
        .blobs = snapshot->blobs,
    };
    call->prepared = answer;
    return true;
}

/* Many pages are written: not on a thread of the database's writers. */
bool backup_post_prepare(struct api_call *call, struct err *e)
{
    const struct work_services *services = api_options(call->api)->services;
    struct snapshot snapshot;

    return api_identify(call, e) &&
           snapshot_make(api_options(call->api)->db, call->arena, sweeper_folder(services->sweeper),
                         &snapshot, e) &&
           answer_with(call, &snapshot, e);
}

bool backup_post(struct api_call *call, struct err *e)
{
    UNUSED(e);
    call->answer = call->prepared;
    return true;
}
