/* What jobs need, opened from the configuration. */
#include "app/services.h"

#include <sys/statvfs.h>

#include "app/authorities.h"
#include "app/registry.h"
#include "base/histogram.h"
#include "base/log.h"
#include "blob/blob_folder.h"
#include "features/albums/album_images.h"
#include "features/cloud/cloud.h"
#include "work/preset.h"

#define BUILT_IN "sketch"

/* One helper more than thumbnails can take: what is being generated never waits for them. */
enum { HELPERS = SERVICES_SYSTEM_SLOTS + 1, MINUTE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000 };

static bool is_known(struct str type)
{
    for (const struct provider_ops *const *ops = app_providers; *ops != NULL; ops++) {
        if (str_eq(str_from((*ops)->type), type))
            return true;
    }
    return false;
}

bool services_list_backends(const struct config *config, struct arena *a, struct field_list *out,
                            struct err *e)
{
    static const struct json nothing = { .type = JSON_OBJECT };
    const struct config_backend *configured = config->backends.items;
    size_t count = config->backends.count, known = 0;
    struct backend_config *all = arena_array(a, struct backend_config, count + 1);

    if (count >= SERVICES_BACKENDS_MAX)
        return err_set(e, ERR_INVALID, "more than %d backends", SERVICES_BACKENDS_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct config_backend *b = &configured[i];

        if (str_eq(b->name, JOB_LANE_SYSTEM))
            return err_set(e, ERR_INVALID, "line %u: no backend can be called '" STR_FMT "'",
                           (unsigned)b->line, STR_ARG(b->name));
        if (is_known(b->type))
            all[known++] = (struct backend_config){ b->name, b->type, b->settings, b->line };
        else
            log_warn("a backend is left out: this version does not know its type",
                     LOG_S("backend", b->name), LOG_S("type", b->type));
    }
    if (config_find_backend(config, STR(BUILT_IN)) == NULL)
        all[known++] = (struct backend_config){ STR(BUILT_IN), STR(BUILT_IN), &nothing, 0 };
    *out = (struct field_list){ all, known };
    return true;
}

static bool open_backends(const struct config *config, struct arena *a, struct guard *guard,
                          struct backend_list **out, struct err *e)
{
    struct field_list list;

    guard->allow = config->guard.allow;
    return services_list_backends(config, a, &list, e) &&
           backend_list_open(app_providers, list.items, list.count, guard, out, e);
}

static bool open_store(struct app *app, struct err *e)
{
    struct json_member *member = arena_new(&app->arena, struct json_member);
    struct json *settings = arena_new(&app->arena, struct json);

    member->name = STR("path");
    member->value.type = JSON_STR;
    member->value.str = str_from(app_path(app->config, &app->arena, "blobs"));
    settings->type = JSON_OBJECT;
    settings->object.members = member;
    settings->object.count = 1;
    return blob_open(&blob_folder, settings, &app->guard, &app->services.store, e);
}

static bool load_presets(const struct config *config, struct arena *a,
                         const struct preset_list **out, struct err *e)
{
    struct preset_list *presets = arena_new(a, struct preset_list);

    *out = presets;
    return presets_load(a, app_path(config, a, "styles"), presets, e);
}

bool services_check(const struct config *config, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct backend_list *backends = NULL;
    const struct preset_list *presets;
    struct guard guard = { 0 };
    bool ok =
        open_backends(config, &a, &guard, &backends, e) && load_presets(config, &a, &presets, e);

    backend_list_close(backends);
    return ok;
}

bool services_open(struct app *app, struct err *e)
{
    static const struct image_options options = { .max_processes = HELPERS };

    app->services.albums = &album_pictures;
    app->services.consistency = (struct consistency_rules){
        .mark = (double)app->config->consistency.mark_percent / 100,
        .remakes = app->config->consistency.remakes,
    };
    return authorities_check(app->config->guard.ca_file, e) &&
           open_backends(app->config, &app->arena, &app->guard, &app->services.backends, e) &&
           open_store(app, e) &&
           load_presets(app->config, &app->arena, &app->services.presets, e) &&
           image_service_create(&options, &app->services.images, e);
}

void services_close(struct app *app)
{
    backend_list_close(app->services.backends);
    blob_close(app->services.store);
    if (app->services.images != NULL)
        image_service_destroy(app->services.images);
}

/* Before anything is put into the store. On SQLite no other process can have the data folder, and
 * the store is in it. */
void services_open_sweeper(struct app *app)
{
    bool is_alone = db_dialect(app->db) == DB_SQLITE;
    struct sweep_options options = {
        .db = app->db,
        .store = app->services.store,
        .folder = arena_cstr(&app->arena, app->config->data),
        .grace_ms = is_alone ? 0 : app->config->store.orphan_grace_minutes * MINUTE_MS,
    };

    app->services.sweeper = sweeper_create(&options);
}

void app_follow_pictures(struct app *app)
{
    const struct command_cloud *cloud = &app->config->cloud;
    bool is_filled_in =
        cloud->service_key.len > 0 && (cloud->url.len > 0 || cloud->rest_url.len > 0);

    if (!cloud->from_server || !is_filled_in || app->config->output.cloud_sync == CONFIG_OFF)
        return;
    app->services.cloud = cloud;
    app->services.follow = cloud_follow;
}

struct str app_copies_to(struct arena *a, const struct command_setup *setup)
{
    return cloud_place(a, setup);
}

void app_start_sweep(struct app *app)
{
    sweeper_start(app->services.sweeper);
}

static void print_gauge(struct buf *out, const char *name, const char *help, long long value)
{
    metric_head(out, name, "gauge", help);
    buf_putf(out, "%s %lld\n", name, value);
}

/* What the store held when it was gone through for the last time, and how much room there is now.
 */
static void print_disk(const struct app *app, struct buf *out)
{
    AUTO_ARENA a = { 0 };
    struct sweep_result last = sweeper_last(app->services.sweeper);
    struct statvfs disk;

    print_gauge(out, "albumen_store_files", "stored files, when they were last gone through",
                last.seen);
    print_gauge(out, "albumen_store_bytes", "their bytes", last.seen_bytes);
    if (statvfs(arena_cstr(&a, app->config->data), &disk) < 0)
        return;
    print_gauge(out, "albumen_disk_free_bytes", "room on the disk of the data folder",
                (long long)disk.f_bavail * (long long)disk.f_frsize);
    print_gauge(out, "albumen_disk_bytes", "size of the disk of the data folder",
                (long long)disk.f_blocks * (long long)disk.f_frsize);
}

void services_print_metrics(void *services, struct buf *out)
{
    const struct app *app = CONTAINER_OF(services, struct app, services);

    backend_print_metrics(app->services.backends, out);
    if (app->worker != NULL)
        worker_print_metrics(app->worker, out);
    print_disk(app, out);
    buf_putf(out,
             "# HELP albumen_orphans_removed_total stored files that belonged to no picture\n"
             "# TYPE albumen_orphans_removed_total counter\n"
             "albumen_orphans_removed_total %lld\n",
             (long long)sweeper_removed(app->services.sweeper));
}
