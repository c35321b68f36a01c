/* The notes that the tests of the databases write: rows with a number, a text and a parent. */
#include "db_place.h"

#include <stdio.h>

const struct field note_fields[] = {
    { FIELD(struct note, number) },
    { FIELD(struct note, body) },
    { FIELD(struct note, rank) },
    { FIELD(struct note, parent) },
    { 0 },
};

static bool insert(struct db_tx *tx, void *arg, struct err *e)
{
    return db_exec(tx, Q_NOTE_INSERT, note_fields, arg, e);
}

bool note_insert(struct db *db, int64_t number, struct err *e)
{
    char body[32];
    struct note note = { .number = number, .rank = 1 };

    snprintf(body, sizeof(body), "note %lld", (long long)number);
    note.body = str_from(body);
    return db_write(db, insert, &note, e);
}

struct question {
    enum query query;
    struct note answer;
};

static bool ask(struct db_tx *tx, void *arg, struct err *e)
{
    struct question *q = arg;
    AUTO_ARENA a = { 0 };

    return db_row(tx, &a, q->query, note_fields, &q->answer, note_fields, &q->answer, e);
}

int64_t ask_number(struct db *db, enum query query)
{
    struct question q = { .query = query };
    struct err e = { 0 };

    CHECK_OK(db_read(db, ask, &q, &e));
    return q.answer.number;
}

int64_t note_count(struct db *db)
{
    return ask_number(db, Q_NOTE_COUNT);
}
