/* Slices of the configuration: values, and the lines of mistakes. */
#include "check.h"

#include "base/settings.h"
#include "base/yaml.h"

struct model {
    struct str id;
    int64_t steps;
};

static const struct field model_fields[] = {
    { FIELD(struct model, id), .required = true, .min = 1, .max = 20 },
    { FIELD(struct model, steps), .min = 1, .max = 50 },
    { 0 },
};

struct settings {
    struct str host;
    int64_t port;
    struct field_list models;
};

static const struct field fields[] = {
    { FIELD(struct settings, host), .required = true, .min = 1, .max = 40 },
    { FIELD(struct settings, port), .min = 1, .max = 65535 },
    { FIELD_LIST(struct settings, models, struct model, model_fields) },
    { 0 },
};

static struct json tree_of(struct arena *a, const char *text)
{
    struct json tree = { 0 };
    struct err e = { 0 };

    CHECK_OK(yaml_parse(a, str_from(text), &tree, &e));
    return tree;
}

static void values_arrive_and_absent_ones_keep_their_default(void **state)
{
    AUTO_ARENA a = { 0 };
    struct json tree = tree_of(&a, "host: here\nmodels:\n  - id: a\n    steps: 4\n");
    struct settings got = { .port = 8188 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(settings_decode(&a, &tree, fields, &got, &e));
    CHECK_STR(got.host, STR("here"));
    CHECK_I64(got.port, 8188);
    CHECK_I64(got.models.count, 1);
    CHECK_I64(((struct model *)got.models.items)[0].steps, 4);
}

static void mistakes_name_the_line_and_the_field(void **state)
{
    static const struct {
        const char *text, *message, *field;
    } cases[] = {
        { "host: x\nport: 70000\n", "line 2: 'port' must be from 1 to 65535", "port" },
        { "host: x\n\nprot: 1\n", "line 3: unknown field 'prot' (did you mean 'port'?)", "prot" },
        { "host: x\nmodels:\n  - id: a\n  - id: b\n    steps: 99\n",
          "line 5: 'models[1].steps' must be from 1 to 50", "models[1].steps" },
        { "host: x\nmodels:\n  - id: a\n  - steps: 1\n", "line 4: 'models[1].id' is missing",
          "models[1].id" },
        { "port: 1\n", "line 1: 'host' is missing", "host" },
        { "host: x\nmodels: all\n", "line 2: 'models' must be a list", "models" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        struct json tree = tree_of(&a, cases[i].text);
        struct settings got = { 0 };
        struct err e = { 0 };

        CHECK_FAILS(settings_decode(&a, &tree, fields, &got, &e), ERR_INVALID, cases[i].message);
        CHECK_TEXT(e.field, cases[i].field);
    }
}

static void nothing_at_all_is_an_empty_slice_without_lines(void **state)
{
    AUTO_ARENA a = { 0 };
    struct settings got = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_FAILS(settings_decode(&a, NULL, fields, &got, &e), ERR_INVALID, "'host' is missing");
}

static void an_owner_complains_with_the_line_too(void **state)
{
    AUTO_ARENA a = { 0 };
    struct json tree = tree_of(&a, "port: 1\nhost: x\n");
    struct err e = { 0 };

    UNUSED(state);
    CHECK(!settings_complain(&e, &tree, "host", "must be a name"));
    CHECK_TEXT(e.msg, "line 2: 'host' must be a name");
    CHECK_TEXT(e.field, "host");
    CHECK(e.code == ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_arrive_and_absent_ones_keep_their_default),
        TEST(mistakes_name_the_line_and_the_field),
        TEST(nothing_at_all_is_an_empty_slice_without_lines),
        TEST(an_owner_complains_with_the_line_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
