/* The sections of the configuration, as they stand in its file. */
#ifndef APP_CONFIG_SECTIONS_H
#define APP_CONFIG_SECTIONS_H

#include "api/command.h"

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

struct config_login {
    bool passwords;
    int64_t session_days, link_minutes;
};

struct config_store {
    int64_t orphan_grace_minutes;
};

struct config_consistency {
    int64_t mark_percent, remakes;
};

/* Days and hours that something is kept; of jobs, 0 is for ever. */
struct config_retention {
    int64_t finished_jobs_days, system_jobs_days, events_hours, idempotency_hours;
    int64_t trash_days;
};

struct config_guard {
    struct str_list allow;
    struct str ca_file;
};

struct config_log {
    int level; /* enum log_level */
};

struct config_output {
    struct str directory, naming, preview_command;
    bool write_metadata_json;
    enum config_switch cloud_sync, preview;
};

/* Everything but name and type is the adapter's: an object with line numbers in which ${NAME} has
 * been replaced. */
struct config_backend {
    struct str name, type;
    const struct json *settings;
    const struct json *written; /* the same as it stands in the file, for showing */
    uint32_t line;
};

#endif
