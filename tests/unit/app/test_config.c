/* The configuration: what is read, what is refused in which words, who wins, where it is looked
 * for, what is shown. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config.h"
#include "app/config_tables.h"
#include "base/file.h"
#include "base/log.h"
#include "base/yaml.h"

static struct arena arena;
static struct config config;
static struct config_report report;
static char folder[64]; /* each test's own working directory */
static char start_folder[1024];

static const char *const known_types[] = { "sketch", "comfyui", "replicate", NULL };
static const struct config_options with_types = { .backend_types = known_types };

static const char *const variables[] = { "ALBUMEN_DATA",
                                         "ALBUMEN_LISTEN",
                                         "ALBUMEN_DATABASE_URL",
                                         "ALBUMEN_CONFIG",
                                         "ALBUMEN_LOG_LEVEL",
                                         "IMAGEN_CLOUD_SYNC",
                                         "KEY",
                                         "HOME" };

static int setup(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(variables); i++)
        unsetenv(variables[i]);
    snprintf(folder, sizeof(folder), "/tmp/albumen-config-XXXXXX");
    if (getcwd(start_folder, sizeof(start_folder)) == NULL || mkdtemp(folder) == NULL)
        return -1;
    setenv("HOME", folder, 1);
    return chdir(folder);
}

static int teardown(void **state)
{
    static const char *const made[] = { "albumen.yaml",
                                        "imagen.yaml",
                                        "data/albumen.yaml",
                                        "data/imagen.yaml",
                                        "data",
                                        "other.yaml",
                                        ".config/albumen/albumen.yaml",
                                        ".config/imagen/imagen.yaml",
                                        ".config/albumen",
                                        ".config/imagen",
                                        ".config" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(made); i++) {
        if (remove(made[i]) != 0 && file_exists(made[i]))
            return -1;
    }
    if (chdir(start_folder) != 0 || rmdir(folder) != 0)
        return -1;
    arena_deinit(&arena);
    return 0;
}

static bool parse(const char *text)
{
    return config_parse(&arena, &with_types, STR("albumen.yaml"), str_from(text), &config, &report);
}

static void parse_well(const char *text)
{
    if (!parse(text))
        fail_msg("%s: " STR_FMT, text, STR_ARG(report.errors.items[0].text));
}

static void write_file(const char *path, const char *text)
{
    struct err e = { 0 };

    CHECK_OK(file_write_atomic(path, str_from(text), 0600, &e));
}

static void load_well(const struct config_options *options)
{
    if (!config_load(&arena, options, &config, &report))
        fail_msg(STR_FMT, STR_ARG(report.errors.items[0].text));
}

static struct str shown(void)
{
    struct buf out;
    struct str text;

    buf_init(&out, MIB);
    config_print(&config, &out);
    text = arena_str(&arena, buf_str(&out));
    buf_deinit(&out);
    return text;
}

static void check_shows(const char *part)
{
    struct str text = shown();

    if (str_find(text, str_from(part)) == text.len)
        fail_msg("expected \"%s\" in:\n" STR_FMT, part, STR_ARG(text));
}

static void nothing_at_all_gives_the_defaults(void **state)
{
    UNUSED(state);
    load_well(&(struct config_options){ 0 });
    CHECK(str_is_null(config.file));
    CHECK_STR(config.data, STR("./data"));
    CHECK_STR(config.server.listen, STR("127.0.0.1:8001"));
    CHECK_STR(config.database.url, STR("sqlite:./data/albumen.db"));
    CHECK_I64(config.server.max_json_bytes, MIB);
    CHECK_I64(config.server.max_upload_bytes, 50 * MIB);
    CHECK_I64(config.log.level, LOG_INFO);
    CHECK_I64(config.backends.count, 0);
    CHECK_I64(report.warnings.count, 0);
}

static const char seed_file[] = "backends:\n"
                                "  flux-schnell-local:\n"
                                "    type: comfyui\n"
                                "    base_url: http://mrock:8188\n"
                                "    model: flux1-schnell.safetensors\n"
                                "    default_steps: 4\n"
                                "output:\n"
                                "  directory: ~/Pictures/imagen\n"
                                "  naming: \"{date}-{slug}-{seed}.png\"\n"
                                "  write_metadata_json: true\n";

