/* Looks into the file of authorities before anything is fetched. */
#include "app/authorities.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/file.h"

#define BEGIN STR("-----BEGIN CERTIFICATE-----")
#define END   STR("-----END CERTIFICATE-----")

enum { MAX_BYTES = 4 * MIB, DER_SEQUENCE = 0x30, DER_LONG = 0x80, DER_LENGTH_MAX = 4 };

/* One sequence to the last byte, and nothing cut short. What is in it, the TLS library judges. */
static bool is_sequence(struct str der)
{
    const unsigned char *at = (const unsigned char *)der.ptr;
    size_t head = 2, length;

    if (der.len < head || at[0] != DER_SEQUENCE)
        return false;
    length = at[1];
    if (length >= DER_LONG) {
        size_t digits = length - DER_LONG;

        head += digits;
        if (digits == 0 || digits > DER_LENGTH_MAX || der.len < head)
            return false;
        length = 0;
        for (size_t i = 0; i < digits; i++)
            length = length << 8 | at[2 + i];
    }
    return der.len == head + length;
}

/* Takes a line off, without the blanks behind it. */
static struct str take_line(struct str *text)
{
    struct str line;

    str_cut(*text, '\n', &line, text);
    while (line.len > 0 && (unsigned char)line.ptr[line.len - 1] <= ' ')
        line.len--;
    return line;
}

static bool is_whole(struct arena *a, struct str text)
{
    struct str der;

    return base64_decode(a, text, &der) && is_sequence(der);
}

static bool fail_damaged(struct str file, int count, struct err *e)
{
    return err_set(e, ERR_INVALID, "'guard.ca_file': certificate %d in '" STR_FMT "' is damaged",
                   count, STR_ARG(file));
}

/* Line by line, as TLS libraries read it: blanks at the end of a line are nothing, what is around
 * the certificates is a comment, and nothing else stands in a line with BEGIN or END. */
static bool check_text(struct arena *a, struct str file, struct str text, struct err *e)
{
    AUTO_BUF body = { 0 };
    bool is_inside = false;
    int count = 0;

    buf_init(&body, MAX_BYTES);
    while (text.len > 0) {
        struct str line = take_line(&text);

        if (!is_inside) {
            is_inside = str_eq(line, BEGIN);
            count += is_inside;
            buf_clear(&body);
        } else if (str_eq(line, END)) {
            if (!is_whole(a, buf_str(&body)))
                return fail_damaged(file, count, e);
            is_inside = false;
        } else {
            if (line.len == 0 || line.ptr[0] == '-')
                return fail_damaged(file, count, e);
            buf_put(&body, line);
        }
    }
    if (is_inside)
        return fail_damaged(file, count, e);
    return count > 0 || err_set(e, ERR_INVALID,
                                "'guard.ca_file': there is no certificate (PEM) in '" STR_FMT "'",
                                STR_ARG(file));
}

bool authorities_check(struct str file, struct err *e)
{
    AUTO_ARENA a = { 0 };
    struct str text;

    if (file.len == 0)
        return true;
    if (!file_read(&a, arena_cstr(&a, file), MAX_BYTES, &text, e))
        return err_wrap(e, "'guard.ca_file'");
    return check_text(&a, file, text, e);
}
