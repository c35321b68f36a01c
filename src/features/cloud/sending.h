/* What the hook and the commands share: pictures and usage on their way to the project. */
#ifndef FEATURES_CLOUD_SENDING_H
#define FEATURES_CLOUD_SENDING_H

#include "features/cloud/copy.h"
#include "features/cloud/outbox.h"

extern const struct command cloud_sync_command, cloud_url_command;

struct outbox cloud_pictures(struct command_env *env, const struct command_setup *setup);
struct outbox cloud_usage(struct command_env *env, const struct command_setup *setup);

/* A copy as text for the outbox, and back. */
struct str copy_encode(struct arena *a, const struct copy *c);
MUST_CHECK bool copy_decode(struct arena *a, struct str text, struct copy *out, struct err *e);

/* Sends it, and takes it out of the outbox when it has arrived. */
MUST_CHECK bool cloud_send_picture(struct command_env *env, const struct command_setup *setup,
                                   const struct copy *c, struct err *e);
/* row: JSON with its id. */
MUST_CHECK bool cloud_send_usage(struct command_env *env, const struct command_setup *setup,
                                 struct str id, struct str row, struct err *e);

#endif
