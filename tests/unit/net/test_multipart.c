/* Forms: what a part becomes, in any split; what is no form; what a large one costs. */
#include "check.h"

#include "form_record.h"

#define TYPE        STR("multipart/form-data; boundary=b")
#define DISPOSITION "Content-Disposition: form-data; name=\"n\"\r\n"
#define PART        "--b\r\n" DISPOSITION "\r\n"

static void a_form_reads_the_same_in_every_split(void **state)
{
    static const struct {
        const char *body, *record;
    } cases[] = {
        { "--b--", "" },
        { "\r\n--b--", "" },
        { "--b--\r\n", "" },
        { PART "x\r\n--b--\r\n", "<n|-|->x</>" },
        { PART "\r\n--b--\r\n", "<n|-|-></>" },
        { PART "--b--\r\n", "<n|-|-></>" },
        { PART "\r\n\r\n--b--\r\n", "<n|-|->\r\n</>" },
        { PART "\r\n\r\n\r\n--b--\r\n", "<n|-|->\r\n\r\n</>" },
        { PART "\r\r\n--b--", "<n|-|->\r</>" },
        { PART "\n\r\n--b--", "<n|-|->\n</>" },
        { PART "-\r\n--b--", "<n|-|->-</>" },
        { PART "--\r\n--b--", "<n|-|->--</>" },
        { PART "--a\r\n--b--", "<n|-|->--a</>" },
        { PART "\r\n-\r\n--\r\n--a\r--b\n--b --b\r\n--b--",
          "<n|-|->\r\n-\r\n--\r\n--a\r--b\n--b --b</>" },
        { PART "\r\n-\r\n--b--", "<n|-|->\r\n-</>" },
        { PART "\r\n--\r\n--b--", "<n|-|->\r\n--</>" },
        { PART "a\r\r\r\n\r\n--B\r\n--b--", "<n|-|->a\r\r\r\n\r\n--B</>" },
        { PART "1\r\n" PART "2\r\n--b--", "<n|-|->1</><n|-|->2</>" },
        { PART "1\r\n" PART "\r\n" PART "3\r\n--b--", "<n|-|->1</><n|-|-></><n|-|->3</>" },
        { "--b\r\nContent-Type: image/png\r\n"
          "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
          "\x89PNG\r\n\r\n--b--",
          "<file|a.png|image/png>\x89PNG\r\n</>" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str body = str_from(cases[i].body);

        for (size_t step = 1; step <= body.len; step++) {
            AUTO_ARENA a = { 0 };
            AUTO_RECORD record = { .open = 0 };
            struct err e = { 0 };

            CHECK_OK(form_read(&a, TYPE, body, step, &record, &e));
            CHECK_STR(buf_str(&record.text), str_from(cases[i].record));
            CHECK_I64(record.open, 0);
        }
    }
}

/* Splits at two places, so that a piece begins and ends anywhere. */
static void a_piece_may_begin_and_end_anywhere(void **state)
{
    const struct str body =
        STR(PART "\r\n--\r\n\r\n--b\r\n" DISPOSITION "X: y\r\n\r\n\r\r\n-\r\n--b--\r\n");

    UNUSED(state);
    for (size_t first = 0; first <= body.len; first++) {
        for (size_t second = first; second <= body.len; second++) {
            AUTO_ARENA a = { 0 };
            AUTO_RECORD record = { .open = 0 };
            struct multipart_handler handler = { &record, form_begin, form_data, form_end };
            struct multipart *m;
            struct err e = { 0 };

            buf_init(&record.text, 4096);
            CHECK_OK(multipart_create(&a, TYPE, &handler, &m, &e));
            CHECK_OK(multipart_feed(m, str_slice(body, 0, first), &e));
            CHECK_OK(multipart_feed(m, str_slice(body, first, second), &e));
            CHECK_OK(multipart_feed(m, str_slice(body, second, body.len), &e));
            CHECK_OK(multipart_finish(m, &e));
            CHECK_STR(buf_str(&record.text), STR("<n|-|->\r\n--\r\n</><n|-|->\r\r\n-</>"));
        }
    }
}

static void names_are_taken_from_the_disposition(void **state)
{
    static const struct {
        const char *params, *record; /* NULL: refused */
    } cases[] = {
        { "; name=\"a\"", "<a|-|-></>" },
        { ";name=a", "<a|-|-></>" },
        { "; NAME=\"a\"; FileName=\"b\"", "<a|b|-></>" },
        { "; filename=\"b\"; name=\"a\"", "<a|b|-></>" },
        { "; name=\"a\"; filename=\"\"", "<a||-></>" },
        { "; name=\"a;b\"; filename=\"c; name=d\"", "<a;b|c; name=d|-></>" },
        { "; name=\"a\"; filename=\"say \\\"hi\\\".png\"", "<a|say \"hi\".png|-></>" },
        { "; name=\"a\"; filename=\"C:\\pics\\a.png\"", "<a|C:\\pics\\a.png|-></>" },
        { "; name=\"a\"; filename=\"C:\\\\a.png\"", "<a|C:\\a.png|-></>" },
        { "; name=\"a\"; filename=\"../../etc/x\"", "<a|../../etc/x|-></>" },
        { "; name=\"a\"; filename=\"caf\xc3\xa9.png\"", "<a|caf\xc3\xa9.png|-></>" },
        { "; name=\"a\"; filename=\"50%22.png\"", "<a|50%22.png|-></>" },
        { "; name=\"a\"; size=12", "<a|-|-></>" },
        { "", NULL },
        { "; filename=\"b\"", NULL },
        { "; name=\"\"", NULL },
        { "; name=", NULL },
        { "; name", NULL },
        { "; name=\"a", NULL },
        { "; name=\"a\\\"", NULL },
        { "; name=\"a\"b", NULL },
        { "; name=a\"b\"", NULL },
        { "; name =\"a\"", NULL },
        { "; name=\"a\";", NULL },
        { " name=\"a\"", NULL },
        { "; name=\"a\"; name=\"b\"", NULL },
        { "; name=\"a\"; filename=\"b\"; filename=\"c\"", NULL },
        { "; name=\"a\"; filename*=UTF-8''b.png", NULL },
        { "; name=\"a\"; filename=\"b\"; filename*=UTF-8''c", NULL },
        { "; name*=UTF-8''a", NULL },
        { "; name=\"a\xff\"", NULL },
        { "; name=\"a\"; filename=\"b\x01\"", NULL },
        { "; name=\"a\"; filename=\"b\nc\"", NULL },
        { "; name=\"a\"; filename=\"b\rc\"", NULL },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_ARENA a = { 0 };
        AUTO_RECORD record = { .open = 0 };
        struct err e = { 0 };
        struct str body = arena_strf(&a, "--b\r\nContent-Disposition: form-data%s\r\n\r\n\r\n--b--",
                                     cases[i].params);
        bool ok;

        ok = form_read(&a, TYPE, body, body.len, &record, &e);
        if (ok != (cases[i].record != NULL))
            fail_msg("%s: %s", cases[i].params, ok ? "taken" : e.msg);
        if (ok)
            CHECK_STR(buf_str(&record.text), str_from(cases[i].record));
        else
            CHECK_I64(e.code, ERR_MALFORMED);
    }
}

static void what_is_no_form_is_refused_in_every_split(void **state)
{
    static const struct {
        const char *body, *message;
    } cases[] = {
        { "", "the form breaks off" },
        { "--b", "the form breaks off" },
        { "--b-", "the form breaks off" },
        { "--b--\r", "the form breaks off" },
        { PART, "the form breaks off" },
        { PART "x", "the form breaks off" },
        { PART "x\r\n--", "the form breaks off" },
        { PART "x\r\n--b", "the form breaks off" },
        { PART "x\r\n--b\r\n", "the form breaks off" },
        { "\r\n\r\n" PART "x\r\n--b--", "the form does not begin with its boundary" },
        { "hello\r\n" PART "x\r\n--b--", "the form does not begin with its boundary" },
        { "--a--", "the form does not begin with its boundary" },
        { "--bb\r\n", "a boundary is followed by other bytes" },
        { "--b \r\n", "a boundary is followed by other bytes" },
        { "--b\n" DISPOSITION "\r\nx\r\n--b--", "a boundary is followed by other bytes" },
        { PART "x\r\n--bx\r\n--b--", "a boundary is followed by other bytes" },
        { PART "x\r\n--b-\r\n", "a boundary is followed by other bytes" },
        { "--b--x", "bytes follow the end of the form" },
        { "--b--\r\n\r\n", "bytes follow the end of the form" },
        { "--b--\n", "bytes follow the end of the form" },
        { "--b\r\n\r\nx\r\n--b--", "a part has no disposition" },
        { "--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--", "a part has no disposition" },
        { "--b\r\n" DISPOSITION DISPOSITION "\r\nx\r\n--b--", "a part has two dispositions" },
        { "--b\r\n" DISPOSITION "Content-Type: a/b\r\ncontent-type: a/b\r\n\r\nx\r\n--b--",
          "a part has two content types" },
        { "--b\r\nContent-Disposition: attachment; name=n\r\n\r\nx\r\n--b--",
          "a part's disposition is not form-data" },
        { "--b\r\n" DISPOSITION "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--b--",
          "a part is in a transfer encoding not taken here" },
        { "--b\r\n" DISPOSITION " folded\r\n\r\nx\r\n--b--", "a part's head cannot be read" },
        { "--b\r\nContent-Disposition : form-data; name=n\r\n\r\nx\r\n--b--",
          "a part's head cannot be read" },
        { "--b\r\n: x\r\n" DISPOSITION "\r\nx\r\n--b--", "a part's head cannot be read" },
        { "--b\r\n" DISPOSITION "no colon\r\n\r\nx\r\n--b--", "a part's head cannot be read" },
        { "--b\r\n" DISPOSITION "X: \x7f\r\n\r\nx\r\n--b--", "a part's head cannot be read" },
        { "--b\r\n" DISPOSITION "X: a\nY: b\r\n\r\nx\r\n--b--", "a part's head cannot be read" },
    };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str body = str_from(cases[i].body);

        for (size_t step = 1; step <= body.len + 1; step++) {
            AUTO_ARENA a = { 0 };
            AUTO_RECORD record = { .open = 0 };
            struct err e = { 0 };
            bool ok;

            ok = form_read(&a, TYPE, body, step, &record, &e);
            if (ok)
                fail_msg("taken: %s", cases[i].body);
            CHECK_I64(e.code, ERR_MALFORMED);
            CHECK_TEXT(e.msg, cases[i].message);
        }
    }
}

