/* Queries of any bytes: what was read can be written and read again; errors say what is wrong. */
#include <assert.h>
#include <string.h>

#include "base/encode.h"
#include "net/query.h"
#include "net/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const order_names[] = { "up", "down", NULL };

struct wanted {
    int64_t limit;
    double score;
    bool starred;
    struct opt_i64 seed;
    struct str text;
    struct str_list tags;
    int64_t from_time;
    int order;
};

static const struct field wanted_query[] = {
    { FIELD(struct wanted, limit), .min = 1, .max = 200 },
    { FIELD(struct wanted, score), .max = 1 },
    { FIELD(struct wanted, starred) },
    { FIELD(struct wanted, seed) },
    { FIELD(struct wanted, text), .max = 5 },
    { FIELD(struct wanted, tags), .max = 3 },
    { FIELD_TIME(struct wanted, from_time) },
    { FIELD_ENUM(struct wanted, order, order_names) },
    { 0 },
};

static void check_reads_back(struct arena *a, const struct json *first)
{
    AUTO_BUF text = { 0 };
    struct json again;
    struct err e = { 0 };
    bool ok;

    buf_init(&text, 16 * MIB);
    for (size_t i = 0; i < first->object.count; i++) {
        const struct json_member *m = &first->object.members[i];

        assert(m->value.type == JSON_STR && text_is_clean(m->name) && text_is_clean(m->value.str));
        buf_put(&text, percent_encode(a, m->name, false));
        buf_put_char(&text, '=');
        buf_put(&text, percent_encode(a, m->value.str, false));
        buf_put_char(&text, '&');
    }
    ok = query_parse(a, buf_str(&text), &again, &e);
    assert(ok && again.object.count == first->object.count);
    for (size_t i = 0; i < again.object.count; i++) {
        assert(str_eq(again.object.members[i].name, first->object.members[i].name));
        assert(str_eq(again.object.members[i].value.str, first->object.members[i].value.str));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct str query = str_of(data, size);
    struct wanted got = { .limit = 50 };
    struct json parsed;
    struct err e = { 0 };

    if (query_parse(&a, query, &parsed, &e)) {
        check_reads_back(&a, &parsed);
    } else {
        assert(e.code == ERR_MALFORMED && e.msg[0] != '\0');
        assert(!query_decode(&a, query, wanted_query, &got, &e));
        return 0;
    }
    if (query_decode(&a, query, wanted_query, &got, &e)) {
        assert(got.limit >= 1 && got.limit <= 200 && got.score >= 0 && got.score <= 1);
        assert(got.tags.count <= 3 && str_utf8_count(got.text) <= 5);
        assert(got.order == 0 || got.order == 1);
    } else {
        assert(e.code == ERR_INVALID && e.msg[0] != '\0' && e.field[0] != '\0');
    }
    return 0;
}
