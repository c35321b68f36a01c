/* albumen serve: answers HTTP until it is told to stop. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/cli.h"

enum { DRAIN_MS = 10000, SWEEP_SECONDS = 6 * 3600 };

struct serve_options {
    bool no_jobs;
};

static const struct field serve_fields[] = {
    { FIELD(struct serve_options, no_jobs),
      .help = "run no jobs here: leave them to `albumen worker` (queue.run_jobs)" },
    { 0 },
};

static struct server_options server_options(struct cli *cli, struct app *app)
{
    const struct config_server *c = &cli->config.server;

    return (struct server_options){
        .listen = c->listen,
        .max_connections = (int)c->max_connections,
        .spool_folder = app_path(&cli->config, cli->arena, "spool"),
        .behind_proxy = c->behind_proxy,
        .handler = api_handler(app->api),
    };
}

/* What people see first. The code stands behind '#', which browsers never send to any server. */
static bool greet(struct cli *cli, struct app *app, struct str address, struct err *e)
{
    struct str base = cli->config.server.public_url, code;

    if (base.len == 0)
        base = arena_strf(cli->arena, "http://" STR_FMT, STR_ARG(address));
    if (!app_new_login_code(app, cli->arena, &code, e))
        return false;
    printf("Albumen is listening on http://" STR_FMT "\n", STR_ARG(address));
    printf("Sign in: " STR_FMT "/login#" STR_FMT "\n", STR_ARG(base), STR_ARG(code));
    fflush(stdout);
    return true;
}

void cli_block_signals(sigset_t *out)
{
    sigemptyset(out);
    sigaddset(out, SIGINT);
    sigaddset(out, SIGTERM);
    pthread_sigmask(SIG_BLOCK, out, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/*
 * What a page of 100 pictures takes, half a MiB in blocks of up to a quarter, is kept between
 * requests: given back and taken again, its page faults would cost more than reading the rows.
 */
static void keep_memory_of_pages(void)
{
    enum { LARGEST_BLOCK_BYTES = 512 * 1024, KEPT_BYTES = 1024 * 1024 };

    mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK_BYTES);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
}

static bool start_worker(struct cli *cli, struct app *app, struct err *e)
{
    app_follow_pictures(app);
    if (cli->config.queue.run_jobs)
        return app_start_worker(app, NULL, e);
    if (db_dialect(app->db) == DB_SQLITE)
        log_warn("nobody runs jobs: with SQLite only this server could");
    return true;
}

/* The main thread's only work: to wait for the end, and to sweep four times a day. */
static void wait_for_stop(struct app *app, const sigset_t *signals)
{
    const struct timespec pause = { .tv_sec = SWEEP_SECONDS };
    struct err e;

    do {
        if (!app_sweep(app, &e))
            log_warn("clean-up failed", LOG_E(&e));
    } while (sigtimedwait(signals, NULL, &pause) < 0 && (errno == EAGAIN || errno == EINTR));
}

static bool start(struct cli *cli, struct app *app, struct server **out, struct err *e)
{
    struct server_options options = server_options(cli, app);
    const char *address_file = app_path(&cli->config, cli->arena, "address");
    struct server *server;
    struct str address;

    if (!folder_make(options.spool_folder, 0700, e) || !app_write_token(app, e) ||
        !app_open_hub(app, e) || !app_check_store(app, true, e) || !start_worker(cli, app, e) ||
        !app_start_cataloger(app, e) || !server_start(&options, &server, e))
        return false;
    *out = server;
    api_set_server(app->api, server);
    event_hub_start(app->hub, server);
    address = server_address(server);
    if (!file_write_atomic(address_file, arena_strf(cli->arena, STR_FMT "\n", STR_ARG(address)),
                           0644, e))
        return false;
    log_info("listening", LOG_S("address", address), LOG_C("version", ALBUMEN_VERSION));
    if (!greet(cli, app, address, e))
        return false;
    app_start_sweep(app);
    return true;
}

static int serve(struct command_env *env, struct err *e)
{
    struct cli *cli = env->ctx;
    const struct serve_options *options = env->options;
    struct app *app = NULL;
    struct server *server = NULL;
    sigset_t signals;
    bool ok;

    keep_memory_of_pages();
    if (!cli_load_config(cli, e))
        return EXIT_CONFIG;
    if (!config_check_listen(&cli->config, e))
        return EXIT_CONFIG;
    if (options->no_jobs)
        cli->config.queue.run_jobs = false;
    cli_block_signals(&signals);
    ok = app_open(&cli->config, &app, e) && start(cli, app, &server, e);
    if (ok)
        wait_for_stop(app, &signals);
    if (app != NULL && app->worker != NULL)
        worker_begin_stop(app->worker);
    if (server != NULL) {
        unlink(app_path(&cli->config, cli->arena, "address"));
        event_hub_stop(app->hub);
        server_stop(server, DRAIN_MS);
        log_info("stopped");
    }
    app_close(app);
    return ok ? EXIT_OK : EXIT_SOME_FAILED;
}

const struct command cmd_serve = {
    .name = "serve",
    .summary = "Answer HTTP requests and run jobs",
    .example = "ALBUMEN_DATA=/srv/albumen albumen serve --listen 127.0.0.1:8001",
    .options = serve_fields,
    .option_bytes = sizeof(struct serve_options),
    .run = serve,
};