static void the_boundary_is_taken_from_the_content_type(void **state)
{
    static const char seventy[] =
        "0123456789012345678901234567890123456789012345678901234567890123456789";
    static const struct {
        const char *type, *boundary; /* NULL: refused */
        enum err_code code;
    } cases[] = {
        { "multipart/form-data; boundary=b", "b", 0 },
        { "Multipart/Form-Data;Boundary=\"b\"", "b", 0 },
        { "multipart/form-data; charset=utf-8; boundary=b", "b", 0 },
        { "multipart/form-data; boundary=\"a b\"; x=y", "a b", 0 },
        { "multipart/form-data; boundary=\"'()+_,-./:=?\"", "'()+_,-./:=?", 0 },
        { "multipart/form-data; boundary=----=_Part/1", "----=_Part/1", 0 },
        { "multipart/form-data", NULL, ERR_MALFORMED },
        { "multipart/form-data;", NULL, ERR_MALFORMED },
        { "multipart/form-data; boundary=", NULL, ERR_MALFORMED },
        { "multipart/form-data; boundary=\"\"", NULL, ERR_MALFORMED },
        { "multipart/form-data; boundary=\"b", NULL, ERR_MALFORMED },
        { "multipart/form-data; boundary=\"b \"", NULL, ERR_MALFORMED },
        { "multipart/form-data; boundary=b; boundary=c", NULL, ERR_MALFORMED },
        { "multipart/form-data; boundary=a@b", NULL, ERR_MALFORMED },
        { "multipart/form-data; boundary=\xc3\xa9", NULL, ERR_MALFORMED },
        { "multipart/form-data; boundary=\"a\\\"b\"", NULL, ERR_MALFORMED },
        { "multipart/mixed; boundary=b", NULL, ERR_UNSUPPORTED_TYPE },
        { "application/json", NULL, ERR_UNSUPPORTED_TYPE },
        { "", NULL, ERR_UNSUPPORTED_TYPE },
    };

    UNUSED(state);
    for (size_t i = 0; i <= COUNT(cases); i++) { /* the last one has the longest boundary */
        bool last = i == COUNT(cases);
        AUTO_ARENA a = { 0 };
        AUTO_RECORD record = { .open = 0 };
        struct err e = { 0 };
        const char *boundary = last ? seventy : cases[i].boundary;
        struct str type = last ? arena_strf(&a, "multipart/form-data; boundary=%s", seventy)
                               : str_from(cases[i].type);
        struct str body = arena_strf(&a, "--%s--", boundary != NULL ? boundary : "b");
        bool ok;

        ok = form_read(&a, type, body, body.len, &record, &e);
        if (ok != (boundary != NULL))
            fail_msg(STR_FMT ": %s", STR_ARG(type), ok ? "taken" : e.msg);
        if (!ok)
            CHECK_I64(e.code, cases[i].code);
    }
}

