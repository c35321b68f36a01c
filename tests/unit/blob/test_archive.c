/* Archives of stored bytes over a real server: whole, in parts, broken off, left alone, and not too
 * many at once. */
#include "net/site.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crc32.h"
#include "base/crypto.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/zip.h"
#include "blob/archive.h"
#include "blob/opener.h"
#include "net/range.h"

enum { FILES = 300, FILE_MAX_BYTES = 5000 };
#define FIRST_KEY STR("1") /* the file before it is empty */

/*
 * A store in memory that counts what is open, and can hold an opening up. The key is the file's
 * number; file k has k * 17 % FILE_MAX_BYTES bytes.
 */
struct pool {
    struct blob_store store;
    struct lock lock; /* guards the next two */
    bool shut;        /* openings wait */
    int waiting;      /* openings of an archive's first file: not those that run ahead */
    atomic_int opened;
    char missing[20], shortened[20]; /* keys */
};

static struct pool pool;
static struct site site; /* its server alone */
static struct buf got;
static atomic_int done, broken;
static char broken_because[200];
static bool with_texts;

static struct str content_of(int number, char out[FILE_MAX_BYTES])
{
    size_t bytes = (size_t)number * 17 % FILE_MAX_BYTES;

    for (size_t i = 0; i < bytes; i++)
        out[i] = (char)((size_t)number + i * 31);
    return str_of(out, bytes);
}

static bool open_read(struct blob_store *store, struct str key, struct blob_file *out,
                      struct err *e)
{
    struct pool *p = CONTAINER_OF(store, struct pool, store);
    char bytes[FILE_MAX_BYTES];
    struct str content;
    int64_t number = -1;
    bool is_first = str_eq(key, FIRST_KEY);

    lock_take(&p->lock);
    p->waiting += is_first;
    lock_broadcast(&p->lock);
    while (p->shut)
        lock_wait(&p->lock);
    p->waiting -= is_first;
    lock_give(&p->lock);
    if (str_eq(key, str_from(p->missing)))
        return err_set(e, ERR_NOT_FOUND, "cannot open '" STR_FMT "'", STR_ARG(key));
    if (!str_to_i64(key, 0, FILES, &number))
        return err_set(e, ERR_INTERNAL, "an unknown key");
    content = content_of((int)number, bytes);
    if (str_eq(key, str_from(p->shortened)))
        content.len--;
    out->fd = memfd_create("blob", MFD_CLOEXEC);
    out->size = (int64_t)content.len;
    atomic_fetch_add(&p->opened, 1);
    return file_write_all(out->fd, content, e);
}

static void close_store(struct blob_store *store)
{
    UNUSED(store);
}

static const struct blob_store_ops pool_ops = { .type = "pool",
                                                .close = close_store,
                                                .open_read = open_read };

static void set_shut(bool shut)
{
    LOCKED(&pool.lock);
    pool.shut = shut;
    lock_broadcast(&pool.lock);
}

static void wait_for_openings(int count)
{
    LOCKED(&pool.lock);
    while (pool.waiting != count) {
        if (!lock_wait_ms(&pool.lock, PATIENCE_MS))
            fail_msg("%d openings wait, expected %d", pool.waiting, count);
    }
}

static struct archive *make_archive(struct arena *a)
{
    struct archive *archive = archive_create(&pool.store, "/tmp");
    char bytes[FILE_MAX_BYTES];
    struct err e = { 0 };

    for (int i = 0; i < FILES; i++) {
        struct str content = content_of(i, bytes);
        struct archive_file file = { .name = arena_strf(a, "%03d.png", i),
                                     .key = arena_strf(a, "%d", i),
                                     .size = (int64_t)content.len,
                                     .crc32 = crc32_add(0, content) };

        CHECK_OK(archive_add(archive, &file, &e));
        if (with_texts && i % 7 == 0)
            CHECK_OK(archive_add_text(archive, arena_strf(a, "%03d.json", i), 0,
                                      arena_strf(a, "{\"number\":%d}", i), &e));
    }
    return archive;
}

