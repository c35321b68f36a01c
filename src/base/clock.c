/* Time: the wall clock for what is stored, the steady clock for what is measured. Tests may take it
 * over. */
#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static atomic_llong virtual_ms = -1;

void clock_set_virtual(int64_t ms)
{
    atomic_store(&virtual_ms, ms < 0 ? -1 : ms);
}

static int64_t read_ns(clockid_t which)
{
    int64_t ms = atomic_load_explicit(&virtual_ms, memory_order_relaxed);
    struct timespec now;

    if (ms >= 0)
        return ms * 1000000;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_now_ms(void)
{
    return read_ns(CLOCK_REALTIME) / 1000000;
}

int64_t clock_steady_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_steady_ms(void)
{
    return clock_steady_ns() / 1000000;
}

enum { MS_PER_DAY = 86400000 };

/* Days since 1970 of a date in the Gregorian calendar; years are counted from March, so the leap
 * day comes last. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* And back: like gmtime_r, which asks for the time zone under a lock, though, and that shows in a
 * page with a hundred times. A month is found by its number of 31 days, or is the next. */
static void civil_from_days(int64_t days, int64_t *out_year, int *out_month, int *out_day)
{
    int64_t year = 1970 + days * 400 / 146097;
    int month;

    while (days_from_civil(year, 1, 1) > days)
        year--;
    while (days_from_civil(year + 1, 1, 1) <= days)
        year++;
    month = (int)((days - days_from_civil(year, 1, 1)) / 31) + 1;
    if (month < 12 && days_from_civil(year, month + 1, 1) <= days)
        month++;
    *out_year = year;
    *out_month = month;
    *out_day = (int)(days - days_from_civil(year, month, 1)) + 1;
}

/* `count` decimal digits, with zeros in front; on the path of every answer, so no printf. */
static char *put_digits(char *to, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        to[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + count;
}

static char *put_mark(char *to, char mark)
{
    *to = mark;
    return to + 1;
}

void clock_format_iso(int64_t ms, char out[CLOCK_ISO_LEN + 1])
{
    static const int64_t first = -62135596800000, last = 253402300799999; /* years 0001 to 9999 */
    int64_t days, year, of_day;
    int month, day;
    char *to = out;

    ms = MAX(first, MIN(ms, last));
    of_day = (ms % MS_PER_DAY + MS_PER_DAY) % MS_PER_DAY;
    days = (ms - of_day) / MS_PER_DAY;
    civil_from_days(days, &year, &month, &day);
    to = put_mark(put_digits(to, year, 4), '-');
    to = put_mark(put_digits(to, month, 2), '-');
    to = put_mark(put_digits(to, day, 2), 'T');
    to = put_mark(put_digits(to, of_day / 3600000, 2), ':');
    to = put_mark(put_digits(to, of_day / 60000 % 60, 2), ':');
    to = put_mark(put_digits(to, of_day / 1000 % 60, 2), '.');
    to = put_mark(put_digits(to, of_day % 1000, 3), 'Z');
    *to = '\0';
}

/* `count` digits at *at, which moves on. */
static bool read_digits(struct str s, size_t *at, size_t count, int64_t *out)
{
    struct str digits = str_slice(s, *at, *at + count);

    if (digits.len < count || digits.ptr[0] == '-' || !str_to_i64(digits, 0, INT64_MAX, out))
        return false;
    *at += count;
    return true;
}

static bool read_char(struct str s, size_t *at, const char *accepted)
{
    if (*at >= s.len || s.ptr[*at] == '\0' || strchr(accepted, s.ptr[*at]) == NULL)
        return false;
    (*at)++;
    return true;
}

/* ".123456" to milliseconds; more digits are cut. */
static bool read_fraction(struct str s, size_t *at, int64_t *out_ms)
{
    int64_t unit = 100;
    size_t start;

    *out_ms = 0;
    if (!read_char(s, at, "."))
        return true;
    start = *at;
    while (*at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9') {
        *out_ms += unit * (s.ptr[*at] - '0');
        unit /= 10;
        (*at)++;
    }
    return *at > start;
}

static bool read_zone(struct str s, size_t *at, int64_t *out_minutes)
{
    int64_t hours, minutes;
    bool west;

    *out_minutes = 0;
    if (read_char(s, at, "Zz"))
        return true;
    west = *at < s.len && s.ptr[*at] == '-';
    if (!read_char(s, at, "+-") || !read_digits(s, at, 2, &hours) || !read_char(s, at, ":") ||
        !read_digits(s, at, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *out_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

static int days_in_month(int64_t year, int64_t month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

bool clock_parse_iso(struct str s, int64_t *out_ms)
{
    int64_t year, month, day, hour, minute, second, fraction, zone;
    size_t at = 0;

    if (!read_digits(s, &at, 4, &year) || !read_char(s, &at, "-") ||
        !read_digits(s, &at, 2, &month) || !read_char(s, &at, "-") ||
        !read_digits(s, &at, 2, &day) || !read_char(s, &at, "Tt ") ||
        !read_digits(s, &at, 2, &hour) || !read_char(s, &at, ":") ||
        !read_digits(s, &at, 2, &minute) || !read_char(s, &at, ":") ||
        !read_digits(s, &at, 2, &second) || !read_fraction(s, &at, &fraction) ||
        !read_zone(s, &at, &zone) || at != s.len)
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) ||
        hour > 23 || minute > 59 || second > 59)
        return false;
    *out_ms = days_from_civil(year, (int)month, (int)day) * MS_PER_DAY +
              ((hour * 60 + minute - zone) * 60 + second) * 1000 + fraction;
    return true;
}

struct str clock_format_http(struct arena *a, int64_t ms)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    return arena_strf(a, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday], parts.tm_mday,
                      months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                      parts.tm_sec);
}
