/* The commands of this room. */
#ifndef FEATURES_GENERATE_COMMANDS_H
#define FEATURES_GENERATE_COMMANDS_H

#include "features/generate/session.h"

extern const struct command generate_command;             /* generate_cli.c */
extern const struct command preview_command;              /* preview_cli.c */
extern const struct command backends_list, backends_test; /* backends_cli.c */
extern const struct command style_list, style_show;       /* style_cli.c */
extern const struct command verify_command;               /* verify_cli.c */

#endif
