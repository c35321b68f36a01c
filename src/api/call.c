/* What handlers ask of their call: path values, headers, pages. */
#include "api/cursor.h"
#include "api/event_hub.h"
#include "api/internal.h"
#include "net/query.h"

const char *const route_who_names[] = { "anyone", "viewer", "member", "admin", NULL };
const char *const route_kind_names[] = { "plain", "read", "write", "stream", NULL };

/* Of lists without filters. */
struct page_alone {
    struct page_query page;
};

static const struct field page_query_fields[] = {
    PAGE_FIELDS(struct page_alone),
    { 0 },
};
const struct shape page_query_shape = { "PageQuery", page_query_fields, sizeof(struct page_query) };

struct str call_param(const struct api_call *call, const char *name)
{
    for (size_t i = 0; i < call->match->param_count; i++) {
        if (str_eq(call->match->names[i], str_from(name)))
            return call->match->values[i];
    }
    return (struct str){ 0 };
}

bool call_add_header(struct api_call *call, const char *name, struct str value, struct err *e)
{
    if (!http_value_is_safe(value))
        return err_set(e, ERR_INVALID, "a value for the header %s has control characters", name);
    http_reply_header(call->exchange, name, value);
    return true;
}

struct str call_base_url(const struct api_call *call)
{
    const struct api_options *options = api_options(call->api);
    const struct http_request *request = &call->exchange->request;

    if (!str_is_null(options->public_url))
        return options->public_url;
    return arena_strf(call->arena, "http%s://" STR_FMT, request->secure ? "s" : "",
                      STR_ARG(request->host));
}

bool call_add_event_id(struct api_call *call, struct err *e)
{
    struct arena *a = call->arena;
    int64_t last;

    if (!event_last(call->tx, a, event_user_channel(a, call->who.user.id), &last, e))
        return false;
    return call_add_header(call, "Albumen-Event-Id", arena_strf(a, "%lld", (long long)last), e);
}

bool call_close_streams(struct api_call *call, struct str user_id, struct str credential_id,
                        struct err *e)
{
    return event_close_streams(call->tx, call->arena,
                               stream_token(call->arena, user_id, credential_id), e);
}

struct str stream_token(struct arena *a, struct str user_id, struct str credential_id)
{
    return arena_strf(a, STR_FMT "/" STR_FMT, STR_ARG(user_id), STR_ARG(credential_id));
}

/* A cursor holds for one path, one reader and one set of filters: all parameters but the page's
 * own. */
static struct str page_binding(const struct api_call *call)
{
    struct arena *a = call->arena;
    struct str rest = call->exchange->request.query, pair;
    struct str binding = arena_strf(a, STR_FMT "\n" STR_FMT, STR_ARG(call->exchange->request.path),
                                    STR_ARG(call->who.user.id));

    while (rest.len > 0) {
        str_cut(rest, '&', &pair, &rest);
        if (pair.len > 0 && !str_starts(pair, STR("cursor=")) && !str_starts(pair, STR("limit=")))
            binding = arena_strf(a, STR_FMT "\n" STR_FMT, STR_ARG(binding), STR_ARG(pair));
    }
    return binding;
}

static struct str cursor_secret(const struct api_call *call)
{
    return str_of(api_options(call->api)->signing_key, SIGNING_KEY_BYTES);
}

static int64_t page_limit(const struct api_call *call)
{
    const struct page_query *page = call->query;

    return page->limit != 0 ? page->limit : PAGE_DEFAULT;
}

bool call_begin_page(struct api_call *call, struct str *out_after, int64_t *out_limit,
                     struct err *e)
{
    const struct page_query *page = call->query;

    *out_limit = page_limit(call) + 1;
    if (str_is_null(page->cursor)) {
        *out_after = STR("");
        return true;
    }
    return cursor_open(call->arena, cursor_secret(call), page_binding(call), page->cursor,
                       out_after, 1, e);
}

void call_end_page(struct api_call *call, struct field_list rows, size_t item_bytes,
                   size_t id_offset)
{
    size_t limit = (size_t)page_limit(call);
    const char *last;

    call->list = rows;
    call->next_cursor = (struct str){ 0 };
    if (rows.count <= limit)
        return;
    call->list.count = limit;
    last = (const char *)rows.items + (limit - 1) * item_bytes;
    call->next_cursor = cursor_seal(call->arena, cursor_secret(call), page_binding(call),
                                    (const struct str *)(const void *)(last + id_offset), 1);
}

void call_set_page(struct api_call *call, struct field_list rows, struct str next)
{
    call->list = rows;
    call->next_cursor = str_is_null(next) ? next
                                          : cursor_seal(call->arena, cursor_secret(call),
                                                        page_binding(call), &next, 1);
}
