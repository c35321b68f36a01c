/* The pool of helpers: who may speak to which, and when one starts or ends. */
#ifndef IMAGE_SERVICE_H
#define IMAGE_SERVICE_H

#include "image/process.h"

/*
 * Lends a helper for one exchange. The reply has been checked: its numbers lie within their limits
 * and an error in it comes back as one. The payload belongs to call->arena.
 */
MUST_CHECK bool image_service_call(struct image_service *s, struct process_call *call,
                                   struct image_reply *reply, struct str *payload, struct err *e);

#endif
