/* The references of an order: whose pictures they are, and whether they may be fetched. */
#include <stdio.h>

#include "base/encode.h"
#include "base/random.h"
#include "engine/image.h"
#include "net/fetch.h"
#include "work/order.h"

#define MEDIA_PATH STR("/media/")

/* One reference on its way from what somebody wrote to what the job keeps. */
struct taking {
    struct db_tx *tx;
    struct arena *arena;
    const struct order *order;
    size_t index;
};

static bool fail(const struct taking *t, const char *why, struct err *e)
{
    char field[32];

    snprintf(field, sizeof(field), "references[%zu]", t->index);
    return err_set_field(e, ERR_INVALID, str_from(field), "'%s' %s", field, why);
}

static bool fail_address(const struct taking *t, const struct err *why, struct err *e)
{
    if (why->code == ERR_INVALID || why->code == ERR_FORBIDDEN)
        return fail(t, arena_strf(t->arena, "cannot be fetched: %s", why->msg).ptr, e);
    *e = *why;
    return false;
}

/* The authority of "https://host:port/path", and what follows it. */
static bool cut_origin(struct str url, struct str *out_host, struct str *out_rest)
{
    size_t from = str_starts(url, STR("https://")) ? 8 : str_starts(url, STR("http://")) ? 7 : 0;
    size_t slash = str_find_char(url, '/', from);

    if (from == 0 || slash == url.len)
        return false;
    *out_host = str_slice(url, from, slash);
    *out_rest = str_slice(url, slash, url.len);
    return true;
}

static bool is_own_host(const struct order *order, struct str host)
{
    struct str name, port;

    str_cut(host, ':', &name, &port);
    for (size_t i = 0; i < order->hosts.count; i++) {
        if (str_eq_nocase(order->hosts.items[i], host) ||
            str_eq_nocase(order->hosts.items[i], name))
            return true;
    }
    return false;
}

/* "/media/<key>?w=256" of this server: the key, or no value for an address that is not ours. */
static struct str own_key(const struct taking *t, struct str url)
{
    struct str host, path = url, key, query;

    if (!str_starts(url, STR("/")) &&
        (!cut_origin(url, &host, &path) || !is_own_host(t->order, host)))
        return (struct str){ 0 };
    if (!str_starts(path, MEDIA_PATH))
        return (struct str){ 0 };
    path = str_slice(path, MEDIA_PATH.len, str_find_char(path, '#', 0));
    str_cut(path, '?', &path, &query);
    return percent_decode(t->arena, path, false, &key) ? key : path;
}

/* Another user's picture is as good as none, and so is one in the trash. */
static bool judge_own(const struct taking *t, bool found, const struct image *image,
                      const struct err *why, struct err *e)
{
    if (!found && why->code != ERR_NOT_FOUND) {
        *e = *why;
        return false;
    }
    if (!found || image->deleted_at != 0)
        return fail(t, "is no picture of yours", e);
    if (!image->width.set)
        return fail(t, "cannot be looked into: PNG, JPEG and WebP can be gone by", e);
    return true;
}

static bool take_id(const struct taking *t, struct str id, struct generate_reference *out,
                    struct err *e)
{
    struct image image = { 0 };
    struct err why = { 0 };
    bool found = image_load(t->tx, t->arena, t->order->user_id, id, &image, &why);

    out->image = id;
    return judge_own(t, found, &image, &why, e);
}

static bool take_key(const struct taking *t, struct str key, struct generate_reference *out,
                     struct err *e)
{
    struct image image = { 0 };
    struct err why = { 0 };
    bool found = str_is_utf8(key) && str_find_char(key, '\0', 0) == key.len
                     ? image_load_by_key(t->tx, t->arena, t->order->user_id, key, &image, &why)
                     : err_set(&why, ERR_NOT_FOUND, "no such image");

    out->image = image.id;
    return judge_own(t, found, &image, &why, e);
}

static bool take_url(const struct taking *t, struct str url, struct generate_reference *out,
                     struct err *e)
{
    struct str key = own_key(t, url);
    struct err why = { 0 };

    if (!str_is_null(key))
        return take_key(t, key, out, e);
    if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))
        return fail(t, "is neither the id of a picture nor an http(s) address", e);
    out->url = url;
    return fetch_check_foreign(t->arena, url, &why) || fail_address(t, &why, e);
}

static bool take(const struct taking *t, const struct generate_reference *from,
                 struct generate_reference *out, struct err *e)
{
    *out = (struct generate_reference){ .role = from->role };
    if (str_is_null(from->image) == str_is_null(from->url))
        return fail(t, "needs 'image' or 'url', and not both", e);
    if (!str_is_null(from->image) && uuid_is_valid(from->image))
        return take_id(t, from->image, out, e);
    return take_url(t, str_is_null(from->url) ? from->image : from->url, out, e);
}

bool order_take_references(struct db_tx *tx, struct arena *a, struct order *order, struct err *e)
{
    const struct field_list *from = &order->request.references;
    struct generate_reference *taken = arena_array(a, struct generate_reference, from->count);

    for (size_t i = 0; i < from->count; i++) {
        struct taking t = { .tx = tx, .arena = a, .order = order, .index = i };

        if (!take(&t, (const struct generate_reference *)from->items + i, &taken[i], e))
            return false;
    }
    order->request.references.items = taken;
    return true;
}
