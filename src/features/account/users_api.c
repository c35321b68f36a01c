/* Handlers of the routes that admins manage users by. */
#include "api/api.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "engine/event.h"
#include "features/account/account_shapes.h"

struct users_query {
    struct page_query page;
    struct str name;
};

static const struct field users_query_fields[] = {
    PAGE_FIELDS(struct users_query),
    { FIELD(struct users_query, name), .max = USER_NAME_MAX, .help = "just the user of this name" },
    { 0 },
};
const struct shape users_query_shape = { "UsersQuery", users_query_fields,
                                         sizeof(struct users_query) };

struct user_body {
    struct str name, plan, password;
    enum user_role role;
};

static const struct field user_new_json[] = {
    { FIELD(struct user_body, name), .required = true, .min = 1, .max = USER_NAME_MAX },
    { FIELD_ENUM(struct user_body, role, user_role_names), .help = "default member" },
    { FIELD(struct user_body, plan), .min = 1, .max = 40 },
    { FIELD(struct user_body, password), .min = PASSWORD_MIN, .max = PASSWORD_MAX, .secret = true,
      .help = "without one: by login link" },
    { 0 },
};
static const struct user_body user_new_defaults = { .role = USER_MEMBER };
const struct shape user_new_shape = { "UserNew", user_new_json, sizeof(struct user_body),
                                      &user_new_defaults };

struct user_change_body {
    struct str role, plan, password;
    struct opt_bool disabled;
};

static const struct field user_change_json[] = {
    { FIELD(struct user_change_body, role), .max = 10, .help = "viewer, member or admin" },
    { FIELD(struct user_change_body, plan), .min = 1, .max = 40 },
    { FIELD(struct user_change_body, disabled),
      .help = "true: cannot sign in, tokens are refused" },
    { FIELD(struct user_change_body, password), .min = PASSWORD_MIN, .max = PASSWORD_MAX,
      .secret = true, .help = "in place of a forgotten one; signs out the user's browsers" },
    { 0 },
};
const struct shape user_change_shape = { "UserChange", user_change_json,
                                         sizeof(struct user_change_body) };

struct login_link {
    struct str url;
    int64_t expires_at;
};

static const struct field login_link_json[] = {
    { FIELD(struct login_link, url), .required = true },
    { FIELD_TIME(struct login_link, expires_at), .required = true },
    { 0 },
};
const struct shape login_link_shape = { "LoginLink", login_link_json, sizeof(struct login_link) };

static bool users_by_name(struct api_call *call, struct str name, struct err *e)
{
    struct user *user = arena_new(call->arena, struct user);

    if (user_load_by_name(call->tx, call->arena, name, user, e))
        call->list = (struct field_list){ user, 1 };
    else if (e->code != ERR_NOT_FOUND)
        return false;
    return true;
}

bool users_get(struct api_call *call, struct err *e)
{
    const struct users_query *query = call->query;
    struct field_list rows;
    struct str after;
    int64_t limit;

    if (!str_is_null(query->name))
        return users_by_name(call, query->name, e);
    if (!call_begin_page(call, &after, &limit, e) ||
        !user_list(call->tx, call->arena, after, limit, &rows, e))
        return false;
    call_end_page(call, rows, sizeof(struct user), offsetof(struct user, id));
    return true;
}

/* What admins hear: {"type":"user","result":{"userId":...,"change":"added"}} */
struct user_event {
    struct str user_id, change;
};

static const struct field user_event_json[] = {
    { FIELD(struct user_event, user_id) },
    { FIELD(struct user_event, change) },
    { 0 },
};

static bool tell_admins(struct api_call *call, struct str user_id, struct str change, struct err *e)
{
    struct user_event event = { user_id, change };

    return event_add_struct(call->tx, call->arena, EVENT_CHANNEL_ADMIN, "user", user_event_json,
                            &event, e);
}

