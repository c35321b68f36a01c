/* Selections of pictures, as small texts in the store. */
#include "features/library/selection.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"

enum { TEXT_MAX_BYTES = 8 * 1024 * 1024, LIST_MAX = 4 * SELECTIONS_MAX };

static const struct field selection_json[] = {
    { FIELD(struct selection, image_ids), .required = true, .min = 1,
      .max = SELECTION_PICTURES_MAX },
    { FIELD(struct selection, name) },
    { FIELD(struct selection, sidecars) },
    { FIELD_TIME(struct selection, created_at), .required = true },
    { 0 },
};

static struct str folder_of(struct arena *a, struct str user_id)
{
    return arena_strf(a, BLOB_BRIEF "zips/" STR_FMT "/", STR_ARG(user_id));
}

static struct str key_of(struct arena *a, struct str user_id, struct str id)
{
    return arena_strf(a, STR_FMT STR_FMT, STR_ARG(folder_of(a, user_id)), STR_ARG(id));
}

/* Ids rise with time, so the first keys are the oldest. */
static bool make_room(struct blob_store *store, struct arena *a, struct str user_id, struct err *e)
{
    struct str folder = folder_of(a, user_id);
    int64_t oldest = clock_now_ms() - SELECTION_MS;
    struct blob_page page;
    size_t count = 0;

    if (!blob_list(store, a, str_slice(folder, 0, folder.len - 1), LIST_MAX, &page, e))
        return false;
    while (count < page.count && str_starts(page.entries[count].key, folder))
        count++;
    for (size_t i = 0; i < count; i++) {
        bool over = page.entries[i].changed_ms < oldest || count - i >= SELECTIONS_MAX;

        if (over && !blob_remove(store, page.entries[i].key, e))
            return false;
    }
    return true;
}

bool selection_store(struct blob_store *store, struct arena *a, struct str user_id,
                     struct selection *selection, struct str *out_id, struct err *e)
{
    AUTO_BUF text = { 0 };
    struct json_writer w = { .out = &text };
    struct str id = uuid_new(a);

    buf_init(&text, TEXT_MAX_BYTES);
    selection->created_at = clock_now_ms();
    json_put_struct(&w, selection_json, selection);
    if (text.overflowed)
        return err_set(e, ERR_TOO_LARGE, "the selection is too large");
    if (!make_room(store, a, user_id, e) ||
        !blob_put_bytes(store, key_of(a, user_id, id), buf_str(&text), e))
        return false;
    *out_id = id;
    return true;
}

static bool fail(struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "there is no such selection any more: select again");
}

bool selection_load(struct blob_store *store, struct arena *a, struct str user_id, struct str id,
                    struct selection *out, struct err *e)
{
    struct selection found = { 0 };
    struct json tree;
    struct str text;

    if (!uuid_is_valid(id))
        return fail(e);
    if (!blob_read(store, a, key_of(a, user_id, id), TEXT_MAX_BYTES, &text, e))
        return e->code == ERR_NOT_FOUND ? fail(e) : false;
    if (!json_parse(a, text, &tree, e) ||
        !json_decode(a, &tree, selection_json, JSON_LENIENT, JSON_SNAKE, &found, e)) {
        e->code = ERR_INTERNAL;
        return err_wrap(e, "a selection in the store");
    }
    if (found.created_at < clock_now_ms() - SELECTION_MS)
        return fail(e);
    *out = found;
    return true;
}
