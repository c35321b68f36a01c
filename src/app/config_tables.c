/* Every value of the configuration: name, range, help, default, and who else may set it. */
#include "app/config_tables.h"

#include "base/log.h"
#include "db/db.h"

static const char *const switch_names[] = { "auto", "on", "off", NULL };

static const struct field server_fields[] = {
    { FIELD(struct config_server, listen), .min = 1, .max = 255,
      .help = "Address and port to listen on; port 0 takes any free one" },
    { FIELD(struct config_server, behind_proxy),
      .help = "Believe X-Forwarded-For and -Proto; needed to listen on other than loopback" },
    { FIELD(struct config_server, public_url), .max = 1000,
      .help = "Where browsers reach the server, for links and the check of Origin" },
    { FIELD(struct config_server, allowed_hosts), .max = 100,
      .help = "Host names that requests may use besides loopback and public_url's" },
    { FIELD(struct config_server, max_json_bytes), .unit = "bytes", .min = 1024, .max = 64.0 * MIB,
      .help = "Largest JSON body of a request" },
    { FIELD(struct config_server, max_upload_bytes), .unit = "bytes", .min = 1024,
      .max = 1024.0 * 1024 * MIB, .help = "Largest upload of a picture or a table" },
    { FIELD(struct config_server, max_connections), .min = 16, .max = 1000000,
      .help = "Connections at a time, event streams included" },
    { 0 },
};

static const struct field database_fields[] = {
    { FIELD(struct config_database, url), .max = 2000,
      .help = "sqlite:<path> or postgres://...; when empty, albumen.db in the data folder" },
    { FIELD(struct config_database, connections), .max = DB_CONNECTIONS_MAX,
      .help =
          "PostgreSQL: connections of one process, at least 3; 0: 6 on one or two cores, 8 on more" },
    { 0 },
};

static const struct field store_fields[] = {
    { FIELD(struct config_store, orphan_grace_minutes), .unit = "minutes", .max = 100000,
      .help =
          "PostgreSQL: age at which files without a picture are removed; 0, for one server: at its next start" },
    { 0 },
};

static const struct field retention_fields[] = {
    { FIELD(struct config_retention, finished_jobs_days), .unit = "days", .max = 36500,
      .help = "Jobs that have ended are deleted after so long, their pictures stay; 0: never" },
    { FIELD(struct config_retention, system_jobs_days), .unit = "days", .max = 36500,
      .help = "The same for the house's own jobs, such as thumbnails" },
    { FIELD(struct config_retention, trash_days), .unit = "days", .min = 1, .max = 36500,
      .help = "Pictures in the trash, before they are gone for good" },
    { FIELD(struct config_retention, events_hours), .unit = "hours", .min = 1, .max = 8760,
      .help = "Events, for clients that come back" },
    { FIELD(struct config_retention, idempotency_hours), .unit = "hours", .min = 24, .max = 8760,
      .help = "First answers to requests with an Idempotency-Key" },
    { 0 },
};

static const struct field limits_fields[] = {
    { FIELD(struct config_limits, requests_per_minute_per_token), .max = 1000000,
      .help = "Requests with one bearer token; 0 is no limit" },
    { FIELD(struct config_limits, requests_per_minute_per_user), .max = 1000000,
      .help = "Requests of one account by all its tokens and sessions; 0 is no limit" },
    { FIELD(struct config_limits, requests_per_minute_per_address), .max = 1000000,
      .help = "Requests from one address, or one /64 of IPv6; 0 is no limit" },
    { FIELD(struct config_limits, login_attempts_per_minute), .min = 1, .max = 1000,
      .help = "Attempts to sign in from one address (or /64 of IPv6), or to one account" },
    { FIELD(struct config_limits, jobs_per_minute_per_user), .max = 1000000,
      .help = "Jobs that one account may submit; 0 is no limit" },
    { FIELD(struct config_limits, running_jobs_per_user), .max = 10000,
      .help = "Jobs of one account that run at a time; 0 is no limit" },
    { 0 },
};

static const struct field queue_fields[] = {
    { FIELD(struct config_queue, run_jobs),
      .help = "Run jobs in the server; false leaves them to `albumen worker`" },
    { FIELD(struct config_queue, depth), .min = 1, .max = 10000000,
      .help = "Jobs that may wait for one backend; beyond that new ones are refused for a while" },
    { FIELD(struct config_queue, ageing_seconds), .unit = "seconds", .min = 1, .max = 86400,
      .help = "The longest that a job waits behind those of higher priority" },
    { FIELD(struct config_queue, lease_ms), .unit = "ms", .min = 300, .max = 600000,
      .help = "After this time without a sign of life a worker's jobs go to another one" },
    { FIELD(struct config_queue, plan_weights), .max = 50,
      .help = "Shares of the plans: [pro=4] gives pro four times the turns of all others" },
    { 0 },
};

