/* A database with two users, and a folder store beside it: what tests of pictures begin with. */
#include "image_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "blob/blob_folder.h"
#include "engine/user.h"

struct arena memory;
struct str ada, bob;
struct blob_store *store;
char store_path[SCRATCH_SIZE];

static bool add_user(struct db_tx *tx, void *arg, struct err *e)
{
    struct user user;
    struct str *out = arg;
    struct user_new want = { .name = out == &ada ? STR("ada") : STR("bob"), .role = USER_MEMBER };

    if (!user_create(tx, &memory, &want, &user, e))
        return false;
    *out = user.id;
    return true;
}

int image_place_setup(void **state)
{
    struct err e = { 0 };

    place_setup(state);
    CHECK_OK(db_write(place.db, add_user, &ada, &e));
    CHECK_OK(db_write(place.db, add_user, &bob, &e));
    CHECK(scratch_make(store_path, "store"));
    CHECK_OK(blob_folder_open(str_from(store_path), &store, &e));
    return 0;
}

int image_place_teardown(void **state)
{
    blob_close(store);
    store = NULL;
    CHECK_I64(scratch_remove(store_path), 0);
    arena_deinit(&memory);
    return place_teardown(state);
}

static bool do_add(struct db_tx *tx, void *arg, struct err *e)
{
    return image_add(tx, &memory, arg, e);
}

struct image add_image(struct str user_id, const char *key, int64_t width, int64_t height)
{
    struct image image = { .user_id = user_id,
                           .source = IMAGE_UPLOADED,
                           .key = str_from(key),
                           .media_type = STR("image/png"),
                           .width = { width > 0, width },
                           .height = { height > 0, height },
                           .sha256 = STR("00") };
    struct err e = { 0 };

    CHECK_OK(db_write(place.db, do_add, &image, &e));
    return image;
}

static bool do_load(struct db_tx *tx, void *arg, struct err *e)
{
    struct image *image = arg;

    return image_load(tx, &memory, image->user_id, image->id, image, e);
}

struct image load_image(struct image image)
{
    struct err e = { 0 };

    CHECK_OK(db_read(place.db, do_load, &image, &e));
    return image;
}

void put_blob(const char *key, struct str bytes)
{
    struct err e = { 0 };

    CHECK_OK(blob_put_bytes(store, str_from(key), bytes, &e));
}

bool blob_is_there(struct str key)
{
    struct blob_file file;
    struct err e = { 0 };
    AUTO_FD fd = -1;

    if (!blob_open_read(store, key, &file, &e)) {
        CHECK_I64(e.code, ERR_NOT_FOUND);
        return false;
    }
    fd = file.fd;
    return true;
}