static void on_head(void *ctx, struct http_exchange *x, struct http_body_policy *policy)
{
    UNUSED(ctx);
    UNUSED(x);
    UNUSED(policy);
}

static void on_request(void *ctx, struct http_exchange *x)
{
    struct archive *archive = make_archive(&x->arena);
    struct str etag = archive_etag(archive, &x->arena);
    struct err e = { 0 };

    UNUSED(ctx);
    CHECK_OK(archive_attach(archive, site.server, x, &e));
    x->reply.status = 200;
    range_apply(x, etag, x->reply.source_bytes);
    server_answer(site.server, x);
}

static void on_done(void *ctx, struct http_exchange *x)
{
    UNUSED(ctx);
    if (x->broken != NULL) {
        snprintf(broken_because, sizeof(broken_because), "%s", x->broken->msg);
        atomic_fetch_add(&broken, 1);
    }
    atomic_fetch_add(&done, 1);
}

static int begin(void **state)
{
    struct server_options options = {
        .listen = STR("127.0.0.1:0"),
        .loops = 1,
        .handler = { .head = on_head, .request = on_request, .done = on_done }
    };
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(crypto_init(&e));
    pool = (struct pool){ .store.ops = &pool_ops };
    pool.store.opener = opener_create(&pool.store);
    lock_init(&pool.lock);
    atomic_store(&done, 0);
    atomic_store(&broken, 0);
    with_texts = true;
    buf_init(&got, 64 * MIB);
    CHECK_OK(server_start(&options, &site.server, &e));
    return 0;
}

static int end(void **state)
{
    UNUSED(state);
    set_shut(false);
    server_stop(site.server, PATIENCE_MS);
    blob_close(&pool.store);
    lock_deinit(&pool.lock);
    buf_deinit(&got);
    return 0;
}

/* The archive as its layout alone says, with the contents put in. */
static void expect(struct buf *out)
{
    AUTO_ARENA a = { 0 };
    char bytes[FILE_MAX_BYTES], memory[ZIP_MEMORY_BYTES];
    struct zip_piece piece;
    struct str *contents = arena_array(&a, struct str, (size_t)2 * FILES);
    struct zip zip;
    struct err e = { 0 };

    zip_init(&zip);
    for (int i = 0; i < FILES; i++) {
        contents[zip.count] = arena_str(&a, content_of(i, bytes));
        CHECK_OK(zip_add(&zip,
                         &(struct zip_entry){ .name = arena_strf(&a, "%03d.png", i),
                                              .size = (int64_t)contents[zip.count].len,
                                              .crc32 = crc32_add(0, contents[zip.count]) },
                         &e));
        if (!with_texts || i % 7 != 0)
            continue;
        contents[zip.count] = arena_strf(&a, "{\"number\":%d}", i);
        CHECK_OK(zip_add(&zip,
                         &(struct zip_entry){ .name = arena_strf(&a, "%03d.json", i),
                                              .size = (int64_t)contents[zip.count].len,
                                              .crc32 = crc32_add(0, contents[zip.count]) },
                         &e));
    }
    buf_init(out, 64 * MIB);
    while ((int64_t)out->len < zip_bytes(&zip)) {
        zip_at(&zip, (int64_t)out->len, memory, sizeof(memory), &piece);
        buf_put(out, piece.bytes.len > 0
                         ? piece.bytes
                         : str_slice(contents[piece.entry], (size_t)piece.offset, SIZE_MAX));
    }
    zip_deinit(&zip);
}

