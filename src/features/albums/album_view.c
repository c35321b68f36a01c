/* The album of a call, and how it is answered. */
#include "features/albums/album_view.h"

#include "api/api.h"
#include "base/clock.h"
#include "features/albums/album_images.h"
#include "features/albums/consistency.h"

enum { IMAGES_SHOWN = 200, THUMB_SIDE = 512, PUBLIC_LINK_HOURS = 2 };

/* Own pictures by their plain address; those of a public album by a signed link, the same for
 * everybody within an hour, so that caches know it. */
static struct str url_of(const struct api_call *call, const struct album *album, struct str key,
                         int side)
{
    const struct work_services *services = api_options(call->api)->services;
    struct media_signer signer = { .key = services->links.key };
    struct image image = { .user_id = album->user_id, .key = key };
    int64_t hours = clock_now_ms() / 1000 / 3600 + PUBLIC_LINK_HOURS;

    if (str_is_null(key))
        return key;
    if (!str_eq(album->user_id, call->who.user.id))
        return media_link(call->arena, &signer, &image, side, hours * 3600);
    return side == 0 ? image_url(call->arena, &image)
                     : arena_strf(call->arena, STR_FMT "?w=%d",
                                  STR_ARG(image_url(call->arena, &image)), side);
}

void album_view_summary(const struct api_call *call, const struct album *album,
                        struct album_view *out)
{
    *out = (struct album_view){
        .album = *album,
        .anchor_url = url_of(call, album, album->anchor_key, 0),
        .anchor_thumb_url = url_of(call, album, album->anchor_key, THUMB_SIDE),
        .cover_url = url_of(call, album, album->cover_key, THUMB_SIDE),
        .mine = str_eq(album->user_id, call->who.user.id),
    };
}

static const struct consistency_rules *rules_of(const struct api_call *call)
{
    const struct work_services *services = api_options(call->api)->services;

    return &services->consistency;
}

struct shot_view album_view_shot(const struct api_call *call, const struct album *album,
                                 const struct shot *shot)
{
    return (struct shot_view){
        .shot = *shot,
        .image_url = url_of(call, album, shot->image_key, 0),
        .thumb_url = url_of(call, album, shot->image_key, THUMB_SIDE),
        .is_outlier = shot_is_outlier(shot, rules_of(call)),
    };
}

static void view_shots(const struct api_call *call, const struct album *album,
                       struct field_list shots, struct album_view *out)
{
    struct shot_view *views = arena_array(call->arena, struct shot_view, shots.count);

    for (size_t i = 0; i < shots.count; i++) {
        const struct shot *shot = (const struct shot *)shots.items + i;

        views[i] = album_view_shot(call, album, shot);
        out->outlier_count += views[i].is_outlier;
        out->remake_count += shot_may_be_remade(shot, rules_of(call));
    }
    out->consistency_mark = rules_of(call)->mark;
    out->shots = (struct field_list){ views, shots.count };
}

struct field_list album_view_members(const struct api_call *call, const struct album *album,
                                     struct field_list members)
{
    struct member_view *views = arena_array(call->arena, struct member_view, members.count);

    for (size_t i = 0; i < members.count; i++) {
        const struct image *image = &((const struct member *)members.items)[i].image;

        views[i] = (struct member_view){
            .id = image->id,
            .url = url_of(call, album, image->key, 0),
            .thumb_url = url_of(call, album, image->key, THUMB_SIDE),
            .media_type = image->media_type,
            .prompt = image->prompt,
            .width = image->width,
            .height = image->height,
        };
    }
    return (struct field_list){ views, members.count };
}

bool album_answer(struct api_call *call, const struct album *album, struct err *e)
{
    struct album_view *view = arena_new(call->arena, struct album_view);
    struct field_list shots, members;
    struct str first = { 0 }, next;

    if (!album_shots(call->tx, call->arena, album, &shots, e) ||
        !album_images(call->tx, call->arena, album, first, IMAGES_SHOWN, &members, &next, e))
        return false;
    album_view_summary(call, album, view);
    view_shots(call, album, shots, view);
    view->images = album_view_members(call, album, members);
    call->answer = view;
    return true;
}

bool album_load_mine(struct api_call *call, struct album *out, struct err *e)
{
    return album_load(call->tx, call->arena, call->who.user.id, call_param(call, "id"), out, e);
}

bool album_claim_mine(struct api_call *call, struct album *out, struct err *e)
{
    return album_claim(call->tx, call->arena, call->who.user.id, call_param(call, "id"), e) &&
           album_load_mine(call, out, e);
}

bool album_answer_again(struct api_call *call, struct err *e)
{
    struct album album;

    return album_load_mine(call, &album, e) && album_answer(call, &album, e);
}
