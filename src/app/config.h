/* The one configuration: a YAML file, environment and flags on top, each value with its origin and
 * its documentation. */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/json.h"

enum config_switch { CONFIG_AUTO, CONFIG_ON, CONFIG_OFF };

struct config_server {
    struct str listen, public_url;
    struct str_list allowed_hosts;
    bool behind_proxy;
    int64_t max_json_bytes, max_upload_bytes, max_connections;
};

struct config_database {
    struct str url; /* never empty once loaded */
    int64_t connections;
};

/* 0 is no limit. */
struct config_limits {
    int64_t requests_per_minute_per_token, requests_per_minute_per_user;
    int64_t requests_per_minute_per_address, login_attempts_per_minute;
    int64_t jobs_per_minute_per_user, running_jobs_per_user;
};

struct config_queue {
    bool run_jobs;
    int64_t depth, ageing_seconds, lease_ms;
    struct str_list plan_weights; /* "pro=4" */
};

/* "pro=4" to its parts; false when it is none. */
bool config_parse_weight(struct str text, struct str *out_plan, int64_t *out_weight);

struct config_login {
    bool passwords;
    int64_t session_days, link_minutes;
};

struct config_store {
    int64_t orphan_grace_minutes;
};

struct config_guard {
    struct str_list allow;
};

struct config_log {
    int level; /* enum log_level */
};

struct config_output {
    struct str directory, naming, preview_command;
    bool write_metadata_json;
    enum config_switch cloud_sync, preview;
};

struct config_cloud {
    struct str url, service_key, owner_user_id, bucket, schema, table;
};

struct config_usage {
    struct str url, service_key, schema, table;
};

/* Everything but name and type is the adapter's: an object with line numbers in which ${NAME} has
 * been replaced. */
struct config_backend {
    struct str name, type;
    const struct json *settings;
    const struct json *written; /* the same as it stands in the file, for showing */
    uint32_t line;
};

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
    struct config_login login;
    struct config_guard guard;
    struct config_log log;
    struct config_output output;
    struct config_cloud cloud;
    struct config_usage usage;
    struct field_list backends; /* struct config_backend */
    struct config_source sources[CONFIG_VALUES_MAX];
    size_t source_count; /* what is not in sources is a default */
};

/* The entry of that name, or NULL. */
const struct config_backend *config_find_backend(const struct config *c, struct str name);

/* ERR_FORBIDDEN, with the remedy, when the server would be open to the network without a proxy in
 * front. */
MUST_CHECK bool config_check_listen(const struct config *c, struct err *e);

#endif
