/* What a form turned into, as text that two readings can be compared by. Shared with the fuzzer. */
#ifndef TESTS_UNIT_NET_FORM_RECORD_H
#define TESTS_UNIT_NET_FORM_RECORD_H

#include "base/buf.h"
#include "net/multipart.h"

/* "<name|filename|type>data</>" per part; what is missing is written as "-". */
struct form_record {
    struct buf text;
    int open; /* parts begun and not ended */
};

static inline void form_record_deinit(struct form_record *record)
{
    buf_deinit(&record->text);
}
#define AUTO_RECORD CLEANUP(form_record_deinit) struct form_record

static inline void form_put(struct buf *b, struct str s)
{
    buf_put(b, s.ptr != NULL ? s : STR("-"));
}

static inline bool form_begin(void *ctx, const struct multipart_part *part, struct err *e)
{
    struct form_record *record = ctx;

    UNUSED(e);
    buf_put_char(&record->text, '<');
    form_put(&record->text, part->name);
    buf_put_char(&record->text, '|');
    form_put(&record->text, part->filename);
    buf_put_char(&record->text, '|');
    form_put(&record->text, part->content_type);
    buf_put_char(&record->text, '>');
    record->open++;
    return true;
}

static inline bool form_data(void *ctx, struct str bytes, struct err *e)
{
    struct form_record *record = ctx;

    UNUSED(e);
    buf_put(&record->text, bytes);
    return true;
}

static inline bool form_end(void *ctx, struct err *e)
{
    struct form_record *record = ctx;

    UNUSED(e);
    buf_put(&record->text, STR("</>"));
    record->open--;
    return true;
}

/* Reads the form in pieces of `step` bytes; the verdict is the return value and *e. */
static inline bool form_read(struct arena *a, struct str type, struct str body, size_t step,
                             struct form_record *record, struct err *e)
{
    struct multipart_handler handler = { record, form_begin, form_data, form_end };
    struct multipart *m;

    if (record->text.max_bytes == 0)
        buf_init(&record->text, 1 * MIB);
    buf_clear(&record->text);
    record->open = 0;
    if (!multipart_create(a, type, &handler, &m, e))
        return false;
    for (size_t at = 0; at < body.len; at += step) {
        if (!multipart_feed(m, str_slice(body, at, at + step), e))
            return false;
    }
    return multipart_finish(m, e);
}

#endif
