/* Loads libcurl once and keeps it: unloading would pull its threads' code from under them. */
#include "net/fetch_curl.h"

#include <assert.h>
#include <dlfcn.h>
#include <string.h>

#include "base/thread.h"

#define FUNCTION(member)                                                                           \
    {                                                                                              \
        "curl_" #member, offsetof(struct fetch_curl, member)                                       \
    }

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
    FUNCTION(global_init),
    FUNCTION(global_cleanup),
    FUNCTION(free),
    FUNCTION(easy_init),
    FUNCTION(easy_setopt),
    FUNCTION(easy_getinfo),
    FUNCTION(easy_strerror),
    FUNCTION(easy_send),
    FUNCTION(easy_recv),
    FUNCTION(easy_cleanup),
    FUNCTION(multi_init),
    FUNCTION(multi_add_handle),
    FUNCTION(multi_remove_handle),
    FUNCTION(multi_perform),
    FUNCTION(multi_poll),
    FUNCTION(multi_info_read),
    FUNCTION(multi_cleanup),
    FUNCTION(slist_append),
    FUNCTION(slist_free_all),
    FUNCTION(url),
    FUNCTION(url_set),
    FUNCTION(url_get),
    FUNCTION(url_cleanup),
};

static_assert(COUNT(functions) * sizeof(void *) == sizeof(struct fetch_curl),
              "one row for each function");

enum { MAX_IDLE = 16 };

/* The library of the process; the lock guards what follows. */
static struct lock load_lock = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER };
static struct fetch_curl loaded;
static bool is_loaded;
static CURLM *idle[MAX_IDLE];
static size_t idle_count;

void fetch_curl_unload(void)
{
    while (idle_count > 0)
        loaded.multi_cleanup(idle[--idle_count]);
    if (is_loaded)
        loaded.global_cleanup();
    is_loaded = false;
}

static bool load(struct fetch_curl *out, struct err *e)
{
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        return err_set(e, ERR_UNAVAILABLE,
                       "libcurl.so.4 cannot be loaded; it is in Debian's package libcurl4");
    for (size_t i = 0; i < COUNT(functions); i++) {
        void *address = dlsym(library, functions[i].name);

        if (address == NULL)
            return err_set(e, ERR_UNAVAILABLE, "libcurl.so.4 is too old: it has no %s",
                           functions[i].name);
        memcpy((char *)out + functions[i].offset, &address, sizeof(address));
    }
    if (out->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, ERR_UNAVAILABLE, "libcurl cannot be started");
    return true;
}

bool fetch_curl_load(const struct fetch_curl **out, struct err *e)
{
    LOCKED(&load_lock);

    if (!is_loaded && !load(&loaded, e))
        return false;
    is_loaded = true;
    *out = &loaded;
    return true;
}

CURLM *fetch_curl_take_multi(void)
{
    LOCKED(&load_lock);

    return idle_count > 0 ? idle[--idle_count] : loaded.multi_init();
}

void fetch_curl_give_multi(CURLM *multi)
{
    LOCKED(&load_lock);

    if (idle_count < MAX_IDLE)
        idle[idle_count++] = multi;
    else
        loaded.multi_cleanup(multi);
}