static void the_file_of_the_seed_works_unchanged(void **state)
{
    const struct config_backend *b;

    UNUSED(state);
    parse_well(seed_file);
    CHECK_STR(config.output.naming, STR("{date}-{slug}-{seed}.png"));
    CHECK_STR(config.output.directory, arena_strf(&arena, "%s/Pictures/imagen", folder));
    CHECK(config.output.write_metadata_json);
    CHECK_I64(config.backends.count, 1);
    b = config_find_backend(&config, STR("flux-schnell-local"));
    CHECK(b != NULL);
    CHECK_STR(b->type, STR("comfyui"));
    CHECK_I64(b->settings->object.count, 3);
    CHECK_STR(json_get_str(b->settings, "base_url"), STR("http://mrock:8188"));
    CHECK_I64(json_get_i64(b->settings, "default_steps", 0), 4);
    CHECK_I64(json_get(b->settings, "default_steps")->line, 6);
    CHECK(json_get(b->settings, "type") == NULL);
    CHECK(config_find_backend(&config, STR("flux")) == NULL);
    CHECK_I64(report.warnings.count, 0);
}

static void every_section_is_read(void **state)
{
    UNUSED(state);
    parse_well("data: /srv/albumen\n"
               "server:\n"
               "  listen: '[::1]:0'\n"
               "  behind_proxy: true\n"
               "  public_url: https://pictures.example.org/\n"
               "  allowed_hosts: [a.example.org, 'b.example.org:8443']\n"
               "  max_json_bytes: 2048\n"
               "  max_upload_bytes: 1048576\n"
               "  max_connections: 100\n"
               "database: {url: 'postgresql:///albumen', connections: 3}\n"
               "limits:\n"
               "  requests_per_minute_per_token: 0\n"
               "  requests_per_minute_per_user: 1\n"
               "  requests_per_minute_per_address: 2\n"
               "  login_attempts_per_minute: 3\n"
               "login: {passwords: true, session_days: 7, link_minutes: 5}\n"
               "guard:\n"
               "  allow:\n"
               "    - 127.0.0.1:8188\n"
               "    - 10.1.0.0/16\n"
               "log:\n"
               "  level: debug\n"
               "output: {cloud_sync: off, preview: on, preview_command: feh}\n"
               "cloud: {bucket: b, owner_user_id: u}\n"
               "usage: {schema: s}\n");
    CHECK_STR(config.server.listen, STR("[::1]:0"));
    CHECK(config.server.behind_proxy);
    CHECK_STR(config.server.public_url, STR("https://pictures.example.org"));
    CHECK_I64(config.server.allowed_hosts.count, 2);
    CHECK_STR(config.server.allowed_hosts.items[1], STR("b.example.org:8443"));
    CHECK_I64(config.server.max_connections, 100);
    CHECK_STR(config.database.url, STR("postgresql:///albumen"));
    CHECK_I64(config.database.connections, 3);
    CHECK_I64(config.limits.requests_per_minute_per_token, 0);
    CHECK_I64(config.limits.login_attempts_per_minute, 3);
    CHECK(config.login.passwords);
    CHECK_I64(config.login.session_days, 7);
    CHECK_STR(config.guard.allow.items[1], STR("10.1.0.0/16"));
    CHECK_I64(config.log.level, LOG_DEBUG);
    CHECK_I64(config.output.cloud_sync, CONFIG_OFF);
    CHECK_I64(config.output.preview, CONFIG_ON);
    CHECK_STR(config.cloud.bucket, STR("b"));
    CHECK_STR(config.usage.schema, STR("s"));
    CHECK_I64(report.warnings.count, 0);
}

