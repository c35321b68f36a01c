/* What the tests of generation share: a database, a store, helpers, backends by their YAML, and a
 * worker for their lanes. */
#ifndef TESTS_CONTRACT_GENERATE_WORLD_H
#define TESTS_CONTRACT_GENERATE_WORLD_H

#include "image_place.h"

#include "work/generate.h"
#include "work/order.h"
#include "work/worker.h"

extern struct work_services services;

/* Without backends and worker. */
int generate_setup(void **state);
int generate_teardown(void **state);
#define GENERATE_TEST(name) cmocka_unit_test_setup_teardown(name, generate_setup, generate_teardown)

/* As below `backends:` in the configuration, each with its `type` among "mock" and "sketch". */
void open_backends(const char *yaml);
/* Begins to run what is queued; thumbnails stay queued. */
void start_worker(void);

/* Queues one picture of ada's; the request's prompt at least is set. */
struct job order_picture(const char *backend, const struct generate_request *request);
struct job order_prompt(const char *backend, const char *prompt);
struct job load_job(struct job job);
/* Until the job has ended, and fails unless it is in that state. */
struct job wait_for_end(struct job job, enum job_state state);
/* Until the last attempt, or what the job waits for, is said to have failed so. */
void wait_for_error(struct job job, const char *code);
/* Of a job, in the order of their ids. */
struct field_list images_of(struct job job);

/* A worker takes the job, the first of its lane, leaves that trail on it (NULL: none), and is
 * killed. Before start_worker; its lease has run out afterwards. */
void kill_worker_with(struct job job, const char *trail);
/* Queues an ended job again, as by hand. */
void retry_by_hand(struct job job);

/* How often something was bought from a backend of the type mock. */
int64_t bought(const char *backend);

#endif
