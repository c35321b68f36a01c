/* The operations room's routes and commands. */
#include "features/operations/operations.h"

static const struct route routes[] = {
    { HTTP_POST, "/api/fsck", WHO_ADMIN, ROUTE_WRITE, fsck_post, .body = &fsck_body_shape,
      .answer = &fsck_shape, .prepare = fsck_post_prepare,
      .summary = "One step of the check that compares pictures with what is stored" },
    { HTTP_POST, "/api/backup", WHO_ADMIN, ROUTE_WRITE, backup_post, .answer = &backup_shape,
      .prepare = backup_post_prepare,
      .summary = "Put a copy of the database, and the list of its files, beside it: for `albumen "
                 "backup` on this machine" },
    { 0 },
};

static const struct command *const commands[] = { &fsck_command, &backup_command, NULL };

const struct feature operations_feature = {
    .name = "operations", .spelling = JSON_CAMEL, .routes = routes, .commands = commands
};
