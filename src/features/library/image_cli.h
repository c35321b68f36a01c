/* What the commands on pictures share. */
#ifndef FEATURES_LIBRARY_IMAGE_CLI_H
#define FEATURES_LIBRARY_IMAGE_CLI_H

#include "api/console.h"

extern const struct command image_list_command, image_search_command, image_show_command;
extern const struct command image_rm_command, image_restore_command, image_tag_command;
extern const struct command image_get_command, image_put_command, image_zip_command;

/* Text of somebody for a terminal: on one line, without controls, cut to so many characters. "-"
 * where there is none. */
struct str image_cli_text(struct arena *a, struct str text, size_t max);

/* One picture of a list; false stops it. */
typedef bool (*image_cli_fn)(struct command_env *env, const struct json *image, void *ctx);
/* Pictures of a list, page by page, at most limit; path has a query. */
MUST_CHECK bool image_cli_each(struct command_env *env, struct str path, int64_t limit,
                               image_cli_fn each, void *ctx, struct err *e);

/* One line of the table, or of JSON. image_cli_fn; ctx is the table's bool has_head. */
bool image_cli_print(struct command_env *env, const struct json *image, void *ctx);
/* The line above them, once. */
void image_cli_head(const struct command_env *env, bool *has_head);

#endif
