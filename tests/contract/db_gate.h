/* Keeps the writers of the test's database busy, so that what is submitted meanwhile queues up. */
#ifndef TESTS_CONTRACT_DB_GATE_H
#define TESTS_CONTRACT_DB_GATE_H

#include "db_place.h"

enum { GATE_THREADS_MAX = 2 };

/* Stands still while it is shut. */
struct gate {
    struct lock lock;
    struct db_task stoppers[GATE_THREADS_MAX];
    int count, waiting, answered;
    bool is_open;
};

/* Returns when so many writers stand before it. */
void gate_shut(struct gate *g, int writers);
void gate_shut_for_all(struct gate *g);
/* Returns when none of them knows the gate any more. */
void gate_open(struct gate *g);
#endif
