/* The job kind that makes pictures: asks a backend, stores what comes, writes down how it was made.
 */
#ifndef WORK_GENERATE_H
#define WORK_GENERATE_H

#include "base/json.h"
#include "engine/image.h"
#include "work/kind.h"
#include "work/services.h"

/* A picture to go by: one of the user's own, or anybody's by its address. Never its bytes. */
struct generate_reference {
    struct str image; /* its id; a request may have an address here, too */
    struct str url;   /* or its address */
    struct str role;  /* "subject", "style", ...: no value leaves it to the backend */
};
enum { GENERATE_REFERENCES_MAX = 16 };

/* What to make, as requests and payloads have it. */
struct generate_request {
    struct str prompt, negative_prompt, style;
    struct opt_i64 width, height; /* neither: what the backend likes */
    struct opt_i64 seed, steps;
    struct opt_f64 guidance;
    const struct json *options;   /* the backend's own */
    struct field_list references; /* struct generate_reference */
};
extern const struct field generate_request_json[];
/* As it is asked for: with a shape in place of a size. */
struct generate_wish {
    struct generate_request request;
    struct str aspect_ratio;
};
extern const struct field generate_wish_json[];

/* A job's payload. */
struct generate_payload {
    struct str backend;
    struct str key_folder; /* where its pictures go: "library/<user>" */
    struct str key_name;   /* their file there, without the ending; no value: the image's id */
    struct generate_request request;
    struct str cloud_copy;   /* see struct order */
    const struct json *door; /* what the kind of a door adds */
};
extern const struct field generate_payload_json[];

extern const struct job_kind generate_kind;
/* What its payload's door says. */
struct generate_door {
    struct str album_id; /* that the pictures go into, or no value */
};
extern const struct field generate_door_json[];

/*
 * For the kinds of doors, whose payload is the same: generate_run makes and stores the pictures,
 * generate_settle writes their rows and the job's result. Between both, the pictures are
 * run->done's.
 */
bool generate_run(struct work_run *run, struct err *e);
bool generate_settle(struct db_tx *tx, struct work_run *run, struct err *e);
const struct image *generate_images(const struct work_run *run, size_t *out_count);
MUST_CHECK bool generate_payload_read(struct arena *a, const struct job *job,
                                      struct generate_payload *out, struct err *e);

/* What a job is to make, as lists of jobs tell it; nothing where it is of another kind. */
struct generate_asked {
    struct str prompt;
    struct opt_i64 width, height;
};
struct generate_asked generate_asked_of(struct arena *a, const struct job *job);

/* As the provider takes it, but for the references, whose bytes are not here. */
struct gen_request generate_to_provider(const struct generate_request *r);

#endif
