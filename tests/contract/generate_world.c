/* What the tests of generation share. */
#include "generate_world.h"

#include "base/clock.h"
#include "base/yaml.h"
#include "engine/lease.h"
#include "net/fetch.h"
#include "provider/mock.h"
#include "provider/sketch.h"

enum { PATIENCE_MS = 60000, A_MINUTE_MS = 60000, BACKENDS_MAX = 8 };

struct work_services services;

static struct worker *worker;
static const struct guard nobody;

int generate_setup(void **state)
{
    struct image_options options = { .helper_path = IMAGE_HELPER, .time_limit_ms = PATIENCE_MS };
    struct err e = { 0 };

    image_place_setup(state);
    services = (struct work_services){ .store = store };
    CHECK_OK(image_service_create(&options, &services.images, &e));
    return 0;
}

int generate_teardown(void **state)
{
    struct worker *stopped = worker;
    int failed;

    if (worker != NULL)
        worker_stop(worker, PATIENCE_MS);
    worker = NULL;
    failed = image_place_teardown(state);
    worker_destroy(stopped);
    backend_list_close(services.backends);
    image_service_destroy(services.images);
    fetch_deinit();
    return failed;
}

/* A section without its type, which is none of the adapter's keys. */
static const struct json *settings_of(const struct json *section)
{
    struct json *settings = arena_new(&memory, struct json);
    struct json_member *members = arena_array(&memory, struct json_member, section->object.count);

    *settings = *section;
    settings->object.members = members;
    settings->object.count = 0;
    for (size_t i = 0; i < section->object.count; i++) {
        if (!str_eq(section->object.members[i].name, STR("type")))
            members[settings->object.count++] = section->object.members[i];
    }
    return settings;
}

void open_backends(const char *yaml)
{
    static const struct provider_ops *const all[] = { &provider_mock, &provider_sketch, NULL };
    struct backend_config *configs = arena_array(&memory, struct backend_config, BACKENDS_MAX);
    struct json tree = { 0 };
    struct err e = { 0 };

    CHECK_OK(yaml_parse(&memory, str_from(yaml), &tree, &e));
    CHECK(tree.object.count <= BACKENDS_MAX);
    for (size_t i = 0; i < tree.object.count; i++) {
        const struct json_member *m = &tree.object.members[i];

        configs[i] = (struct backend_config){ m->name, json_get_str(&m->value, "type"),
                                              settings_of(&m->value), m->value.line };
    }
    CHECK_OK(backend_list_open(all, configs, tree.object.count, &nobody, &services.backends, &e));
}

void start_worker(void)
{
    static const struct job_kind *const kinds[] = { &generate_kind, NULL };
    size_t count = backend_count(services.backends);
    struct worker_lane *lanes = arena_array(&memory, struct worker_lane, count);
    struct worker_options options = {
        .db = place.db, .kinds = kinds, .lanes = lanes, .lane_count = count, .services = &services
    };
    struct err e = { 0 };

    for (size_t i = 0; i < count; i++)
        lanes[i] = (struct worker_lane){ .name = backend_name(backend_at(services.backends, i)),
                                         .slots = 2 };
    CHECK_OK(worker_start(&options, &worker, &e));
}

/* One step inside a transaction. */
struct step {
    struct order order;
    struct job job;
    struct field_list list;
    struct str trail;
};

static bool do_order(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    struct backend *backend;

    return order_check(&services, &s->order, &backend, e) &&
           order_submit(tx, &memory, backend, &s->order, &s->job, e);
}

struct job order_picture(const char *backend, const struct generate_request *request)
{
    struct step s = { .order = {
                          .user_id = ada, .backend = str_from(backend), .request = *request } };
    struct err e = { 0 };

    s.order.band = JOB_NORMAL;
    CHECK_OK(db_write(place.db, do_order, &s, &e));
    return s.job;
}

struct job order_prompt(const char *backend, const char *prompt)
{
    return order_picture(backend, &(struct generate_request){ .prompt = str_from(prompt) });
}

static bool do_load(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return job_load(tx, &memory, ada, s->job.id, &s->job, e);
}

struct job load_job(struct job job)
{
    struct step s = { .job = job };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_load, &s, &e));
    return s.job;
}

struct job wait_for_end(struct job job, enum job_state state)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;

    do {
        job = load_job(job);
        if (clock_steady_ms() > until)
            fail_msg("the job is still %s", job_state_names[job.state]);
    } while (job.state == JOB_QUEUED || job.state == JOB_RUNNING);
    if (job.state != state)
        fail_msg("the job is %s, expected %s: " STR_FMT, job_state_names[job.state],
                 job_state_names[state], STR_ARG(job.error));
    return job;
}

void wait_for_error(struct job job, const char *code)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;

    do {
        job = load_job(job);
        if (clock_steady_ms() > until)
            fail_msg("the job's error is \"" STR_FMT "\"", STR_ARG(job.error_code));
    } while (!str_eq(job.error_code, str_from(code)));
}

static bool do_list(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    struct image *images;

    if (!image_list_of_job(tx, &memory, ada, s->job.id, &s->list, e))
        return false;
    images = s->list.items;
    for (size_t i = 0; i < s->list.count; i++) { /* lists leave out what is long */
        if (!image_load(tx, &memory, ada, images[i].id, &images[i], e))
            return false;
    }
    return true;
}

struct field_list images_of(struct job job)
{
    struct step s = { .job = job };
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_list, &s, &e));
    return s.list;
}

static bool do_claim(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;
    struct lease_want want = { .lane = s->job.lane, .worker = STR("to be killed"), .limit = 1 };
    struct lease_got got = { 0 };
    const struct job *claimed;

    if (!lease_claim(tx, &memory, &want, &got, e))
        return false;
    claimed = got.jobs.items;
    CHECK_I64(got.jobs.count, 1);
    CHECK_STR(claimed->id, s->job.id);
    return str_is_null(s->trail) || lease_save_remote(tx, claimed, s->trail, e);
}

static bool do_tick(struct db_tx *tx, void *arg, struct err *e)
{
    struct lease_tick tick = { 0 };

    UNUSED(arg);
    return lease_tick(tx, &memory, &(struct lease_watch){ 0 }, &tick, e);
}

void kill_worker_with(struct job job, const char *trail)
{
    struct step s = { .job = job, .trail = str_from(trail) };
    struct err e = { 0 };

    clock_set_virtual(clock_now_ms() - A_MINUTE_MS);
    CHECK_OK(db_write(place.db, do_claim, &s, &e));
    clock_set_virtual(-1);
    CHECK_OK(db_write(place.db, do_tick, NULL, &e));
}

static bool do_retry(struct db_tx *tx, void *arg, struct err *e)
{
    struct step *s = arg;

    return job_retry(tx, &memory, ada, s->job.id, &s->job, e);
}

void retry_by_hand(struct job job)
{
    struct step s = { .job = job };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_retry, &s, &e));
}

int64_t bought(const char *backend)
{
    return mock_purchases(backend_provider(backend_find(services.backends, str_from(backend))));
}
