/*
 * What jobs cost without HTTP and without pictures:
 *
 *   bench_queue URL submits COUNT IN-FLIGHT     durable submits, one job in a transaction each
 *   bench_queue URL lives COUNT SLOTS           claim, no-op, image row, events, settled; COUNT
 * wait at the start bench_queue URL starts COUNT                from the call of submit to the
 * start of the job, one at a time bench_queue URL overtakes COUNT WAITING     the same for jobs of
 * high priority above WAITING others
 *
 * It prints a rate, or two latencies in milliseconds: median and 99th percentile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/random.h"
#include "engine/image.h"
#include "engine/user.h"
#include "work/worker.h"

enum {
    USERS = 4,
    FILL_BATCH = 1000,
    OVERTAKE_SLOTS = 4,
    SLOT_MS = 1,
    PAUSE_MS = 2,
    STOP_MS = 10000
};

#define LANE STR("bench")

static struct arena memory;
static struct db *db;
static struct str users[USERS];
static struct lock changed;
static int64_t begun, wanted_begun, submitted; /* guarded by it */
static int64_t begun_ns;

static NO_RETURN void fail(const struct err *e)
{
    fprintf(stderr, "bench_queue: %s\n", e->msg);
    exit(1);
}

static struct job_new new_job(int64_t number, enum job_band band)
{
    return (struct job_new){
        .user_id = users[number % USERS],
        .kind = STR("noop"),
        .lane = LANE,
        .band = band,
        .payload = STR(
            "{\"backend\":\"bench\",\"key_folder\":\"library/0190f1d8-0000-7000-8000-000000000001\","
            "\"request\":{\"prompt\":\"a lighthouse on a cliff at dusk, oil on canvas\","
            "\"width\":1024,\"height\":1024,\"seed\":1234567}}"),
    };
}

static bool add_users(struct db_tx *tx, void *arg, struct err *e)
{
    UNUSED(arg);
    for (int i = 0; i < USERS; i++) {
        struct user_new want = { .name = uuid_new(&memory), .role = USER_MEMBER };
        struct user user;

        if (!user_create(tx, &memory, &want, &user, e))
            return false;
        users[i] = user.id;
    }
    return true;
}

static bool fill_some(struct db_tx *tx, void *arg, struct err *e)
{
    const int64_t *count = arg;
    AUTO_ARENA a = { 0 };

    for (int64_t i = 0; i < *count; i++) {
        struct job_new want = new_job(i, JOB_NORMAL);
        struct job job;

        if (!job_submit(tx, &a, &want, &job, e))
            return false;
    }
    return true;
}

static void fill(int64_t count)
{
    struct err e = { 0 };

    while (count > 0) {
        int64_t some = MIN(count, (int64_t)FILL_BATCH);

        if (!db_write(db, fill_some, &some, &e))
            fail(&e);
        count -= some;
    }
}

/* The job kind: starts are counted and timed; its effect is a row like the one of a real picture.
 */
static bool run_nothing(struct work_run *run, struct err *e)
{
    LOCKED(&changed);

    UNUSED(e);
    run->result = STR("{\"imageIds\":[\"0190f1d8-0000-7000-8000-000000000001\"]}");
    begun_ns = clock_steady_ns();
    if (++begun >= wanted_begun)
        lock_broadcast(&changed);
    return true;
}

static bool add_image(struct db_tx *tx, struct work_run *run, struct err *e)
{
    struct arena *a = run->arena;
    struct image image = {
        .id = uuid_new(a),
        .user_id = run->job->user_id,
        .job_id = run->job->id,
        .backend = STR("bench"),
        .source = IMAGE_GENERATED,
        .media_type = STR("image/png"),
        .width = { true, 1024 },
        .height = { true, 1024 },
        .size_bytes = 1234567,
        .crc32 = 1234567,
        .sha256 = STR("3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b"),
        .phash = STR("c3d2e1f0a5968778"),
        .prompt = STR("a lighthouse on a cliff at dusk, oil on canvas"),
        .recipe =
            STR("{\"backend\":\"bench\",\"request\":{\"prompt\":\"a lighthouse on a cliff at dusk, "
                "oil on canvas\",\"width\":1024,\"height\":1024,\"seed\":1234567},"
                "\"ignored\":[],\"metadata\":null}"),
    };

    image.key = arena_strf(a, "library/" STR_FMT "/" STR_FMT ".png", STR_ARG(image.user_id),
                           STR_ARG(image.id));
    return image_add(tx, a, &image, e);
}

static const struct job_kind noop = { .name = "noop", .run = run_nothing, .succeeded = add_image };

/* Takes its slot for a moment, so that the others wait. */
static bool run_slowly(struct work_run *run, struct err *e)
{
    int64_t until = clock_steady_ms() + SLOT_MS;

    UNUSED(e);
    if (run->job->band == JOB_HIGH)
        return run_nothing(run, e);
    LOCKED(&run->cancel.lock);
    while (clock_steady_ms() < until)
        lock_wait_ms(&run->cancel.lock, SLOT_MS);
    return true;
}

static const struct job_kind slow = { .name = "noop", .run = run_slowly };

static struct worker *start_worker(const struct job_kind *kind, int slots)
{
    static const struct job_kind *kinds[2];
    struct worker_lane lane = { LANE, slots };
    struct worker_options options = { .db = db, .kinds = kinds, .lanes = &lane, .lane_count = 1 };
    struct worker *worker;
    struct err e = { 0 };

