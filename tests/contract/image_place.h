/* A database with two users, and a folder store beside it: what tests of pictures begin with. */
#ifndef TESTS_CONTRACT_IMAGE_PLACE_H
#define TESTS_CONTRACT_IMAGE_PLACE_H

#include "db_place.h"

#include "blob/blob.h"
#include "engine/image.h"

extern struct arena memory; /* of one test */
extern struct str ada, bob;
extern struct blob_store *store;
extern char store_path[SCRATCH_SIZE];

int image_place_setup(void **state);
int image_place_teardown(void **state);
#define IMAGE_TEST(name)                                                                           \
    cmocka_unit_test_setup_teardown(name, image_place_setup, image_place_teardown)

/* A row as uploads have it; without a size, nobody can look into it. */
struct image add_image(struct str user_id, const char *key, int64_t width, int64_t height);
struct image load_image(struct image image);
void put_blob(const char *key, struct str bytes);
bool blob_is_there(struct str key);

#endif
