/* Searches of any bytes: what is read holds what it promises, and SQLite takes what is made of it.
 */
#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "features/library/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A table of words as the program has it, with nothing in it: a text that it cannot read is an
 * error all the same. */
static sqlite3_stmt *prepare(void)
{
    static sqlite3_stmt *stmt;
    sqlite3 *base;

    if (stmt != NULL)
        return stmt;
    if (sqlite3_open(":memory:", &base) != SQLITE_OK ||
        sqlite3_exec(base,
                     "CREATE VIRTUAL TABLE texts USING fts5 (words, tokenize = \"ascii tokenchars "
                     "'#'\"); INSERT INTO texts VALUES ('a kite # over the sea #1 #u1')",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(base, "SELECT rowid FROM texts WHERE texts MATCH ?1", -1, &stmt, NULL) !=
            SQLITE_OK)
        abort();
    return stmt;
}

static void check_match(struct str match)
{
    sqlite3_stmt *stmt = prepare();
    int rc;

    sqlite3_bind_text(stmt, 1, match.ptr, (int)match.len, SQLITE_TRANSIENT);
    rc = sqlite3_step(stmt);
    assert(rc == SQLITE_ROW || rc == SQLITE_DONE);
    sqlite3_reset(stmt);
}

static void check_words(struct str words)
{
    assert(words.len > 0 && words.ptr[0] != ' ' && words.ptr[words.len - 1] != ' ');
    for (size_t i = 0; i < words.len; i++) {
        unsigned char c = (unsigned char)words.ptr[i];

        assert(c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               (c == ' ' && words.ptr[i + 1] != ' '));
    }
}

/* Quotes come in pairs, and so do brackets: nobody gets out of them. */
static void check_condition(struct str condition)
{
    size_t quotes = 0;
    int depth = 0;

    for (size_t i = 0; i < condition.len; i++) {
        quotes += condition.ptr[i] == '\'';
        if (quotes % 2 == 0)
            depth += (condition.ptr[i] == '(') - (condition.ptr[i] == ')');
        assert(condition.ptr[i] != '\\' && depth >= 0);
    }
    assert(quotes % 2 == 0 && depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA a = { 0 };
    struct listing listing = { .user_id = STR("u"), .after = STR(""), .before = STR("~") };
    struct parsed_query *query = arena_new(&a, struct parsed_query);
    struct search search = { &listing, query, false };
    struct search_text text;
    struct err e = { 0 };

    if (!query_read(&a, str_of(data, size), query, &e)) {
        assert(e.code == ERR_INVALID && e.msg[0] != '\0' && e.field[0] == 'q');
        return 0;
    }
    assert(query->count <= QUERY_TERMS_MAX && query->from_ms >= 0 && query->to_ms >= 0);
    for (size_t i = 0; i < query->count; i++) {
        if (query->terms[i].type == QUERY_WORDS)
            check_words(query->terms[i].value);
    }
    text = search_text(&a, &search, 1);
    check_condition(text.condition);
    if (query->has_words && str_is_utf8(text.match))
        check_match(text.match);
    return 0;
}
