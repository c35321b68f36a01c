/* Where the configuration comes from, who wins, what is doubtful, and where the server may listen.
 */
#include "config_world.h"

#include "base/log.h"

static void flags_win_over_environment_over_file(void **state)
{
    struct config_options options = { 0 };

    UNUSED(state);
    write_file("albumen.yaml", "server:\n  listen: 127.0.0.1:1\n");
    load_well(&options);
    CHECK_STR(config.server.listen, STR("127.0.0.1:1"));
    check_shows("  listen: 127.0.0.1:1                       # line 2\n");

    setenv("ALBUMEN_LISTEN", "127.0.0.1:2", 1);
    load_well(&options);
    CHECK_STR(config.server.listen, STR("127.0.0.1:2"));
    check_shows("  listen: 127.0.0.1:2                       # environment ALBUMEN_LISTEN\n");

    options.listen = STR("127.0.0.1:3");
    load_well(&options);
    CHECK_STR(config.server.listen, STR("127.0.0.1:3"));
    check_shows("  listen: 127.0.0.1:3                       # flag --listen\n");

    setenv("ALBUMEN_LISTEN", "", 1);
    options.listen = (struct str){ 0 };
    load_well(&options);
    CHECK_STR(config.server.listen, STR("127.0.0.1:1"));

    setenv("ALBUMEN_DATA", "elsewhere", 1);
    setenv("ALBUMEN_DATABASE_URL", "postgres:///x", 1);
    setenv("IMAGEN_CLOUD_SYNC", "off", 1);
    setenv("ALBUMEN_LOG_LEVEL", "debug", 1);
    load_well(&options);
    CHECK_STR(config.data, STR("elsewhere"));
    CHECK_STR(config.database.url, STR("postgres:///x"));
    CHECK_I64(config.output.cloud_sync, CONFIG_OFF);
    CHECK_I64(config.log.level, LOG_DEBUG);
}

static void a_bad_variable_or_flag_is_named(void **state)
{
    struct config_options options = { 0 };

    UNUSED(state);
    setenv("ALBUMEN_LISTEN", "nowhere", 1);
    CHECK(!config_load(&arena, &options, &config, &report));
    CHECK_STR(
        report.errors.items[0].text,
        STR("ALBUMEN_LISTEN: 'server.listen' must be an address and a port: 127.0.0.1:8001 or [::1]:8001"));
    options.listen = STR("");
    CHECK(!config_load(&arena, &options, &config, &report));
    CHECK_STR(report.errors.items[0].text, STR("--listen: 'server.listen' must not be empty"));
    options.listen = STR("127.0.0.1:0");
    options.log_level = STR("loud");
    CHECK(!config_load(&arena, &options, &config, &report));
    CHECK_STR(report.errors.items[0].text,
              STR("--log-level: 'log.level' must be one of: debug, info, warn, error"));
    options.log_level = (struct str){ 0 };
    setenv("ALBUMEN_DATA", "\xFF", 1);
    CHECK(!config_load(&arena, &options, &config, &report));
    CHECK_STR(report.errors.items[0].text, STR("ALBUMEN_DATA: 'data' must be UTF-8 text"));
}

static void make_folder(const char *path)
{
    struct err e = { 0 };

    CHECK_OK(folder_make(path, 0700, &e));
}

static void the_file_is_looked_for_in_order(void **state)
{
    struct config_options options = { .program = "/usr/bin/albumen" };

    UNUSED(state);
    make_folder("data");
    make_folder(".config/albumen");
    make_folder(".config/imagen");

    write_file(".config/imagen/imagen.yaml", "data: by-seed\n");
    load_well(&options);
    CHECK(str_is_null(config.file));
    options.program = "/usr/bin/imagen";
    load_well(&options);
    CHECK_STR(config.data, STR("by-seed"));

    write_file(".config/albumen/albumen.yaml", "data: by-home\n");
    load_well(&options);
    CHECK_STR(config.data, STR("by-home"));

    write_file("imagen.yaml", "data: by-imagen\n");
    load_well(&options);
    CHECK_STR(config.file, STR("imagen.yaml"));
    CHECK_STR(config.data, STR("by-imagen"));
    options.program = "albumen";
    load_well(&options);
    CHECK_STR(config.data, STR("by-home"));

    write_file("albumen.yaml", "data: by-here\n");
    load_well(&options);
    CHECK_STR(config.file, STR("albumen.yaml"));
    options.program = "imagen";
    load_well(&options);
    CHECK_STR(config.data, STR("by-here"));

    write_file("data/albumen.yaml", "data: by-data\n");
    load_well(&options);
    CHECK_STR(config.file, STR("./data/albumen.yaml"));
    options.data = STR("elsewhere");
    load_well(&options);
    CHECK_STR(config.file, STR("albumen.yaml"));
    CHECK_STR(config.data, STR("elsewhere"));

    write_file("other.yaml", "server:\n  max_connections: 77\n");
    setenv("ALBUMEN_CONFIG", "other.yaml", 1);
    load_well(&options);
    CHECK_I64(config.server.max_connections, 77);
    options.file = STR("albumen.yaml");
    load_well(&options);
    CHECK_STR(config.file, STR("albumen.yaml"));
}

