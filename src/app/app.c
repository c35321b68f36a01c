/* The whole of Albumen, put together. */
#include "app/app.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/registry.h"
#include "app/restore.h"
#include "app/services.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "engine/idempotency.h"
#include "engine/setting.h"

enum {
    TOKEN_FILE_MAX = 256,
    MINUTE_MS = 60 * 1000,
    HOUR_MS = 3600 * 1000,
    DAY_MS = 24 * 3600 * 1000,
    WORKER_DRAIN_MS = 4000
};

const char *app_path(const struct config *config, struct arena *a, const char *name)
{
    return arena_strf(a, STR_FMT "/%s", STR_ARG(config->data), name).ptr;
}

static bool load_or_create_admin(struct db_tx *tx, void *arg, struct err *e)
{
    struct app *app = arg;
    struct user_new first = { .name = STR("admin"), .role = USER_ADMIN };

    if (user_load_first_admin(tx, &app->arena, &app->admin, e))
        return true;
    return e->code == ERR_NOT_FOUND && user_create(tx, &app->arena, &first, &app->admin, e);
}

struct key_load {
    struct app *app;
    struct str fresh, stored;
};

static bool load_key(struct db_tx *tx, void *arg, struct err *e)
{
    struct key_load *load = arg;

    return setting_load_or_store(tx, &load->app->arena, STR("signing_key"), load->fresh,
                                 &load->stored, e);
}

/* The key that cursors and signed addresses are sealed with: one for all servers of a database. */
static bool open_signing_key(struct app *app, uint8_t out[SIGNING_KEY_BYTES], struct err *e)
{
    uint8_t fresh[SIGNING_KEY_BYTES];
    struct key_load load = { .app = app };
    struct str raw;

    random_bytes(fresh, sizeof(fresh));
    load.fresh = hex_encode(&app->arena, str_of(fresh, sizeof(fresh)));
    if (!db_write(app->db, load_key, &load, e))
        return false;
    if (!hex_decode(&app->arena, load.stored, &raw) || raw.len != SIGNING_KEY_BYTES)
        return err_set(e, ERR_INTERNAL, "the signing key in the database is damaged");
    log_add_secret(load.stored);
    memcpy(out, raw.ptr, SIGNING_KEY_BYTES);
    return true;
}

static bool open_api(struct app *app, struct err *e)
{
    const struct config *c = app->config;
    struct api_options options = {
        .db = app->db,
        .services = &app->services,
        .print_metrics = services_print_metrics,
        .spool_folder = app_path(c, &app->arena, "spool"),
        .features = app_features,
        .assets = assets,
        .asset_count = asset_count,
        .hosts = c->server.allowed_hosts,
        .public_url = c->server.public_url.len > 0 ? c->server.public_url : (struct str){ 0 },
        .max_json_bytes = c->server.max_json_bytes,
        .max_upload_bytes = c->server.max_upload_bytes,
        .session_ms = c->login.session_days * DAY_MS,
        .login_link_ms = c->login.link_minutes * MINUTE_MS,
        .passwords = c->login.passwords,
        .address_per_minute = c->limits.requests_per_minute_per_address,
        .user_per_minute = c->limits.requests_per_minute_per_user,
        .token_per_minute = c->limits.requests_per_minute_per_token,
        .login_per_minute = c->limits.login_attempts_per_minute,
    };

    if (!open_signing_key(app, options.signing_key, e))
        return false;
    app->services.links = (struct media_signer){
        .key = arena_str(&app->arena, str_of(options.signing_key, SIGNING_KEY_BYTES)),
        .base_url = options.public_url,
    };
    return api_create(&options, &app->api, e);
}

static bool open_database(struct app *app, struct err *e)
{
    struct db_options options = { .url = app->config->database.url,
                                  .connections = (int)app->config->database.connections };

    return db_open(&options, &app->db, e) && db_migrate(app->db, e);
}

static bool open_folder(struct app *app, struct err *e)
{
    const char *folder = arena_cstr(&app->arena, app->config->data);

    if (!folder_make(folder, 0700, e))
        return false;
    if (file_lock(app_path(app->config, &app->arena, "lock"), &app->lock_fd, e)) {
        unlink(app_path(app->config, &app->arena, "address")); /* of a server that was killed */
        return restore_check_whole(app->config, e);
    }
    if (e->code == ERR_BUSY)
        err_set(e, ERR_BUSY, "the data folder '%s' is in use by another albumen", folder);
    return false;
}

