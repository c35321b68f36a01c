/* The log: one line of JSON per event, secrets masked in whatever form they come. */
#include "check.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/thread.h"

static struct arena arena;
static FILE *capture;
static int saved_stderr;

static int setup(void **state)
{
    UNUSED(state);
    capture = tmpfile();
    saved_stderr = dup(STDERR_FILENO);
    clock_set_virtual(1000);
    log_set_level(LOG_DEBUG);
    return capture != NULL && saved_stderr >= 0 && dup2(fileno(capture), STDERR_FILENO) >= 0 ? 0
                                                                                             : -1;
}

static int teardown(void **state)
{
    UNUSED(state);
    log_set_request((struct str){ 0 });
    log_set_words(NULL);
    clock_set_virtual(-1);
    arena_deinit(&arena);
    fclose(capture);
    return dup2(saved_stderr, STDERR_FILENO) >= 0 && close(saved_stderr) == 0 ? 0 : -1;
}

/* All that was written since the last call. */
static struct str taken(void)
{
    static char text[1 << 20];
    size_t got;

    rewind(capture);
    got = fread(text, 1, sizeof(text), capture);
    if (ftruncate(fileno(capture), 0) != 0 || lseek(fileno(capture), 0, SEEK_SET) != 0)
        fail_msg("cannot empty the capture");
    return arena_str(&arena, str_of(text, got));
}

static void a_line_is_json_with_time_level_message_and_fields(void **state)
{
    struct err e = { 0 };

    UNUSED(state);
    log_info("listening", LOG_C("address", "127.0.0.1:8001"), LOG_N("loops", 2),
             LOG_C("none", NULL));
    CHECK_STR(taken(),
              STR("{\"time\":\"1970-01-01T00:00:01.000Z\",\"level\":\"info\",\"msg\":\"listening\","
                  "\"address\":\"127.0.0.1:8001\",\"loops\":2,\"none\":null}\n"));
    log_set_request(STR("req-1"));
    err_set(&e, ERR_IO, "cannot \"do\" it");
    log_error("failed", LOG_E(&e));
    CHECK_STR(taken(),
              STR("{\"time\":\"1970-01-01T00:00:01.000Z\",\"level\":\"error\",\"msg\":\"failed\","
                  "\"request\":\"req-1\",\"error\":\"cannot \\\"do\\\" it\",\"code\":\"io\"}\n"));
    log_set_request((struct str){ 0 });
    log_warn("plain");
    CHECK(str_find(taken(), STR("request")) > 60);
}

static void levels_below_the_least_are_silent(void **state)
{
    UNUSED(state);
    log_set_level(LOG_WARN);
    log_debug("no");
    log_info("no");
    CHECK_I64(taken().len, 0);
    log_warn("yes");
    log_error("yes");
    CHECK(taken().len > 0);
}

static void every_line_is_json_whatever_comes_in(void **state)
{
    static const struct str hostile[] = {
        { "\n\r\t\"\\", 5 },
        { "\0", 1 },
        { "\xFF\xFE", 2 },
        { "\xED\xA0\x80", 3 },
        { "{\"level\":\"error\"}", 17 },
        { "", 0 },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(hostile); i++) {
        struct str line;
        size_t end;

        log_set_request(hostile[i]);
        log_info("x", LOG_S("text", hostile[i]));
        line = taken();
        end = str_find_char(line, '\n', 0);
        CHECK_I64(end, line.len - 1);
        CHECK(str_is_utf8(line));
        CHECK(str_starts(line, STR("{\"time\":")) && str_ends(line, STR("}\n")));
    }
}

static void check_hidden(struct str line, const char *const *secrets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_find(line, str_from(secrets[i])) < line.len)
            fail_msg("'%s' shows in " STR_FMT, secrets[i], STR_ARG(line));
    }
}

static void known_secrets_are_masked_wherever_they_stand(void **state)
{
    static const char *const hidden[] = { "hunter2hunter2", "quo\\\"te\\\\d", "prefix-secret",
                                          "-and-more" };
    struct str line;

    UNUSED(state);
    log_add_secret(STR("hunter2hunter2"));
    log_add_secret(STR("quo\"te\\d"));
    log_add_secret(STR("prefix-secret"));
    log_add_secret(STR("prefix-secret-and-more"));
    log_add_secret(STR("short"));
    log_add_secret((struct str){ 0 });
    log_error("hunter2hunter2", LOG_C("url", "http://u:hunter2hunter2@host/hunter2hunter2"),
              LOG_C("quoted", "a quo\"te\\d b"), LOG_C("longer", "prefix-secret-and-more"),
              LOG_C("plain", "short stays"));
    line = taken();
    check_hidden(line, hidden, COUNT(hidden));
    CHECK(str_find(line, STR("http://u:***@host/***")) < line.len);
    CHECK(str_find(line, STR("\"longer\":\"***\"")) < line.len);
    CHECK(str_find(line, STR("short stays")) < line.len);
}

