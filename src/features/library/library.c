/* The library room's routes and commands. */
#include "features/library/library.h"

#include "api/image_view.h"
#include "features/library/browse.h"
#include "features/library/image_cli.h"
#include "features/library/import.h"

static const struct route routes[] = {
    { HTTP_GET, "/api/images", WHO_VIEWER, ROUTE_READ, images_get, .query = &browse_query_shape,
      .answer = &image_shape, .list = "images",
      .summary = "My pictures, filtered, searched and sorted. A page may be short, even empty, "
                 "and go on: follow nextCursor" },
    { HTTP_GET, "/api/images/facets", WHO_VIEWER, ROUTE_READ, facets_get, .answer = &facets_shape,
      .summary = "What my pictures can be filtered by, and how many each has" },
    { HTTP_PATCH, "/api/images/:id", WHO_MEMBER, ROUTE_WRITE, image_patch,
      .body = &image_patch_shape, .answer = &image_shape,
      .summary = "Name, tag, star or rate a picture" },
    { HTTP_DELETE, "/api/images/:id", WHO_MEMBER, ROUTE_WRITE, image_delete,
      .query = &image_delete_shape,
      .summary = "Into the trash, from where it is gone for good after retention.trash_days. 409 "
                 "when others were made from it" },
    { HTTP_POST, "/api/images/:id/restore", WHO_MEMBER, ROUTE_WRITE, image_restore,
      .answer = &image_shape, .summary = "Out of the trash" },
    { HTTP_GET, "/api/images/:id/lineage", WHO_VIEWER, ROUTE_READ, lineage_get,
      .answer = &lineage_shape,
      .summary = "What it was made from, what was made from it, and where it was before" },
    { HTTP_GET, "/api/images/:id/similar", WHO_VIEWER, ROUTE_READ, similar_get,
      .query = &similar_query_shape, .answer = &similar_shape, .list = "images",
      .summary = "Pictures that look nearly the same, the nearest first" },
    { HTTP_GET, "/api/images/searches", WHO_VIEWER, ROUTE_READ, searches_get,
      .query = &page_query_shape, .answer = &saved_shape, .list = "searches",
      .summary = "My saved searches, the oldest first" },
    { HTTP_POST, "/api/images/searches", WHO_MEMBER, ROUTE_WRITE, searches_post,
      .body = &saved_new_shape, .answer = &saved_shape, .success = 201,
      .summary = "Save a search" },
    { HTTP_DELETE, "/api/images/searches/:id", WHO_MEMBER, ROUTE_WRITE, search_delete,
      .summary = "Forget a search" },
    { HTTP_POST, "/api/images/change", WHO_MEMBER, ROUTE_WRITE, images_change,
      .body = &images_change_shape, .answer = &images_changed_shape,
      .summary = "Tag, star, rate, delete or restore many pictures: all of them or none" },
    { HTTP_POST, "/api/images", WHO_MEMBER, ROUTE_WRITE, upload_post, .body = &upload_url_shape,
      .query = &upload_query_shape, .answer = &image_shape, .prepare = upload_post_prepare,
      .upload = true, .success = 201,
      .summary = "Add a picture: its bytes, a form with it, or an address to fetch it from. "
                 "200 with the one that has the same bytes, when there is one" },
    { HTTP_POST, "/api/images/known", WHO_VIEWER, ROUTE_READ, known_post, .body = &known_shape,
      .answer = &known_shape, .summary = "Which of these files are pictures of mine already" },
    { HTTP_POST, "/api/images/zip", WHO_VIEWER, ROUTE_READ, zip_post, .body = &zip_new_shape,
      .answer = &zip_shape, .summary = "Select pictures for a ZIP", .prepare = zip_post_prepare,
      .success = 201 },
    { HTTP_GET, "/api/images/zip/:id", WHO_VIEWER, ROUTE_READ, zip_get, .raw = true,
      .text_type = "application/zip", .summary = "The ZIP of a selection, whole or in parts",
      .prepare = zip_get_prepare },
    { 0 },
};

static const struct command *const commands[] = {
    &image_list_command,
    &image_search_command,
    &image_show_command,
    &image_get_command,
    &image_put_command,
    &image_tag_command,
    &image_zip_command,
    &image_rm_command,
    &image_restore_command,
    &import_command,
    NULL,
};

const struct feature library_feature = {
    .name = "library", .spelling = JSON_CAMEL, .routes = routes, .commands = commands
};
