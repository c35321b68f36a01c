/* A picture on its way in: however it was sent, it ends as a file and a name. */
#ifndef FEATURES_LIBRARY_UPLOAD_H
#define FEATURES_LIBRARY_UPLOAD_H

#include "api/route.h"

enum { UPLOAD_NAME_MAX = 255 };

/* fd is an unnamed file, read from 0; the strings belong to the call's arena. */
struct upload_source {
    int fd;
    struct str file_name, origin; /* or no value */
};

/*
 * The one picture of a form. The form's file becomes the picture's: the rest is cut off in place,
 * so that large uploads take neither memory nor twice the disk. fd is the request's own.
 */
MUST_CHECK bool upload_from_form(struct api_call *call, struct upload_source *out, struct err *e);

/*
 * Fetches it; fd is the caller's to close. Only public addresses, few at a time, and not for long:
 * what goes wrong is an ERR_INVALID of the field "url", ERR_TOO_LARGE, or ERR_BUSY.
 */
MUST_CHECK bool upload_from_url(struct api_call *call, struct str url, struct upload_source *out,
                                struct err *e);

/* The last part of a path of any system, and of its length what fits. */
struct str upload_file_name(struct str path);

#endif
