/* The operations room: looking after an installation. */
#ifndef FEATURES_OPERATIONS_OPERATIONS_H
#define FEATURES_OPERATIONS_OPERATIONS_H

#include "api/command.h"
#include "api/route.h"

extern const struct feature operations_feature;

/* fsck_api.c */
extern const struct shape fsck_body_shape, fsck_shape;
bool fsck_post_prepare(struct api_call *call, struct err *e);
bool fsck_post(struct api_call *call, struct err *e);

/* backup_api.c */
extern const struct shape backup_shape;
bool backup_post_prepare(struct api_call *call, struct err *e);
bool backup_post(struct api_call *call, struct err *e);

/* backup_cli.c */
extern const struct command backup_command;

/* fsck_cli.c */
extern const struct command fsck_command;

#endif
