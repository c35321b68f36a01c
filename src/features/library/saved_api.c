/* Searches that somebody keeps under a name. */
#include "api/api.h"
#include "base/clock.h"
#include "base/random.h"
#include "features/library/browse.h"
#include "features/library/library.h"

enum { SAVED_MAX = 200, NAME_MAX_LETTERS = 100 };

struct saved {
    struct str id, name, q, sort;
    int64_t created_at;
};

static const struct field saved_json[] = {
    { FIELD(struct saved, id), .required = true },
    { FIELD(struct saved, name), .required = true },
    { FIELD(struct saved, q), .required = true },
    { FIELD(struct saved, sort), .help = "null: as the list has it by itself" },
    { FIELD_TIME(struct saved, created_at), .required = true },
    { 0 },
};
const struct shape saved_shape = { "SavedSearch", saved_json, sizeof(struct saved) };

static const struct field saved_new_json[] = {
    { FIELD(struct saved, name), .required = true, .min = 1, .max = NAME_MAX_LETTERS },
    { FIELD(struct saved, q), .required = true, .min = 1, .max = QUERY_MAX_BYTES,
      .help = "as GET /api/images takes it" },
    { FIELD(struct saved, sort), .max = 20, .help = "relevance, newest, oldest or rating" },
    { 0 },
};
const struct shape saved_new_shape = { "SavedSearchNew", saved_new_json, sizeof(struct saved) };

static const struct field saved_columns[] = {
    { FIELD(struct saved, id) },
    { FIELD(struct saved, name) },
    { FIELD(struct saved, q) },
    { FIELD(struct saved, sort) },
    { FIELD_TIME(struct saved, created_at) },
    { 0 },
};

/* What the queries take. */
struct saved_row {
    struct str id, user_id, name, q, sort, after;
    int64_t created_at, most, limit;
};

static const struct field saved_row_fields[] = {
    { FIELD(struct saved_row, id) },
    { FIELD(struct saved_row, user_id) },
    { FIELD(struct saved_row, name) },
    { FIELD(struct saved_row, q) },
    { FIELD(struct saved_row, sort) },
    { FIELD(struct saved_row, after) },
    { FIELD_TIME(struct saved_row, created_at) },
    { FIELD(struct saved_row, most) },
    { FIELD(struct saved_row, limit) },
    { 0 },
};

bool searches_get(struct api_call *call, struct err *e)
{
    struct saved_row row = { .user_id = call->who.user.id };
    struct field_list rows;

    if (!call_begin_page(call, &row.after, &row.limit, e) ||
        !db_rows(call->tx, call->arena, Q_SAVED_PAGE, saved_row_fields, &row, saved_columns,
                 sizeof(struct saved), &rows, e))
        return false;
    call_end_page(call, rows, sizeof(struct saved), offsetof(struct saved, id));
    return true;
}

/* As the list will take it; an album that it names may come later. */
static bool check(struct api_call *call, const struct saved *want, struct err *e)
{
    struct browsing *unused = arena_new(call->arena, struct browsing);
    struct browse_query query = { .q = want->q };
    int sort = BROWSE_RELEVANCE;

    if (!str_is_null(want->sort))
        sort = enum_find(browse_sort_names, want->sort);
    if (sort < 0)
        return err_set_field(e, ERR_INVALID, STR("sort"),
                             "'sort' must be one of relevance, newest, oldest, rating");
    query.sort = (enum browse_sort)sort;
    return browse_begin(call->tx, call->arena, call->who.user.id, &query, unused, e) ||
           e->code == ERR_NOT_FOUND;
}

/* Nothing was inserted: it is there, or there are too many. */
static bool fail(struct api_call *call, const struct saved_row *row, struct err *e)
{
    struct saved other = { 0 };

    if (db_row(call->tx, call->arena, Q_SAVED_BY_NAME, saved_row_fields, row, saved_columns, &other,
               e))
        return err_set_field(e, ERR_CONFLICT, STR("name"),
                             "there is a search of that name: delete it, or take another name");
    if (e->code != ERR_NOT_FOUND)
        return false;
    return err_set(e, ERR_CONFLICT, "at most %d searches are kept: delete one", SAVED_MAX);
}

bool searches_post(struct api_call *call, struct err *e)
{
    struct saved *saved = arena_new(call->arena, struct saved);
    struct saved_row row;

    *saved = *(const struct saved *)call->body;
    if (!check(call, saved, e))
        return false;
    saved->id = uuid_new(call->arena);
    saved->created_at = clock_now_ms();
    row = (struct saved_row){ .id = saved->id,
                              .user_id = call->who.user.id,
                              .name = saved->name,
                              .q = saved->q,
                              .sort = saved->sort,
                              .created_at = saved->created_at,
                              .most = SAVED_MAX };
    if (!db_exec(call->tx, Q_SAVED_INSERT, saved_row_fields, &row, e))
        return false;
    if (db_changed(call->tx) == 0)
        return fail(call, &row, e);
    call->answer = saved;
    return true;
}

bool search_delete(struct api_call *call, struct err *e)
{
    struct saved_row row = { .id = call_param(call, "id"), .user_id = call->who.user.id };

    if (!db_exec(call->tx, Q_SAVED_DELETE, saved_row_fields, &row, e))
        return false;
    return db_changed(call->tx) == 1 || err_set(e, ERR_NOT_FOUND, "no such search");
}
