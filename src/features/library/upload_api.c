/* Uploads: bytes, forms and addresses in, pictures out; the same bytes are one picture. */
#include "features/library/library.h"

#include "api/api.h"
#include "api/image_view.h"
#include "base/file.h"
#include "features/library/change.h"
#include "features/library/upload.h"
#include "work/ingest.h"

enum { URL_MAX = 2000, KNOWN_MAX = 500, SHA256_DIGITS = 64 };

struct upload_url {
    struct str url;
};
static const struct field upload_url_json[] = {
    { FIELD(struct upload_url, url), .required = true, .min = 1, .max = URL_MAX,
      .help = "of a public server; fetched at once" },
    { 0 },
};
const struct shape upload_url_shape = { "UploadUrl", upload_url_json, sizeof(struct upload_url) };

struct upload_query {
    struct str file_name;
    struct str_list tags;
};
static const struct field upload_query_fields[] = {
    { FIELD(struct upload_query, file_name), .max = UPLOAD_NAME_MAX,
      .help = "of a picture that is sent as it is" },
    { FIELD(struct upload_query, tags), .max = IMAGE_TAGS_MAX,
      .help = "several with commas between" },
    { 0 },
};
const struct shape upload_query_shape = { "UploadQuery", upload_query_fields,
                                          sizeof(struct upload_query) };

struct known {
    struct str_list sha256s;
};
static const struct field known_json[] = {
    { FIELD(struct known, sha256s), .required = true, .max = KNOWN_MAX,
      .help = "of whole files, in hexadecimal" },
    { 0 },
};
const struct shape known_shape = { "KnownFiles", known_json, sizeof(struct known) };

struct str upload_file_name(struct str path)
{
    size_t start = path.len, end;

    while (start > 0 && path.ptr[start - 1] != '/' && path.ptr[start - 1] != '\\')
        start--;
    path = str_slice(path, start, path.len);
    for (end = MIN(path.len, (size_t)UPLOAD_NAME_MAX);
         end > 0 && end < path.len && ((unsigned char)path.ptr[end] & 0xC0) == 0x80;)
        end--;
    return end > 0 ? str_slice(path, 0, end) : (struct str){ 0 };
}

/* Between the look at the picture and the transaction. */
struct upload {
    struct image image;
    bool is_stored; /* else there was one with the same bytes already */
};

static bool find_same(struct db_tx *tx, void *arg, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct upload *u = arg;
    struct image same;

    if (image_load_same(tx, &a, u->image.user_id, u->image.sha256, &same, e))
        return true;
    u->is_stored = e->code == ERR_NOT_FOUND;
    return u->is_stored;
}

static bool is_bytes_type(struct str type)
{
    struct str name, rest;

    str_cut(type, ';', &name, &rest);
    name = str_trim(name);
    return name.len == 0 || str_eq_nocase(name, STR("application/octet-stream")) ||
           str_eq_nocase(str_slice(name, 0, 6), STR("image/"));
}

static bool is_form_type(struct str type)
{
    return str_eq_nocase(str_slice(str_trim(type), 0, 10), STR("multipart/"));
}

static bool open_source(struct api_call *call, struct upload_source *out, struct err *e)
{
    const struct http_request *request = &call->exchange->request;
    const struct upload_query *query = call->query;
    const struct upload_url *body = call->body;
    struct str type = http_header_get(request, "Content-Type");

    if (body != NULL)
        return upload_from_url(call, body->url, out, e);
    if (request->body_bytes == 0)
        return err_set(e, ERR_INVALID, "there is no picture: the body is empty");
    if (is_form_type(type))
        return upload_from_form(call, out, e);
    if (!is_bytes_type(type))
        return err_set(e, ERR_UNSUPPORTED_TYPE,
                       "send the picture itself (image/png, image/jpeg, image/webp), "
                       "multipart/form-data with it, or JSON with a url");
    out->fd = request->body_fd;
    if (!str_is_null(query->file_name))
        out->file_name = upload_file_name(query->file_name);
    return true;
}

static bool take_in(struct api_call *call, const struct upload_source *source, struct upload *out,
                    struct err *e)
{
    struct work_services *services = api_options(call->api)->services;
    const struct upload_query *query = call->query;
    struct ingest from = { .user_id = call->who.user.id,
                           .file_name = source->file_name,
                           .origin = source->origin };

    return change_tidy_tags(call->arena, &query->tags, &from.tags, e) &&
           ingest_read(services, call->arena, &from, source->fd, &out->image, e) &&
           db_read(api_options(call->api)->db, find_same, out, e) &&
           (!out->is_stored || ingest_store(services, &out->image, source->fd, e));
}

bool upload_post_prepare(struct api_call *call, struct err *e)
{
    struct upload_source source = { .fd = -1 };
    struct upload *upload = arena_new(call->arena, struct upload);
    bool ok;

    if (!api_identify(call, e))
        return false;
    ok = open_source(call, &source, e) && take_in(call, &source, upload, e);
    if (source.fd != call->exchange->request.body_fd)
        fd_close(&source.fd);
    call->prepared = upload;
    return ok;
}

/* Of two uploads of the same bytes at once, what the second one has stored is swept. */
bool upload_post(struct api_call *call, struct err *e)
{
    struct upload *upload = call->prepared;
    struct image_card *answer = arena_new(call->arena, struct image_card);
    struct image image = upload->image;

    if (!image_lock_uploads(call->tx, call->who.user.id, e))
        return false;
    call->answer = answer;
    if (image_load_same(call->tx, call->arena, call->who.user.id, upload->image.sha256, &image,
                        e)) {
        call->exchange->reply.status = 200;
    } else {
        if (e->code != ERR_NOT_FOUND)
            return false;
        if (!upload->is_stored)
            return err_set(e, ERR_CONFLICT,
                           "the picture with these bytes was deleted meanwhile: send it again");
        if (!ingest_add(call->tx, call->arena, &image, e))
            return false;
    }
    *answer = image_card(call->arena, &image);
    return true;
}

static bool is_hash(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f'))
            return false;
    }
    return s.len == SHA256_DIGITS;
}

bool known_post(struct api_call *call, struct err *e)
{
    const struct known *asked = call->body;
    struct known *answer = arena_new(call->arena, struct known);

    answer->sha256s.items = arena_array(call->arena, struct str, asked->sha256s.count);
    for (size_t i = 0; i < asked->sha256s.count; i++) {
        struct str sha256 = asked->sha256s.items[i];
        struct image image;

        if (!is_hash(sha256))
            return err_set_field(e, ERR_INVALID, STR("sha256s"),
                                 "'sha256s' holds what is no SHA-256 in lower-case hexadecimal");
        if (image_load_same(call->tx, call->arena, call->who.user.id, sha256, &image, e))
            answer->sha256s.items[answer->sha256s.count++] = sha256;
        else if (e->code != ERR_NOT_FOUND)
            return false;
    }
    call->answer = answer;
    return true;
}
