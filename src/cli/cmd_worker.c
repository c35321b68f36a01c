/* albumen worker: runs jobs for the servers of a PostgreSQL database until it is told to stop. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/log.h"
#include "cli/cli.h"

/* "completed  generate on sketch, job 0190..., after 0.412 s" */
static void tell(const struct worker_news *news)
{
    printf("%-10s " STR_FMT " on " STR_FMT ", job " STR_FMT, news->what, STR_ARG(news->job->kind),
           STR_ARG(news->job->lane), STR_ARG(news->job->id));
    if (strcmp(news->what, "started") != 0)
        printf(", after %lld.%03lld s", (long long)news->took_ms / 1000,
               (long long)news->took_ms % 1000);
    printf("%s%s\n", news->why[0] != '\0' ? ": " : "", news->why);
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
    ok = app_open_worker(&cli->config, &app, e);
    if (ok)
        app_follow_pictures(app);
    ok = ok && app_start_worker(app, tell, e);
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
    .example = "albumen worker --database postgres://albumen@db/albumen --data /srv/albumen",
    .run = work,
};
