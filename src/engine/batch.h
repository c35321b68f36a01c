/* The order in which the engine's batches run at the end of a transaction: rows before those that
 * refer to them, and last what everybody waits for. */
#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H

enum batch_order {
    BATCH_JOBS,
    BATCH_IMAGES,
    BATCH_COMPLETIONS,
    BATCH_LEDGER,
    BATCH_USAGE,
    BATCH_EVENTS
};

#endif
