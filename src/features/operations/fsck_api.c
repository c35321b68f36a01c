/* The route of the check: each call goes on where the one before has ended. */
#include "api/api.h"
#include "features/operations/check.h"
#include "features/operations/operations.h"

enum { CURSOR_MAX = 512 };

struct fsck_body {
    struct str cursor;
    bool deep, repair;
};

static const struct field fsck_body_json[] = {
    { FIELD(struct fsck_body, cursor), .max = CURSOR_MAX,
      .help = "of the answer before; without it the check begins" },
    { FIELD(struct fsck_body, deep), .help = "read every byte and compare its hash" },
    { FIELD(struct fsck_body, repair),
      .help = "repair what is found; nothing of value is removed" },
    { 0 },
};
const struct shape fsck_body_shape = { "FsckStep", fsck_body_json, sizeof(struct fsck_body) };

static const struct field finding_json[] = {
    { FIELD_ENUM(struct check_finding, kind, check_kind_names), .required = true },
    { FIELD(struct check_finding, key), .help = "in the store, or a file of the data folder" },
    { FIELD(struct check_finding, image_id) },
    { FIELD(struct check_finding, user_id), .help = "whose picture it is" },
    { FIELD(struct check_finding, detail) },
    { FIELD(struct check_finding, repaired), .required = true },
    { 0 },
};

struct fsck_answer {
    enum check_pass pass;
    int64_t rows, files, bytes, known_defects;
    struct field_list findings;
    struct str cursor;
};

static const struct field fsck_json[] = {
    { FIELD_ENUM(struct fsck_answer, pass, check_pass_names), .help = "what comes next" },
    { FIELD(struct fsck_answer, rows), .help = "pictures that this step has looked at" },
    { FIELD(struct fsck_answer, files), .help = "stored files that it has looked at" },
    { FIELD(struct fsck_answer, bytes), .unit = "bytes", .help = "that it has read" },
    { FIELD(struct fsck_answer, known_defects), .help = "that an earlier repair has noted" },
    { FIELD_LIST(struct fsck_answer, findings, struct check_finding, finding_json) },
    { FIELD(struct fsck_answer, cursor), .help = "for the next step; null: that was the last" },
    { 0 },
};
const struct shape fsck_shape = { "Fsck", fsck_json, sizeof(struct fsck_answer) };

/* Of some passes anything may be the last that was looked at. */
static bool is_place(enum check_pass pass, struct str after)
{
    int64_t day;

    if (after.len == 0)
        return !str_is_null(after);
    return pass == CHECK_FILES   ? blob_key_is_valid(after)
           : pass == CHECK_USAGE ? str_to_i64(after, 0, INT64_MAX, &day)
                                 : true;
}

/* "pictures/0193fd2e-..." */
static bool read_cursor(struct check *c, struct str cursor, struct err *e)
{
    struct str name;
    int pass;

    c->after = STR("");
    if (str_is_null(cursor))
        return true;
    str_cut(cursor, '/', &name, &c->after);
    pass = enum_find(check_pass_names, name);
    if (pass < 0 || pass == CHECK_PASS_COUNT || !is_place((enum check_pass)pass, c->after))
        return err_set_field(e, ERR_INVALID, STR("cursor"), "'cursor' is of no check");
    c->pass = (enum check_pass)pass;
    return true;
}

static struct str print_cursor(const struct check *c)
{
    if (c->pass == CHECK_PASS_COUNT)
        return (struct str){ 0 };
    return arena_strf(c->arena, "%s/" STR_FMT, check_pass_names[c->pass], STR_ARG(c->after));
}

/* It reads files and, with repair, has transactions of its own. */
bool fsck_post_prepare(struct api_call *call, struct err *e)
{
    const struct fsck_body *body = call->body;
    const struct api_options *options = api_options(call->api);
    struct fsck_answer *answer = arena_new(call->arena, struct fsck_answer);
    struct check check = { .db = options->db,
                           .services = options->services,
                           .deep = body->deep,
                           .repair = body->repair,
                           .arena = call->arena };

    if (!api_identify(call, e) || !read_cursor(&check, body->cursor, e) || !check_step(&check, e))
        return false;
    *answer = (struct fsck_answer){ .pass = check.pass,
                                    .rows = check.rows,
                                    .files = check.files,
                                    .bytes = check.bytes,
                                    .known_defects = check.known_defects,
                                    .findings = { check.findings, check.finding_count },
                                    .cursor = print_cursor(&check) };
    call->prepared = answer;
    return true;
}

bool fsck_post(struct api_call *call, struct err *e)
{
    UNUSED(e);
    call->answer = call->prepared;
    return true;
}
