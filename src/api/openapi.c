/* OpenAPI 3.1, printed from the route tables: what it says is what the dispatcher does. */
#include <assert.h>
#include <string.h>

#include "api/internal.h"
#include "engine/idempotency.h"

struct printer {
    struct json_writer w;
    enum json_spelling spelling;
};

static void put_text(struct json_writer *w, const char *name, const char *text)
{
    json_put_name(w, str_from(name));
    json_put_str(w, str_from(text));
}

static void begin_named(struct json_writer *w, const char *name)
{
    json_put_name(w, str_from(name));
    json_begin_object(w);
}

static void put_fields(struct printer *p, const struct field *fields, bool is_request);

static void put_bounds(struct json_writer *w, const struct field *f, const char *least,
                       const char *most)
{
    if (f->min == 0 && f->max == 0)
        return;
    json_put_name(w, str_from(least));
    json_put_i64(w, (int64_t)f->min);
    if (f->max >= f->min) {
        json_put_name(w, str_from(most));
        json_put_i64(w, (int64_t)f->max);
    }
}

/* "type": one name, or with "null" beside it where an answer may be without a value. */
static void put_type(struct json_writer *w, const char *type, bool nullable)
{
    json_put_name(w, STR("type"));
    if (!nullable) {
        json_put_str(w, str_from(type));
        return;
    }
    json_begin_array(w);
    json_put_str(w, str_from(type));
    json_put_str(w, STR("null"));
    json_end_array(w);
}

static void put_enum(struct json_writer *w, const struct field *f)
{
    put_type(w, "string", false);
    json_put_name(w, STR("enum"));
    json_begin_array(w);
    for (int i = 0; f->names[i] != NULL; i++)
        json_put_str(w, str_from(f->names[i]));
    json_end_array(w);
}

static void put_text_or_fields(struct printer *p, const struct field *f)
{
    json_put_name(&p->w, STR("oneOf"));
    json_begin_array(&p->w);
    json_begin_object(&p->w);
    put_type(&p->w, "string", false);
    json_end_object(&p->w);
    json_begin_object(&p->w);
    put_fields(p, f->fields, true);
    json_end_object(&p->w);
    json_end_array(&p->w);
}

static void put_items(struct printer *p, const struct field *f, bool is_request)
{
    put_type(&p->w, "array", false);
    put_bounds(&p->w, f, "minItems", "maxItems");
    begin_named(&p->w, "items");
    if (f->type == FIELD_STRS)
        put_type(&p->w, "string", false);
    else if (f->shorthand && is_request)
        put_text_or_fields(p, f);
    else
        put_fields(p, f->fields, is_request);
    json_end_object(&p->w);
}

static void put_field_type(struct printer *p, const struct field *f, bool is_request)
{
    struct json_writer *w = &p->w;

    switch (f->type) {
    case FIELD_BOOL:
    case FIELD_OPT_BOOL:
        put_type(w, "boolean", f->type == FIELD_OPT_BOOL);
        break;
    case FIELD_I64:
    case FIELD_OPT_I64:
        put_type(w, "integer", f->type == FIELD_OPT_I64);
        put_text(w, "format", "int64");
        put_bounds(w, f, "minimum", "maximum");
        break;
    case FIELD_F64:
    case FIELD_OPT_F64:
        put_type(w, "number", f->type == FIELD_OPT_F64);
        put_bounds(w, f, "minimum", "maximum");
        break;
    case FIELD_STR:
        put_type(w, "string", !f->required);
        put_bounds(w, f, "minLength", "maxLength");
        break;
    case FIELD_TIME:
        put_type(w, "string", !f->required);
        put_text(w, "format", "date-time");
        break;
    case FIELD_ENUM:
        put_enum(w, f);
        break;
    case FIELD_STRS:
    case FIELD_LIST:
        put_items(p, f, is_request);
        break;
    case FIELD_OBJECT:
        put_fields(p, f->fields, is_request);
        break;
    case FIELD_RAW:
    case FIELD_JSON:
    case FIELD_END:
        break; /* no type: any value */
    }
    if (f->help != NULL)
        put_text(w, "description", f->help);
}

/* In the spelling of the feature; valid until the next call's `camel`. */
static struct str name_of(const struct printer *p, const struct field *f,
                          char camel[FIELD_NAME_MAX + 1])
{
    field_camel(f->name, camel);
    return str_from(p->spelling == JSON_CAMEL ? camel : f->name);
}

