/* The whole of Albumen, put together: data folder, database, API; for the server and for commands
 * alike. */
#ifndef APP_APP_H
#define APP_APP_H

#include "api/api.h"
#include "api/command.h"
#include "api/event_hub.h"
#include "app/config.h"
#include "engine/queue.h"
#include "engine/retention.h"
#include "work/cataloger.h"
#include "work/services.h"
#include "work/sweep.h"
#include "work/worker.h"

struct app {
    const struct config *config;
    struct str folder; /* the data folder */
    int lock_fd;
    struct db *db;
    struct api *api;
    struct guard guard;
    struct work_services services;
    struct queue_rules rules;
    struct retention_rules retention;
    struct worker *worker;       /* in servers */
    struct cataloger *cataloger; /* in servers */
    struct event_hub *hub;       /* NULL in a command */
    struct user admin;           /* the oldest active admin */
    struct arena arena;
};

/*
 * Makes the data folder when it is missing, takes its lock, opens and migrates the database, and
 * sees to it that there is an admin. ERR_BUSY: another process has the folder. config must outlive
 * it.
 */
MUST_CHECK bool app_open(const struct config *config, struct app **out, struct err *e);
/*
 * The same for a process that only runs jobs, beside servers and others of its kind, with the same
 * data folder: no lock, no API. ERR_INVALID on SQLite, and for a folder of pictures that is not the
 * servers'.
 */
MUST_CHECK bool app_open_worker(const struct config *config, struct app **out, struct err *e);
void app_close(struct app *app); /* NULL is fine */
/* Begins to run jobs in this process, one lane for each backend; tell may be NULL. */
MUST_CHECK bool app_start_worker(struct app *app, worker_news_fn tell, struct err *e);
/* Is the folder of pictures the one of this database? A server makes a new one its own. */
MUST_CHECK bool app_check_store(struct app *app, bool is_server, struct err *e);

/* For servers and workers, before they run jobs: what they make is copied, if that is configured.
 * Commands tell it to the listeners of their files instead. */
void app_follow_pictures(struct app *app);
/* The place that a command with this setup copies its files to; no value: to none. */
struct str app_copies_to(struct arena *a, const struct command_setup *setup);

/* For a server, once it answers. */
void app_start_sweep(struct app *app);

/* For a server: new pictures are found by more than their id. */
MUST_CHECK bool app_start_cataloger(struct app *app, struct err *e);

/* For a server: events become streams. Before it answers; it starts and stops app->hub. */
MUST_CHECK bool app_open_hub(struct app *app, struct err *e);

/* Sees to a token in <data>/token (mode 0600) that works, for commands on this machine. */
MUST_CHECK bool app_write_token(struct app *app, struct err *e);
/* A login link's code for the first admin. */
MUST_CHECK bool app_new_login_code(struct app *app, struct arena *a, struct str *out,
                                   struct err *e);
/* Deletes what expired. Waits for its commit. */
MUST_CHECK bool app_sweep(struct app *app, struct err *e);

/* "<data>/<name>" */
const char *app_path(const struct config *config, struct arena *a, const char *name);

#endif
