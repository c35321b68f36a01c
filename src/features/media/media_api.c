/* Routes of pictures: their rows. */
#include "features/media/media.h"

#include "api/api.h"
#include "api/image_view.h"

static bool images_get(struct api_call *call, struct err *e)
{
    struct field_list rows;
    struct image_view *views;
    struct str before;
    int64_t limit;

    if (!call_begin_page(call, &before, &limit, e))
        return false;
    if (before.len == 0)
        before = (struct str){ 0 };
    if (!image_list(call->tx, call->arena, call->who.user.id, before, limit, &rows, e))
        return false;
    views = arena_array(call->arena, struct image_view, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        views[i] = image_view(call->arena, (const struct image *)rows.items + i);
    call_end_page(call, (struct field_list){ views, rows.count }, sizeof(struct image_view),
                  offsetof(struct image_view, image.id));
    return true;
}

static bool image_get(struct api_call *call, struct err *e)
{
    struct image_view *answer = arena_new(call->arena, struct image_view);
    struct image image;

    if (!image_load(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &image, e))
        return false;
    *answer = image_view(call->arena, &image);
    call->answer = answer;
    return true;
}

static bool recipe_get(struct api_call *call, struct err *e)
{
    struct image image;

    if (!image_load(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &image, e))
        return false;
    call->text = str_is_null(image.recipe) ? STR("null") : image.recipe;
    return true;
}

static const struct route routes[] = {
    { HTTP_GET, "/api/images", WHO_VIEWER, ROUTE_READ, images_get, .query = &page_query_shape,
      .answer = &image_shape, .list = "images", .summary = "My pictures, newest first" },
    { HTTP_GET, "/api/images/:id", WHO_VIEWER, ROUTE_READ, image_get, .answer = &image_shape,
      .summary = "One picture" },
    { HTTP_GET, "/api/images/:id/recipe", WHO_VIEWER, ROUTE_READ, recipe_get,
      .text_type = "application/json", .summary = "How it was made, exactly as it was sent" },
    { HTTP_POST, "/api/images/:id/link", WHO_MEMBER, ROUTE_WRITE, link_post,
      .body = &link_request_shape, .answer = &link_shape,
      .summary = "An address of the picture that works for anybody, for a while" },
    { HTTP_GET, "/media/:key*", WHO_VIEWER, ROUTE_READ, media_get, .query = &media_query_shape,
      .raw = true, .signed_url = true, .text_type = "application/octet-stream",
      .summary = "The bytes, unchanged; or a thumbnail" },
    { 0 },
};

const struct feature media_feature = { .name = "media", .spelling = JSON_CAMEL, .routes = routes };
