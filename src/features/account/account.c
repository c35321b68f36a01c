/* The account room: signing in, one's own tokens, and the users for admins. */
#include "features/account/account.h"

const struct feature account_feature = {
    .name = "account",
    .spelling = JSON_CAMEL,
    .routes = account_routes,
    .commands = account_commands,
};
