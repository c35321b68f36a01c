/* A state machine over the bytes of a form: boundary, head, data, boundary. Holds one part's head
 * at most. */
#include "net/multipart.h"

#include <assert.h>
#include <string.h>

#include "net/text.h"

enum { BOUNDARY_MAX = 70 };

enum state {
    IN_DATA,        /* also before the first boundary, where no data may come */
    AFTER_BOUNDARY, /* a line end or "--" must follow */
    IN_HEAD,
    IN_EPILOGUE,
    BROKEN,
};

struct multipart {
    struct arena *arena;
    struct multipart_handler handler;
    enum state state;
    size_t parts;
    bool in_part;
    size_t matched; /* bytes of what is expected next: of the delimiter, of two bytes behind it */
    size_t assumed; /* of those, the first ones that did not come as bytes of the data */
    char after[2];
    size_t delimiter_len;
    char delimiter[4 + BOUNDARY_MAX]; /* with the line end and the dashes in front */
    size_t head_len;
    char head[MULTIPART_MAX_HEAD];
};

static bool is_boundary(struct str s)
{
    static const char punctuation[] = "'()+_,-./:=? ";

    if (s.len == 0 || s.len > BOUNDARY_MAX || s.ptr[s.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!alnum && (c == '\0' || strchr(punctuation, c) == NULL))
            return false;
    }
    return true;
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c <= 0x20 || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c) != NULL)
            return false;
    }
    return s.len > 0;
}

/* A backslash in front of a quote or a backslash; elsewhere browsers mean just a backslash. */
static bool is_escape(struct str s, size_t at)
{
    return s.ptr[at] == '\\' && at + 1 < s.len && (s.ptr[at + 1] == '"' || s.ptr[at + 1] == '\\');
}

/* Takes a quoted value off the front of *rest, which begins behind the opening quote. */
static bool take_quoted(struct arena *a, struct str *rest, struct str *out)
{
    size_t end = 0;
    size_t len = 0;
    char *value;

    while (end < rest->len && rest->ptr[end] != '"')
        end += is_escape(*rest, end) ? 2 : 1;
    if (end >= rest->len)
        return false;
    value = arena_alloc(a, end + 1);
    for (size_t i = 0; i < end; i++) {
        if (is_escape(*rest, i))
            i++;
        value[len++] = rest->ptr[i];
    }
    *out = str_of(value, len);
    *rest = str_slice(*rest, end + 1, rest->len);
    return true;
}

static bool take_plain(struct str *rest, struct str *out)
{
    size_t end = 0;

    while (end < rest->len && strchr("; \t\"", rest->ptr[end]) == NULL)
        end++;
    *out = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->len);
    return end > 0;
}

/* "; name=value" off the front of *rest. */
static bool take_param(struct arena *a, struct str *rest, struct str *out_name,
                       struct str *out_value)
{
    struct str s = str_trim(*rest);
    size_t equals;
    bool ok;

    if (!str_starts(s, STR(";")))
        return false;
    s = str_trim(str_slice(s, 1, s.len));
    equals = str_find_char(s, '=', 0);
    *out_name = str_slice(s, 0, equals);
    if (equals == s.len || !is_token(*out_name))
        return false;
    s = str_slice(s, equals + 1, s.len);
    if (str_starts(s, STR("\""))) {
        s = str_slice(s, 1, s.len);
        ok = take_quoted(a, &s, out_value);
    } else {
        ok = take_plain(&s, out_value);
    }
    *rest = str_trim(s);
    return ok;
}

static bool find_boundary(struct arena *a, struct str content_type, struct str *out, struct err *e)
{
    size_t end = str_find_char(content_type, ';', 0);
    struct str rest = str_slice(content_type, end, content_type.len);
    struct str name, value;

    if (!str_eq_nocase(str_trim(str_slice(content_type, 0, end)), STR("multipart/form-data")))
        return err_set(e, ERR_UNSUPPORTED_TYPE, "expected multipart/form-data");
    *out = (struct str){ 0 };
    while (rest.len > 0) {
        if (!take_param(a, &rest, &name, &value))
            return err_set(e, ERR_MALFORMED, "the content type cannot be read");
        if (!str_eq_nocase(name, STR("boundary")))
            continue;
        if (!str_is_null(*out))
            return err_set(e, ERR_MALFORMED, "the content type has two boundaries");
        *out = value;
    }
    if (!is_boundary(*out))
        return err_set(e, ERR_MALFORMED, "the content type has no usable boundary");
    return true;
}

