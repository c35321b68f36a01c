/* Where a picture's copy lies, what its row says, and what Storage means by its errors. */
#include "check.h"

#include "features/cloud/copy.h"
#include "features/cloud/sending.h"
#include "features/cloud/supabase.h"

static struct arena arena;

static int teardown(void **state)
{
    UNUSED(state);
    arena_deinit(&arena);
    return 0;
}

static void the_place_is_the_date_and_the_name_that_the_file_has_here(void **state)
{
    static const struct {
        const char *path, *date, *slug, *object; /* NULL: refused */
    } cases[] = {
        { "/p/2026-11-21-a-fox-7.png", "2026-11-21", "a-fox", "2026-11-21/a-fox-7.png" },
        { "/p/2026-11-21-a-fox-7-2.png", "2026-11-21", "a-fox", "2026-11-21/a-fox-7-2.png" },
        { "2026-11-21-a-fox-7.webp", "2026-11-21", "a-fox", "2026-11-21/a-fox-7.webp" },
        /* of another day than its file's name, which then stays whole */
        { "/p/2026-11-20-a-fox-7.png", "2026-11-21", "a-fox", "2026-11-21/2026-11-20-a-fox-7.png" },
        { "/p/fox.png", "2026-11-21", "a-fox", "2026-11-21/fox.png" },
        { "/p/F\xC3\xBC#~%\"\\chse (1).png", "2026-11-21", "a", "2026-11-21/F-------chse (1).png" },
        { "/p/fox.png", "", "a-fox", NULL },
        { "/p/fox.png", NULL, "a-fox", NULL },
        { "/p/fox.png", "21.11.2026", "a-fox", NULL },
        { "/p/fox.png", "../../etc/", "a-fox", NULL },
        { "/p/fox.png", "2026-11-21", "", NULL },
        { "/p/fox.png", "2026-11-21", NULL, NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct copy c = { .path = str_from(cases[i].path),
                                .date = str_from(cases[i].date),
                                .slug = str_from(cases[i].slug) };
        struct str object = { 0 };
        struct err e = { 0 };

        if (cases[i].object == NULL) {
            CHECK_FAILS(copy_object_path(&arena, &c, &object, &e), ERR_INVALID,
                        "the picture has no date or no slug, which its place is made of");
            continue;
        }
        CHECK_OK(copy_object_path(&arena, &c, &object, &e));
        CHECK_STR(object, str_from(cases[i].object));
    }
}

/* Before anybody is asked: the address is nobody's. */
static void what_is_missing_is_told_before_anything_is_sent(void **state)
{
    static const char owner[] = "ac6c9501-3757-4a6d-8b97-2cff4288382b";
    static const struct {
        const char *owner, *url, *key, *date, *message;
    } cases[] = {
        { "", "http://127.0.0.1:9", "k", "2026-11-21",
          "'cloud.owner_user_id' is empty: it is the id of your account in the project "
          "(auth.users)" },
        { "me", "http://127.0.0.1:9", "k", "2026-11-21",
          "'cloud.owner_user_id' is no id: it looks like 01234567-89ab-cdef-0123-456789abcdef" },
        { owner, "", "k", "2026-11-21", "the project's 'url' is empty" },
        { owner, "http://127.0.0.1:9", "", "2026-11-21", "the project's 'service_key' is empty" },
        { owner, "ftp://h", "k", "2026-11-21",
          "the project's address: must begin with http:// or https://, without a user" },
        { owner, "http://127.0.0.1:9", "k", "",
          "the picture has no date or no slug, which its place is made of" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct command_cloud settings = { .url = str_from(cases[i].url),
                                                .storage_url = STR(""),
                                                .rest_url = STR(""),
                                                .service_key = str_from(cases[i].key),
                                                .owner_user_id = str_from(cases[i].owner) };
        const struct copy c = { .path = STR("/nowhere/fox.png"),
                                .date = str_from(cases[i].date),
                                .slug = STR("fox"),
                                .record = STR("{}") };
        struct err e = { 0 };

        CHECK(!copy_send(&arena, &settings, NULL, &c, STR("bytes"), &e));
        CHECK_TEXT(e.msg, cases[i].message);
    }
}

static void an_error_of_storage_means_the_status_inside(void **state)
{
    static const struct {
        int http;
        const char *body;
        int status;
    } cases[] = {
        { 400, "{\"statusCode\":\"404\",\"error\":\"not_found\"}", 404 },
        { 400, "{\"statusCode\":\"503\"}", 503 },
        { 400, "{\"statusCode\":503}", 503 },
        { 403, "{\"statusCode\":\"403\"}", 403 },
        { 500, "{\"statusCode\":\"500\"}", 500 },
        { 400, "{\"statusCode\":\"200\"}", 400 },
        { 400, "{\"statusCode\":\"many\"}", 400 },
        { 400, "{\"message\":\"x\"}", 400 },
        { 401, "", 401 },
        { 544, "<html>", 544 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_I64(supabase_status(cases[i].http, str_from(cases[i].body)), cases[i].status);
}

static void what_waits_comes_out_of_the_outbox_as_it_went_in(void **state)
{
    const struct copy in = { .path = STR("/p/\xC3\xBC \"x\".png"),
                             .image = STR("01900000-0000-7000-8000-000000000001"),
                             .date = STR("2026-11-21"),
                             .slug = STR("x"),
                             .record = STR("{\"prompt\":\"a \\\"b\\\"\"}\n"),
                             .seed = { true, INT64_MIN } };
    struct copy out = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(copy_decode(&arena, copy_encode(&arena, &in), &out, &e));
    CHECK_STR(out.path, in.path);
    CHECK_STR(out.image, in.image);
    CHECK_STR(out.date, in.date);
    CHECK_STR(out.slug, in.slug);
    CHECK_STR(out.record, in.record);
    CHECK(out.seed.set && out.seed.value == in.seed.value);
    CHECK(!copy_decode(&arena, STR("{\"path\":\"x\""), &out, &e));
    CHECK(!copy_decode(&arena, STR("{}"), &out, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_place_is_the_date_and_the_name_that_the_file_has_here),
        TEST(what_is_missing_is_told_before_anything_is_sent),
        TEST(an_error_of_storage_means_the_status_inside),
        TEST(what_waits_comes_out_of_the_outbox_as_it_went_in),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
