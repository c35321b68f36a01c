/* Routes of one's own account: sessions, passwords, tokens. */
#include "api/api.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "features/account/account.h"
#include "features/account/account_shapes.h"

enum { DAY_MS = 24 * 3600 * 1000, TOKEN_MAX_DAYS = 3650, USER_AGENT_MAX = 200 };

struct session_new {
    struct str code, name, password;
};

static const struct field session_new_json[] = {
    { FIELD(struct session_new, code), .max = 100, .help = "from a login link; works once" },
    { FIELD(struct session_new, name), .max = USER_NAME_MAX,
      .help = "with a password, instead of a code" },
    { FIELD(struct session_new, password), .max = PASSWORD_MAX, .secret = true },
    { 0 },
};

/* The same time and the same words for a name that does not exist and a password that does not fit.
 */
static bool fail_login(struct err *e)
{
    return err_set(e, ERR_UNAUTHENTICATED, "the name or the password is wrong");
}

struct login_lookup {
    struct arena *arena;
    struct str name;
    struct user user;
    struct str hash;
};

static bool find_login(struct db_tx *tx, void *arg, struct err *e)
{
    struct login_lookup *lookup = arg;

    return user_load_by_name(tx, lookup->arena, lookup->name, &lookup->user, e) &&
           user_load_password(tx, lookup->arena, lookup->user.id, &lookup->hash, e);
}

/* The slow half of signing in by password; leaves the lookup in call->prepared. */
static bool session_prepare(struct api_call *call, struct err *e)
{
    const struct api_options *options = api_options(call->api);
    const struct session_new *want = call->body;
    struct login_lookup *lookup = arena_new(call->arena, struct login_lookup);
    struct str unused;
    struct err why;

    if (!str_is_null(want->code))
        return api_login_attempt(call->api, call->exchange->request.peer, want->code, e);
    if (str_is_null(want->name) || str_is_null(want->password))
        return err_set_field(e, ERR_INVALID, STR("code"),
                             "'code' is missing, or 'name' and 'password'");
    if (!options->passwords)
        return err_set(e, ERR_FORBIDDEN, "this server does not take passwords: use a login link");
    if (!api_login_attempt(call->api, call->exchange->request.peer, want->name, e))
        return false;

    lookup->arena = call->arena;
    lookup->name = want->name;
    if (!db_read(options->db, find_login, lookup, &why) || str_is_null(lookup->hash)) {
        if (!password_hash(call->arena, want->password, &unused, e))
            return false;
        return fail_login(e);
    }
    if (!password_matches(lookup->hash, want->password) || lookup->user.disabled_at != 0)
        return fail_login(e);
    call->prepared = lookup;
    return true;
}

/* The password may have been replaced while it was compared. */
static bool finish_login(struct api_call *call, const struct login_lookup *lookup, struct user *out,
                         struct err *e)
{
    *out = lookup->user;
    return user_hold_password(call->tx, call->arena, out->id, lookup->hash, e) ||
           (e->code == ERR_NOT_FOUND && fail_login(e));
}

static struct str session_cookie(struct api_call *call, struct str secret, int64_t seconds)
{
    return arena_strf(
        call->arena,
        "albumen_session=" STR_FMT "; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
        STR_ARG(secret), (long long)seconds, call->exchange->request.secure ? "; Secure" : "");
}

static bool session_post(struct api_call *call, struct err *e)
{
    const struct session_new *want = call->body;
    struct str agent =
        str_slice(http_header_get(&call->exchange->request, "User-Agent"), 0, USER_AGENT_MAX);
    int64_t lifetime_ms = api_options(call->api)->session_ms;
    struct user *user = arena_new(call->arena, struct user);
    struct str id, secret;

    if (call->prepared != NULL ? !finish_login(call, call->prepared, user, e)
                               : !login_link_use(call->tx, call->arena, want->code, user, e))
        return false;
    if (!str_is_utf8(agent))
        agent = STR("");
    if (!session_create(call->tx, call->arena, user->id, agent, lifetime_ms, &id, &secret, e))
        return false;
    call->answer = user;
    return call_add_header(call, "Set-Cookie", session_cookie(call, secret, lifetime_ms / 1000), e);
}