/* Leaves the hash in call->prepared; no value when there is no password. */
static bool prepare_password(struct api_call *call, struct str password, struct err *e)
{
    struct str *hash = arena_new(call->arena, struct str);

    call->prepared = hash;
    if (str_is_null(password))
        return true;
    if (!api_identify(call, e))
        return false;
    if (!api_options(call->api)->passwords)
        return err_set_field(e, ERR_FORBIDDEN, STR("password"),
                             "this server does not take passwords (login.passwords): "
                             "make a login link");
    return password_hash(call->arena, password, hash, e);
}

bool users_prepare(struct api_call *call, struct err *e)
{
    const struct user_body *want = call->body;

    return prepare_password(call, want->password, e);
}

bool users_post(struct api_call *call, struct err *e)
{
    const struct user_body *want = call->body;
    const struct str *hash = call->prepared;
    struct user *user = arena_new(call->arena, struct user);

    struct user_new fresh = {
        .name = want->name, .role = want->role, .plan = want->plan, .password_hash = *hash
    };

    call->answer = user;
    return user_create(call->tx, call->arena, &fresh, user, e) &&
           tell_admins(call, user->id, STR("added"), e);
}

bool user_get(struct api_call *call, struct err *e)
{
    struct user *user = arena_new(call->arena, struct user);

    call->answer = user;
    return user_load(call->tx, call->arena, call_param(call, "id"), user, e);
}

bool user_patch_prepare(struct api_call *call, struct err *e)
{
    const struct user_change_body *want = call->body;

    return prepare_password(call, want->password, e);
}

/* An administrator who changes his own stays signed in where he does it. */
static bool set_password(struct api_call *call, struct str user_id, struct err *e)
{
    const struct str *hash = call->prepared;
    struct str before;

    return str_is_null(*hash) ||
           (user_load_password(call->tx, call->arena, user_id, &before, e) &&
            user_set_password(call->tx, user_id, before, *hash, e) &&
            session_delete_others(call->tx, user_id, call->who.credential_id, e));
}

bool user_patch(struct api_call *call, struct err *e)
{
    const struct user_change_body *want = call->body;
    struct user *user = arena_new(call->arena, struct user);
    struct user_change change = {
        .has_role = !str_is_null(want->role),
        .has_plan = !str_is_null(want->plan),
        .plan = want->plan,
        .has_disabled = want->disabled.set,
        .disabled = want->disabled.value,
    };

    if (change.has_role) {
        int role = enum_find(user_role_names, want->role);

        if (role < 0)
            return err_set_field(e, ERR_INVALID, STR("role"),
                                 "'role' must be one of viewer, member, admin");
        change.role = (enum user_role)role;
    }
    call->answer = user;
    return user_update(call->tx, call->arena, call_param(call, "id"), &change, user, e) &&
           set_password(call, user->id, e) &&
           ((!change.has_role && !change.has_disabled && str_is_null(want->password)) ||
            call_close_streams(call, user->id, (struct str){ 0 }, e)) &&
           tell_admins(call, user->id, STR("changed"), e);
}

bool user_remove(struct api_call *call, struct err *e)
{
    struct str id = call_param(call, "id");

    return user_delete(call->tx, call->arena, id, e) &&
           call_close_streams(call, id, (struct str){ 0 }, e) &&
           tell_admins(call, id, STR("deleted"), e);
}

bool user_link_post(struct api_call *call, struct err *e)
{
    struct login_link *link = arena_new(call->arena, struct login_link);
    int64_t lifetime_ms = api_options(call->api)->login_link_ms;
    struct user user;
    struct str code;

    if (!user_load(call->tx, call->arena, call_param(call, "id"), &user, e) ||
        !login_link_create(call->tx, call->arena, user.id, lifetime_ms, &code, e))
        return false;
    /* Behind '#': browsers keep that part to themselves, so the code is in no log on the way. */
    link->url = arena_strf(call->arena, STR_FMT "/login#" STR_FMT, STR_ARG(call_base_url(call)),
                           STR_ARG(code));
    link->expires_at = clock_now_ms() + lifetime_ms;
    call->answer = link;
    return true;
}