static void fields_that_speak_of_secrets_are_masked_by_name(void **state)
{
    static const char *const names[] = { "token",    "apiToken",      "secret_key",
                                         "PASSWORD", "Authorization", "session_cookie" };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct str line;

        log_info("x", LOG_C(names[i], "visible?"));
        line = taken();
        if (str_find(line, STR("visible?")) < line.len)
            fail_msg("the field '%s' shows", names[i]);
    }
}

static void a_line_that_is_too_long_is_replaced(void **state)
{
    struct str line, huge = arena_strf(&arena, "%20000d", 1);

    UNUSED(state);
    log_info("x", LOG_S("huge", huge));
    line = taken();
    CHECK_STR(line, STR("{\"level\":\"info\",\"msg\":\"a log line was too long\"}\n"));
}

enum { THREADS = 4, LINES = 300 };

static void *write_lines(void *arg)
{
    log_set_request(str_from(arg));
    for (int i = 0; i < LINES; i++)
        log_info("a line of a thread", LOG_N("number", i));
    return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
    static char names[THREADS][8] = { "one", "two", "three", "four" };
    pthread_t threads[THREADS];
    struct str text, line;
    int lines = 0, next[THREADS] = { 0 };

    UNUSED(state);
    for (int i = 0; i < THREADS; i++)
        thread_start(&threads[i], "logger", write_lines, names[i]);
    for (int i = 0; i < THREADS; i++)
        thread_join(threads[i]);
    for (text = taken(); text.len > 0; lines++) {
        struct json v;
        struct err e = { 0 };

        str_cut(text, '\n', &line, &text);
        CHECK_OK(json_parse(&arena, line, &v, &e));
        for (int i = 0; i < THREADS; i++) {
            if (str_eq(json_get_str(&v, "request"), str_from(names[i])))
                CHECK_I64(json_get_i64(&v, "number", -1), next[i]++);
        }
    }
    CHECK_I64(lines, THREADS * LINES);
}

#define LOG_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void people_get_words_and_each_message_once_a_minute(void **state)
{
    static const char *const message = "a picture waits for room";
    struct err e = { 0 };

    UNUSED(state);
    CHECK(!err_set(&e, ERR_STORAGE_FULL, "no room"));
    log_set_words("albumen");
    log_info("listening");
    CHECK_STR(taken(), STR(""));
    for (int i = 0; i < 3; i++)
        log_warn(message, LOG_S("job", STR("x\x1B[2J")), LOG_E(&e));
    log_error("a helper has ended", LOG_C("error", "a \x1B[31m reason"));
    CHECK_STR(taken(), STR("albumen: a picture waits for room: no room\n"
                           "albumen: a helper has ended: a ?[31m reason\n"));
    log_set_request(STR("req-1"));
    log_warn("the answer says it");
    CHECK_STR(taken(), STR(""));
    log_set_request((struct str){ 0 });
    clock_set_virtual(1000 + 61 * 1000);
    log_warn(message);
    CHECK_STR(taken(), STR("albumen: a picture waits for room\n"));
    for (int i = 0; i < 4; i++)
        log_warn("a backend is left out", LOG_C("backend", i % 2 == 0 ? "one" : "two"));
    CHECK_STR(taken(), STR("albumen: a backend is left out, backend 'one'\n"
                           "albumen: a backend is left out, backend 'two'\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOG_TEST(a_line_is_json_with_time_level_message_and_fields),
        LOG_TEST(levels_below_the_least_are_silent),
        LOG_TEST(every_line_is_json_whatever_comes_in),
        LOG_TEST(known_secrets_are_masked_wherever_they_stand),
        LOG_TEST(fields_that_speak_of_secrets_are_masked_by_name),
        LOG_TEST(a_line_that_is_too_long_is_replaced),
        LOG_TEST(lines_of_threads_do_not_mix),
        LOG_TEST(people_get_words_and_each_message_once_a_minute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
