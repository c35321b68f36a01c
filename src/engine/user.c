/* Users: who may do what. */
#include "engine/user.h"

#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "engine/budget.h"
#include "engine/ledger.h"

const char *const user_role_names[] = { "viewer", "member", "admin", NULL };

const struct field user_columns[] = {
    { FIELD(struct user, id) },
    { FIELD(struct user, name) },
    { FIELD_ENUM(struct user, role, user_role_names) },
    { FIELD(struct user, plan) },
    { FIELD_TIME(struct user, created_at) },
    { FIELD_TIME(struct user, updated_at) },
    { FIELD_TIME(struct user, disabled_at) },
    { 0 },
};

/* What queries by key take and small answers give. */
struct user_row {
    struct user user;
    struct str password_hash, before;
    struct str after;
    int64_t limit;
};

static const struct field user_params[] = {
    { FIELD_NAMED(struct user_row, user.id, "id") },
    { FIELD_NAMED(struct user_row, user.name, "name") },
    { .name = "role",
      .type = FIELD_ENUM,
      .names = user_role_names,
      .offset = offsetof(struct user_row, user.role) },
    { FIELD_NAMED(struct user_row, user.plan, "plan") },
    { .name = "created_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct user_row, user.created_at) },
    { .name = "updated_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct user_row, user.updated_at) },
    { .name = "disabled_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct user_row, user.disabled_at) },
    { FIELD(struct user_row, password_hash) },
    { FIELD(struct user_row, before) },
    { FIELD(struct user_row, after) },
    { FIELD(struct user_row, limit) },
    { 0 },
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("._@+-", c) != NULL);
}

/* "Ada" and "ada" are one person: names are stored folded. */
static bool fold_name(struct arena *a, struct str name, struct str *out, struct err *e)
{
    char *folded = arena_cstr(a, name);

    if (name.len == 0 || name.len > USER_NAME_MAX)
        return err_set_field(e, ERR_INVALID, STR("name"),
                             "'name' must have from 1 to %d characters", USER_NAME_MAX);
    for (size_t i = 0; i < name.len; i++) {
        if (folded[i] >= 'A' && folded[i] <= 'Z')
            folded[i] = (char)(folded[i] | 0x20);
        if (!is_name_char(folded[i]))
            return err_set_field(e, ERR_INVALID, STR("name"),
                                 "'name' takes letters, digits and . _ @ + -");
    }
    *out = str_of(folded, name.len);
    return true;
}

bool user_create(struct db_tx *tx, struct arena *a, const struct user_new *want, struct user *out,
                 struct err *e)
{
    int64_t now = clock_now_ms();
    struct user_row row = {
        .user = { .id = uuid_new(a),
                  .role = want->role,
                  .plan = str_is_null(want->plan) ? STR("standard") : want->plan,
                  .created_at = now,
                  .updated_at = now },
        .password_hash = want->password_hash,
    };

    if (!fold_name(a, want->name, &row.user.name, e))
        return false;
    if (!db_exec(tx, Q_USER_INSERT, user_params, &row, e)) {
        if (e->code == ERR_CONFLICT)
            return err_set_field(e, ERR_CONFLICT, STR("name"),
                                 "there is a user '" STR_FMT "' already", STR_ARG(row.user.name));
        return false;
    }
    *out = row.user;
    return true;
}

static bool load_by_id(struct db_tx *tx, struct arena *a, enum query query, struct str id,
                       struct user *out, struct err *e)
{
    struct user_row row = { .user.id = id };

    if (db_row(tx, a, query, user_params, &row, user_columns, out, e))
        return true;
    return e->code == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "no such user") : false;
}

bool user_load(struct db_tx *tx, struct arena *a, struct str id, struct user *out, struct err *e)
{
    return load_by_id(tx, a, Q_USER_BY_ID, id, out, e);
}

/* Another change of the user waits until this transaction ends, and then sees what it has left. */
static bool claim(struct db_tx *tx, struct arena *a, struct str id, struct user *out, struct err *e)
{
    return load_by_id(tx, a, Q_USER_CLAIM, id, out, e);
}

bool user_load_by_name(struct db_tx *tx, struct arena *a, struct str name, struct user *out,
                       struct err *e)
{
    struct user_row row = { 0 };

    if (!fold_name(a, name, &row.user.name, e))
        return false;
    if (db_row(tx, a, Q_USER_BY_NAME, user_params, &row, user_columns, out, e))
        return true;
    return e->code == ERR_NOT_FOUND
               ? err_set(e, ERR_NOT_FOUND, "no user '" STR_FMT "'", STR_ARG(row.user.name))
               : false;
}

bool user_load_password(struct db_tx *tx, struct arena *a, struct str id, struct str *out_hash,
                        struct err *e)
{
    struct user_row row = { .user.id = id }, found = { 0 };

    if (!db_row(tx, a, Q_USER_PASSWORD, user_params, &row, user_params, &found, e))
        return false;
    *out_hash = found.password_hash;
    return true;
}

bool user_load_first_admin(struct db_tx *tx, struct arena *a, struct user *out, struct err *e)
{
    return db_row(tx, a, Q_USER_FIRST_ADMIN, NULL, NULL, user_columns, out, e);
}

bool user_list(struct db_tx *tx, struct arena *a, struct str after, int64_t limit,
               struct field_list *out, struct err *e)
{
    struct user_row row = { .after = str_is_null(after) ? STR("") : after, .limit = limit };

    return db_rows(tx, a, Q_USER_PAGE, user_params, &row, user_columns, sizeof(struct user), out,
                   e);
}

/* An installation without an active admin could not be managed any more. */
static bool require_other_admin(struct db_tx *tx, struct arena *a, struct str id, struct err *e)
{
    struct user_row row = { .user.id = id }, other;

    if (db_row(tx, a, Q_USER_OTHER_ADMINS, user_params, &row, user_params, &other, e))
        return true;
    if (e->code != ERR_NOT_FOUND)
        return false;
    return err_set(e, ERR_CONFLICT, "this is the last active admin: make another user admin first");
}

bool user_update(struct db_tx *tx, struct arena *a, struct str id, const struct user_change *change,
                 struct user *out, struct err *e)
{
    struct user_row row = { 0 };
    bool was_admin;

    if (!claim(tx, a, id, &row.user, e))
        return false;
    was_admin = row.user.role == USER_ADMIN && row.user.disabled_at == 0;
    row.user.updated_at = clock_now_ms();
    if (change->has_role)
        row.user.role = change->role;
    if (change->has_plan)
        row.user.plan = change->plan;
    if (change->has_disabled && change->disabled != (row.user.disabled_at != 0))
        row.user.disabled_at = change->disabled ? row.user.updated_at : 0;
    if (was_admin && (row.user.role != USER_ADMIN || row.user.disabled_at != 0) &&
        !require_other_admin(tx, a, id, e))
        return false;
    if (!db_exec(tx, Q_USER_UPDATE, user_params, &row, e) || !db_signal(tx, IDENTITY_TOPIC, e))
        return false;
    *out = row.user;
    return true;
}

bool user_set_password(struct db_tx *tx, struct str id, struct str before, struct str hash,
                       struct err *e)
{
    struct user_row row = { .user = { .id = id, .updated_at = clock_now_ms() },
                            .before = before,
                            .password_hash = hash };

    if (!db_exec(tx, Q_USER_SET_PASSWORD, user_params, &row, e))
        return false;
    return db_changed(tx) == 1 ||
           err_set(e, ERR_CONFLICT, "the password was changed by another request");
}

bool user_hold_password(struct db_tx *tx, struct arena *a, struct str id, struct str hash,
                        struct err *e)
{
    struct user_row row = { .user.id = id, .password_hash = hash }, held;

    return db_row(tx, a, Q_USER_HOLD_PASSWORD, user_params, &row, user_params, &held, e);
}

bool user_delete(struct db_tx *tx, struct arena *a, struct str id, struct err *e)
{
    struct user_row row = { .user.id = id };
    struct user user;

    if (!claim(tx, a, id, &user, e))
        return false;
    if (user.role == USER_ADMIN && user.disabled_at == 0 && !require_other_admin(tx, a, id, e))
        return false;
    return ledger_end_of_user(tx, a, id, e) && budget_delete_of_user(tx, id, e) &&
           db_exec(tx, Q_USER_DELETE, user_params, &row, e) && db_signal(tx, IDENTITY_TOPIC, e);
}