static void a_bad_file_is_refused_in_helpful_words(void **state)
{
    static const struct {
        const char *yaml, *message;
    } cases[] = {
        { "\n\nserver:\n  listn: x\n",
          "albumen.yaml:4: unknown key 'listn' in 'server' (did you mean 'listen'?)" },
        { "sever: {}\n", "albumen.yaml:1: unknown key 'sever' (did you mean 'server'?)" },
        { "frobnicate: 1\n", "albumen.yaml:1: unknown key 'frobnicate'" },
        { "server:\n  maxJsonBytes: 5000\n",
          "albumen.yaml:2: unknown key 'maxJsonBytes' in 'server' (did you mean 'max_json_bytes'?)" },
        { "server: yes\n", "albumen.yaml:1: 'server' must be a section with keys below it" },
        { "server: [a]\n", "albumen.yaml:1: 'server' must be a section with keys below it" },
        { "server:\n  behind_proxy: yes\n",
          "albumen.yaml:2: 'server.behind_proxy' must be true or false" },
        { "server:\n  max_connections: many\n",
          "albumen.yaml:2: 'server.max_connections' must be a whole number" },
        { "server:\n  max_connections: \"100\"\n",
          "albumen.yaml:2: 'server.max_connections' must be a whole number" },
        { "server:\n  max_connections: 100.5\n",
          "albumen.yaml:2: 'server.max_connections' must be a whole number" },
        { "server:\n  max_connections: 1\n",
          "albumen.yaml:2: 'server.max_connections' must be from 16 to 1000000" },
        { "server:\n  max_json_bytes: 9223372036854775807\n",
          "albumen.yaml:2: 'server.max_json_bytes' must be from 1024 to 67108864 bytes" },
        { "server:\n  max_json_bytes: 92233720368547758070\n",
          "albumen.yaml:2: 'server.max_json_bytes' must be a whole number" },
        { "server:\n  listen: 8001\n",
          "albumen.yaml:2: 'server.listen' must be text (put it in quotes)" },
        { "server:\n  listen: [a]\n",
          "albumen.yaml:2: 'server.listen' must be text (put it in quotes)" },
        { "server:\n  listen: ''\n", "albumen.yaml:2: 'server.listen' must not be empty" },
        { "server:\n  listen: localhost\n",
          "albumen.yaml:2: 'server.listen' must be an address and a port: 127.0.0.1:8001 or [::1]:8001" },
        { "server:\n  listen: 127.0.0.1:65536\n",
          "albumen.yaml:2: 'server.listen' must be an address and a port: 127.0.0.1:8001 or [::1]:8001" },
        { "server:\n  listen: \"::1:80\"\n",
          "albumen.yaml:2: 'server.listen' must be an address and a port: 127.0.0.1:8001 or [::1]:8001" },
        { "server:\n  listen: \"[::1:80\"\n",
          "albumen.yaml:2: 'server.listen' must be an address and a port: 127.0.0.1:8001 or [::1]:8001" },
        { "server:\n  public_url: pictures.example.org\n",
          "albumen.yaml:2: 'server.public_url' must be like https://pictures.example.org, without a path" },
        { "server:\n  public_url: https://a.org/b\n",
          "albumen.yaml:2: 'server.public_url' must be like https://pictures.example.org, without a path" },
        { "server:\n  public_url: https://u:p@a.org\n",
          "albumen.yaml:2: 'server.public_url' must be like https://pictures.example.org, without a path" },
        { "server:\n  public_url: https://\n",
          "albumen.yaml:2: 'server.public_url' must be like https://pictures.example.org, without a path" },
        { "server:\n  public_url: \"https://a\\nb\"\n",
          "albumen.yaml:2: 'server.public_url' must not contain line breaks or control characters" },
        { "server:\n  allowed_hosts: a.example.org\n",
          "albumen.yaml:2: 'server.allowed_hosts' must be a list: [a, b]" },
        { "server:\n  allowed_hosts: [a, 5]\n",
          "albumen.yaml:2: 'server.allowed_hosts' must be a list of texts (put them in quotes)" },
        { "server:\n  allowed_hosts: [a, '']\n",
          "albumen.yaml:2: 'server.allowed_hosts' must not be empty" },
        { "server:\n  allowed_hosts: [https://a]\n",
          "albumen.yaml:2: 'server.allowed_hosts' must be host names: pictures.example.org" },
        { "database:\n  url: mysql://x\n",
          "albumen.yaml:2: 'database.url' must begin with sqlite: or postgres://" },
        { "log: {level: verbose}\n",
          "albumen.yaml:1: 'log.level' must be one of: debug, info, warn, error" },
        { "log: {level: 1}\n",
          "albumen.yaml:1: 'log.level' must be one of: debug, info, warn, error" },
        { "output: {cloud_sync: true}\n",
          "albumen.yaml:1: 'output.cloud_sync' must be one of: auto, on, off" },
        { "output: {naming: \"{sed}.png\"}\n",
          "albumen.yaml:1: 'output.naming' has the unknown placeholder {sed} (did you mean {seed}?)" },
        { "output: {naming: \"{\"}\n",
          "albumen.yaml:1: 'output.naming' has a '{' without its '}'" },
        { "output: {naming: \"a/../../{seed}\"}\n",
          "albumen.yaml:1: 'output.naming' must stay inside of 'output.directory'" },
        { "output: {naming: /etc/x}\n",
          "albumen.yaml:1: 'output.naming' must stay inside of 'output.directory'" },
        { "cloud: {url: ftp://x}\n",
          "albumen.yaml:1: 'cloud.url' must be like https://<ref>.supabase.co" },
        { "data: [x]\n", "albumen.yaml:1: 'data' must be text (put it in quotes)" },
        { "backends: [a]\n",
          "albumen.yaml:1: 'backends' must be a section: a name for each backend, its keys below it" },
        { "backends:\n  a: comfyui\n",
          "albumen.yaml:2: backend 'a' must be a section with a 'type'" },
        { "backends:\n  a:\n    model: x\n", "albumen.yaml:2: backend 'a' needs a 'type'" },
        { "backends:\n  a:\n    model: x\n    type: 5\n",
          "albumen.yaml:4: backend 'a' needs a 'type'" },
        { "backends:\n  a:\n    model: x\n    type: comfiui\n",
          "albumen.yaml:4: backend 'a' has the unknown type 'comfiui' (did you mean 'comfyui'?)" },
        { "backends:\n  a:\n    type: zzz\n",
          "albumen.yaml:3: backend 'a' has the unknown type 'zzz'" },
        { "backends:\n  ../a: {type: sketch}\n",
          "albumen.yaml:2: '../a' cannot be a backend's name: letters, digits, '-', '_' and '.', at most 64" },
        { "cloud:\n  service_key: ${NOT_SET_ANYWHERE}\n",
          "albumen.yaml:2: the environment variable 'NOT_SET_ANYWHERE' is not set" },
        { "backends:\n  a:\n    type: sketch\n    deep:\n      - x\n      - ${NOT_SET_ANYWHERE}\n",
          "albumen.yaml:6: the environment variable 'NOT_SET_ANYWHERE' is not set" },
        { "data: ${\n", "albumen.yaml:1: '${' without its '}' (a dollar is written $$)" },
        { "data: ${}\n",
          "albumen.yaml:1: cannot read '${...}': write ${NAME} or ${NAME:-text}, and $$ for a dollar" },
        { "data: ${1A}\n",
          "albumen.yaml:1: cannot read '${...}': write ${NAME} or ${NAME:-text}, and $$ for a dollar" },
        { "data: ${A:-${B}}\n",
          "albumen.yaml:1: cannot read '${...}': write ${NAME} or ${NAME:-text}, and $$ for a dollar" },
        { "- a\n", "albumen.yaml:1: expected sections like 'server:' and 'backends:'" },
        { "null\n", "albumen.yaml:1: expected sections like 'server:' and 'backends:'" },
        { "server: {\n", "albumen.yaml: line 2, column 1: did not find expected node content" },
        { "server: {}\nserver: {}\n", "albumen.yaml: line 2, column 1: duplicate key 'server'" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str data_before = config.data;

        CHECK(!parse(cases[i].yaml));
        CHECK_STR(report.errors.items[0].text, str_from(cases[i].message));
        CHECK_I64(report.errors.count, 1);
        CHECK(config.data.ptr == data_before.ptr);
    }
}

static void all_mistakes_are_told_at_once_in_order_of_the_file(void **state)
{
    struct buf text;

    UNUSED(state);
    CHECK(!parse("server:\n  listen: nowhere\n  max_connections: 1\nlogin: 5\nfoo: 1\n"));
    CHECK_I64(report.errors.count, 4);
    CHECK_STR(
        report.errors.items[0].text,
        STR("albumen.yaml:2: 'server.listen' must be an address and a port: 127.0.0.1:8001 or [::1]:8001"));
    CHECK_I64(report.errors.items[1].line, 3);
    CHECK_I64(report.errors.items[2].line, 4);
    CHECK_I64(report.errors.items[3].line, 5);

    buf_init(&text, MIB);
    for (int i = 0; i < 33; i++)
        buf_putf(&text, "unknown%d: 1\n", i);
    CHECK(!config_parse(&arena, &with_types, STR("x"), buf_str(&text), &config, &report));
    CHECK_I64(report.errors.count, CONFIG_ISSUES_MAX);
    CHECK_I64(report.errors.dropped, 13);
    buf_deinit(&text);
}

static void empty_values_are_defaults(void **state)
{
    UNUSED(state);
    parse_well("data:\nserver:\n  listen:\n  allowed_hosts: ~\nlogin:\nbackends:\noutput: ~\n");
    CHECK_STR(config.server.listen, STR("127.0.0.1:8001"));
    CHECK_STR(config.data, STR("./data"));
    CHECK_I64(config.server.allowed_hosts.count, 0);
}

static void variables_are_filled_in(void **state)
{
    const struct config_backend *b;

    UNUSED(state);
    setenv("KEY", "s3cr3t-value", 1);
    setenv("EMPTY", "", 1);
    setenv("MANY", "12", 1);
    parse_well("data: /srv/${KEY}/x\n"
               "database: {connections: '${MANY}', url: '${UNSET_ONE:-sqlite:a.db}'}\n"
               "login: {passwords: '${UNSET_ONE:-true}', session_days: '${EMPTY:-9}'}\n"
               "log: {level: '${UNSET_ONE:-warn}'}\n"
               "cloud: {service_key: '${KEY}', owner_user_id: 'a$$b$c$', bucket: '$${KEY}'}\n"
               "guard: {allow: ['${KEY}:80', '${UNSET_ONE:-x}']}\n"
               "backends:\n"
               "  a:\n"
               "    type: replicate\n"
               "    token: ${KEY}\n"
               "    more: [{deep: 'Bearer ${KEY}'}, 5, ~]\n");
    CHECK_STR(config.data, STR("/srv/s3cr3t-value/x"));
    CHECK_I64(config.database.connections, 12);
    CHECK_STR(config.database.url, STR("sqlite:a.db"));
    CHECK(config.login.passwords);
    CHECK_I64(config.login.session_days, 9);
    CHECK_I64(config.log.level, LOG_WARN);
    CHECK_STR(config.cloud.service_key, STR("s3cr3t-value"));
    CHECK_STR(config.cloud.owner_user_id, STR("a$b$c$"));
    CHECK_STR(config.cloud.bucket, STR("${KEY}"));
    CHECK_STR(config.guard.allow.items[0], STR("s3cr3t-value:80"));
    b = config_find_backend(&config, STR("a"));
    CHECK_STR(json_get_str(b->settings, "token"), STR("s3cr3t-value"));
    CHECK_STR(json_get_str(&json_get(b->settings, "more")->array.items[0], "deep"),
              STR("Bearer s3cr3t-value"));
    CHECK_I64(json_get(b->settings, "more")->array.items[1].integer, 5);
    CHECK_STR(json_get_str(b->written, "token"), STR("${KEY}"));

    setenv("KEY", "bad\xFF", 1);
    CHECK(!parse("data: ${KEY}\n"));
    CHECK_STR(report.errors.items[0].text,
              STR("albumen.yaml:1: the environment variable 'KEY' is not UTF-8 text"));
    setenv("KEY", "line\nbreak", 1);
    CHECK(!parse("cloud: {service_key: '${KEY}'}\n"));
    CHECK_STR(
        report.errors.items[0].text,
        STR("albumen.yaml:1: 'cloud.service_key' must not contain line breaks or control characters"));
    setenv("KEY", "", 1);
    parse_well("data: x${KEY}\n");
    CHECK_STR(config.data, STR("x"));
    unsetenv("EMPTY");
    unsetenv("MANY");
}

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

static const char full_file[] =
    "data: /srv/x\n"
    "server: {listen: '0.0.0.0:8001', behind_proxy: true, allowed_hosts: [a, 'b:1']}\n"
    "database: {url: 'postgres://albumen:hunter2hunter2@db/albumen?sslpassword=hush-hush&x=1'}\n"
    "cloud: {service_key: sb_secret_abcdef, owner_user_id: 'a$$b # c'}\n"
    "output: {naming: '{seed}.png', preview_command: 'say \"hi\"'}\n"
    "log: {level: warn}\n"
    "backends:\n"
    "  a:\n"
    "    type: replicate\n"
    "    api_token: r8_verysecret\n"
    "    base_url: https://me:swordfish@host/x\n"
    "    headers: {Authorization: Bearer abcdefgh, X-Other: [1, 2.5, ~, true]}\n"
    "    credentials: {user: marvin, pin: 12345678}\n"
    "  b: {type: sketch}\n";

static void what_is_shown_hides_secrets(void **state)
{
    static const char *const hidden[] = { "hunter2",   "hush-hush", "sb_secret", "verysecret",
                                          "swordfish", "abcdefgh",  "marvin",    "12345678" };
    struct str text;

    UNUSED(state);
    parse_well(full_file);
    text = shown();
    for (size_t i = 0; i < COUNT(hidden); i++) {
        if (str_find(text, str_from(hidden[i])) < text.len)
            fail_msg("'%s' shows in:\n" STR_FMT, hidden[i], STR_ARG(text));
    }
    check_shows("  url: \"postgres://***@db/albumen?sslpassword=***&x=1\"");
    check_shows("  service_key: \"***\"");
    check_shows("    api_token: \"***\"\n");
    check_shows("    base_url: \"https://***@host/x\"\n");
    check_shows("    headers: {Authorization: \"***\", X-Other: [1, 2.5, null, true]}\n");
    check_shows("    credentials: \"***\"\n");
    check_shows("  a:                                        # line 8\n");
}

/* Everything but secrets comes back from what is shown. */
static void what_is_shown_can_be_read_again(void **state)
{
    struct str first, second;
    struct config before;

    UNUSED(state);
    parse_well(full_file);
    before = config;
    first = shown();
    parse_well(first.ptr);
    CHECK_STR(config.output.naming, before.output.naming);
    CHECK_STR(config.output.preview_command, before.output.preview_command);
    CHECK_STR(config.cloud.owner_user_id, STR("a$b # c"));
    CHECK_STR(config.server.allowed_hosts.items[1], STR("b:1"));
    CHECK_I64(config.log.level, LOG_WARN);
    CHECK_I64(config.backends.count, 2);
    second = shown();
    parse_well(second.ptr);
    CHECK_STR(shown(), second);

    load_well(&(struct config_options){ 0 });
    check_shows("# no configuration file\n");
    check_shows("backends: {}\n");
    check_shows("data: ./data                                # default\n");
    parse_well(shown().ptr);
}

/* stderr into a file while fn runs; what was written comes back. */
static struct str logged(const char *text)
{
    int saved = dup(STDERR_FILENO);
    FILE *file = tmpfile();
    char line[2048] = "";
    size_t got;

    CHECK(file != NULL && saved >= 0);
    CHECK(dup2(fileno(file), STDERR_FILENO) >= 0);
    log_error("test", LOG_C("text", text));
    CHECK(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    got = fread(line, 1, sizeof(line) - 1, file);
    fclose(file);
    return arena_str(&arena, str_of(line, got));
}

static void the_log_learns_the_secrets(void **state)
{
    static const char *const texts[] = { "sb_secret_abcdef", "hunter2hunter2", "hush-hush",
                                         "r8_verysecret",    "swordfish",      "Bearer abcdefgh" };

    UNUSED(state);
    parse_well(full_file);
    config_hide_secrets(&config);
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct str line = logged(texts[i]);

        if (str_find(line, str_from(texts[i])) < line.len)
            fail_msg("'%s' was logged", texts[i]);
    }
    CHECK(str_find(logged("nothing to hide"), STR("nothing to hide")) < 100);
}

static struct str example(void)
{
    struct buf out;
    struct str text;

    buf_init(&out, MIB);
    config_print_example(&out);
    text = arena_str(&arena, buf_str(&out));
    buf_deinit(&out);
    return text;
}

/* "  #listen: x" is a value that is switched off, "  # text" is prose. */
static struct str switched_on(struct str text)
{
    struct buf out;
    struct str on;

    buf_init(&out, MIB);
    for (size_t i = 0; i < text.len; i++) {
        bool starts_line = i == 0 || text.ptr[i - 1] == '\n' ||
                           (i > 2 && memcmp(text.ptr + i - 3, "\n  ", 3) == 0);
        bool is_switch =
            text.ptr[i] == '#' && starts_line &&
            (text.ptr[i + 1] != ' ' || (text.ptr[i + 2] == ' ' && text.ptr[i + 1] == ' '));

        if (!is_switch)
            buf_put_char(&out, text.ptr[i]);
    }
    on = arena_str(&arena, buf_str(&out));
    buf_deinit(&out);
    return on;
}

static void the_example_is_valid_and_shows_the_defaults(void **state)
{
    struct config defaults;
    struct str on = switched_on(example());

    UNUSED(state);
    parse_well(example().ptr);
    CHECK_I64(config.source_count, 0);
    load_well(&(struct config_options){ 0 });
    defaults = config;
    parse_well(on.ptr);
    CHECK_I64(config.backends.count, 1);
    CHECK(config.source_count > 30);
    for (const struct field *f = config_fields; f->type != FIELD_END; f++) {
        for (const struct field *inner = f->fields;
             f->type == FIELD_OBJECT && inner->type != FIELD_END; inner++)
            CHECK_I64(config_source_of(&config, inner).origin, CONFIG_FILE);
    }
    CHECK_STR(config.server.listen, defaults.server.listen);
    CHECK_STR(config.output.naming, defaults.output.naming);
    CHECK_I64(config.server.max_upload_bytes, defaults.server.max_upload_bytes);
    CHECK_I64(config.limits.login_attempts_per_minute, defaults.limits.login_attempts_per_minute);
    CHECK_I64(config.log.level, defaults.log.level);
}

static void the_committed_example_is_what_the_tables_print(void **state)
{
    struct str text;
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(file_read(&arena, SOURCE_ROOT "/config/albumen.example.yaml", MIB, &text, &e));
    if (!str_eq(text, example()))
        fail_msg(
            "config/albumen.example.yaml is old: run `albumen config example > config/albumen.example.yaml`");
}

static void the_tables_are_sound(void **state)
{
    struct config defaults;
    size_t values = 1; /* backends */

    UNUSED(state);
    config_set_defaults(&defaults);
    for (const struct field *f = config_fields; f->type != FIELD_END; f++) {
        const struct field alone[] = { *f, { 0 } };

        for (const struct field *inner = f->type == FIELD_OBJECT ? f->fields : alone;
             inner->type != FIELD_END; inner++) {
            CHECK(inner->help != NULL && strlen(inner->help) <= 100);
            CHECK(inner->type != FIELD_I64 || inner->max > inner->min);
            CHECK(inner->type != FIELD_STR ||
                  config_name_is_secret(str_from(inner->name)) == inner->secret);
            values++;
        }
    }
    CHECK(values <= CONFIG_VALUES_MAX);
}

#define CONFIG_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIG_TEST(nothing_at_all_gives_the_defaults),
        CONFIG_TEST(the_file_of_the_seed_works_unchanged),
        CONFIG_TEST(every_section_is_read),
        CONFIG_TEST(a_bad_file_is_refused_in_helpful_words),
        CONFIG_TEST(all_mistakes_are_told_at_once_in_order_of_the_file),
        CONFIG_TEST(empty_values_are_defaults),
        CONFIG_TEST(variables_are_filled_in),
        CONFIG_TEST(flags_win_over_environment_over_file),
        CONFIG_TEST(a_bad_variable_or_flag_is_named),
        CONFIG_TEST(the_file_is_looked_for_in_order),
        CONFIG_TEST(a_named_file_must_exist_and_be_a_file),
        CONFIG_TEST(a_home_folder_that_is_unknown_is_an_error_only_where_it_is_needed),
        CONFIG_TEST(doubtful_combinations_are_warned_of),
        CONFIG_TEST(listening_to_the_network_needs_a_proxy),
        CONFIG_TEST(what_is_shown_hides_secrets),
        CONFIG_TEST(what_is_shown_can_be_read_again),
        CONFIG_TEST(the_log_learns_the_secrets),
        CONFIG_TEST(the_example_is_valid_and_shows_the_defaults),
        CONFIG_TEST(the_committed_example_is_what_the_tables_print),
        CONFIG_TEST(the_tables_are_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