static const struct field login_fields[] = {
    { FIELD(struct config_login, passwords), .help = "Let accounts sign in with a password" },
    { FIELD(struct config_login, session_days), .unit = "days", .min = 1, .max = 400,
      .help = "How long a browser stays signed in" },
    { FIELD(struct config_login, link_minutes), .unit = "minutes", .min = 1, .max = 10080,
      .help = "How long a login link works" },
    { 0 },
};

static const struct field consistency_fields[] = {
    { FIELD(struct config_consistency, mark_percent), .unit = "percent", .max = 100,
      .help = "A shot that is less like its anchor than this is an outlier; 0: none is" },
    { FIELD(struct config_consistency, remakes), .max = 20,
      .help = "How often an outlier is made again on request before it is left to its owner" },
    { 0 },
};

static const struct field guard_fields[] = {
    { FIELD(struct config_guard, allow), .max = 1000,
      .help = "Private addresses that may be connected to: 127.0.0.1:8188, 10.1.0.0/16, gpu:8188" },
    { FIELD(struct config_guard, ca_file), .max = 1000,
      .help =
          "Certificates (PEM) of authorities of your own, trusted beside the system's; ~ is the "
          "home folder" },
    { 0 },
};

static const struct field log_fields[] = {
    { FIELD_ENUM(struct config_log, level, log_level_names),
      .help = "Least level that is written" },
    { 0 },
};

static const struct field output_fields[] = {
    { FIELD(struct config_output, directory), .min = 1, .max = 1000,
      .help = "Folder for pictures of the command line; ~ is the home folder" },
    { FIELD(struct config_output, naming), .min = 1, .max = 200,
      .help = "File name: {date} {time} {slug} {seed} {backend} {ext} are filled in" },
    { FIELD(struct config_output, write_metadata_json),
      .help = "Write a JSON file with the recipe beside each picture" },
    { FIELD_ENUM(struct config_output, cloud_sync, switch_names),
      .help = "Copy finished pictures to the cloud; auto: when 'cloud' is filled in" },
    { FIELD_ENUM(struct config_output, preview, switch_names),
      .help = "Show finished pictures; auto: when standard output is a terminal" },
    { FIELD(struct config_output, preview_command), .max = 1000,
      .help = "Program that shows a picture, instead of the terminal's own graphics" },
    { 0 },
};

static const struct field cloud_fields[] = {
    { FIELD(struct command_cloud, url), .max = 1000,
      .help = "Supabase project, https://<ref>.supabase.co" },
    { FIELD(struct command_cloud, storage_url), .max = 1000,
      .help = "Its Storage, where that is not <url>/storage/v1" },
    { FIELD(struct command_cloud, rest_url), .max = 1000,
      .help = "Its PostgREST, where that is not <url>/rest/v1" },
    { FIELD(struct command_cloud, service_key), .max = 4000, .secret = true,
      .help = "Service role or secret key" },
    { FIELD(struct command_cloud, owner_user_id), .max = 100,
      .help = "Owner of the rows: an id of the project's auth.users" },
    { FIELD(struct command_cloud, bucket), .min = 1, .max = 100,
      .help = "Storage bucket for the pictures" },
    { FIELD(struct command_cloud, schema), .min = 1, .max = 63, .help = "Schema of the table" },
    { FIELD(struct command_cloud, table), .min = 1, .max = 63,
      .help = "Table that gets a row for each picture" },
    { FIELD(struct command_cloud, from_server),
      .help = "Also copy what the server makes, for all its accounts" },
    { 0 },
};

static const struct field usage_fields[] = {
    { FIELD(struct command_cloud, url), .max = 1000,
      .help = "Supabase project that also gets the usage; empty: kept here alone" },
    { FIELD(struct command_cloud, rest_url), .max = 1000,
      .help = "Its PostgREST, where that is not <url>/rest/v1" },
    { FIELD(struct command_cloud, service_key), .max = 4000, .secret = true,
      .help = "Service role or secret key of that project" },
    { FIELD(struct command_cloud, schema), .min = 1, .max = 63, .help = "Schema of the table" },
    { FIELD(struct command_cloud, table), .min = 1, .max = 63,
      .help = "Table that gets a row for each generation" },
    { 0 },
};

static const struct field backend_fields[] = {
    { FIELD(struct config_backend, type), .required = true, .min = 1, .max = FIELD_NAME_MAX,
      .help = "The provider; all other keys are its own" },
    { 0 },
};