    kinds[0] = kind;
    if (!worker_start(&options, &worker, &e))
        fail(&e);
    return worker;
}

static void wait_until_begun(int64_t count)
{
    LOCKED(&changed);

    wanted_begun = count;
    while (begun < count)
        lock_wait(&changed);
}

static void lives(int64_t count, int slots)
{
    struct worker *worker;
    int64_t began, cpu;

    fill(count);
    cpu = clock();
    began = clock_steady_ns();
    worker = start_worker(&noop, slots);
    wait_until_begun(count);
    worker_stop(worker, STOP_MS);
    printf("%.0f %.1f\n", (double)count * 1e9 / (double)(clock_steady_ns() - began),
           (double)(clock() - cpu) * 1e6 / CLOCKS_PER_SEC / (double)count);
    db_close(db);
    worker_destroy(worker);
}

static bool submit_one(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct job job;

    return job_submit(tx, &a, arg, &job, e);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void print_latencies(int64_t *times, size_t count)
{
    qsort(times, count, sizeof(*times), compare);
    printf("%.3f %.3f\n", (double)times[count / 2] / 1e6, (double)times[count * 99 / 100] / 1e6);
}

static void pause_for(int64_t ms)
{
    int64_t until = clock_steady_ms() + ms;
    LOCKED(&changed);

    while (clock_steady_ms() < until)
        lock_wait_ms(&changed, ms);
}

/* One job at a time; the next only when nothing of the last one is left to do. */
static void starts(int64_t count, enum job_band band, const struct job_kind *kind, int slots)
{
    struct worker *worker = start_worker(kind, slots);
    int64_t *times = arena_array(&memory, int64_t, (size_t)count);
    struct err e = { 0 };

    for (int64_t i = 0; i < count; i++) {
        struct job_new want = new_job(i, band);
        int64_t called = clock_steady_ns();

        if (!db_write(db, submit_one, &want, &e))
            fail(&e);
        wait_until_begun(i + 1);
        times[i] = begun_ns - called;
        pause_for(PAUSE_MS);
    }
    print_latencies(times, (size_t)count);
    worker_stop(worker, STOP_MS);
    db_close(db);
    worker_destroy(worker);
}

/* One of many submits that are on their way at the same time. */
struct submit {
    struct db_task task;
    struct job_new want;
    int64_t began, *times, count;
};

static void submit_next(struct submit *s)
{
    struct err e = { 0 };

    s->began = clock_steady_ns();
    if (!db_submit(db, &s->task, &e))
        fail(&e);
}

static void submit_done(struct db_task *task)
{
    struct submit *s = CONTAINER_OF(task, struct submit, task);
    int64_t number;

    if (!task->ok)
        fail(&task->err);
    lock_take(&changed);
    number = submitted++;
    lock_broadcast(&changed);
    lock_give(&changed);
    if (number < s->count)
        s->times[number] = clock_steady_ns() - s->began;
    if (number < s->count)
        submit_next(s);
}

static void submits(int64_t count, int64_t in_flight)
{
    struct submit *all = arena_array(&memory, struct submit, (size_t)in_flight);
    int64_t *times = arena_array(&memory, int64_t, (size_t)count), began = clock_steady_ns();
    double seconds;

    for (int64_t i = 0; i < in_flight; i++) {
        all[i] = (struct submit){ .want = new_job(i, JOB_NORMAL), .times = times, .count = count };
        all[i].task =
            (struct db_task){ .fn = submit_one, .done = submit_done, .arg = &all[i].want };
        submit_next(&all[i]);
    }
    lock_take(&changed);
    while (submitted < count + in_flight)
        lock_wait(&changed);
    lock_give(&changed);
    seconds = (double)(clock_steady_ns() - began) / 1e9;
    printf("%.0f ", (double)(count + in_flight) / seconds);
    print_latencies(times, (size_t)count);
    db_close(db);
}

static int64_t number_of(const char *text)
{
    int64_t number = 1;

    if (text == NULL || !str_to_i64(str_from(text), 1, 100000000, &number))
        fail(&(struct err){ .msg = "COUNT and the number behind it are from 1 to 100000000" });
    return number;
}

int main(int argc, char **argv)
{
    struct db_options options = { .url = str_from(argc > 1 ? argv[1] : "") };
    struct str mode = str_from(argc > 2 ? argv[2] : "");
    int64_t count = number_of(argc > 3 ? argv[3] : "1"), more = number_of(argc > 4 ? argv[4] : "1");
    struct err e = { 0 };

    lock_init(&changed);
    if (!crypto_init(&e) || !db_open(&options, &db, &e) || !db_migrate(db, &e) ||
        !db_write(db, add_users, NULL, &e))
        fail(&e);
    if (str_eq(mode, STR("submits"))) {
        submits(count, more);
    } else if (str_eq(mode, STR("lives"))) {
        lives(count, (int)more);
    } else if (str_eq(mode, STR("starts"))) {
        starts(count, JOB_NORMAL, &noop, OVERTAKE_SLOTS);
    } else if (str_eq(mode, STR("overtakes"))) {
        fill(more);
        starts(count, JOB_HIGH, &slow, OVERTAKE_SLOTS);
    } else {
        fail(&(struct err){ .msg = "the mode is submits, lives, starts or overtakes" });
    }
    return 0;
}
