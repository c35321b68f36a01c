/* Users: who may do what. Names are folded to lower case; the last admin cannot be taken away. */
#ifndef ENGINE_USER_H
#define ENGINE_USER_H

#include "db/db.h"

/* In rising order of what they may do. */
enum user_role {
    USER_VIEWER, /* looks */
    USER_MEMBER, /* makes things */
    USER_ADMIN,  /* manages users, backends, budgets */
};
extern const char *const user_role_names[];

struct user {
    struct str id;
    struct str name;
    enum user_role role;
    struct str plan;
    int64_t created_at, updated_at;
    int64_t disabled_at; /* 0: active */
};
extern const struct field user_columns[];

/* Signalled when rights of a user or a credential end or change: what was known of them is void. */
#define IDENTITY_TOPIC STR("identity")

enum { USER_NAME_MAX = 64, PASSWORD_MIN = 10, PASSWORD_MAX = 200 };

struct user_new {
    struct str name;
    enum user_role role;
    struct str plan;          /* no value: "standard" */
    struct str password_hash; /* no value: signs in by link or token only */
};

/* ERR_CONFLICT when the name is taken, ERR_INVALID for a name with other than letters, digits and
 * ._@+- */
MUST_CHECK bool user_create(struct db_tx *tx, struct arena *a, const struct user_new *want,
                            struct user *out, struct err *e);
MUST_CHECK bool user_load(struct db_tx *tx, struct arena *a, struct str id, struct user *out,
                          struct err *e);
MUST_CHECK bool user_load_by_name(struct db_tx *tx, struct arena *a, struct str name,
                                  struct user *out, struct err *e);
/* No value in *out for a user without a password. */
MUST_CHECK bool user_load_password(struct db_tx *tx, struct arena *a, struct str id,
                                   struct str *out_hash, struct err *e);
/* The oldest active admin; ERR_NOT_FOUND in a new database. */
MUST_CHECK bool user_load_first_admin(struct db_tx *tx, struct arena *a, struct user *out,
                                      struct err *e);
/* Up to limit users with an id above `after`, oldest first. */
MUST_CHECK bool user_list(struct db_tx *tx, struct arena *a, struct str after, int64_t limit,
                          struct field_list *out, struct err *e);

struct user_change {
    bool has_role, has_plan, has_disabled;
    enum user_role role;
    struct str plan;
    bool disabled;
};
/* ERR_CONFLICT when no active admin would be left. */
MUST_CHECK bool user_update(struct db_tx *tx, struct arena *a, struct str id,
                            const struct user_change *change, struct user *out, struct err *e);
/* Both are hashes; ERR_CONFLICT when the stored one is not `before` any more. */
MUST_CHECK bool user_set_password(struct db_tx *tx, struct str id, struct str before,
                                  struct str hash, struct err *e);
/* Fails with ERR_NOT_FOUND when the stored one is another by now, or the user disabled; whoever
 * would change it waits until this transaction ends. */
MUST_CHECK bool user_hold_password(struct db_tx *tx, struct arena *a, struct str id,
                                   struct str hash, struct err *e);
/* With tokens and sessions. ERR_CONFLICT for the last active admin. */
MUST_CHECK bool user_delete(struct db_tx *tx, struct arena *a, struct str id, struct err *e);

#endif