static bool job_dropped(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    const struct job_kind *kind = kind_find(app_job_kinds, job->kind);

    return kind == NULL || kind->dropped == NULL || kind->dropped(tx, a, job, e);
}

static bool job_retried(struct db_tx *tx, struct arena *a, const struct job *job, struct err *e)
{
    const struct job_kind *kind = kind_find(app_job_kinds, job->kind);

    return kind == NULL || kind->retried == NULL || kind->retried(tx, a, job, e);
}

/* The engine's rules, from the configuration; it has checked the weights. */
static void set_rules(struct app *app)
{
    const struct config *c = app->config;
    const struct str_list *weights = &c->queue.plan_weights;
    struct queue_plan *plans = arena_array(&app->arena, struct queue_plan, weights->count);
    size_t count = 0;

    for (size_t i = 0; i < weights->count; i++)
        count += config_parse_weight(weights->items[i], &plans[count].name, &plans[count].weight);
    app->rules = (struct queue_rules){ .lease_ms = c->queue.lease_ms,
                                       .ageing_ms = c->queue.ageing_seconds * 1000,
                                       .depth = c->queue.depth,
                                       .submits_per_minute = c->limits.jobs_per_minute_per_user,
                                       .running_per_user = c->limits.running_jobs_per_user,
                                       .plans = plans,
                                       .plan_count = count };
    queue_set_rules(&app->rules);
    app->retention = (struct retention_rules){
        .jobs_ms = c->retention.finished_jobs_days * DAY_MS,
        .system_jobs_ms = c->retention.system_jobs_days * DAY_MS,
        .events_ms = c->retention.events_hours * HOUR_MS,
        .idempotency_ms = c->retention.idempotency_hours * HOUR_MS,
        .trash_ms = c->retention.trash_days * DAY_MS,
    };
    retention_set_rules(&app->retention);
}

static struct app *new_app(const struct config *config)
{
    static const struct job_hooks hooks = { .dropped = job_dropped, .retried = job_retried };
    struct app *app = mem_alloc(sizeof(*app));

    job_set_hooks(&hooks);
    app->config = config;
    app->lock_fd = -1;
    set_rules(app);
    return app;
}

bool app_open(const struct config *config, struct app **out, struct err *e)
{
    struct app *app = new_app(config);

    if (!crypto_init(e) || !open_folder(app, e) || !open_database(app, e) ||
        !db_write(app->db, load_or_create_admin, app, e) || !services_open(app, e)) {
        app_close(app);
        return false;
    }
    services_open_sweeper(app);
    if (!open_api(app, e)) {
        app_close(app);
        return false;
    }
    *out = app;
    return true;
}

static bool check_shared(const struct config *config, struct err *e)
{
    if (!str_starts(config->database.url, STR("sqlite:")))
        return true;
    return err_set(e, ERR_INVALID,
                   "workers of their own need PostgreSQL: a data folder with SQLite belongs to one "
                   "process, and `albumen serve` runs its jobs. Set ALBUMEN_DATABASE_URL to "
                   "postgres://..., for the server too");
}

bool app_open_worker(const struct config *config, struct app **out, struct err *e)
{
    struct app *app = new_app(config);
    const char *folder = arena_cstr(&app->arena, config->data);

    if (!check_shared(config, e) || !crypto_init(e) || !folder_make(folder, 0700, e) ||
        !restore_check_whole(config, e) || !open_database(app, e) || !services_open(app, e) ||
        !app_check_store(app, false, e)) {
        app_close(app);
        return false;
    }
    *out = app;
    return true;
}

/* A command that made pictures leaves none of them behind. */
static void catch_up_catalog(struct app *app)
{
    struct err e = { 0 };

    cataloger_stop(app->cataloger);
    if (app->worker != NULL && app->cataloger == NULL && app->api != NULL &&
        !cataloger_run(app->db, &e))
        log_warn("the catalog of pictures is behind", LOG_E(&e));
}