static int open_files(void)
{
    int count = 0;

    for (int fd = 0; fd < 1000; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void a_download_is_the_archive(void **state)
{
    struct buf wanted;
    int fd = client_open(&site);

    UNUSED(state);
    for (int texts = 0; texts < 2; texts++) {
        with_texts = texts == 1;
        expect(&wanted);
        SEND(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        CHECK_I64(client_reply(fd, &got), 200);
        CHECK(str_eq(buf_str(&got), buf_str(&wanted)));
        buf_deinit(&wanted);
    }
    close(fd);
}

static void a_download_goes_on_from_anywhere(void **state)
{
    struct buf wanted;
    int fd = client_open(&site);

    UNUSED(state);
    expect(&wanted);
    for (size_t from = 0; from < wanted.len; from += 1 + from % 3989 + wanted.len / 211) {
        char request[200];
        size_t to = MIN(from + 20000, wanted.len);

        snprintf(request, sizeof(request),
                 "GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=%zu-%zu\r\n\r\n", from, to - 1);
        client_send(fd, str_from(request));
        CHECK_I64(client_reply(fd, &got), 206);
        CHECK(str_eq(buf_str(&got), str_slice(buf_str(&wanted), from, to)));
    }
    close(fd);
    buf_deinit(&wanted);
}

static void files_are_open_one_or_two_at_a_time(void **state)
{
    int fd = client_open(&site), before;

    UNUSED(state);
    with_texts = false;
    site_wait_connections(&site, 1);
    before = open_files();
    set_shut(true);
    SEND(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_for_openings(1);
    CHECK_I64(open_files(), before);
    set_shut(false);
    CHECK_I64(client_reply(fd, &got), 200);
    for (int i = 0; i < 5; i++) {
        SEND(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        CHECK(open_files() <= before + 2);
        CHECK_I64(client_reply(fd, &got), 200);
    }
    WAIT_FOR(atomic_load(&done) == 6);
    WAIT_FOR(open_files() == before);
    CHECK_I64(atomic_load(&pool.opened), 6 * (FILES - 1)); /* the first one is empty */
    close(fd);
}

static void what_cannot_be_had_breaks_the_download_off(void **state)
{
    static const struct {
        const char *missing, *shortened, *why;
    } cases[] = {
        { "1", "", "cannot open '1'" },
        { "299", "", "cannot open '299'" },
        { "", "1", "'1' has 16 bytes in the store, not 17" },
        { "", "150", "'150' has 2549 bytes in the store, not 2550" },
    };
    struct buf wanted;

    UNUSED(state);
    expect(&wanted);
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t body;

        snprintf(pool.missing, sizeof(pool.missing), "%s", cases[i].missing);
        snprintf(pool.shortened, sizeof(pool.shortened), "%s", cases[i].shortened);
        buf_clear(&got);
        CHECK_I64(client_ask(&site, STR("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), &got), 200);
        body = str_find(buf_str(&got), STR("\r\n\r\n")) + 4;
        CHECK(got.len - body < wanted.len);
        CHECK(str_starts(buf_str(&wanted), str_slice(buf_str(&got), body, got.len)));
        WAIT_FOR(atomic_load(&done) == (int)i + 1);
        CHECK_I64(atomic_load(&broken), i + 1);
        CHECK_TEXT(broken_because, cases[i].why);
    }
    buf_deinit(&wanted);
}

/* Whether the opening is being waited for, or is only ahead of what is sent. */
static void a_client_that_leaves_takes_its_files_along(void **state)
{
    int before = open_files();

    UNUSED(state);
    for (int i = 0; i < 20; i++) {
        int fd = client_open(&site);

        set_shut(true);
        SEND(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        wait_for_openings(1);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 },
                   sizeof(struct linger));
        if (i % 2 == 0) {
            close(fd);
            site_wait_connections(&site, 0);
        }
        set_shut(false);
        if (i % 2 == 1) {
            CHECK(client_read_until(fd, &got, "000.json"));
            close(fd);
        }
        site_wait_connections(&site, 0);
        WAIT_FOR(atomic_load(&done) == i + 1);
    }
    WAIT_FOR(open_files() == before);
    CHECK_I64(atomic_load(&broken), 0);
}

static void the_tag_is_another_when_anything_is(void **state)
{
    static const struct archive_file base = {
        .name = { "1.png", 5 }, .key = { "a", 1 }, .size = 5, .crc32 = 7, .changed_ms = 1000
    };
    struct archive_file files[6] = { base, base, base, base, base, base };
    struct str tags[6];
    AUTO_ARENA a = { 0 };
    struct err e = { 0 };

    UNUSED(state);
    files[1].name = STR("2.png");
    files[2].key = STR("b");
    files[3].size = 6;
    files[4].crc32 = 8;
    files[5].changed_ms = 2000;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct archive *archive = archive_create(&pool.store, NULL);

        CHECK_OK(archive_add(archive, &files[i], &e));
        tags[i] = archive_etag(archive, &a);
        CHECK_STR(archive_etag(archive, &a), tags[i]);
        CHECK(tags[i].len == 34 && str_starts(tags[i], STR("\"")));
        for (size_t k = 0; k < i; k++)
            CHECK(!str_eq(tags[i], tags[k]));
        archive_destroy(archive);
    }
}

static void too_many_archives_at_once_are_refused(void **state)
{
    enum { MANY = 10000 };
    struct http_exchange *exchanges = calloc(MANY, sizeof(*exchanges));
    struct err e = { 0 };
    size_t count = 0;
    bool ok = true;

    UNUSED(state);
    while (ok && count < MANY) {
        struct http_exchange *x = &exchanges[count++];

        x->reply.file_fd = -1;
        ok = archive_attach(make_archive(&x->arena), site.server, x, &e);
    }
    CHECK(!ok && count > 100);
    CHECK_I64(e.code, ERR_BUSY);
    CHECK(e.retry_after_ms > 0);
    for (size_t i = 0; i < count; i++) {
        http_reply_drop_body(&exchanges[i].reply);
        arena_deinit(&exchanges[i].arena);
    }
    CHECK_OK(archive_attach(make_archive(&exchanges[0].arena), site.server, &exchanges[0], &e));
    http_reply_drop_body(&exchanges[0].reply);
    arena_deinit(&exchanges[0].arena);
    free(exchanges);
}

static void a_measured_archive_needs_no_file_for_its_texts(void **state)
{
    struct archive *archive = archive_create(&pool.store, NULL);
    struct archive *spooled = archive_create(&pool.store, "/tmp");
    struct archive *nowhere = archive_create(&pool.store, "/tmp/no-such-folder-here");
    int before = open_files();
    struct err e = { 0 };

    UNUSED(state);
    CHECK_OK(archive_add_text(archive, STR("1.json"), 0, STR("{}"), &e));
    CHECK_I64(open_files(), before);
    CHECK_OK(archive_add_text(spooled, STR("1.json"), 0, STR("{}"), &e));
    CHECK_I64(archive_bytes(archive), archive_bytes(spooled));
    CHECK_FAILS(archive_add_text(nowhere, STR("1.json"), 0, STR("{}"), &e), ERR_NOT_FOUND, NULL);
    archive_destroy(archive);
    archive_destroy(spooled);
    archive_destroy(nowhere);
    archive_destroy(NULL);
}

static void texts_that_cannot_be_written_are_an_error(void **state)
{
    static const char *const faults[] = { "file_open:1:fail", "file_write:1:fail",
                                          "file_write:3:fail" };
    struct err e = { 0 };

    UNUSED(state);
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct archive *archive = archive_create(&pool.store, "/tmp");
        int before = open_files(), added = 0;

        fault_set(faults[i]);
        while (added < 5 && archive_add_text(archive, STR("1.json"), 0, STR("{}"), &e))
            added++;
        fault_set(NULL);
        CHECK_I64(added, i == 2 ? 2 : 0);
        CHECK_I64(e.code, ERR_IO);
        archive_destroy(archive);
        CHECK_I64(open_files(), before);
    }
}

#define SERVED(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SERVED(a_download_is_the_archive),
        SERVED(a_download_goes_on_from_anywhere),
        SERVED(files_are_open_one_or_two_at_a_time),
        SERVED(what_cannot_be_had_breaks_the_download_off),
        SERVED(a_client_that_leaves_takes_its_files_along),
        SERVED(the_tag_is_another_when_anything_is),
        SERVED(too_many_archives_at_once_are_refused),
        SERVED(a_measured_archive_needs_no_file_for_its_texts),
        SERVED(texts_that_cannot_be_written_are_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
