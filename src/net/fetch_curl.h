/* libcurl as a table of functions, loaded when it is first needed: linked, it would cost every
 * start megabytes. */
#ifndef NET_FETCH_CURL_H
#define NET_FETCH_CURL_H

#define CURL_DISABLE_TYPECHECK /* its macros stand in the way of calls through pointers */
#include <curl/curl.h>

#include "base/err.h"

/* Each is the libcurl function of that name behind "curl_". */
struct fetch_curl {
    CURLcode (*global_init)(long flags);
    void (*global_cleanup)(void);
    void (*free)(void *ptr);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
    const char *(*easy_strerror)(CURLcode code);
    CURLcode (*easy_send)(CURL *easy, const void *bytes, size_t count, size_t *sent);
    CURLcode (*easy_recv)(CURL *easy, void *room, size_t count, size_t *got);
    void (*easy_cleanup)(CURL *easy);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_perform)(CURLM *multi, int *running);
    CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd extra[], unsigned extra_count,
                            int timeout_ms, int *ready);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
    CURLMcode (*multi_cleanup)(CURLM *multi);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    CURLU *(*url)(void);
    CURLUcode (*url_set)(CURLU *url, CURLUPart part, const char *text, unsigned flags);
    CURLUcode (*url_get)(const CURLU *url, CURLUPart part, char **out, unsigned flags);
    void (*url_cleanup)(CURLU *url);
};

/* Any thread; valid until fetch_curl_unload, which nobody may call meanwhile. ERR_UNAVAILABLE when
 * the library is missing. */
MUST_CHECK bool fetch_curl_load(const struct fetch_curl **out, struct err *e);
void fetch_curl_unload(void);

/*
 * A multi handle for one transfer, kept for the next one: it holds the certificates, which take
 * OpenSSL 3 some 50 ms to read. NULL: no memory. What is given back must be without transfers.
 */
CURLM *fetch_curl_take_multi(void);
void fetch_curl_give_multi(CURLM *multi);

#endif
