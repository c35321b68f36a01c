/* albumen migrate, openapi, version: what the program is and how the database stands. */
#include <stdio.h>

#include "api/console.h"
#include "app/app.h"
#include "app/registry.h"
#include "cli/cli.h"

enum { OPENAPI_MAX_BYTES = 8 * 1024 * 1024 };

struct schema {
    int64_t schema, newest_schema;
};

static const struct field schema_fields[] = {
    { FIELD(struct schema, schema) },
    { FIELD(struct schema, newest_schema) },
    { 0 },
};

struct about {
    struct str version;
};

static const struct field about_fields[] = {
    { FIELD(struct about, version) },
    { 0 },
};

static int migrate(struct command_env *env, struct err *e)
{
    struct cli *cli = env->ctx;
    struct app *app = NULL;
    int have = 0, want = 0;
    bool ok;

    if (!cli_load_config(cli, e))
        return EXIT_CONFIG;
    ok = app_open(&cli->config, &app, e) && db_schema_version(app->db, &have, &want, e);
    app_close(app);
    if (!ok)
        return EXIT_SOME_FAILED;
    if (env->json)
        console_print_row(schema_fields, &(struct schema){ have, want });
    else
        printf("The database is at schema %d of %d.\n", have, want);
    return EXIT_OK;
}

static int openapi(struct command_env *env, struct err *e)
{
    struct api_options options = { .features = app_features };
    struct api *api;
    AUTO_BUF text = { 0 };

    UNUSED(env);
    buf_init(&text, OPENAPI_MAX_BYTES);
    if (!api_create(&options, &api, e))
        return EXIT_SOME_FAILED;
    api_print_openapi(api, &text);
    api_stop(api);
    api_destroy(api);
    buf_put_char(&text, '\n');
    fwrite(text.ptr, 1, text.len, stdout);
    return EXIT_OK;
}

static int version(struct command_env *env, struct err *e)
{
    UNUSED(e);
    if (env->json)
        console_print_row(about_fields, &(struct about){ STR(ALBUMEN_VERSION) });
    else
        printf("albumen %s\n", ALBUMEN_VERSION);
    return EXIT_OK;
}

const struct command cmd_migrate = {
    .name = "migrate",
    .summary = "Bring the database's schema up to date; serve does it by itself",
    .example = "albumen migrate --database postgres:///albumen",
    .run = migrate,
};

const struct command cmd_openapi = {
    .name = "openapi",
    .summary = "Print the API's description, OpenAPI 3.1",
    .example = "albumen openapi > openapi.json",
    .run = openapi,
};

const struct command cmd_version = {
    .name = "version",
    .summary = "Print the version",
    .example = "albumen version",
    .run = version,
};
