/* Running jobs: in the server, and in processes of their own that share its database and its
 * pictures. */
#include "app/app.h"
#include "app/registry.h"
#include "app/services.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "engine/setting.h"

/* In the folder of pictures: which database they belong to. No key begins with a dot. */
#define MARK "blobs/.albumen"

enum { MARK_MAX_BYTES = 256 };

struct store_id {
    struct app *app;
    struct str fresh, stored;
};

static bool load_store_id(struct db_tx *tx, void *arg, struct err *e)
{
    struct store_id *id = arg;

    return setting_load_or_store(tx, &id->app->arena, STR("store_id"), id->fresh, &id->stored, e);
}

static bool write_mark(struct app *app, const char *path, struct str id, struct err *e)
{
    return file_write_atomic(path, arena_strf(&app->arena, STR_FMT "\n", STR_ARG(id)), 0600, e);
}

bool app_check_store(struct app *app, bool is_server, struct err *e)
{
    struct store_id id = { .app = app, .fresh = uuid_new(&app->arena) };
    const char *path = app_path(app->config, &app->arena, MARK);
    struct str mark = { 0 };
    bool is_first;

    if (!db_write(app->db, load_store_id, &id, e))
        return false;
    is_first = str_eq(id.stored, id.fresh);
    if (file_exists(path) && !file_read(&app->arena, path, MARK_MAX_BYTES, &mark, e))
        return false;
    mark = str_slice(mark, 0, str_find_char(mark, '\n', 0));
    if (str_eq(mark, id.stored))
        return true;
    if (is_first || (is_server && mark.len == 0)) {
        if (!is_first)
            log_warn("a new folder of pictures for a database that has others: servers and workers "
                     "of one database need one folder",
                     LOG_C("mark", path));
        return write_mark(app, path, id.stored, e);
    }
    if (!is_server)
        return err_set(e, ERR_INVALID,
                       "'%.100s' does not hold the pictures of this database: give the worker the "
                       "data folder of its servers (ALBUMEN_DATA), shared if need be",
                       app_path(app->config, &app->arena, "blobs"));
    log_warn("the folder of pictures belongs to another database", LOG_C("mark", path));
    return true;
}

/* The database in the data folder is under the folder's lock, which we hold. */
static bool owns_database(struct app *app)
{
    struct str path = str_from(app_path(app->config, &app->arena, "albumen.db"));
    struct str scheme, url = app->config->database.url;

    return db_dialect(app->db) == DB_SQLITE && str_cut(url, ':', &scheme, &url) &&
           str_eq(url, path);
}

bool app_start_worker(struct app *app, worker_news_fn tell, struct err *e)
{
    size_t count = backend_count(app->services.backends);
    struct worker_lane *lanes = arena_array(&app->arena, struct worker_lane, count + 1);
    struct worker_options options = { .db = app->db,
                                      .kinds = app_job_kinds,
                                      .lanes = lanes,
                                      .lane_count = count + 1,
                                      .services = &app->services,
                                      .alone = owns_database(app),
                                      .tell = tell };

    for (size_t i = 0; i < count; i++) {
        struct backend *b = backend_at(app->services.backends, i);
        const struct backend_limits *limits = backend_limits(b);

        lanes[i] = (struct worker_lane){ .name = backend_name(b),
                                         .slots = (int)limits->concurrency,
                                         .max = limits->concurrency,
                                         .calls_per_minute = limits->requests_per_minute };
    }
    lanes[count] = (struct worker_lane){ .name = JOB_LANE_SYSTEM, .slots = SERVICES_SYSTEM_SLOTS };
    return worker_start(&options, &app->worker, e);
}
