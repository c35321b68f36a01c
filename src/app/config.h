/* The one configuration: a YAML file, environment and flags on top, each value with its origin and
 * its documentation. */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/config_sections.h"

enum config_origin { CONFIG_DEFAULT, CONFIG_FILE, CONFIG_ENVIRONMENT, CONFIG_FLAG };

/* Where a value came from: its field says which one, name the variable or the flag. */
struct config_source {
    const struct field *field;
    const char *name;
    uint32_t line;
    enum config_origin origin;
};

enum { CONFIG_VALUES_MAX = 64, CONFIG_ISSUES_MAX = 20, CONFIG_FILE_MAX_BYTES = 1 << 20 };

struct config {
    struct str file; /* that was read, or no value */
    struct str data;
    struct config_server server;
    struct config_database database;
    struct config_store store;
    struct config_limits limits;
    struct config_queue queue;
    struct config_retention retention;
    struct config_login login;
    struct config_consistency consistency;
    struct config_guard guard;
    struct config_log log;
    struct config_output output;
    struct command_cloud cloud, usage;
    struct field_list backends; /* struct config_backend */
    struct config_source sources[CONFIG_VALUES_MAX];
    size_t source_count; /* what is not in sources is a default */
};

/* The entry of that name, or NULL. */
const struct config_backend *config_find_backend(const struct config *c, struct str name);

/* "pro=4" to its parts; false when it is none. */
bool config_parse_weight(struct str text, struct str *out_plan, int64_t *out_weight);

/* ERR_FORBIDDEN, with the remedy, when the server would be open to the network without a proxy in
 * front. */
MUST_CHECK bool config_check_listen(const struct config *c, struct err *e);

#endif
