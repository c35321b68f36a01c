/* Heads, faces and busts; in units of half a head's height, the head's middle at the origin. */
#ifndef IMAGE_SKETCH_PORTRAIT_H
#define IMAGE_SKETCH_PORTRAIT_H

#include "image/sketch/num.h"
#include "image/sketch/plan.h"

/* One person, decided from words and the identity's dice. */
struct sitter {
    int person, age, hair, clothes, beard, glasses, hat, face;
    bool feminine, earrings, freckles, lashes;
    float cheek, jaw, chin; /* half widths */
    float eye_gap, eye_width, eye_open, brow_tilt, nose_width, mouth_width, lips;
    float shoulder; /* half width */
    struct rgb skin, skin_dark, skin_warm, hair_colour, hair_light, hair_dark, iris, lip;
    struct rgb cloth, cloth_dark, cloth2;
    float bottom;     /* where a bust's clothes end */
    float yaw;        /* -1 looks left, 1 looks right */
    float light;      /* as in scene */
    struct dice dice; /* of the identity, for strands and curls */
};

void sitter_cast(struct sitter *who, const struct plan *plan, const struct scene *s);

/* Where something of depth `depth` (0 the middle of the head, 1 the tip of the nose) lies sideways.
 */
float sitter_turned(const struct sitter *who, float x, float depth);

void portrait_body(struct scene *s, const struct sitter *who, bool full);
void portrait_neck(struct scene *s, const struct sitter *who);
void portrait_face(struct scene *s, const struct sitter *who);
void portrait_hair_back(struct scene *s, const struct sitter *who);
void portrait_hair_front(struct scene *s, const struct sitter *who);
void portrait_extras(struct scene *s, const struct sitter *who); /* glasses, hat, earrings */
void portrait_robot(struct scene *s, const struct sitter *who);
void portrait_animal(struct scene *s, const struct sitter *who, const struct plan *plan);
/* The plan's person or animal without surroundings, drawn at `at`. */
void portrait_sitter(struct scene *s, const struct plan *plan, struct affine at, bool full,
                     float bottom);
void portrait_backdrop(struct scene *s, const struct plan *plan);

#endif
