/* Routes of pictures: their rows. */
#include "features/media/media.h"

#include "api/api.h"
#include "api/image_view.h"

static bool image_get(struct api_call *call, struct err *e)
{
    struct image_card *answer = arena_new(call->arena, struct image_card);
    struct image image;

    if (!image_load(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &image, e))
        return false;
    *answer = image_card(call->arena, &image);
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
