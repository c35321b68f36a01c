/*
 * What a request can prove its sender with: bearer tokens, browser sessions, and login links that
 * work once. The database holds SHA-256 of each secret; the secret itself is shown once, to whoever
 * made it.
 */
#ifndef ENGINE_CREDENTIAL_H
#define ENGINE_CREDENTIAL_H

#include "engine/user.h"

/* A token may do no more than its scopes and no more than its user. */
enum token_scope {
    SCOPE_READ,  /* look at things */
    SCOPE_WRITE, /* and make, change, delete them */
    SCOPE_ADMIN, /* and what only admins may */
};
extern const char *const token_scope_names[];

enum {
    TOUCH_EVERY_MS = 60 * 1000, /* last_used_at is written no more often */
};

/* Who is asking, and by which credential. */
struct identity {
    struct user user;
    struct str credential_id; /* of the token or session */
    enum token_scope scope;
    bool is_session;
    int64_t last_used_at, expires_at; /* expires_at 0: never */
};

struct token {
    struct str id;
    struct str user_id;
    struct str name;
    enum token_scope scope;
    int64_t created_at, expires_at, last_used_at; /* 0: never */
};
extern const struct field token_columns[];

/* *out_secret is the only copy of the secret. expires_at 0: does not expire. */
MUST_CHECK bool token_create(struct db_tx *tx, struct arena *a, struct str user_id, struct str name,
                             enum token_scope scope, int64_t expires_at, struct token *out,
                             struct str *out_secret, struct err *e);
MUST_CHECK bool token_list(struct db_tx *tx, struct arena *a, struct str user_id, struct str after,
                           int64_t limit, struct field_list *out, struct err *e);
/* ERR_NOT_FOUND also for another user's token. */
MUST_CHECK bool token_revoke(struct db_tx *tx, struct str user_id, struct str id, struct err *e);

MUST_CHECK bool session_create(struct db_tx *tx, struct arena *a, struct str user_id,
                               struct str user_agent, int64_t lifetime_ms, struct str *out_id,
                               struct str *out_secret, struct err *e);
MUST_CHECK bool session_delete(struct db_tx *tx, struct str user_id, struct str id, struct err *e);
/* After a change of password: everything but the session at hand. */
MUST_CHECK bool session_delete_others(struct db_tx *tx, struct str user_id, struct str id,
                                      struct err *e);

MUST_CHECK bool login_link_create(struct db_tx *tx, struct arena *a, struct str user_id,
                                  int64_t lifetime_ms, struct str *out_code, struct err *e);
/* Uses the code up. ERR_UNAUTHENTICATED: unknown, used, too old, or its user is disabled. */
MUST_CHECK bool login_link_use(struct db_tx *tx, struct arena *a, struct str code, struct user *out,
                               struct err *e);

/* Whose secret is this? ERR_UNAUTHENTICATED for an unknown, revoked or expired one. */
MUST_CHECK bool identity_of_token(struct db_tx *tx, struct arena *a, struct str secret,
                                  struct identity *out, struct err *e);
MUST_CHECK bool identity_of_session(struct db_tx *tx, struct arena *a, struct str secret,
                                    struct identity *out, struct err *e);
/* What was found before, and has not expired, is taken for granted: see db_expect. */
MUST_CHECK bool identity_confirm(struct db_tx *tx, const struct identity *who, struct err *e);
/* Notes that the credential was used now. */
MUST_CHECK bool identity_touch(struct db_tx *tx, const struct identity *who, struct err *e);

/* Deletes what expired; for the daily clean-up. */
MUST_CHECK bool credential_sweep(struct db_tx *tx, struct err *e);

#endif
