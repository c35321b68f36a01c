/* Tokens, sessions and login links: secrets that are stored as hashes only. */
#include "engine/credential.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"

const char *const token_scope_names[] = { "read", "write", "admin", NULL };

const struct field token_columns[] = {
    { FIELD(struct token, id) },
    { FIELD(struct token, user_id) },
    { FIELD(struct token, name) },
    { FIELD_ENUM(struct token, scope, token_scope_names) },
    { FIELD_TIME(struct token, created_at) },
    { FIELD_TIME(struct token, expires_at) },
    { FIELD_TIME(struct token, last_used_at) },
    { 0 },
};

static const struct field identity_columns[] = {
    { FIELD_NAMED(struct identity, user.id, "id") },
    { FIELD_NAMED(struct identity, user.name, "name") },
    { .name = "role",
      .type = FIELD_ENUM,
      .names = user_role_names,
      .offset = offsetof(struct identity, user.role) },
    { FIELD_NAMED(struct identity, user.plan, "plan") },
    { .name = "created_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct identity, user.created_at) },
    { .name = "updated_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct identity, user.updated_at) },
    { .name = "disabled_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct identity, user.disabled_at) },
    { FIELD(struct identity, credential_id) },
    { FIELD_ENUM(struct identity, scope, token_scope_names) },
    { FIELD_TIME(struct identity, last_used_at) },
    { FIELD_TIME(struct identity, expires_at) },
    { 0 },
};

/* What the queries of this file take. */
struct credential_row {
    struct str id, user_id, hash, name, after;
    enum token_scope scope;
    int64_t created_at, expires_at, now, limit;
};

static const struct field credential_params[] = {
    { FIELD(struct credential_row, id) },
    { FIELD(struct credential_row, user_id) },
    { FIELD(struct credential_row, hash) },
    { FIELD(struct credential_row, name) },
    { FIELD(struct credential_row, after) },
    { FIELD_ENUM(struct credential_row, scope, token_scope_names) },
    { FIELD_TIME(struct credential_row, created_at) },
    { FIELD_TIME(struct credential_row, expires_at) },
    { FIELD_TIME(struct credential_row, now) },
    { FIELD(struct credential_row, limit) },
    { 0 },
};

static bool exec(struct db_tx *tx, enum query query, const struct credential_row *row,
                 struct err *e)
{
    return db_exec(tx, query, credential_params, row, e);
}

bool token_create(struct db_tx *tx, struct arena *a, struct str user_id, struct str name,
                  enum token_scope scope, int64_t expires_at, struct token *out,
                  struct str *out_secret, struct err *e)
{
    struct str secret = token_new(a, "alb_");
    struct credential_row row = {
        .id = uuid_new(a),
        .user_id = user_id,
        .hash = sha256_hex(a, secret),
        .name = name,
        .scope = scope,
        .created_at = clock_now_ms(),
        .expires_at = expires_at,
    };

    if (!exec(tx, Q_TOKEN_INSERT, &row, e))
        return false;
    *out = (struct token){ .id = row.id,
                           .user_id = user_id,
                           .name = name,
                           .scope = scope,
                           .created_at = row.created_at,
                           .expires_at = expires_at };
    *out_secret = secret;
    return true;
}

bool token_list(struct db_tx *tx, struct arena *a, struct str user_id, struct str after,
                int64_t limit, struct field_list *out, struct err *e)
{
    struct credential_row row = { .user_id = user_id,
                                  .after = str_is_null(after) ? STR("") : after,
                                  .limit = limit };

    return db_rows(tx, a, Q_TOKEN_PAGE, credential_params, &row, token_columns,
                   sizeof(struct token), out, e);
}

bool token_revoke(struct db_tx *tx, struct str user_id, struct str id, struct err *e)
{
    struct credential_row row = { .id = id, .user_id = user_id, .now = clock_now_ms() };

    if (!exec(tx, Q_TOKEN_REVOKE, &row, e))
        return false;
    if (db_changed(tx) == 0)
        return err_set(e, ERR_NOT_FOUND, "no such token");
    return db_signal(tx, IDENTITY_TOPIC, e);
}

bool session_create(struct db_tx *tx, struct arena *a, struct str user_id, struct str user_agent,
                    int64_t lifetime_ms, struct str *out_id, struct str *out_secret, struct err *e)
{
    struct str secret = token_new(a, "");
    int64_t now = clock_now_ms();
    struct credential_row row = {
        .id = uuid_new(a),
        .user_id = user_id,
        .hash = sha256_hex(a, secret),
        .name = user_agent,
        .created_at = now,
        .expires_at = now + lifetime_ms,
    };

    if (!exec(tx, Q_SESSION_INSERT, &row, e))
        return false;
    *out_id = row.id;
    *out_secret = secret;
    return true;
}

bool session_delete(struct db_tx *tx, struct str user_id, struct str id, struct err *e)
{
    struct credential_row row = { .id = id, .user_id = user_id };

    return exec(tx, Q_SESSION_DELETE, &row, e) && db_signal(tx, IDENTITY_TOPIC, e);
}

bool session_delete_others(struct db_tx *tx, struct str user_id, struct str id, struct err *e)
{
    struct credential_row row = { .id = id, .user_id = user_id };

    return exec(tx, Q_SESSION_DELETE_OTHERS, &row, e) && db_signal(tx, IDENTITY_TOPIC, e);
}

bool login_link_create(struct db_tx *tx, struct arena *a, struct str user_id, int64_t lifetime_ms,
                       struct str *out_code, struct err *e)
{
    struct str code = token_new(a, "");
    int64_t now = clock_now_ms();
    struct credential_row row = { .hash = sha256_hex(a, code),
                                  .user_id = user_id,
                                  .created_at = now,
                                  .expires_at = now + lifetime_ms };

    if (!exec(tx, Q_LOGIN_LINK_INSERT, &row, e))
        return false;
    *out_code = code;
    return true;
}

bool login_link_use(struct db_tx *tx, struct arena *a, struct str code, struct user *out,
                    struct err *e)
{
    struct credential_row row = { .hash = sha256_hex(a, code), .now = clock_now_ms() },
                          used = { 0 };
    struct user user;

    if (!db_row(tx, a, Q_LOGIN_LINK_USE, credential_params, &row, credential_params, &used, e)) {
        if (e->code != ERR_NOT_FOUND)
            return false;
        return err_set(e, ERR_UNAUTHENTICATED,
                       "this login link was used already or is too old: ask for a new one");
    }
    if (!user_load(tx, a, used.user_id, &user, e))
        return false;
    if (user.disabled_at != 0)
        return err_set(e, ERR_UNAUTHENTICATED, "this account is disabled");
    *out = user;
    return true;
}

static bool find_identity(struct db_tx *tx, struct arena *a, enum query query, struct str secret,
                          struct identity *out, struct err *e)
{
    struct credential_row row = { .hash = sha256_hex(a, secret), .now = clock_now_ms() };

    if (db_row(tx, a, query, credential_params, &row, identity_columns, out, e))
        return true;
    return e->code == ERR_NOT_FOUND
               ? err_set(e, ERR_UNAUTHENTICATED, "%s", err_text(ERR_UNAUTHENTICATED))
               : false;
}

bool identity_of_token(struct db_tx *tx, struct arena *a, struct str secret, struct identity *out,
                       struct err *e)
{
    return find_identity(tx, a, Q_TOKEN_IDENTITY, secret, out, e);
}

bool identity_of_session(struct db_tx *tx, struct arena *a, struct str secret, struct identity *out,
                         struct err *e)
{
    struct identity found = { .scope = SCOPE_ADMIN, .is_session = true };

    if (!find_identity(tx, a, Q_SESSION_IDENTITY, secret, &found, e))
        return false;
    *out = found;
    return true;
}

bool identity_confirm(struct db_tx *tx, const struct identity *who, struct err *e)
{
    return who->is_session ? db_expect(tx, Q_SESSION_CONFIRM, identity_columns, who, e)
                           : db_expect(tx, Q_TOKEN_CONFIRM, identity_columns, who, e);
}

bool identity_touch(struct db_tx *tx, const struct identity *who, struct err *e)
{
    struct credential_row row = { .id = who->credential_id, .now = clock_now_ms() };

    return exec(tx, who->is_session ? Q_SESSION_TOUCH : Q_TOKEN_TOUCH, &row, e);
}

bool credential_sweep(struct db_tx *tx, struct err *e)
{
    struct credential_row row = { .now = clock_now_ms() };

    return exec(tx, Q_SESSION_SWEEP, &row, e) && exec(tx, Q_LOGIN_LINK_SWEEP, &row, e) &&
           exec(tx, Q_TOKEN_SWEEP, &row, e);
}
