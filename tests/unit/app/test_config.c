/* The configuration file: what is read, and what is refused in which words. */
#include "config_world.h"

#include "base/log.h"

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

static const struct {
    const char *yaml, *message;
} bad_files[] = {
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
    { "guard:\n  allow: [127.0.0.1:8188, 'http://x']\n",
      "albumen.yaml:2: 'guard.allow': 'http://x' is not an address, a network or a host with a port" },
    { "database:\n  url: mysql://x\n",
      "albumen.yaml:2: 'database.url' must begin with sqlite: or postgres://" },
    { "log: {level: verbose}\n",
      "albumen.yaml:1: 'log.level' must be one of: debug, info, warn, error" },
    { "log: {level: 1}\n", "albumen.yaml:1: 'log.level' must be one of: debug, info, warn, error" },
    { "output: {cloud_sync: true}\n",
      "albumen.yaml:1: 'output.cloud_sync' must be one of: auto, on, off" },
    { "output: {naming: \"{sed}.png\"}\n",
      "albumen.yaml:1: 'output.naming' has the unknown placeholder {sed} (did you mean {seed}?)" },
    { "output: {naming: \"{\"}\n", "albumen.yaml:1: 'output.naming' has a '{' without its '}'" },
    { "output: {naming: \"a/../../{seed}\"}\n",
      "albumen.yaml:1: 'output.naming' must stay inside of 'output.directory'" },
    { "output: {naming: /etc/x}\n",
      "albumen.yaml:1: 'output.naming' must stay inside of 'output.directory'" },
    { "cloud: {url: ftp://x}\n",
      "albumen.yaml:1: 'cloud.url' must be like https://<ref>.supabase.co" },
    { "data: [x]\n", "albumen.yaml:1: 'data' must be text (put it in quotes)" },
    { "backends: [a]\n",
      "albumen.yaml:1: 'backends' must be a section: a name for each backend, its keys below it" },
    { "backends:\n  a: comfyui\n", "albumen.yaml:2: backend 'a' must be a section with a 'type'" },
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

static void a_bad_file_is_refused_in_helpful_words(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < COUNT(bad_files); i++) {
        struct str data_before = config.data;

        CHECK(!parse(bad_files[i].yaml));
        CHECK_STR(report.errors.items[0].text, str_from(bad_files[i].message));
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