static bool session_remove(struct api_call *call, struct err *e)
{
    if (call->who.is_session &&
        (!session_delete(call->tx, call->who.user.id, call->who.credential_id, e) ||
         !call_close_streams(call, call->who.user.id, call->who.credential_id, e)))
        return false;
    return call_add_header(call, "Set-Cookie", session_cookie(call, STR(""), 0), e);
}

struct session_state {
    bool signed_in, passwords;
};

static const struct field session_state_json[] = {
    { FIELD(struct session_state, signed_in) },
    { FIELD(struct session_state, passwords), .help = "whether this server takes passwords" },
    { 0 },
};

static bool session_get(struct api_call *call, struct err *e)
{
    struct session_state *state = arena_new(call->arena, struct session_state);

    UNUSED(e);
    state->signed_in = call->signed_in;
    state->passwords = api_options(call->api)->passwords;
    call->answer = state;
    return true;
}

static bool me_get(struct api_call *call, struct err *e)
{
    UNUSED(e);
    call->answer = &call->who.user;
    return true;
}

struct me_change {
    struct str password, current_password;
};

static const struct field me_change_json[] = {
    { FIELD(struct me_change, password), .required = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX,
      .secret = true },
    { FIELD(struct me_change, current_password), .max = PASSWORD_MAX, .secret = true,
      .help = "needed when the account has a password already" },
    { 0 },
};

/* From the slow half of a change of password to the transaction. */
struct password_change {
    struct str fresh, current; /* hashes */
};

static bool load_current(struct db_tx *tx, void *arg, struct err *e)
{
    struct api_call *call = arg;
    struct password_change *change = call->prepared;

    return user_load_password(tx, call->arena, call->who.user.id, &change->current, e);
}

/* Who has a password can sign in with it, and may then do more than a narrow token. */
static bool require_full_scope(const struct api_call *call, struct err *e)
{
    return call->who.scope == SCOPE_ADMIN ||
           err_set(e, ERR_FORBIDDEN,
                   "a password needs a browser that is signed in, or a token with the scope admin");
}

/* Hashes take tens of milliseconds, which no transaction may wait for. */
static bool me_prepare(struct api_call *call, struct err *e)
{
    const struct api_options *options = api_options(call->api);
    const struct me_change *want = call->body;
    struct password_change *change = arena_new(call->arena, struct password_change);

    if (!options->passwords)
        return err_set(e, ERR_FORBIDDEN, "this server does not take passwords (login.passwords)");
    call->prepared = change;
    if (!api_identify(call, e) || !require_full_scope(call, e) ||
        !api_login_attempt(call->api, call->exchange->request.peer, call->who.user.name, e) ||
        !db_read(options->db, load_current, call, e))
        return false;
    if (!str_is_null(change->current) &&
        (str_is_null(want->current_password) ||
         !password_matches(change->current, want->current_password)))
        return err_set_field(e, ERR_FORBIDDEN, STR("currentPassword"),
                             "the current password is wrong");
    return password_hash(call->arena, want->password, &change->fresh, e);
}

static bool me_patch(struct api_call *call, struct err *e)
{
    const struct password_change *change = call->prepared;

    call->answer = &call->who.user;
    return user_set_password(call->tx, call->who.user.id, change->current, change->fresh, e) &&
           session_delete_others(call->tx, call->who.user.id, call->who.credential_id, e) &&
           call_close_streams(call, call->who.user.id, (struct str){ 0 }, e);
}

struct token_new_body {
    struct str name;
    enum token_scope scope;
    int64_t days;
};

static const struct field token_new_json[] = {
    { FIELD(struct token_new_body, name), .required = true, .min = 1, .max = 100,
      .help = "what it is for" },
    { FIELD_ENUM(struct token_new_body, scope, token_scope_names),
      .help = "what it may do; default read" },
    { FIELD(struct token_new_body, days), .min = 1, .max = TOKEN_MAX_DAYS, .unit = "days",
      .help = "how long it works; without it for ever" },
    { 0 },
};

static bool tokens_get(struct api_call *call, struct err *e)
{
    struct field_list rows;
    struct str after;
    int64_t limit;

    if (!call_begin_page(call, &after, &limit, e) ||
        !token_list(call->tx, call->arena, call->who.user.id, after, limit, &rows, e))
        return false;
    call_end_page(call, rows, sizeof(struct token), offsetof(struct token, id));
    return call_add_event_id(call, e);
}

