/* How users and tokens look outside: a column of the database does not appear here by itself. */
#include "features/account/account_shapes.h"

static const struct field user_json[] = {
    { FIELD(struct user, id), .required = true },
    { FIELD(struct user, name), .required = true },
    { FIELD_ENUM(struct user, role, user_role_names) },
    { FIELD(struct user, plan), .required = true },
    { FIELD_TIME(struct user, created_at), .required = true },
    { FIELD_TIME(struct user, updated_at), .required = true },
    { FIELD_TIME(struct user, disabled_at), .help = "null: active" },
    { 0 },
};

static const struct field token_json[] = {
    { FIELD(struct token, id), .required = true },
    { FIELD(struct token, name), .required = true },
    { FIELD_ENUM(struct token, scope, token_scope_names) },
    { FIELD_TIME(struct token, created_at), .required = true },
    { FIELD_TIME(struct token, expires_at), .help = "null: never" },
    { FIELD_TIME(struct token, last_used_at), .help = "null: not yet; exact to a minute" },
    { 0 },
};

static const struct field token_answer_json[] = {
    { FIELD_NAMED(struct token_answer, token.id, "id"), .required = true },
    { FIELD_NAMED(struct token_answer, token.name, "name"), .required = true },
    { .name = "scope",
      .type = FIELD_ENUM,
      .names = token_scope_names,
      .offset = offsetof(struct token_answer, token.scope) },
    { .name = "created_at",
      .type = FIELD_TIME,
      .required = true,
      .offset = offsetof(struct token_answer, token.created_at) },
    { .name = "expires_at",
      .type = FIELD_TIME,
      .offset = offsetof(struct token_answer, token.expires_at) },
    { FIELD_NAMED(struct token_answer, secret, "token"), .required = true, .secret = true,
      .help = "the secret, shown this once" },
    { 0 },
};

const struct shape user_shape = { "User", user_json, sizeof(struct user) };
const struct shape token_shape = { "Token", token_json, sizeof(struct token) };
const struct shape token_answer_shape = { "TokenCreated", token_answer_json,
                                          sizeof(struct token_answer) };