static void a_named_file_must_exist_and_be_a_file(void **state)
{
    struct config_options options = { .file = STR("missing.yaml") };

    UNUSED(state);
    CHECK(!config_load(&arena, &options, &config, &report));
    CHECK_STR(report.errors.items[0].text,
              STR("cannot open 'missing.yaml': No such file or directory"));
    make_folder("data");
    options.file = STR("data");
    CHECK(!config_load(&arena, &options, &config, &report));
    CHECK_STR(report.errors.items[0].text, STR("'data' is not a file"));
}

static void a_home_folder_that_is_unknown_is_an_error_only_where_it_is_needed(void **state)
{
    UNUSED(state);
    unsetenv("HOME");
    parse_well("data: x\n");
    CHECK(!parse("output:\n  directory: ~/Pictures\n"));
    CHECK_STR(report.errors.items[0].text,
              STR("albumen.yaml:2: 'output.directory' begins with ~, but HOME is not set"));
    CHECK(!parse("data: ~/x\n"));
    CHECK_STR(report.errors.items[0].text,
              STR("albumen.yaml:1: 'data' begins with ~, but HOME is not set"));
}

static void doubtful_combinations_are_warned_of(void **state)
{
    static const struct {
        const char *yaml, *warning;
    } cases[] = {
        { "output: {cloud_sync: auto}\n",
          "albumen.yaml:1: 'output.cloud_sync' is not off, but 'cloud.owner_user_id' is "
          "empty: nothing can be synced" },
        { "output:\n  cloud_sync: on\ncloud: {url: 'https://x.supabase.co', service_key: k}\n",
          "albumen.yaml:2: 'output.cloud_sync' is not off, but 'cloud.owner_user_id' is empty: nothing can be synced" },
        { "cloud: {url: 'https://x.supabase.co', service_key: k}\n",
          "'output.cloud_sync' is not off, but 'cloud.owner_user_id' is empty: nothing can be synced" },
        { "output: {cloud_sync: on}\ncloud: {owner_user_id: u}\n",
          "albumen.yaml:1: 'output.cloud_sync' is on, but 'cloud.url' or 'cloud.service_key' is empty: nothing can be "
          "synced" },
        { "server:\n  behind_proxy: true\n",
          "albumen.yaml:2: 'server.behind_proxy' is on, but neither 'public_url' nor 'allowed_hosts' is set: requests "
          "under the proxy's host name will be refused" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        parse_well(cases[i].yaml);
        CHECK_I64(report.warnings.count, 1);
        CHECK_STR(report.warnings.items[0].text, str_from(cases[i].warning));
    }
    parse_well("output: {cloud_sync: off}\ncloud: {url: 'https://x.supabase.co'}\n");
    CHECK_I64(report.warnings.count, 0);
    parse_well("server: {behind_proxy: true, allowed_hosts: [a]}\n");
    CHECK_I64(report.warnings.count, 0);
}

static void listening_to_the_network_needs_a_proxy(void **state)
{
    static const struct {
        const char *listen;
        bool is_fine;
    } cases[] = {
        { "127.0.0.1:8001", true },       { "127.255.0.3:0", true },
        { "[::1]:8001", true },           { "[::ffff:127.0.0.1]:1", true },
        { "0.0.0.0:8001", false },        { "[::]:8001", false },
        { "10.0.0.1:80", false },         { "128.0.0.1:1", false },
        { "[::ffff:10.0.0.1]:1", false }, { "[fe80::1]:1", false },
    };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct config_options options = { .listen = str_from(cases[i].listen) };

        load_well(&options);
        if (cases[i].is_fine) {
            CHECK_OK(config_check_listen(&config, &e));
        } else {
            CHECK_FAILS(config_check_listen(&config, &e), ERR_FORBIDDEN, NULL);
            CHECK(str_find(str_from(e.msg), str_from(cases[i].listen)) < strlen(e.msg));
            CHECK(str_ends(str_from(e.msg), STR("or listen on 127.0.0.1")));
        }
        config.server.behind_proxy = true;
        CHECK_OK(config_check_listen(&config, &e));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIG_TEST(flags_win_over_environment_over_file),
        CONFIG_TEST(a_bad_variable_or_flag_is_named),
        CONFIG_TEST(the_file_is_looked_for_in_order),
        CONFIG_TEST(a_named_file_must_exist_and_be_a_file),
        CONFIG_TEST(a_home_folder_that_is_unknown_is_an_error_only_where_it_is_needed),
        CONFIG_TEST(doubtful_combinations_are_warned_of),
        CONFIG_TEST(listening_to_the_network_needs_a_proxy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
