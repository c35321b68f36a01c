/* Lists in pages: what they take, where they go on. */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/cursor.h"
#include "base/field.h"

struct api_call;
struct shape;

/* What lists take. To add filters, embed it as the first member, `page`, and begin their table with
 * PAGE_FIELDS of their struct. */
enum { PAGE_DEFAULT = 50, PAGE_MAX = 200 };
struct page_query {
    int64_t limit;
    struct str cursor;
};
#define PAGE_FIELDS(st)                                                                            \
    { FIELD_NAMED(st, page.limit, "limit"), .min = 1, .max = PAGE_MAX,                             \
      .help = "rows in a page, default 50" },                                                      \
    {                                                                                              \
        FIELD_NAMED(st, page.cursor, "cursor"), .max = CURSOR_MAX_BYTES,                           \
                                                .help = "nextCursor of the page before"            \
    }
extern const struct shape page_query_shape;
/* Where a list by id goes on: the cursor's id, or "". *out_limit is one more than the page, for
 * call_end_page. */
MUST_CHECK bool call_begin_page(struct api_call *call, struct str *out_after, int64_t *out_limit,
                                struct err *e);
/* Cuts the extra row off and makes the next cursor from the id at `id_offset` of the last row that
 * stays. */
void call_end_page(struct api_call *call, struct field_list rows, size_t item_bytes,
                   size_t id_offset);

#endif
