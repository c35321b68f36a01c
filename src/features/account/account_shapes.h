/* What the account room's routes show and take, and the handlers of users. */
#ifndef FEATURES_ACCOUNT_ACCOUNT_SHAPES_H
#define FEATURES_ACCOUNT_ACCOUNT_SHAPES_H

#include "api/route.h"

/* A new token, with the only copy of its secret. */
struct token_answer {
    struct token token;
    struct str secret;
};

extern const struct shape user_shape, token_shape, token_answer_shape, login_link_shape;
extern const struct shape users_query_shape, user_new_shape, user_change_shape;

/* users_api.c */
bool users_get(struct api_call *call, struct err *e);
bool users_prepare(struct api_call *call, struct err *e);
bool users_post(struct api_call *call, struct err *e);
bool user_get(struct api_call *call, struct err *e);
bool user_patch_prepare(struct api_call *call, struct err *e);
bool user_patch(struct api_call *call, struct err *e);
bool user_remove(struct api_call *call, struct err *e);
bool user_link_post(struct api_call *call, struct err *e);

#endif