const struct field config_fields[] = {
    { FIELD(struct config, data), .min = 1, .max = 1000,
      .help = "Folder for the database, pictures, token and lock" },
    { FIELD_OBJECT(struct config, server, server_fields), .help = "The HTTP server" },
    { FIELD_OBJECT(struct config, database, database_fields),
      .help = "Where everything but pictures is kept" },
    { FIELD_OBJECT(struct config, store, store_fields), .help = "Where the bytes of pictures are" },
    { FIELD_OBJECT(struct config, limits, limits_fields),
      .help = "How much one caller may ask for" },
    { FIELD_OBJECT(struct config, queue, queue_fields), .help = "How jobs wait for their turn" },
    { FIELD_OBJECT(struct config, retention, retention_fields),
      .help = "How long is kept what is over" },
    { FIELD_OBJECT(struct config, login, login_fields), .help = "Signing in" },
    { FIELD_OBJECT(struct config, consistency, consistency_fields),
      .help = "How like its anchor a shot of an album should be" },
    { FIELD_OBJECT(struct config, guard, guard_fields), .help = "Outgoing connections" },
    { FIELD_OBJECT(struct config, log, log_fields), .help = "The log on standard error" },
    { FIELD_OBJECT(struct config, output, output_fields),
      .help = "Files that the command line writes" },
    { FIELD_OBJECT(struct config, cloud, cloud_fields), .help = "Copies in Supabase Storage" },
    { FIELD_OBJECT(struct config, usage, usage_fields), .help = "Record of what was generated" },
    { FIELD_LIST(struct config, backends, struct config_backend, backend_fields),
      .help =
          "Where pictures come from: a name of your choice, a type, and the provider's own keys" },
    { 0 },
};

void config_set_defaults(struct config *c)
{
    *c = (struct config){
        .data = STR("./data"),
        .server = { .listen = STR("127.0.0.1:8001"),
                    .public_url = STR(""),
                    .max_json_bytes = 1 * MIB,
                    .max_upload_bytes = 50 * MIB,
                    .max_connections = 16000 },
        .database = { .url = STR(""), .connections = 0 },
        .store = { .orphan_grace_minutes = 60 },
        .limits = { .requests_per_minute_per_token = 600,
                    .requests_per_minute_per_user = 1200,
                    .requests_per_minute_per_address = 1200,
                    .login_attempts_per_minute = 10 },
        .queue = { .run_jobs = true, .depth = 10000, .ageing_seconds = 300, .lease_ms = 10000 },
        .retention = { .finished_jobs_days = 90,
                       .system_jobs_days = 1,
                       .trash_days = 30,
                       .events_hours = 24,
                       .idempotency_hours = 24 },
        .login = { .session_days = 30, .link_minutes = 15 },
        .consistency = { .mark_percent = 45, .remakes = 2 },
        .log = { .level = LOG_INFO },
        .output = { .directory = STR("."),
                    .naming = STR("{date}-{slug}-{seed}.{ext}"),
                    .preview_command = STR(""),
                    .write_metadata_json = true },
        .cloud = { .url = STR(""),
                   .storage_url = STR(""),
                   .rest_url = STR(""),
                   .service_key = STR(""),
                   .owner_user_id = STR(""),
                   .bucket = STR("imagen-generated"),
                   .schema = STR("imagen"),
                   .table = STR("images") },
        .usage = { .url = STR(""),
                   .rest_url = STR(""),
                   .service_key = STR(""),
                   .schema = STR("mai"),
                   .table = STR("imagen_usage") },
    };
}

const struct config_override config_overrides[] = {
    { NULL, "data", "ALBUMEN_DATA", "--data", offsetof(struct config_options, data) },
    { "server", "listen", "ALBUMEN_LISTEN", "--listen", offsetof(struct config_options, listen) },
    { "database", "url", "ALBUMEN_DATABASE_URL", "--database",
      offsetof(struct config_options, database_url) },
    { "log", "level", "ALBUMEN_LOG_LEVEL", "--log-level",
      offsetof(struct config_options, log_level) },
    { "output", "cloud_sync", "IMAGEN_CLOUD_SYNC", NULL, 0 },
};
const size_t config_override_count = COUNT(config_overrides);

const char *config_variable_of(const struct field *section, const struct field *field)
{
    struct str section_name = str_from(section != NULL ? section->name : NULL);

    for (size_t i = 0; i < config_override_count; i++) {
        const struct config_override *o = &config_overrides[i];

        if (str_eq(str_from(o->section), section_name) &&
            str_eq(str_from(o->name), str_from(field->name)))
            return o->variable;
    }
    return NULL;
}

struct config_source config_source_of(const struct config *c, const struct field *field)
{
    for (size_t i = 0; i < c->source_count; i++) {
        if (c->sources[i].field == field)
            return c->sources[i];
    }
    return (struct config_source){ .field = field, .origin = CONFIG_DEFAULT };
}