bool multipart_create(struct arena *a, struct str content_type,
                      const struct multipart_handler *handler, struct multipart **out,
                      struct err *e)
{
    struct multipart *m;
    struct str boundary = { 0 };

    if (!find_boundary(a, content_type, &boundary, e))
        return false;
    assert(boundary.ptr != NULL);
    m = arena_new(a, struct multipart);
    m->arena = a;
    m->handler = *handler;
    m->delimiter_len = 4 + boundary.len;
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.ptr, boundary.len);
    m->matched = m->assumed = 2; /* the body begins as if behind a line end */
    *out = m;
    return true;
}

static bool read_disposition(struct multipart *m, struct str value, struct multipart_part *part,
                             struct err *e)
{
    size_t end = str_find_char(value, ';', 0);
    struct str rest = str_slice(value, end, value.len);

    if (!str_eq_nocase(str_trim(str_slice(value, 0, end)), STR("form-data")))
        return err_set(e, ERR_MALFORMED, "a part's disposition is not form-data");
    if (!str_is_null(part->name))
        return err_set(e, ERR_MALFORMED, "a part has two dispositions");
    while (rest.len > 0) {
        struct str name, text;
        struct str *slot = NULL;

        if (!take_param(m->arena, &rest, &name, &text))
            return err_set(e, ERR_MALFORMED, "a part's disposition cannot be read");
        if (str_ends(name, STR("*")))
            return err_set(e, ERR_MALFORMED, "a part's name is in an encoding not allowed here");
        if (str_eq_nocase(name, STR("name")))
            slot = &part->name;
        else if (str_eq_nocase(name, STR("filename")))
            slot = &part->filename;
        if (slot == NULL)
            continue;
        if (!str_is_null(*slot))
            return err_set(e, ERR_MALFORMED, "a part has two names");
        *slot = arena_str(m->arena, text); /* the head is written over */
    }
    if (part->name.len == 0)
        return err_set(e, ERR_MALFORMED, "a part has no name");
    return true;
}

static bool read_header(struct multipart *m, struct str line, struct multipart_part *part,
                        struct err *e)
{
    struct str name, value;

    if (!text_is_clean(line) || !str_cut(line, ':', &name, &value) || !is_token(name))
        return err_set(e, ERR_MALFORMED, "a part's head cannot be read");
    value = str_trim(value);
    if (str_eq_nocase(name, STR("Content-Disposition")))
        return read_disposition(m, value, part, e);
    if (str_eq_nocase(name, STR("Content-Type"))) {
        if (!str_is_null(part->content_type))
            return err_set(e, ERR_MALFORMED, "a part has two content types");
        part->content_type = arena_str(m->arena, value);
    } else if (str_eq_nocase(name, STR("Content-Transfer-Encoding"))) {
        if (!str_eq_nocase(value, STR("binary")) && !str_eq_nocase(value, STR("8bit")) &&
            !str_eq_nocase(value, STR("7bit")))
            return err_set(e, ERR_MALFORMED, "a part is in a transfer encoding not taken here");
    }
    return true;
}

static bool begin_part(struct multipart *m, struct err *e)
{
    struct str head = str_of(m->head, m->head_len - 2); /* without the empty line */
    struct multipart_part part = { 0 };

    while (head.len > 0) {
        size_t end = str_find(head, STR("\r\n"));

        if (!read_header(m, str_slice(head, 0, end), &part, e))
            return false;
        head = str_slice(head, end + 2, head.len);
    }
    if (str_is_null(part.name))
        return err_set(e, ERR_MALFORMED, "a part has no disposition");
    m->in_part = true;
    m->state = IN_DATA;
    m->matched = m->assumed = 2; /* the empty line also begins a delimiter */
    return m->handler.begin(m->handler.ctx, &part, e);
}

static bool feed_head(struct multipart *m, struct str *bytes, struct err *e)
{
    for (size_t i = 0; i < bytes->len; i++) {
        if (m->head_len == sizeof(m->head))
            return err_set(e, ERR_TOO_LARGE, "a part's head has more than %d bytes",
                           MULTIPART_MAX_HEAD);
        m->head[m->head_len++] = bytes->ptr[i];
        if (bytes->ptr[i] == '\n' && (str_ends(str_of(m->head, m->head_len), STR("\r\n\r\n")) ||
                                      str_eq(str_of(m->head, m->head_len), STR("\r\n")))) {
            *bytes = str_slice(*bytes, i + 1, bytes->len);
            return begin_part(m, e);
        }
    }
    *bytes = (struct str){ 0 };
    return true;
}

