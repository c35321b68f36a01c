/* What is shown of the configuration: origins, no secrets, and the example file. */
#include "config_world.h"

#include "app/config_tables.h"
#include "base/log.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIG_TEST(what_is_shown_hides_secrets),
        CONFIG_TEST(what_is_shown_can_be_read_again),
        CONFIG_TEST(the_log_learns_the_secrets),
        CONFIG_TEST(the_example_is_valid_and_shows_the_defaults),
        CONFIG_TEST(the_committed_example_is_what_the_tables_print),
        CONFIG_TEST(the_tables_are_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
