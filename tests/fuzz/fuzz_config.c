/* The configuration: any file is either refused with a reason, or taken, and then what is shown can
 * be read again. */
#include <stdlib.h>

#include "app/config_load.h"
#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const types[] = { "sketch", "comfyui", NULL };
static const struct config_options options = { .backend_types = types };

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* The same environment for every run, whatever the caller has. */
static void set_environment(void)
{
    clearenv();
    setenv("HOME", "/home/someone", 1);
    setenv("KEY", "s3cr3t", 1);
    setenv("EMPTY", "", 1);
}

static void check_shown(const struct config *config)
{
    AUTO_ARENA arena = { 0 };
    AUTO_BUF shown = { 0 };
    struct config again;
    struct config_report report;
    struct json tree;
    struct err e = { 0 };

    buf_init(&shown, 16 * MIB);
    config_print(config, &shown);
    require(!shown.overflowed && str_is_utf8(buf_str(&shown)));
    require(yaml_parse(&arena, buf_str(&shown), &tree, &e));
    /* A hidden secret inside of a backend's ${NAME:-text} may leave half of it. */
    require(config->backends.count > 0 ||
            config_parse(&arena, &options, STR("shown"), buf_str(&shown), &again, &report));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = { 0 };
    struct config config;
    struct config_report report;
    struct err e = { 0 };

    set_environment();
    if (!config_parse(&arena, &options, STR("x.yaml"), str_of(data, size), &config, &report)) {
        require(report.errors.count > 0 && report.errors.count <= CONFIG_ISSUES_MAX);
        for (size_t i = 0; i < report.errors.count; i++)
            require(report.errors.items[i].text.len > 0);
        return 0;
    }
    require(config.database.url.len > 0 && config.server.listen.len > 0);
    if (!config_check_listen(&config, &e))
        require(e.code == ERR_FORBIDDEN && e.msg[0] != '\0');
    config_hide_secrets(&config);
    check_shown(&config);
    return 0;
}
