/* Routes of the pictures in an album. */
#include "api/api.h"
#include "features/albums/album_images.h"
#include "features/albums/album_view.h"
#include "features/albums/albums.h"

bool album_images_get(struct api_call *call, struct err *e)
{
    struct str after, next;
    struct field_list members;
    struct album album;
    int64_t limit;

    if (!call_begin_page(call, &after, &limit, e) ||
        !album_load_visible(call->tx, call->arena, call->who.user.id, call_param(call, "id"),
                            &album, e))
        return false;
    if (after.len == 0)
        after = (struct str){ 0 };
    if (!album_images(call->tx, call->arena, &album, after, limit - 1, &members, &next, e))
        return false;
    call_set_page(call, album_view_members(call, &album, members), next);
    return true;
}

bool album_images_post(struct api_call *call, struct err *e)
{
    const struct images_body *body = call->body;
    struct album album;

    return album_claim_mine(call, &album, e) &&
           album_add_images(call->tx, call->arena, &album, body->image_ids, e) &&
           album_answer_again(call, e);
}

bool album_image_remove(struct api_call *call, struct err *e)
{
    struct album album;

    return album_claim_mine(call, &album, e) &&
           album_remove_image(call->tx, &album, call_param(call, "image"), e);
}

/* Between whom, if only some are to move. */
static bool read_spot(const struct order_body *body, struct album_spot *out, struct err *e)
{
    if (!str_is_null(body->before) && !str_is_null(body->after))
        return err_set_field(e, ERR_INVALID, STR("after"), "give 'before' or 'after', not both");
    out->is_after = !str_is_null(body->after);
    out->field = out->is_after ? "after" : "before";
    out->image_id = out->is_after ? body->after : body->before;
    return true;
}

bool album_order_put(struct api_call *call, struct err *e)
{
    const struct order_body *body = call->body;
    struct album_spot spot;
    struct album album;

    if (!read_spot(body, &spot, e) || !album_claim_mine(call, &album, e))
        return false;
    if (!(str_is_null(spot.image_id)
              ? album_order_images(call->tx, call->arena, &album, body->image_ids, e)
              : album_move_images(call->tx, call->arena, &album, body->image_ids, &spot, e)))
        return false;
    return album_answer_again(call, e);
}
