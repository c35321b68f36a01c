/* How wide text stands on a terminal. */
#include "base/columns.h"

struct range {
    int32_t first, last;
};

/* Unicode's East Asian Width "wide" and "fullwidth", joined where only unused codes lie between. */
static const struct range wide[] = {
    { 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2329, 0x232A },   { 0x23E9, 0x23EC },
    { 0x2614, 0x2615 },   { 0x2648, 0x2653 },   { 0x26A1, 0x26A1 },   { 0x26BD, 0x26BE },
    { 0x26C4, 0x26C5 },   { 0x26D4, 0x26D4 },   { 0x2705, 0x2705 },   { 0x270A, 0x270B },
    { 0x2728, 0x2728 },   { 0x274C, 0x274C },   { 0x2753, 0x2755 },   { 0x2757, 0x2757 },
    { 0x2795, 0x2797 },   { 0x2B50, 0x2B50 },   { 0x2B55, 0x2B55 },   { 0x2E80, 0x303E },
    { 0x3041, 0x4DBF },   { 0x4E00, 0xA4CF },   { 0xA960, 0xA97F },   { 0xAC00, 0xD7A3 },
    { 0xF900, 0xFAFF },   { 0xFE30, 0xFE6F },   { 0xFF01, 0xFF60 },   { 0xFFE0, 0xFFE6 },
    { 0x17000, 0x18CFF }, { 0x1B000, 0x1B2FF }, { 0x1F18E, 0x1F19A }, { 0x1F200, 0x1F320 },
    { 0x1F32D, 0x1F64F }, { 0x1F680, 0x1F6FC }, { 0x1F7E0, 0x1F7EB }, { 0x1F90C, 0x1FAFF },
    { 0x20000, 0x3FFFD },
};

/* Marks that combine, joiners, variation selectors. */
static const struct range none[] = {
    { 0x0300, 0x036F },   { 0x0483, 0x0489 },   { 0x0591, 0x05BD }, { 0x0610, 0x061A },
    { 0x064B, 0x065F },   { 0x0E34, 0x0E3A },   { 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF },
    { 0x1DC0, 0x1DFF },   { 0x200B, 0x200F },   { 0x202A, 0x202E }, { 0x2060, 0x2064 },
    { 0x20D0, 0x20FF },   { 0xFE00, 0xFE0F },   { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF },
    { 0x1F3FB, 0x1F3FF }, { 0xE0100, 0xE01EF },
};

static bool is_in(const struct range *ranges, size_t count, int32_t code)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    }
    return false;
}

static int columns_of_code(int32_t code)
{
    if (code < 0x300)
        return 1;
    if (is_in(none, COUNT(none), code))
        return 0;
    return is_in(wide, COUNT(wide), code) ? 2 : 1;
}

int columns_of(struct str s)
{
    int columns = 0;

    while (s.len > 0)
        columns += columns_of_code(str_take_code_point(&s));
    return columns;
}

struct str columns_fit(struct str s, int columns)
{
    struct str rest = s;

    for (int used = 0; rest.len > 0;) {
        struct str after = rest;

        used += columns_of_code(str_take_code_point(&after));
        if (used > columns)
            break;
        rest = after;
    }
    return str_slice(s, 0, s.len - rest.len);
}