/* Answers always have all their members; requests only those that are required. */
static void put_fields(struct printer *p, const struct field *fields, bool is_request)
{
    struct json_writer *w = &p->w;
    char camel[FIELD_NAME_MAX + 1];

    put_type(w, "object", false);
    begin_named(w, "properties");
    for (const struct field *f = fields; f->type != FIELD_END; f++) {
        json_put_name(w, name_of(p, f, camel));
        json_begin_object(w);
        put_field_type(p, f, is_request);
        json_end_object(w);
    }
    json_end_object(w);
    json_put_name(w, STR("required"));
    json_begin_array(w);
    for (const struct field *f = fields; f->type != FIELD_END; f++) {
        if (!is_request || f->required)
            json_put_str(w, name_of(p, f, camel));
    }
    json_end_array(w);
    if (is_request) {
        json_put_name(w, STR("additionalProperties"));
        json_put_bool(w, false);
    }
}

static void put_ref(struct printer *p, const struct shape *shape)
{
    AUTO_BUF text = { 0 };

    assert(shape != NULL);
    buf_init(&text, 256);
    buf_putf(&text, "#/components/schemas/%s", shape->name);
    json_put_name(&p->w, STR("$ref"));
    json_put_str(&p->w, buf_str(&text));
}

/* f NULL: any text, which has to be there. */
static void put_parameter(struct printer *p, const char *where, struct str name,
                          const struct field *f)
{
    static const struct field plain = { .type = FIELD_STR, .required = true };
    struct json_writer *w = &p->w;

    if (f == NULL)
        f = &plain;
    json_begin_object(w);
    json_put_name(w, STR("name"));
    json_put_str(w, name);
    put_text(w, "in", where);
    json_put_name(w, STR("required"));
    json_put_bool(w, f->required);
    begin_named(w, "schema");
    put_field_type(p, f, true);
    json_end_object(w);
    json_end_object(w);
}

/* Headers that routes take besides those of all. */
static const struct field idempotency_key_field = {
    .name = "Idempotency-Key",
    .type = FIELD_STR,
    .min = 1,
    .max = IDEMPOTENCY_KEY_MAX,
    .help = "a request that is sent again with it, and the same body, is answered as it was at "
            "first, and nothing is done twice",
};
static const struct field last_event_field = {
    .name = "Last-Event-ID",
    .type = FIELD_STR,
    .help = "number of the last event that is known: those behind it come first",
};

static void put_header(struct printer *p, const struct field *f)
{
    put_parameter(p, "header", str_from(f->name), f);
}

static void put_parameters(struct printer *p, const struct route *route)
{
    struct str rest = str_from(route->path), segment;
    char camel[FIELD_NAME_MAX + 1];

    json_put_name(&p->w, STR("parameters"));
    json_begin_array(&p->w);
    while (rest.len > 0) {
        str_cut(rest, '/', &segment, &rest);
        if (str_starts(segment, STR(":")))
            put_parameter(p, "path", str_slice(segment, 1, str_find_char(segment, '*', 0)), NULL);
    }
    if (route->query != NULL) {
        for (const struct field *f = route->query->fields; f->type != FIELD_END; f++)
            put_parameter(p, "query", name_of(p, f, camel), f);
    }
    if (route->idempotent)
        put_header(p, &idempotency_key_field);
    if (route->kind == ROUTE_STREAM)
        put_header(p, &last_event_field);
    json_end_array(&p->w);
}

static void begin_schema(struct json_writer *w, const char *type)
{
    begin_named(w, type);
    begin_named(w, "schema");
}

static void end_schema(struct json_writer *w)
{
    json_end_object(w);
    json_end_object(w);
}

static void begin_content(struct json_writer *w, const char *type)
{
    begin_named(w, "content");
    begin_schema(w, type);
}

static void end_content(struct json_writer *w)
{
    end_schema(w);
    json_end_object(w);
}

static void put_bytes_type(struct json_writer *w)
{
    put_type(w, "string", false);
    put_text(w, "format", "binary");
}

/* A file as it is, or the one file of a form. */
static void put_upload(struct printer *p)
{
    struct json_writer *w = &p->w;

    begin_schema(w, "image/*");
    put_bytes_type(w);
    end_schema(w);
    begin_schema(w, "multipart/form-data");
    put_type(w, "object", false);
    begin_named(w, "properties");
    begin_named(w, "file");
    put_bytes_type(w);
    json_end_object(w);
    json_end_object(w);
    end_schema(w);
}

