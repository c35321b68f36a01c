/* The channels of one loop, and the latest notices for exchanges about to become streams. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/server_loop.h"

struct notice *notice_create(int references, struct str name, struct str frame)
{
    struct notice *n = mem_alloc(sizeof(*n) + name.len + frame.len);
    char *text = (char *)(n + 1);

    atomic_init(&n->references, references);
    if (name.len > 0)
        memcpy(text, name.ptr, name.len);
    n->name = str_of(text, name.len);
    if (frame.len > 0)
        memcpy(text + name.len, frame.ptr, frame.len);
    n->frame = str_of(text + name.len, frame.len);
    return n;
}

void notice_release(struct notice *n)
{
    if (atomic_fetch_sub(&n->references, 1) == 1)
        free(n);
}

void hub_init(struct hub *h)
{
    for (size_t i = 0; i < HUB_BUCKETS; i++)
        list_init(&h->buckets[i]);
    list_init(&h->touched);
}

void hub_deinit(struct hub *h)
{
    hub_forget_recent(h);
    for (size_t i = 0; i < HUB_BUCKETS; i++)
        assert(list_is_empty(&h->buckets[i]) || h->buckets[i].next == NULL);
}

struct channel *hub_channel(struct hub *h, struct str name, bool create)
{
    struct link *bucket = &h->buckets[str_hash(name) % HUB_BUCKETS];
    struct channel *ch;

    for (struct link *at = bucket->next; at != bucket; at = at->next) {
        ch = CONTAINER_OF(at, struct channel, link);
        if (str_eq(str_of(ch->name, ch->name_bytes), name))
            return ch;
    }
    if (!create)
        return NULL;
    ch = mem_alloc(sizeof(*ch) + name.len);
    if (name.len > 0)
        memcpy(ch->name, name.ptr, name.len);
    ch->name_bytes = name.len;
    list_init(&ch->streams);
    list_append(bucket, &ch->link);
    return ch;
}

void channel_join(struct channel *ch, struct stream *s)
{
    s->channel = ch;
    list_append(&ch->streams, &s->link);
}

static void channel_drop_news(struct channel *ch)
{
    for (size_t i = 0; i < ch->news_count; i++)
        notice_release(ch->news[i]);
    free(ch->news);
    ch->news = NULL;
    ch->news_count = ch->news_cap = 0;
}

static void channel_free_if_empty(struct channel *ch)
{
    if (!list_is_empty(&ch->streams) || ch->news_count > 0)
        return; /* one with news is freed after its delivery */
    link_remove(&ch->link);
    free(ch);
}

void channel_leave(struct channel *ch, struct stream *s)
{
    link_remove(&s->link);
    s->channel = NULL;
    channel_free_if_empty(ch);
}

void hub_forget_recent(struct hub *h)
{
    for (size_t i = 0; i < h->recent_count; i++)
        notice_release(h->recent[(h->seen - i) % HUB_RECENT]);
    h->recent_count = h->recent_bytes = 0;
}

bool hub_has_gap(const struct hub *h, uint64_t seen)
{
    return h->seen - seen > h->recent_count;
}

static void drop_oldest(struct hub *h)
{
    struct notice *oldest = h->recent[(h->seen - h->recent_count + 1) % HUB_RECENT];

    h->recent_bytes -= oldest->frame.len;
    h->recent_count--;
    notice_release(oldest);
}

static void remember(struct hub *h, struct notice *n)
{
    if (h->recent_count == HUB_RECENT)
        drop_oldest(h);
    h->seen++;
    h->recent[h->seen % HUB_RECENT] = n;
    h->recent_count++;
    h->recent_bytes += n->frame.len;
    atomic_fetch_add(&n->references, 1);
    while (h->recent_bytes > HUB_RECENT_BYTES)
        drop_oldest(h);
}

static void add_news(struct hub *h, struct channel *ch, struct notice *n)
{
    if (ch->news_count == ch->news_cap) {
        ch->news_cap = MAX(ch->news_cap * 2, (size_t)4);
        ch->news = mem_realloc(ch->news, ch->news_cap * sizeof(struct notice *));
    }
    ch->news[ch->news_count++] = n;
    if (ch->news_count == 1)
        list_append(&h->touched, &ch->touched);
}

void hub_take(struct loop *l, struct notice *n)
{
    struct channel *ch;

    if (l->lent > 0) {
        remember(&l->hub, n);
    } else {
        hub_forget_recent(&l->hub); /* recent ends with the newest, or is empty */
        l->hub.seen++;
    }
    if (n->ends_streams) {
        hub_deliver(l); /* what came before the end is still theirs */
        stream_end_all_of(l, n->name);
        notice_release(n);
        return;
    }
    ch = hub_channel(&l->hub, n->name, false);
    if (ch != NULL)
        add_news(&l->hub, ch, n);
    else
        notice_release(n);
}

void hub_deliver(struct loop *l)
{
    while (!list_is_empty(&l->hub.touched)) {
        struct channel *ch =
            CONTAINER_OF(list_take_first(&l->hub.touched), struct channel, touched);

        for (struct link *at = ch->streams.next, *next; at != &ch->streams; at = next) {
            next = at->next; /* a stream that is cut leaves the list */
            stream_deliver(CONTAINER_OF(at, struct stream, link), ch->news, ch->news_count);
        }
        channel_drop_news(ch);
        channel_free_if_empty(ch);
    }
}
