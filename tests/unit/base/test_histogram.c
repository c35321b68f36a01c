/* Histograms, and the text that tells Prometheus of them. */
#include "check.h"

#include "base/histogram.h"

static void lengths_are_counted_in_the_bucket_that_holds_them(void **state)
{
    static const struct {
        int64_t us;
        size_t bucket;
    } cases[] = {
        { -1, 0 },
        { 0, 0 },
        { 5000, 0 },
        { 5001, 1 },
        { 1000000, 7 },
        { 600000000, HISTOGRAM_BOUNDS - 1 },
        { 600000001, HISTOGRAM_BOUNDS },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct histogram h = { 0 };

        histogram_add(&h, cases[i].us);
        CHECK_I64(histogram_count(&h), 1);
        CHECK_I64(atomic_load(&h.counts[cases[i].bucket]), 1);
    }
}

static void buckets_add_up_and_the_last_is_the_count(void **state)
{
    struct histogram h = { 0 };
    AUTO_BUF out = { 0 };

    UNUSED(state);
    buf_init(&out, 4096);
    histogram_add(&h, 4000);
    histogram_add(&h, 20000);
    histogram_add(&h, 700000000);
    histogram_print(&h, "x_seconds", STR("lane=\"a\""), &out);
    CHECK(str_starts(buf_str(&out), STR("x_seconds_bucket{lane=\"a\",le=\"0.005\"} 1\n"
                                        "x_seconds_bucket{lane=\"a\",le=\"0.01\"} 1\n"
                                        "x_seconds_bucket{lane=\"a\",le=\"0.025\"} 2\n")));
    CHECK(str_ends(buf_str(&out), STR("x_seconds_bucket{lane=\"a\",le=\"600\"} 2\n"
                                      "x_seconds_bucket{lane=\"a\",le=\"+Inf\"} 3\n"
                                      "x_seconds_sum{lane=\"a\"} 700.024000\n"
                                      "x_seconds_count{lane=\"a\"} 3\n")));
}

static void without_labels_there_are_no_braces_around_nothing(void **state)
{
    struct histogram h = { 0 };
    AUTO_BUF out = { 0 };

    UNUSED(state);
    buf_init(&out, 4096);
    histogram_print(&h, "x_seconds", STR(""), &out);
    CHECK(str_starts(buf_str(&out), STR("x_seconds_bucket{le=\"0.005\"} 0\n")));
    CHECK(str_ends(buf_str(&out), STR("x_seconds_sum 0.000000\nx_seconds_count 0\n")));
}

static void labels_are_escaped(void **state)
{
    AUTO_BUF out = { 0 };

    UNUSED(state);
    buf_init(&out, 4096);
    metric_label(&out, "name", STR("a \"b\" c\\d\ne"));
    CHECK_STR(buf_str(&out), STR("name=\"a \\\"b\\\" c\\\\d\\ne\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_counted_in_the_bucket_that_holds_them),
        cmocka_unit_test(buckets_add_up_and_the_last_is_the_count),
        cmocka_unit_test(without_labels_there_are_no_braces_around_nothing),
        cmocka_unit_test(labels_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