static void a_boundary_of_71_bytes_is_refused(void **state)
{
    AUTO_ARENA a = { 0 };
    AUTO_RECORD record = { .open = 0 };
    struct err e = { 0 };
    struct str type = arena_strf(&a, "multipart/form-data; boundary=%071d", 0);

    UNUSED(state);
    CHECK_FAILS(form_read(&a, type, STR(""), 1, &record, &e), ERR_MALFORMED, NULL);
}

static void heads_and_parts_have_a_maximum(void **state)
{
    static const int head_bytes = sizeof(DISPOSITION) - 1 + 2; /* and the empty line */
    AUTO_ARENA a = { 0 };
    AUTO_BUF body = { 0 };
    AUTO_RECORD record = { .open = 0 };
    struct err e = { 0 };

    UNUSED(state);
    buf_init(&body, 1 * MIB);
    for (int extra = 0; extra <= 1; extra++) {
        buf_clear(&body);
        buf_putf(&body, "--b\r\n" DISPOSITION "X: %0*d\r\n\r\n\r\n--b--",
                 MULTIPART_MAX_HEAD - head_bytes - 5 + extra, 0);
        if (extra == 0)
            CHECK_OK(form_read(&a, TYPE, buf_str(&body), 1000, &record, &e));
        else
            CHECK_FAILS(form_read(&a, TYPE, buf_str(&body), 1000, &record, &e), ERR_TOO_LARGE,
                        "a part's head has more than 8192 bytes");
    }
    buf_clear(&body);
    for (int i = 0; i < MULTIPART_MAX_PARTS; i++)
        buf_put(&body, STR(PART "x\r\n"));
    buf_put(&body, STR("--b--"));
    CHECK_OK(form_read(&a, TYPE, buf_str(&body), 1000, &record, &e));
    buf_clear(&body);
    for (int i = 0; i <= MULTIPART_MAX_PARTS; i++)
        buf_put(&body, STR(PART "x\r\n"));
    CHECK_FAILS(form_read(&a, TYPE, buf_str(&body), 1000, &record, &e), ERR_TOO_LARGE,
                "the form has more than 64 parts");
}

