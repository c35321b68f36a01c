/* The account room: signing in, one's own tokens, and the users for admins. */
#ifndef FEATURES_ACCOUNT_ACCOUNT_H
#define FEATURES_ACCOUNT_ACCOUNT_H

#include "api/command.h"
#include "api/route.h"

extern const struct feature account_feature;

/* account_api.c and account_cli.c */
extern const struct route account_routes[];
extern const struct command *const account_commands[];

#endif
