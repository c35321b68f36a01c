/* Pictures to go by, as --ref names them: a file of this machine, an address, or a picture's id. */
#ifndef FEATURES_GENERATE_REFERENCE_H
#define FEATURES_GENERATE_REFERENCE_H

#include "api/command.h"

/* Files are sent to the server, which knows again what it has; *out holds ids and addresses. With
 * only_look nothing is sent, and files stay what they are. ERR_INVALID names the file. */
MUST_CHECK bool references_resolve(struct command_env *env, const struct str_list *refs,
                                   bool only_look, struct str_list *out, struct err *e);

#endif