/* A handler that stops at the n-th call. */
struct stopper {
    int calls, stop_at;
};

static bool stop_now(struct stopper *s, struct err *e)
{
    return ++s->calls < s->stop_at || err_set(e, ERR_STORAGE_FULL, "call %d", s->calls);
}

static bool stop_begin(void *ctx, const struct multipart_part *part, struct err *e)
{
    UNUSED(part);
    return stop_now(ctx, e);
}

static bool stop_data(void *ctx, struct str bytes, struct err *e)
{
    UNUSED(bytes);
    return stop_now(ctx, e);
}

static bool stop_end(void *ctx, struct err *e)
{
    return stop_now(ctx, e);
}

static void a_handler_stops_the_reading_for_good(void **state)
{
    UNUSED(state);
    for (int stop_at = 1; stop_at <= 3; stop_at++) {
        AUTO_ARENA a = { 0 };
        struct stopper stopper = { .stop_at = stop_at };
        struct multipart_handler handler = { &stopper, stop_begin, stop_data, stop_end };
        struct multipart *m;
        struct err e = { 0 };

        CHECK_OK(multipart_create(&a, TYPE, &handler, &m, &e));
        CHECK_FAILS(multipart_feed(m, STR(PART "x\r\n" PART "y\r\n--b--"), &e), ERR_STORAGE_FULL,
                    NULL);
        CHECK_I64(stopper.calls, stop_at);
        CHECK_FAILS(multipart_feed(m, STR("x"), &e), ERR_MALFORMED, "the form was refused before");
        CHECK_FAILS(multipart_finish(m, &e), ERR_MALFORMED, NULL);
        CHECK_I64(stopper.calls, stop_at);
    }
}

