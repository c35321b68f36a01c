/* The command line's room. */
#include "features/generate/generate.h"

#include "features/generate/commands.h"

/* One a line, so that adding one is one line. */
/* clang-format off */
static const struct command *const commands[] = {
    &generate_command,
    &preview_command,
    &backends_list,
    &backends_test,
    &style_list,
    &style_show,
    &verify_command,
    NULL,
};
/* clang-format on */

/* Everything here goes by other rooms' routes. */
static const struct route routes[] = { { 0 } };

const struct feature generate_feature = { .name = "generate",
                                          .routes = routes,
                                          .commands = commands };