static bool needs_body(const struct route *route)
{
    for (const struct field *f = route->body->fields; f->type != FIELD_END; f++) {
        if (f->required)
            return true;
    }
    return route->upload;
}

static void put_body(struct printer *p, const struct route *route)
{
    if (route->body == NULL)
        return;
    begin_named(&p->w, "requestBody");
    json_put_name(&p->w, STR("required"));
    json_put_bool(&p->w, needs_body(route));
    begin_named(&p->w, "content");
    begin_schema(&p->w, "application/json");
    put_ref(p, route->body);
    end_schema(&p->w);
    if (route->upload)
        put_upload(p);
    json_end_object(&p->w);
    json_end_object(&p->w);
}

static void put_list_schema(struct printer *p, const struct route *route)
{
    struct json_writer *w = &p->w;
    struct str cursor = p->spelling == JSON_CAMEL ? STR("nextCursor") : STR("next_cursor");

    put_type(w, "object", false);
    begin_named(w, "properties");
    begin_named(w, route->list);
    put_type(w, "array", false);
    begin_named(w, "items");
    put_ref(p, route->answer);
    json_end_object(w);
    json_end_object(w);
    json_put_name(w, cursor);
    json_begin_object(w);
    put_type(w, "string", true);
    json_end_object(w);
    json_end_object(w);
    json_put_name(w, STR("required"));
    json_begin_array(w);
    json_put_str(w, str_from(route->list));
    json_put_str(w, cursor);
    json_end_array(w);
}

static void put_success(struct printer *p, const struct route *route)
{
    int status = route->success != 0                                 ? route->success
                 : route->answer != NULL || route->text_type != NULL ? 200
                                                                     : 204;
    AUTO_BUF name = { 0 };

    buf_init(&name, 16);
    buf_putf(&name, "%d", status);
    json_put_name(&p->w, buf_str(&name));
    json_begin_object(&p->w);
    put_text(&p->w, "description", http_reason(status));
    if (route->answer != NULL || route->text_type != NULL) {
        begin_content(&p->w, route->text_type != NULL ? route->text_type : "application/json");
        if (route->list != NULL)
            put_list_schema(p, route);
        else if (route->answer != NULL)
            put_ref(p, route->answer);
        end_content(&p->w);
    }
    json_end_object(&p->w);
}

static void put_responses(struct printer *p, const struct route *route)
{
    begin_named(&p->w, "responses");
    put_success(p, route);
    begin_named(&p->w, "default");
    put_text(&p->w, "description", "What went wrong");
    begin_content(&p->w, "application/json");
    json_put_name(&p->w, STR("$ref"));
    json_put_str(&p->w, STR("#/components/schemas/Error"));
    end_content(&p->w);
    json_end_object(&p->w);
    json_end_object(&p->w);
}

