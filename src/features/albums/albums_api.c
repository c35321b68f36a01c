/* Routes of albums. */
#include "api/api.h"
#include "base/clock.h"
#include "features/albums/album_jobs.h"
#include "features/albums/album_view.h"
#include "features/albums/albums.h"
#include "features/albums/consistency.h"
#include "features/albums/template_sets.h"

static struct studio studio_of(const struct api_call *call)
{
    return (struct studio){ call->tx, call->arena, api_options(call->api)->services };
}

static bool choose_shots(struct api_call *call, const struct album_body *body,
                         struct album_new *want, struct err *e)
{
    const struct template_set *set;
    struct shot_wish *wishes;

    want->shots = body->shots.items;
    want->shot_count = body->shots.count;
    if (str_is_null(body->template_set))
        return true;
    set = template_set_find(body->template_set);
    if (set == NULL)
        return err_set_field(e, ERR_INVALID, STR("templateSet"),
                             "there is no template set '" STR_FMT
                             "': take portrait, product or character",
                             STR_ARG(body->template_set));
    if (body->shots.count > 0)
        return err_set_field(e, ERR_INVALID, STR("templateSet"),
                             "give 'shots' or 'templateSet', not both");
    wishes = arena_array(call->arena, struct shot_wish, set->shot_count);
    for (size_t i = 0; i < set->shot_count; i++)
        wishes[i] =
            (struct shot_wish){ str_from(set->shots[i].label), str_from(set->shots[i].direction) };
    want->shots = wishes;
    want->shot_count = set->shot_count;
    return true;
}

static bool check_kind(const struct album_new *want, struct err *e)
{
    if (str_is_null(want->subject_desc) && want->shot_count > 0)
        return err_set_field(e, ERR_INVALID, STR("subjectDesc"),
                             "shots need a subject: say in 'subjectDesc' what is photographed");
    if (!str_is_null(want->subject_desc) && want->shot_count == 0)
        return err_set_field(e, ERR_INVALID, STR("shots"),
                             "a session needs 'shots' or a 'templateSet'");
    return true;
}

static bool make(struct api_call *call, const struct album_new *want, struct album *out,
                 struct err *e)
{
    const struct album_body *body = call->body;
    struct str me = call->who.user.id;
    bool created;

    if (!body->reuse)
        return album_create(call->tx, call->arena, me, want, out, e);
    if (want->source_type != ALBUM_MANUAL)
        return err_set_field(e, ERR_INVALID, STR("reuse"),
                             "a session is always a new album: leave 'reuse' out");
    if (!album_find_or_create(call->tx, call->arena, me, want, out, &created, e))
        return false;
    if (!created)
        call->exchange->reply.status = 200;
    return true;
}

static bool albums_post(struct api_call *call, struct err *e)
{
    const struct album_body *body = call->body;
    bool session = !str_is_null(body->subject_desc);
    struct album_new want = {
        .name = body->name,
        .subject_desc = body->subject_desc,
        .description = body->description,
        .backend = body->backend,
        .style = body->style,
        .width = body->width,
        .height = body->height,
        .seed = body->seed,
        .is_public = body->is_public,
        .is_training_source = body->is_training_source,
        .source_type = session ? ALBUM_SESSION : ALBUM_MANUAL,
    };
    struct studio studio = studio_of(call);
    struct album album;

    return choose_shots(call, body, &want, e) && check_kind(&want, e) &&
           studio_check(&studio, &want, e) && make(call, &want, &album, e) &&
           album_answer(call, &album, e);
}

