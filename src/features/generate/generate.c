/* The command line's room. */
#include "features/generate/generate.h"

#include "features/generate/commands.h"

static const struct command *const commands[] = {
    &generate_command,
    &style_list,
    &style_show,
    NULL,
};

/* Everything here goes by other rooms' routes. */
static const struct route routes[] = { { 0 } };

const struct feature generate_feature = { .name = "generate",
                                          .routes = routes,
                                          .commands = commands };