/* "GET /api/users/:id" -> "get_api_users_id" */
static void put_operation_id(struct printer *p, const struct route *route)
{
    AUTO_BUF id = { 0 };

    buf_init(&id, 256);
    for (const char *at = http_method_names[route->method]; *at != '\0'; at++)
        buf_put_char(&id, (char)(*at | 0x20));
    for (const char *at = route->path; *at != '\0'; at++) {
        bool plain =
            (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');

        if (plain)
            buf_put_char(&id, *at);
        else if (id.ptr[id.len - 1] != '_')
            buf_put_char(&id, '_');
    }
    json_put_name(&p->w, STR("operationId"));
    json_put_str(&p->w, buf_str(&id));
}

static void put_operation(struct printer *p, const struct api_route *target)
{
    const struct route *route = target->route;
    struct json_writer *w = &p->w;
    AUTO_BUF method = { 0 };

    buf_init(&method, 16);
    for (const char *at = http_method_names[route->method]; *at != '\0'; at++)
        buf_put_char(&method, (char)(*at | 0x20));
    json_put_name(w, buf_str(&method));
    json_begin_object(w);
    put_operation_id(p, route);
    put_text(w, "summary", route->summary);
    json_put_name(w, STR("tags"));
    json_begin_array(w);
    json_put_str(w, str_from(target->feature->name));
    json_end_array(w);
    put_text(w, "x-albumen-who", route_who_names[route->who]);
    put_text(w, "x-albumen-kind", route_kind_names[route->kind]);
    if (route->who == WHO_ANYONE) {
        json_put_name(w, STR("security"));
        json_begin_array(w);
        json_end_array(w);
    }
    put_parameters(p, route);
    put_body(p, route);
    put_responses(p, route);
    json_end_object(w);
}

static void put_path_name(struct printer *p, const char *path)
{
    struct str rest = str_slice(str_from(path), 1, SIZE_MAX), segment;
    AUTO_BUF name = { 0 };

    buf_init(&name, 512);
    while (!str_is_null(rest)) {
        str_cut(rest, '/', &segment, &rest);
        if (str_starts(segment, STR(":")))
            buf_putf(&name, "/{" STR_FMT "}",
                     STR_ARG(str_slice(segment, 1, str_find_char(segment, '*', 0))));
        else
            buf_putf(&name, "/" STR_FMT, STR_ARG(segment));
    }
    json_put_name(&p->w, buf_str(&name));
}

/* Methods of one path stand in one object, at the path's first row. */
static void put_paths(struct printer *p, const struct api *api)
{
    begin_named(&p->w, "paths");
    for (size_t i = 0; i < api->route_count; i++) {
        const char *path = api->routes[i].route->path;
        bool seen = false;

        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp(api->routes[k].route->path, path) == 0;
        if (seen)
            continue;
        put_path_name(p, path);
        json_begin_object(&p->w);
        for (size_t k = i; k < api->route_count; k++) {
            if (strcmp(api->routes[k].route->path, path) != 0)
                continue;
            p->spelling = api->routes[k].feature->spelling;
            put_operation(p, &api->routes[k]);
        }
        json_end_object(&p->w);
    }
    json_end_object(&p->w);
}

static const struct shape *shape_of(const struct route *route, bool is_request)
{
    return is_request ? route->body : route->answer;
}

static bool is_first_use(const struct api *api, size_t index, bool is_request,
                         const struct shape *shape)
{
    for (size_t i = 0; i < index; i++) {
        if (shape_of(api->routes[i].route, is_request) == shape)
            return false;
    }
    return true;
}

static void put_error_schema(struct json_writer *w)
{
    static const char text[] =
        "{\"type\":\"object\",\"required\":[\"error\"],\"properties\":{\"error\":{\"type\":\"object\","
        "\"required\":[\"code\",\"message\",\"field\"],\"properties\":{\"code\":{\"type\":\"string\"},"
        "\"message\":{\"type\":\"string\"},\"field\":{\"type\":[\"string\",\"null\"]}}}}}";

    json_put_name(w, STR("Error"));
    json_put_raw(w, str_from(text));
}

static void put_components(struct printer *p, const struct api *api)
{
    begin_named(&p->w, "components");
    begin_named(&p->w, "securitySchemes");
    json_put_name(&p->w, STR("bearer"));
    json_put_raw(&p->w, STR("{\"type\":\"http\",\"scheme\":\"bearer\"}"));
    json_put_name(&p->w, STR("session"));
    json_put_raw(&p->w,
                 STR("{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"albumen_session\"}"));
    json_end_object(&p->w);
    begin_named(&p->w, "schemas");
    put_error_schema(&p->w);
    for (int request = 0; request < 2; request++) {
        for (size_t i = 0; i < api->route_count; i++) {
            const struct shape *shape = shape_of(api->routes[i].route, request == 1);

            if (shape == NULL || !is_first_use(api, i, request == 1, shape))
                continue;
            p->spelling = api->routes[i].feature->spelling;
            begin_named(&p->w, shape->name);
            put_fields(p, shape->fields, request == 1);
            json_end_object(&p->w);
        }
    }
    json_end_object(&p->w);
    json_end_object(&p->w);
}

void api_print_openapi(const struct api *api, struct buf *out)
{
    struct printer p = { .w.out = out };

    json_begin_object(&p.w);
    put_text(&p.w, "openapi", "3.1.0");
    begin_named(&p.w, "info");
    put_text(&p.w, "title", "Albumen");
    put_text(&p.w, "version", ALBUMEN_VERSION);
    put_text(&p.w, "description", "A self-hosted studio for AI image generation.");
    begin_named(&p.w, "license");
    put_text(&p.w, "name", "Apache-2.0");
    put_text(&p.w, "identifier", "Apache-2.0");
    json_end_object(&p.w);
    json_end_object(&p.w);
    json_put_name(&p.w, STR("servers"));
    json_put_raw(&p.w, STR("[{\"url\":\"/\"}]"));
    json_put_name(&p.w, STR("security"));
    json_put_raw(&p.w, STR("[{\"bearer\":[]},{\"session\":[]}]"));
    put_paths(&p, api);
    put_components(&p, api);
    json_end_object(&p.w);
}
