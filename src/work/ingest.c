/* Judges a file from outside, and keeps it. */
#include "work/ingest.h"

#include "base/encode.h"
#include "base/random.h"
#include "blob/digest.h"
#include "engine/catalog.h"
#include "work/thumbnail.h"

enum { PHASH_DIGITS = 16, PROMPT_MAX_BYTES = 16000 };

static const char *ending_of(enum image_format format)
{
    static const char *const endings[] = {
        [IMAGE_UNKNOWN] = "bin",
        [IMAGE_PNG] = "png",
        [IMAGE_JPEG] = "jpg",
        [IMAGE_WEBP] = "webp",
    };

    return endings[format];
}

static bool look_into(struct work_services *services, struct arena *a, int fd,
                      struct image_info *out, struct err *e)
{
    if (image_probe(services->images, fd, a, out, e))
        return true;
    if (e->code == ERR_TIMEOUT) /* the decoder's: the picture is to blame, not the caller's line */
        e->code = ERR_INVALID;
    return false;
}

/* For lists and search; the whole of it stands in the recipe. */
static struct str shown_prompt(struct str prompt)
{
    size_t end = MIN(prompt.len, (size_t)PROMPT_MAX_BYTES);

    while (end > 0 && end < prompt.len && ((unsigned char)prompt.ptr[end] & 0xC0) == 0x80)
        end--;
    return end > 0 ? str_slice(prompt, 0, end) : (struct str){ 0 };
}

static void fill_in(struct arena *a, const struct ingest *from, const struct image_info *info,
                    const struct digest *digest, struct image *out)
{
    struct recipe recipe;
    bool is_found = recipe_read(a, info->texts, info->text_count, &recipe);

    *out = (struct image){
        .id = uuid_new(a),
        .user_id = from->user_id,
        .source = IMAGE_UPLOADED,
        .media_type = str_from(image_kind_of(info->format)->mime),
        .width = { true, info->width },
        .height = { true, info->height },
        .size_bytes = digest->size,
        .crc32 = digest->crc32,
        .sha256 = hex_encode(a, str_of(digest->sha256, sizeof(digest->sha256))),
        .phash = arena_strf(a, "%0*llx", PHASH_DIGITS, (unsigned long long)info->phash),
        .prompt = is_found ? shown_prompt(recipe.prompt) : (struct str){ 0 },
        .name = from->file_name,
        .tags = from->tags,
        .recipe = ingest_recipe(a, from, is_found ? &recipe : NULL),
    };
    out->key = arena_strf(a, "library/" STR_FMT "/" STR_FMT ".%s", STR_ARG(from->user_id),
                          STR_ARG(out->id), ending_of(info->format));
}

bool ingest_read(struct work_services *services, struct arena *a, const struct ingest *from, int fd,
                 struct image *out, struct err *e)
{
    struct image_info info = { 0 };
    struct digest digest;

    if (!look_into(services, a, fd, &info, e) || !digest_file(fd, IMAGE_MAX_BYTES, &digest, e))
        return false;
    fill_in(a, from, &info, &digest, out);
    return true;
}

bool ingest_store(struct work_services *services, const struct image *image, int fd, struct err *e)
{
    return blob_put(services->store, image->key,
                    &(struct blob_content){
                        .fd = fd, .size = image->size_bytes, .media_type = image->media_type },
                    e);
}

bool ingest_add(struct db_tx *tx, struct arena *a, struct image *image, struct err *e)
{
    struct catalog_change change = { 0 };

    if (!image_add(tx, a, image, e))
        return false;
    change.after = *image;
    return (image->tags.count == 0 || image_update(tx, image, e)) &&
           catalog_write(tx, a, &change, 1, e) && thumbnail_submit(tx, a, image, e);
}