static bool emit(struct multipart *m, const char *ptr, size_t len, struct err *e)
{
    if (len == 0)
        return true;
    if (!m->in_part)
        return err_set(e, ERR_MALFORMED, "the form does not begin with its boundary");
    return m->handler.data(m->handler.ctx, str_of(ptr, len), e);
}

/*
 * The carriage return is the delimiter's first byte and no other one's, so a match that breaks off
 * can only begin again at the byte that broke it. What had matched in an earlier feed is given out
 * from the delimiter itself.
 */
static bool feed_data(struct multipart *m, struct str *bytes, struct err *e)
{
    const char *at = bytes->ptr;
    const char *end = at + bytes->len;
    const char *run = at;       /* data that is not given out yet */
    size_t before = m->matched; /* of the match: what came before this feed, or was assumed */

    while (at < end && m->matched < m->delimiter_len) {
        if (*at == m->delimiter[m->matched]) {
            m->matched++;
            at++;
            continue;
        }
        if (!emit(m, m->delimiter + m->assumed, before - m->assumed, e))
            return false;
        m->matched = before = m->assumed = 0;
        at = memchr(at, '\r', (size_t)(end - at));
        if (at == NULL)
            at = end;
    }
    /* Of the bytes of this feed, those of an unfinished or whole match are no data. */
    if (!emit(m, run, (size_t)(at - run) - (m->matched - before), e))
        return false;
    *bytes = str_of(at, (size_t)(end - at));
    if (m->matched == m->delimiter_len) {
        m->state = AFTER_BOUNDARY;
        m->matched = 0;
    }
    return true;
}

static bool feed_after_boundary(struct multipart *m, struct str *bytes, struct err *e)
{
    bool last;

    while (bytes->len > 0 && m->matched < 2) {
        m->after[m->matched++] = bytes->ptr[0];
        *bytes = str_slice(*bytes, 1, bytes->len);
    }
    if (m->matched < 2)
        return true;
    last = memcmp(m->after, "--", 2) == 0;
    if (!last && memcmp(m->after, "\r\n", 2) != 0)
        return err_set(e, ERR_MALFORMED, "a boundary is followed by other bytes");
    if (m->in_part && !m->handler.end(m->handler.ctx, e))
        return false;
    m->in_part = false;
    m->matched = 0;
    m->head_len = 0;
    m->state = last ? IN_EPILOGUE : IN_HEAD;
    if (!last && ++m->parts > MULTIPART_MAX_PARTS)
        return err_set(e, ERR_TOO_LARGE, "the form has more than %d parts", MULTIPART_MAX_PARTS);
    return true;
}

static bool feed_epilogue(struct multipart *m, struct str *bytes, struct err *e)
{
    for (size_t i = 0; i < bytes->len; i++) {
        if (m->matched == 2 || bytes->ptr[i] != "\r\n"[m->matched])
            return err_set(e, ERR_MALFORMED, "bytes follow the end of the form");
        m->matched++;
    }
    *bytes = (struct str){ 0 };
    return true;
}

static bool feed_some(struct multipart *m, struct str *bytes, struct err *e)
{
    switch (m->state) {
    case IN_DATA:
        return feed_data(m, bytes, e);
    case AFTER_BOUNDARY:
        return feed_after_boundary(m, bytes, e);
    case IN_HEAD:
        return feed_head(m, bytes, e);
    case IN_EPILOGUE:
        return feed_epilogue(m, bytes, e);
    case BROKEN:
        break;
    }
    return err_set(e, ERR_MALFORMED, "the form was refused before");
}

bool multipart_feed(struct multipart *m, struct str bytes, struct err *e)
{
    while (bytes.len > 0) {
        if (!feed_some(m, &bytes, e)) {
            m->state = BROKEN;
            return false;
        }
    }
    return true;
}

bool multipart_finish(struct multipart *m, struct err *e)
{
    bool ended = m->state == IN_EPILOGUE && m->matched != 1;

    m->state = BROKEN;
    return ended || err_set(e, ERR_MALFORMED, "the form breaks off");
}
