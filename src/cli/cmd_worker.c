/* albumen worker: runs jobs for the servers of a PostgreSQL database until it is told to stop. */
#include <errno.h>
#include <stdio.h>

#include "app/app.h"
#include "base/log.h"
#include "cli/cli.h"

/* "completed  generate on sketch in 0.412 s, job 0190..." */
static void tell_end(const struct worker_end *end)
{
    printf("%-10s " STR_FMT " on " STR_FMT " in %lld.%03lld s, job " STR_FMT "%s%s\n", end->how,
           STR_ARG(end->job->kind), STR_ARG(end->job->lane), (long long)end->took_ms / 1000,
           (long long)end->took_ms % 1000, STR_ARG(end->job->id), end->why[0] != '\0' ? ": " : "",
           end->why);
    fflush(stdout);
}

static void greet(const struct app *app)
{
    const struct backend_list *backends = app->services.backends;

    printf("Albumen worker " STR_FMT " runs jobs of:", STR_ARG(worker_id(app->worker)));
    for (size_t i = 0; i < backend_count(backends); i++) {
        struct backend *b = backend_at((struct backend_list *)(uintptr_t)backends, i);

        printf("%s " STR_FMT " (%lld at once)", i > 0 ? "," : "", STR_ARG(backend_name(b)),
               (long long)backend_limits(b)->concurrency);
    }
    printf("\n");
    fflush(stdout);
    log_info("working", LOG_S("worker", worker_id(app->worker)), LOG_C("version", ALBUMEN_VERSION));
}

static void wait_for_stop(const sigset_t *signals)
{
    while (sigwaitinfo(signals, NULL) < 0 && errno == EINTR)
        continue;
}

static int work(struct command_env *env, struct err *e)
{
    struct cli *cli = env->ctx;
    struct app *app = NULL;
    sigset_t signals;
    bool ok;

    if (!cli_load_config(cli, e))
        return EXIT_CONFIG;
    cli_block_signals(&signals);
    ok = app_open_worker(&cli->config, &app, e) && app_start_worker(app, tell_end, e);
    if (ok) {
        greet(app);
        wait_for_stop(&signals);
        printf("Stopping: %d running.\n", worker_running(app->worker));
        fflush(stdout);
    }
    app_close(app);
    if (ok)
        log_info("stopped");
    return ok ? EXIT_OK : e->code == ERR_INVALID ? EXIT_CONFIG : EXIT_SOME_FAILED;
}

const struct command cmd_worker = {
    .name = "worker",
    .summary = "Run jobs for the servers of a PostgreSQL database",
    .example =
        "ALBUMEN_DATABASE_URL=postgres://albumen@db/albumen albumen worker --data /srv/albumen",
    .run = work,
};