static bool tokens_post(struct api_call *call, struct err *e)
{
    const struct token_new_body *want = call->body;
    struct token_answer *answer = arena_new(call->arena, struct token_answer);
    int64_t expires_at = want->days > 0 ? clock_now_ms() + want->days * DAY_MS : 0;

    if (want->scope > call->who.scope)
        return err_set_field(e, ERR_FORBIDDEN, STR("scope"),
                             "a token cannot make one that may do more");
    call->answer = answer;
    return token_create(call->tx, call->arena, call->who.user.id, want->name, want->scope,
                        expires_at, &answer->token, &answer->secret, e);
}

static bool token_remove(struct api_call *call, struct err *e)
{
    struct str id = call_param(call, "id");

    return token_revoke(call->tx, call->who.user.id, id, e) &&
           call_close_streams(call, call->who.user.id, id, e);
}

static const struct shape session_new_shape = { "SessionNew", session_new_json,
                                                sizeof(struct session_new) };
static const struct shape session_state_shape = { "SessionState", session_state_json,
                                                  sizeof(struct session_state) };
static const struct shape me_change_shape = { "MeChange", me_change_json,
                                              sizeof(struct me_change) };
static const struct shape token_new_shape = { "TokenNew", token_new_json,
                                              sizeof(struct token_new_body) };

const struct route account_routes[] = {
    { HTTP_GET, "/api/session", WHO_ANYONE, ROUTE_READ, session_get, .answer = &session_state_shape,
      .summary = "Am I signed in, and how could I" },
    { HTTP_POST, "/api/session", WHO_ANYONE, ROUTE_WRITE, session_post, .body = &session_new_shape,
      .answer = &user_shape, .summary = "Sign in: by a login link's code, or by name and password",
      .prepare = session_prepare, .success = 201 },
    { HTTP_DELETE, "/api/session", WHO_VIEWER, ROUTE_WRITE, session_remove, .summary = "Sign out" },
    { HTTP_GET, "/api/me", WHO_VIEWER, ROUTE_READ, me_get, .answer = &user_shape,
      .summary = "Who am I" },
    { HTTP_PATCH, "/api/me", WHO_VIEWER, ROUTE_WRITE, me_patch, .body = &me_change_shape,
      .answer = &user_shape, .summary = "Set my password; signs out my other browsers",
      .prepare = me_prepare },
    { HTTP_GET, "/api/tokens", WHO_VIEWER, ROUTE_READ, tokens_get, .query = &page_query_shape,
      .answer = &token_shape, .list = "tokens", .summary = "My tokens, without their secrets" },
    { HTTP_POST, "/api/tokens", WHO_VIEWER, ROUTE_WRITE, tokens_post, .body = &token_new_shape,
      .answer = &token_answer_shape, .summary = "Make a token; its secret is shown this once",
      .success = 201 },
    { HTTP_DELETE, "/api/tokens/:id", WHO_VIEWER, ROUTE_WRITE, token_remove,
      .summary = "Revoke one of my tokens" },
    { HTTP_GET, "/api/users", WHO_ADMIN, ROUTE_READ, users_get, .query = &users_query_shape,
      .answer = &user_shape, .list = "users", .summary = "All users" },
    { HTTP_POST, "/api/users", WHO_ADMIN, ROUTE_WRITE, users_post, .body = &user_new_shape,
      .answer = &user_shape, .summary = "Add a user", .prepare = users_prepare, .idempotent = true,
      .success = 201 },
    { HTTP_GET, "/api/users/:id", WHO_ADMIN, ROUTE_READ, user_get, .answer = &user_shape,
      .summary = "One user" },
    { HTTP_PATCH, "/api/users/:id", WHO_ADMIN, ROUTE_WRITE, user_patch, .body = &user_change_shape,
      .answer = &user_shape, .prepare = user_patch_prepare,
      .summary = "Change a user's role, plan or password, disable or enable" },
    { HTTP_DELETE, "/api/users/:id", WHO_ADMIN, ROUTE_WRITE, user_remove,
      .summary = "Delete a user with tokens and sessions" },
    { HTTP_POST, "/api/users/:id/login-link", WHO_ADMIN, ROUTE_WRITE, user_link_post,
      .answer = &login_link_shape, .summary = "Make a login link that works once", .success = 201 },
    { 0 },
};
