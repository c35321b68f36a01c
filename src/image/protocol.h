/* What passes between the client and albumen-image: fixed heads over a stream socket, files as
 * descriptors. */
#ifndef IMAGE_PROTOCOL_H
#define IMAGE_PROTOCOL_H

#include "base/buf.h"
#include "image/image.h"

/* Both ends are built together; the number tells a helper that was left behind by an older build.
 */
enum {
    IMAGE_PROTOCOL = 0x41B00004,
    IMAGE_SOCKET_FD = 3, /* of the helper */
    IMAGE_MAX_FDS = IMAGE_MAX_REFERENCES + 1,
    IMAGE_MAX_PAYLOAD = 1024 * 1024,
};

enum image_operation {
    IMAGE_OP_PROBE,      /* fds: in */
    IMAGE_OP_THUMBNAILS, /* fds: in, one out per box */
    IMAGE_OP_CONVERT,    /* fds: in, out; payload: records of the recipe */
    IMAGE_OP_PIXELS,     /* fds: in, out; one box */
    IMAGE_OP_COMPARE,    /* fds: the two pictures */
    IMAGE_OP_RENDER,     /* fds: out, references; payload: records of the request and the recipe */
    IMAGE_OP_MISBEHAVE,  /* test builds only */
    IMAGE_OP_COUNT
};

struct image_request {
    uint32_t protocol;
    uint32_t operation;
    uint32_t fd_count;      /* with the first byte of this head */
    uint32_t payload_bytes; /* behind this head */
    int32_t boxes[IMAGE_MAX_THUMBNAILS];
    uint32_t box_count;
    int32_t format;
    int32_t quality;
    int32_t misdeed;
};

struct image_reply {
    uint32_t protocol;
    uint32_t payload_bytes; /* texts, as records; nothing after an error */
    int32_t code;           /* ERR_NONE, or what went wrong, in words below */
    char message[200];
    int32_t format, width, height, orientation;
    uint32_t has_alpha, is_animated, has_credentials;
    uint32_t cpu_ms; /* used by this helper so far */
    uint64_t phash;
    double likeness, likeness_colour, likeness_structure;
    double likeness_face; /* where both have a face */
    uint32_t has_faces;
    struct {
        int32_t width, height;
        int64_t size_bytes;
    } outputs[IMAGE_MAX_THUMBNAILS];
};

/* The recipe travels as records with these keywords. */
#define IMAGE_RECORD_REQUEST     "request"
#define IMAGE_RECORD_PARAMETERS  "parameters"
#define IMAGE_RECORD_JSON        "json"
#define IMAGE_RECORD_SOURCE_TYPE "source_type"
#define IMAGE_RECORD_CREATOR     "creator"
#define IMAGE_RECORD_DESCRIPTION "description"

/* A payload is a run of records: two lengths of 4 bytes, keyword, value. An empty value is not
 * written. */
void image_record_put(struct buf *b, struct str keyword, struct str value);
/* False: the end, or what is no record. Cuts the record off *rest. */
bool image_record_next(struct str *rest, struct image_text *out);

#if defined(ALBUMEN_FAULTS)
/* What a hostile picture might bring the helper to do, by order of a test. */
enum image_misdeed {
    IMAGE_MISDEED_OPEN,
    IMAGE_MISDEED_SOCKET,
    IMAGE_MISDEED_EXEC,
    IMAGE_MISDEED_FORK,
    IMAGE_MISDEED_RUN_DATA, /* memory that is written and then run */
    IMAGE_MISDEED_SIGNAL,   /* to the server */
    IMAGE_MISDEED_CRASH,
    IMAGE_MISDEED_ASSERT,
    IMAGE_MISDEED_HANG,
    IMAGE_MISDEED_EXIT,
    IMAGE_MISDEED_SILENT, /* half a reply */
    IMAGE_MISDEED_LIE,    /* a reply out of all bounds */
    IMAGE_MISDEED_MEMORY, /* more than allowed */
    IMAGE_MISDEED_FILL_DISK,
    IMAGE_MISDEED_COUNT
};
#endif

#endif
