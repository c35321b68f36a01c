/* What differs between two recipes. */
#include "check.h"

#include "features/generate/verify.h"

static struct str differences(struct arena *a, const char *was_text, const char *is_text)
{
    struct verify_difference found[VERIFY_DIFFERENCES_MAX];
    struct json was, is;
    struct err e = { 0 };
    AUTO_BUF out = { 0 };
    size_t count;

    CHECK_OK(json_parse(a, str_from(was_text), &was, &e));
    CHECK_OK(json_parse(a, str_from(is_text), &is, &e));
    count = verify_differences(a, &was, &is, found);
    buf_init(&out, 65536);
    for (size_t i = 0; i < count; i++)
        buf_putf(&out, STR_FMT " " STR_FMT ">" STR_FMT ";", STR_ARG(found[i].field),
                 STR_ARG(found[i].was), STR_ARG(found[i].is));
    return arena_str(a, buf_str(&out));
}

static void members_that_changed_are_named(void **state)
{
    static const struct {
        const char *was, *is, *differences;
    } cases[] = {
        { "{\"request\":{}}", "{\"request\":{},\"metadata\":{\"a\":1},\"provider\":\"x\"}", "" },
        { "{\"request\":{\"seed\":1,\"style\":null}}", "{\"request\":{\"seed\":1.0}}", "" },
        { "{\"request\":{\"seed\":1}}", "{\"request\":{\"seed\":2}}", "request.seed 1>2;" },
        { "{\"request\":{\"steps\":4}}", "{\"request\":{\"prompt\":\"x\"}}",
          "request.steps 4>null;request.prompt null>\"x\";" },
        { "{\"provider\":\"a\",\"ignored\":[],\"metadata\":{\"m\":\"1\"}}",
          "{\"provider\":\"b\",\"ignored\":[\"seed\"],\"metadata\":{\"m\":\"2\"}}",
          "provider \"a\">\"b\";ignored []>[\"seed\"];metadata.m \"1\">\"2\";" },
        { "{\"request\":{\"references\":[1]}}", "{\"request\":{\"references\":[]}}", "" },
        { "{\"request\":{\"p\":\"012345678901234567890123456789012345678901234567890123456789a\"}}",
          "{\"request\":{\"p\":\"012345678901234567890123456789012345678901234567890123456789b\"}}",
          "request.p \"01234567890123456789012345678901234567890123456789012345678...>"
          "\"01234567890123456789012345678901234567890123456789012345678...;" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };

        CHECK_STR(differences(&a, cases[i].was, cases[i].is), str_from(cases[i].differences));
    }
}

static void a_request_is_the_recipe_without_what_it_does_not_say(void **state)
{
    AUTO_ARENA a = { 0 };
    struct json recipe;
    struct err e = { 0 };
    struct verify_source source = { .backend = STR("paid"), .recipe = &recipe };
    AUTO_BUF out = { 0 };

    (void)state;
    CHECK_OK(json_parse(
        &a,
        STR("{\"request\":{\"prompt\":\"x\",\"style\":null,\"seed\":7,\"references\":[{\"image\":\"i\"}]},"
            "\"references\":[{\"image\":\"i\",\"url\":null,\"role\":\"style\",\"sha256\":\"00\"}]}"),
        &recipe, &e));
    buf_init(&out, 4096);
    verify_put_request(&out, &source, (struct str){ 0 });
    /* What is made to compare is copied nowhere. */
    CHECK_STR(buf_str(&out), STR("{\"backend\":\"paid\",\"cloudCopy\":\"off\","
                                 "\"request\":{\"prompt\":\"x\",\"seed\":7,"
                                 "\"references\":[{\"image\":\"i\",\"role\":\"style\"}]}}"));
    buf_clear(&out);
    verify_put_request(&out, &source, STR("other"));
    CHECK(str_starts(buf_str(&out), STR("{\"backend\":\"other\",")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(members_that_changed_are_named),
        TEST(a_request_is_the_recipe_without_what_it_does_not_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