void app_close(struct app *app)
{
    if (app == NULL)
        return;
    sweeper_destroy(app->services.sweeper);
    if (app->worker != NULL && !worker_stop(app->worker, WORKER_DRAIN_MS)) {
        log_warn("a job did not stop when it was asked to: it is given back, and the process ends");
        _exit(EXIT_SOME_FAILED);
    }
    catch_up_catalog(app);
    api_stop(app->api);
    db_close(app->db);
    cataloger_destroy(app->cataloger);
    api_destroy(app->api); /* the database has called these to the end */
    event_hub_destroy(app->hub);
    worker_destroy(app->worker);
    services_close(app);
    queue_set_rules(NULL);
    retention_set_rules(NULL);
    fd_close(&app->lock_fd);
    arena_deinit(&app->arena);
    free(app);
}

bool app_start_cataloger(struct app *app, struct err *e)
{
    if (!cataloger_create(app->db, &app->cataloger, e))
        return false;
    cataloger_start(app->cataloger);
    return true;
}

bool app_open_hub(struct app *app, struct err *e)
{
    if (!event_hub_create(app->db, &app->hub, e))
        return false;
    api_set_hub(app->api, app->hub);
    return true;
}

struct token_file {
    struct app *app;
    struct str secret; /* of the file, then of the token that works */
    bool is_new;
};

static bool check_or_create_token(struct db_tx *tx, void *arg, struct err *e)
{
    struct token_file *file = arg;
    struct arena *a = &file->app->arena;
    struct identity who;
    struct token token;

    file->is_new = false;
    if (!str_is_null(file->secret) && identity_of_token(tx, a, file->secret, &who, e))
        return true;
    file->is_new = true;
    return token_create(tx, a, file->app->admin.id, STR("command line on the server"), SCOPE_ADMIN,
                        0, &token, &file->secret, e);
}

bool app_write_token(struct app *app, struct err *e)
{
    struct arena *a = &app->arena;
    const char *path = app_path(app->config, a, "token");
    struct token_file file = { .app = app };
    struct err missing;

    if (file_read(a, path, TOKEN_FILE_MAX, &file.secret, &missing))
        file.secret = str_slice(file.secret, 0, str_find_char(file.secret, '\n', 0));
    if (!db_write(app->db, check_or_create_token, &file, e))
        return false;
    log_add_secret(file.secret);
    return !file.is_new ||
           file_write_atomic(path, arena_strf(a, STR_FMT "\n", STR_ARG(file.secret)), 0600, e);
}

struct code_new {
    struct app *app;
    struct arena *arena;
    struct str code;
};

static bool create_code(struct db_tx *tx, void *arg, struct err *e)
{
    struct code_new *want = arg;

    return login_link_create(tx, want->arena, want->app->admin.id,
                             want->app->config->login.link_minutes * MINUTE_MS, &want->code, e);
}

bool app_new_login_code(struct app *app, struct arena *a, struct str *out, struct err *e)
{
    struct code_new want = { .app = app, .arena = a };

    if (!db_write(app->db, create_code, &want, e))
        return false;
    *out = want.code;
    return true;
}

static bool sweep(struct db_tx *tx, void *arg, struct err *e)
{
    UNUSED(arg);
    return credential_sweep(tx, e) && idempotency_sweep(tx, e);
}

struct event_round {
    struct arena arena;
    struct str from, next;
};

static bool sweep_events(struct db_tx *tx, void *arg, struct err *e)
{
    struct event_round *round = arg;

    return event_sweep(tx, &round->arena, round->from, &round->next, e);
}

/* In pieces, so that others can write in between. */
static bool sweep_all_events(struct app *app, struct err *e)
{
    struct event_round round = { .next = STR("") };
    bool ok = true;

    while (ok && !str_is_null(round.next)) {
        round.from = round.next;
        ok = db_write(app->db, sweep_events, &round, e);
    }
    arena_deinit(&round.arena);
    return ok;
}

bool app_sweep(struct app *app, struct err *e)
{
    int64_t jobs;

    if (!sweep_all_events(app, e) || !db_write(app->db, sweep, NULL, e) ||
        !retention_sweep_jobs(app->db, &jobs, e))
        return false;
    if (jobs > 0)
        log_info("deleted old jobs", LOG_N("jobs", jobs));
    return true;
}
