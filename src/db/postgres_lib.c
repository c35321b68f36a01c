/* libpq, loaded when the first PostgreSQL URL is opened. */
#include "db/postgres_lib.h"

#include <dlfcn.h>
#include <string.h>

#include "base/thread.h"

struct postgres_lib pq;

static const char *missing; /* what could not be found, or NULL */

/* The list in the header repeats the library's declarations: here the compiler compares them. */
#define PQ_CHECK(result, name, params)                                                             \
    _Static_assert(_Generic(&(name), result(*) params : true, default : false), #name " differs");
PQ_FUNCTIONS(PQ_CHECK)

static void load(void)
{
    /* Never closed: it has threads' data and atexit handlers of its own. */
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    void *symbol;

    if (library == NULL) {
        missing = "libpq.so.5";
        return;
    }
#define PQ_LOAD(result, name, params)                                                              \
    symbol = dlsym(library, #name);                                                                \
    if (symbol == NULL)                                                                            \
        missing = #name;                                                                           \
    memcpy(&pq.name, &symbol, sizeof(symbol));
    PQ_FUNCTIONS(PQ_LOAD)
#undef PQ_LOAD
}

bool postgres_lib_load(struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    if (missing == NULL)
        return true;
    return err_set(
        e, ERR_UNAVAILABLE,
        "PostgreSQL needs the client library libpq (%s is missing): install the package libpq5, version 14 or newer",
        missing);
}
