/* Pictures, looked at and made in a process of their own: nothing is decoded on this side. */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/arena.h"
#include "base/err.h"

enum image_format { IMAGE_UNKNOWN, IMAGE_PNG, IMAGE_JPEG, IMAGE_WEBP };

/* What the helper takes; larger is ERR_TOO_LARGE, before a pixel is decoded. */
enum {
    IMAGE_MAX_SIDE = 32768,
    IMAGE_MAX_PIXELS = 100 * 1000 * 1000,
    IMAGE_MAX_BYTES = 200 * 1000 * 1000,
    IMAGE_MAX_THUMBNAILS = 4,
    IMAGE_MAX_REFERENCES = 8,
    IMAGE_SNIFF_BYTES = 512, /* more than these are not looked at */
};

/* What bytes look like by their first ones. mime is application/octet-stream for what no browser
 * may run. */
struct image_kind {
    const char *name; /* "PNG", "GIF", "HTML", "unknown" */
    const char *mime;
    enum image_format format; /* IMAGE_UNKNOWN for all that the helper does not take */
    const char *ending;       /* of file names; NULL for all that is neither picture nor film */
};
const struct image_kind *image_sniff(struct str first_bytes);
const struct image_kind *image_kind_of(enum image_format format);

/* Zero is the default of each. */
struct image_options {
    const char *helper_path; /* albumen-image beside this program */
    int max_processes;       /* 2 */
    int64_t idle_ms;         /* 10 s: a helper unused for so long ends */
    int64_t time_limit_ms;   /* 10 s for one call */
    int64_t wait_limit_ms;   /* 60 s for a helper to become free */
    int64_t memory_bytes;    /* 1 GiB of address space each */
};

/*
 * Starts helpers when they are needed, and ends them when they are not. Calls block; any number of
 * threads. A picture that crashes its helper, or keeps it too long, costs that one call:
 * ERR_INVALID, ERR_TIMEOUT.
 */
struct image_service;
MUST_CHECK bool image_service_create(const struct image_options *options,
                                     struct image_service **out, struct err *e);
void image_service_destroy(struct image_service *s); /* waits for calls that are under way */

struct image_text {
    struct str keyword, value; /* "parameters"; UTF-8 */
};
/* Sizes are as the picture is shown: after its EXIF orientation, which is 1 to 8. */
struct image_info {
    enum image_format format;
    int width, height, orientation;
    bool has_alpha;       /* some pixel is not opaque */
    bool is_animated;     /* the first frame stands for all */
    bool has_credentials; /* C2PA: one changed byte makes them void */
    uint64_t phash;
    struct image_text *texts;
    size_t text_count;
};
/* Bits that differ: up to about 6 the same picture, past 16 another one. */
int image_phash_distance(uint64_t a, uint64_t b);

/* in_fd: a file, read from its first byte whatever its offset, and never written; out_fd: an empty
 * file, at its start. Both stay open. */
MUST_CHECK bool image_probe(struct image_service *s, int in_fd, struct arena *a,
                            struct image_info *out, struct err *e);

struct image_thumbnail {
    int box; /* the longer side, at most; never enlarged */
    int out_fd;
    int width, height; /* set by the call, as are the bytes */
    int64_t size_bytes;
};
/* WebP in all boxes from one decoding, and what image_probe tells. */
MUST_CHECK bool image_thumbnails(struct image_service *s, int in_fd, struct image_thumbnail *items,
                                 size_t count, struct arena *a, struct image_info *out,
                                 struct err *e);

/* Where a picture comes from, to be written into it. Each may have no value. */
struct image_recipe {
    struct str parameters;  /* A1111's text */
    struct str json;        /* our own */
    struct str source_type; /* the IPTC term: "trainedAlgorithmicMedia" */
    struct str creator, description;
};
struct image_target {
    enum image_format format;
    int quality; /* 1 to 100, of JPEG and WebP; 0: 85 */
    struct image_recipe recipe;
};
/* Upright, in sRGB, without what else the file held; JPEG stands on white. out->width and so on
 * tell of the result. */
MUST_CHECK bool image_convert(struct image_service *s, int in_fd, const struct image_target *target,
                              int out_fd, struct image_info *out, struct err *e);

/* How alike two pictures are, each from 0 to 1; docs/consistency.md tells how it is measured. */
struct image_likeness {
    double colour, structure, face, whole; /* the last one of all that there is */
    bool has_faces; /* false: none was found in one of them, or in both; face is 0 */
};
MUST_CHECK bool image_compare(struct image_service *s, int left_fd, int right_fd,
                              struct image_likeness *out, struct err *e);

/*
 * request is JSON: prompt, negative_prompt, style, seed, width, height. The picture to follow is
 * given as `reference`, an object of the prompt, negative_prompt, style, seed and reference that it
 * was made from, or else as the first of the files.
 */
struct image_render {
    struct str request;
    const int *reference_fds;
    size_t reference_count;
    struct image_recipe recipe;
};
/* The built-in renderer, into a PNG. The texts of out tell what was drawn: composition, style,
 * title. */
MUST_CHECK bool image_render(struct image_service *s, const struct image_render *render, int out_fd,
                             struct arena *a, struct image_info *out, struct err *e);

#endif
