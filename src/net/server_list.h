/* Circular lists whose links live in their members: nothing is allocated, taking out is O(1). */
#ifndef NET_SERVER_LIST_H
#define NET_SERVER_LIST_H

#include "base/base.h"

/* A list's head, or one member's place in it. All zero: in no list. */
struct link {
    struct link *prev, *next;
};

static inline void list_init(struct link *list)
{
    list->prev = list->next = list;
}

static inline bool list_is_empty(const struct link *list)
{
    return list->next == list;
}

static inline bool link_is_in_list(const struct link *link)
{
    return link->next != NULL;
}

static inline void list_append(struct link *list, struct link *link)
{
    link->prev = list->prev;
    link->next = list;
    list->prev->next = link;
    list->prev = link;
}

/* Also for a link that is in no list. */
static inline void link_remove(struct link *link)
{
    if (link->next == NULL)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    *link = (struct link){ 0 };
}

/* The first one, taken out; the list is not empty. */
static inline struct link *list_take_first(struct link *list)
{
    struct link *first = list->next;

    list->next = first->next;
    list->next->prev = list;
    *first = (struct link){ 0 };
    return first;
}

#endif