static bool albums_get(struct api_call *call, struct err *e)
{
    const struct albums_query *query = call->query;
    struct album_filter filter = { .user_id = call->who.user.id,
                                   .source = query->source_type,
                                   .like = query->q };
    struct field_list rows;
    struct album_view *views;

    if (!call_begin_page(call, &filter.before, &filter.limit, e))
        return false;
    if (filter.before.len == 0)
        filter.before = (struct str){ 0 };
    if (!album_list(call->tx, call->arena, &filter, &rows, e))
        return false;
    views = arena_array(call->arena, struct album_view, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        album_view_summary(call, (const struct album *)rows.items + i, &views[i]);
    call_end_page(call, (struct field_list){ views, rows.count }, sizeof(struct album_view),
                  offsetof(struct album_view, album.id));
    return call_add_event_id(call, e);
}

static bool album_get(struct api_call *call, struct err *e)
{
    struct album album;

    return album_load_visible(call->tx, call->arena, call->who.user.id, call_param(call, "id"),
                              &album, e) &&
           album_answer(call, &album, e) && call_add_event_id(call, e);
}

static bool album_patch(struct api_call *call, struct err *e)
{
    const struct album_change_body *body = call->body;
    struct album_change change = {
        .name = body->name,
        .description = body->description,
        .subject_desc = body->subject_desc,
        .is_public = body->is_public,
        .is_training_source = body->is_training_source,
    };
    struct album album;

    return album_update(call->tx, call->arena, call->who.user.id, call_param(call, "id"), &change,
                        &album, e) &&
           album_answer(call, &album, e);
}

static bool album_remove(struct api_call *call, struct err *e)
{
    return album_delete(call->tx, call->arena, call->who.user.id, call_param(call, "id"), e);
}

static bool album_cancel_post(struct api_call *call, struct err *e)
{
    struct album album;

    return album_load_mine(call, &album, e) && album_cancel(call->tx, call->arena, &album, e) &&
           album_answer_again(call, e);
}

static bool template_sets_get(struct api_call *call, struct err *e)
{
    struct template_set_view *views =
        arena_array(call->arena, struct template_set_view, template_set_count);

    UNUSED(e);
    for (size_t i = 0; i < template_set_count; i++) {
        const struct template_set *set = &template_sets[i];
        struct shot_wish *shots = arena_array(call->arena, struct shot_wish, set->shot_count);

        for (size_t k = 0; k < set->shot_count; k++)
            shots[k] = (struct shot_wish){ str_from(set->shots[k].label),
                                           str_from(set->shots[k].direction) };
        views[i] = (struct template_set_view){ str_from(set->name),
                                               str_from(set->title),
                                               { shots, set->shot_count } };
    }
    call->list = (struct field_list){ views, template_set_count };
    return true;
}

/* 202 with a job, or 200 with the album when a picture that is there becomes the anchor. */
static bool anchor_post(struct api_call *call, struct err *e)
{
    const struct anchor_body *body = call->body;
    struct job_id_answer *answer = arena_new(call->arena, struct job_id_answer);
    struct studio studio = studio_of(call);
    struct album album;

    if (!str_is_null(body->image_id) && (body->seed.set || !str_is_null(body->backend)))
        return err_set_field(e, ERR_INVALID, body->seed.set ? STR("seed") : STR("backend"),
                             "'imageId' is a picture that is there: leave '%s' out",
                             body->seed.set ? "seed" : "backend");
    if (!(str_is_null(body->image_id) ? album_claim_mine(call, &album, e)
                                      : album_load_mine(call, &album, e)))
        return false;
    if (album.source_type != ALBUM_SESSION)
        return err_set(e, ERR_INVALID, "this album has no subject, so it takes no anchor");
    if (str_is_null(body->image_id)) {
        call->answer = answer;
        return studio_order_anchor(&studio, &album, body->backend, body->seed, &answer->job_id, e);
    }
    call->answer_shape = &album_shape;
    call->exchange->reply.status = 200;
    return studio_take_anchor(&studio, &album, body->image_id, e) && album_answer_again(call, e);
}

static bool require_anchor(const struct album *album, struct err *e)
{
    return !str_is_null(album->anchor_key) ||
           err_set(e, ERR_ANCHOR_REQUIRED, "%s", err_text(ERR_ANCHOR_REQUIRED));
}

static bool shots_post(struct api_call *call, struct err *e)
{
    struct job_ids_answer *answer = arena_new(call->arena, struct job_ids_answer);
    struct studio studio = studio_of(call);
    struct album album;

    call->answer = answer;
    return album_claim_mine(call, &album, e) && require_anchor(&album, e) &&
           studio_order_shots(&studio, &album, &answer->job_ids, e);
}

static bool outliers_post(struct api_call *call, struct err *e)
{
    struct job_ids_answer *answer = arena_new(call->arena, struct job_ids_answer);
    struct studio studio = studio_of(call);
    struct album album;

    call->answer = answer;
    return album_claim_mine(call, &album, e) && require_anchor(&album, e) &&
           studio_remake_outliers(&studio, &album, &answer->job_ids, e);
}

/* The shot of the path. */
static bool load_shot(struct api_call *call, const struct album *album, struct shot *out,
                      struct err *e)
{
    int64_t index;

    if (!str_to_i64(call_param(call, "index"), 0, ALBUM_MAX_SHOTS, &index))
        return err_set(e, ERR_NOT_FOUND, "shots are numbered from 0");
    *out = (struct shot){ 0 };
    return album_find_shot(call->tx, call->arena, album, index, out, e);
}

static bool shot_post(struct api_call *call, struct err *e)
{
    struct job_id_answer *answer = arena_new(call->arena, struct job_id_answer);
    struct studio studio = studio_of(call);
    struct album album;
    struct shot shot;

    call->answer = answer;
    return album_claim_mine(call, &album, e) && load_shot(call, &album, &shot, e) &&
           require_anchor(&album, e) &&
           studio_order_shot(&studio, &album, &shot, &answer->job_id, e);
}

static bool shot_remove(struct api_call *call, struct err *e)
{
    struct shot_view *view = arena_new(call->arena, struct shot_view);
    struct studio studio = studio_of(call);
    struct album album;
    struct shot shot;

    if (!album_load_mine(call, &album, e) || !load_shot(call, &album, &shot, e) ||
        !studio_give_up_shot(&studio, &album, &shot, e) || !load_shot(call, &album, &shot, e))
        return false;
    *view = album_view_shot(call, &album, &shot);
    call->answer = view;
    return true;
}

static bool shots_put(struct api_call *call, struct err *e)
{
    const struct shots_body *body = call->body;
    struct album album;

    if (!album_claim_mine(call, &album, e))
        return false;
    if (album.source_type != ALBUM_SESSION)
        return err_set(e, ERR_INVALID, "this album has no subject, so it takes no shots");
    return album_replace_shots(call->tx, call->arena, &album, body->shots.items, body->shots.count,
                               e) &&
           album_answer_again(call, e);
}

const struct route album_routes[] = {
    { HTTP_GET, "/api/albums", WHO_VIEWER, ROUTE_READ, albums_get, .query = &albums_query_shape,
      .answer = &album_summary_shape, .list = "albums",
      .summary = "My albums and the public ones of others, newest first" },
    { HTTP_POST, "/api/albums", WHO_MEMBER, ROUTE_WRITE, albums_post, .body = &album_new_shape,
      .answer = &album_shape, .success = 201, .idempotent = true, .summary = "Create an album" },
    { HTTP_GET, "/api/albums/template-sets", WHO_VIEWER, ROUTE_READ, template_sets_get,
      .answer = &template_set_shape, .list = "templateSets",
      .summary = "The built-in sets of shots" },
    { HTTP_GET, "/api/albums/:id", WHO_VIEWER, ROUTE_READ, album_get, .answer = &album_shape,
      .summary = "One album with its shots and pictures" },
    { HTTP_PATCH, "/api/albums/:id", WHO_MEMBER, ROUTE_WRITE, album_patch,
      .body = &album_change_shape, .answer = &album_shape, .summary = "Rename or describe it" },
    { HTTP_DELETE, "/api/albums/:id", WHO_MEMBER, ROUTE_WRITE, album_remove,
      .summary = "Delete the album; its jobs are cancelled, its pictures stay in the library" },
    { HTTP_POST, "/api/albums/:id/cancel", WHO_MEMBER, ROUTE_WRITE, album_cancel_post,
      .answer = &album_shape, .summary = "Cancel what is being made for the album" },
    { HTTP_POST, "/api/albums/:id/anchor", WHO_MEMBER, ROUTE_WRITE, anchor_post,
      .body = &anchor_new_shape, .answer = &job_id_shape, .success = 202, .idempotent = true,
      .summary = "Generate the anchor, or take a picture that is there" },
    { HTTP_POST, "/api/albums/:id/shots", WHO_MEMBER, ROUTE_WRITE, shots_post,
      .answer = &job_ids_shape, .success = 202, .idempotent = true,
      .summary = "Generate every shot that is pending or failed" },
    { HTTP_PUT, "/api/albums/:id/shots", WHO_MEMBER, ROUTE_WRITE, shots_put,
      .body = &shots_new_shape, .answer = &album_shape,
      .summary = "Replace the shots that are still pending" },
    { HTTP_POST, "/api/albums/:id/shots/:index", WHO_MEMBER, ROUTE_WRITE, shot_post,
      .answer = &job_id_shape, .success = 202, .idempotent = true,
      .summary = "Generate one shot, again if need be" },
    { HTTP_DELETE, "/api/albums/:id/shots/:index", WHO_MEMBER, ROUTE_WRITE, shot_remove,
      .answer = &shot_shape, .summary = "Back to pending" },
    { HTTP_POST, "/api/albums/:id/outliers", WHO_MEMBER, ROUTE_WRITE, outliers_post,
      .answer = &job_ids_shape, .success = 202, .idempotent = true,
      .summary = "Make the shots again that are too little like the anchor" },
    { HTTP_GET, "/api/albums/:id/zip", WHO_VIEWER, ROUTE_READ, album_zip_get, .raw = true,
      .text_type = "application/zip", .prepare = album_zip_prepare,
      .summary = "All finished pictures as a ZIP; takes Range" },
    { HTTP_GET, "/api/albums/:id/images", WHO_VIEWER, ROUTE_READ, album_images_get,
      .query = &page_query_shape, .answer = &member_shape, .list = "images",
      .summary = "The pictures of the album in their order" },
    { HTTP_POST, "/api/albums/:id/images", WHO_MEMBER, ROUTE_WRITE, album_images_post,
      .body = &images_shape, .answer = &album_shape, .summary = "Add pictures of mine" },
    { HTTP_PUT, "/api/albums/:id/images/order", WHO_MEMBER, ROUTE_WRITE, album_order_put,
      .body = &image_order_shape, .answer = &album_shape,
      .summary = "Put all pictures in order, or some next to another one" },
    { HTTP_DELETE, "/api/albums/:id/images/:image", WHO_MEMBER, ROUTE_WRITE, album_image_remove,
      .summary = "Take a picture out of the album" },
    { 0 },
};

const struct feature albums_feature = {
    .name = "albums",
    .spelling = JSON_CAMEL,
    .routes = album_routes,
    .commands = album_commands,
    .alias = "/api/example-api",
};
