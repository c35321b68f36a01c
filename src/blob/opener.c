/* Threads that open stored bytes for those who may not wait. */
#include "blob/opener.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/arena.h"

enum {
    THREADS = 4,
    WAITING_MAX = 100000, /* more than there are connections; each waits for one at most */
};

struct blob_opener {
    struct blob_store *store;
    struct queue queue;
    struct lock lock; /* guards the next two */
    pthread_t threads[THREADS];
    int thread_count;
};

static void open_now(struct blob_opener *o, struct blob_opening *opening)
{
    opening->ok = blob_open_read(o->store, opening->key, &opening->file, &opening->err);
    if (opening->ok) /* a hint: who reads it finds out whether it helped */
        posix_fadvise(opening->file.fd, 0, 0, POSIX_FADV_WILLNEED);
    opening->done(opening);
}

static void *run(void *opener)
{
    struct blob_opener *o = opener;
    struct queue_item *item;

    while ((item = queue_take_all(&o->queue, 1)) != NULL)
        open_now(o, CONTAINER_OF(item, struct blob_opening, item));
    return NULL;
}

struct blob_opener *opener_create(struct blob_store *store)
{
    struct blob_opener *o = mem_alloc(sizeof(*o));

    o->store = store;
    queue_init(&o->queue, WAITING_MAX);
    lock_init(&o->lock);
    return o;
}

void opener_destroy(struct blob_opener *o)
{
    if (o == NULL)
        return;
    queue_close(&o->queue);
    for (int i = 0; i < o->thread_count; i++)
        thread_join(o->threads[i]);
    queue_deinit(&o->queue);
    lock_deinit(&o->lock);
    free(o);
}

static void start_another(struct blob_opener *o)
{
    LOCKED(&o->lock);
    if (o->thread_count < THREADS)
        thread_start(&o->threads[o->thread_count++], "albumen-open", run, o);
}

void opener_put(struct blob_opener *o, struct blob_opening *opening)
{
    assert(o != NULL);
    start_another(o);
    if (queue_put(&o->queue, &opening->item))
        return;
    opening->ok = false;
    err_set(&opening->err, ERR_BUSY, "too many files are being opened");
    opening->done(opening);
}