/* Counts and folds instead of keeping. */
struct digest {
    int64_t bytes, calls;
    uint64_t hash;
};

static bool digest_begin(void *ctx, const struct multipart_part *part, struct err *e)
{
    UNUSED(ctx);
    UNUSED(part);
    UNUSED(e);
    return true;
}

static bool digest_data(void *ctx, struct str bytes, struct err *e)
{
    struct digest *d = ctx;

    UNUSED(e);
    d->bytes += (int64_t)bytes.len;
    d->calls++;
    for (size_t i = 0; i < bytes.len; i++)
        d->hash = d->hash * 31 + (unsigned char)bytes.ptr[i];
    return true;
}

static bool digest_end(void *ctx, struct err *e)
{
    UNUSED(ctx);
    UNUSED(e);
    return true;
}

static void fifty_megabytes_pass_with_flat_memory_in_few_calls(void **state)
{
    enum { CHUNK = 64 * 1024, CHUNKS = 800 };
    static char chunk[CHUNK];
    AUTO_ARENA a = { 0 };
    struct digest got = { 0 }, want = { 0 };
    struct multipart_handler handler = { &got, digest_begin, digest_data, digest_end };
    struct multipart *m;
    struct arena_mark before;
    struct err e = { 0 };
    uint32_t noise = 1;

    UNUSED(state);
    CHECK_OK(multipart_create(&a, TYPE, &handler, &m, &e));
    CHECK_OK(multipart_feed(m, STR(PART), &e));
    before = arena_mark(&a);
    for (int i = 0; i < CHUNKS; i++) {
        for (size_t k = 0; k < CHUNK; k++) {
            noise = noise * 1664525 + 1013904223;
            chunk[k] = (char)(noise >> 24);
        }
        CHECK(digest_data(&want, str_of(chunk, CHUNK), &e));
        CHECK_OK(multipart_feed(m, str_of(chunk, CHUNK), &e));
    }
    CHECK(a.block == before.block && a.free == before.free);
    CHECK_OK(multipart_feed(m, STR("\r\n--b--\r\n"), &e));
    CHECK_OK(multipart_finish(m, &e));
    CHECK_I64(got.bytes, (int64_t)CHUNK * CHUNKS);
    CHECK(got.hash == want.hash);
    CHECK(got.calls <= 2 * CHUNKS + 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_form_reads_the_same_in_every_split),
        TEST(a_piece_may_begin_and_end_anywhere),
        TEST(names_are_taken_from_the_disposition),
        TEST(what_is_no_form_is_refused_in_every_split),
        TEST(the_boundary_is_taken_from_the_content_type),
        TEST(a_boundary_of_71_bytes_is_refused),
        TEST(heads_and_parts_have_a_maximum),
        TEST(a_handler_stops_the_reading_for_good),
        TEST(fifty_megabytes_pass_with_flat_memory_in_few_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
