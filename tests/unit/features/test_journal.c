/* The journal of a call: what it wanted and how far it got, whatever ended it. */
#include "check.h"
#include "scratch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "features/generate/journal.h"

static char folder[SCRATCH_SIZE];

static struct journal start(struct arena *a, const char *run)
{
    static struct item items[] = {
        { .prompt = { "a", 1 }, .pattern = { "p", 1 }, .body = { "{\"x\":\"\\n\"}", 10 } },
        { .prompt = { "b", 1 },
          .backend = { "sketch", 6 },
          .pattern = { "p", 1 },
          .body = { "{}", 2 } },
        { .prompt = { "c", 1 }, .pattern = { "p", 1 }, .body = { "{}", 2 } },
    };
    const struct plan plan = { .items = items, .count = COUNT(items), .has_label = true };
    const struct journal_head head = {
        .run = str_from(run),
        .where = STR("here"),
        .target = { .kind = TARGET_FILE,
                    .folder = str_from(folder),
                    .pattern = STR("x.png"),
                    .write_sidecar = true },
    };
    struct journal journal;
    struct err e = { 0 };

    CHECK_OK(journal_create(a, &head, &plan, &journal, &e));
    return journal;
}

static void what_was_noted_is_found_again(void **state)
{
    AUTO_ARENA a = { 0 };
    struct journal j = start(&a, "one"), again = { .fd = -1 };
    struct journal_head head;
    struct plan plan;
    struct err e = { 0 };

    (void)state;
    CHECK_OK(journal_add_job(&j, 0, 0, STR("job0"), &e));
    CHECK_OK(journal_add_file(&j, 0, STR("image0"), STR("x.png"), &e));
    CHECK_OK(journal_add_file(&j, 0, STR("image0"), STR("x-2.png"), &e));
    CHECK_OK(journal_add_job(&j, 1, 2, STR("job1"), &e));
    CHECK_OK(journal_add_end(&j, 1, ITEM_FAILED, &e));
    CHECK_FAILS(journal_open(&a, str_from(folder), &head, &plan, &again, &e), ERR_BUSY, NULL);
    journal_close(&j, true);

    CHECK_OK(journal_open(&a, str_from(folder), &head, &plan, &again, &e));
    CHECK_STR(head.run, STR("one"));
    CHECK_STR(head.where, STR("here"));
    CHECK_I64(head.target.kind, TARGET_FILE);
    CHECK_STR(head.target.pattern, STR("x.png"));
    CHECK(head.target.write_sidecar && plan.has_label);
    CHECK_I64(plan.count, 3);
    CHECK_STR(plan.items[0].body, STR("{\"x\":\"\\n\"}"));
    CHECK_I64(plan.items[0].state, ITEM_OPEN);
    CHECK_STR(plan.items[0].job, STR("job0"));
    CHECK_STR(plan.items[0].intents->file, STR("x-2.png"));
    CHECK_STR(plan.items[0].intents->next->file, STR("x.png"));
    CHECK(plan.items[0].intents->next->next == NULL);
    CHECK_STR(plan.items[1].backend, STR("sketch"));
    CHECK_I64(plan.items[1].state, ITEM_FAILED);
    CHECK_I64(plan.items[1].attempt, 2);
    CHECK_I64(plan.items[2].state, ITEM_WAITING);
    CHECK(str_is_null(plan.items[2].backend));
    journal_close(&again, false);
    CHECK(!file_exists(again.path.ptr));
}

static void a_line_that_was_cut_off_is_none(void **state)
{
    AUTO_ARENA a = { 0 };
    struct journal j = start(&a, "two");
    struct journal_head head;
    struct plan plan;
    struct err e = { 0 };

    (void)state;
    CHECK_OK(journal_add_job(&j, 0, 0, STR("job0"), &e));
    CHECK_OK(file_write_all(j.fd, STR("{\"item\":1,\"job\":\"jo"), &e));
    journal_close(&j, true);
    for (int round = 0; round < 2; round++) {
        CHECK_OK(journal_open(&a, str_from(folder), &head, &plan, &j, &e));
        CHECK_I64(plan.items[0].state, ITEM_OPEN);
        CHECK_I64(plan.items[1].state, ITEM_WAITING);
        CHECK_I64(plan.items[2].state, round == 0 ? ITEM_WAITING : ITEM_DONE);
        CHECK_OK(journal_add_end(&j, 2, ITEM_DONE, &e));
        journal_close(&j, round == 0);
    }
}

static void of_several_calls_none_is_guessed(void **state)
{
    AUTO_ARENA a = { 0 };
    struct journal first = start(&a, "three"), second = start(&a, "four"), found;
    struct journal_head head;
    struct plan plan;
    struct err e = { 0 };

    (void)state;
    CHECK_FAILS(journal_open(&a, str_from(folder), &head, &plan, &found, &e), ERR_BUSY, NULL);
    journal_close(&first, true);
    CHECK_OK(journal_open(&a, str_from(folder), &head, &plan, &found, &e));
    CHECK_STR(head.run, STR("three"));
    journal_close(&found, true);
    journal_close(&second, true);
    CHECK_FAILS(journal_open(&a, str_from(folder), &head, &plan, &found, &e), ERR_CONFLICT, NULL);
    unlink(first.path.ptr);
    unlink(second.path.ptr);
}

static void what_is_no_journal_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "{}\n",
        "{\"version\":2,\"items\":1,\"run\":\"x\",\"where\":\"x\",\"pattern\":\"x\"}\n",
        "{\"version\":1,\"items\":900000000,\"run\":\"x\",\"where\":\"x\",\"pattern\":\"x\"}\n",
        ("{\"version\":1,\"items\":2,\"run\":\"x\",\"where\":\"x\",\"pattern\":\"x\"}\n"
         "{\"prompt\":\"a\",\"pattern\":\"p\",\"body\":\"{}\"}\n"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO_ARENA a = { 0 };
        struct str path = arena_strf(&a, "%s/.albumen-bad.jsonl", folder);
        struct journal journal;
        struct journal_head head;
        struct plan plan;
        struct err e = { 0 };

        CHECK_OK(file_write_atomic(path.ptr, str_from(texts[i]), 0600, &e));
        CHECK(!journal_open(&a, str_from(folder), &head, &plan, &journal, &e));
        CHECK(str_starts(str_from(e.msg), path));
        unlink(path.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_noted_is_found_again),
        TEST(a_line_that_was_cut_off_is_none),
        TEST(of_several_calls_none_is_guessed),
        TEST(what_is_no_journal_is_refused),
    };
    int failed;

    if (!scratch_make(folder, "journal"))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    return rmdir(folder) != 0 ? 1 : failed;
}
