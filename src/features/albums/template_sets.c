/* The built-in sets of shots, with the directions that a photographer would give. */
#include "features/albums/template_sets.h"

static const struct template_shot portrait[] = {
    { "Headshot", "tight head and shoulders, face square to the camera, direct eye contact, calm "
                  "half smile, large soft key light from the left, plain grey backdrop" },
    { "Three-quarter", "head and shoulders turned a quarter to the right, eyes to the camera, rim "
                       "light on the far cheek, dark backdrop" },
    { "Casual", "waist up, relaxed laugh, looking just past the camera, open shade outdoors, "
                "leaves far out of focus behind" },
    { "Professional", "waist up, upright, arms loosely crossed, confident and friendly, bright "
                      "office window light from the side" },
    { "Profile", "clean side profile, chin level, eyes closed to the light of a low sun, much "
                 "quiet space in front of the face" },
    { "Environment", "full figure, small in a wide frame, walking through a place that suits them, "
                     "late afternoon, long shadows" },
};

static const struct template_shot product[] = {
    { "Hero", "three-quarter view slightly from above, alone on a seamless pale ground, one large "
              "soft light, crisp edge highlights, soft contact shadow" },
    { "Lifestyle", "in use on a real table by a window, a hand just reaching for it, morning "
                   "light, background out of focus" },
    { "Detail", "macro of the most telling part, texture and finish filling the frame, raking "
                "light, razor-thin focus" },
    { "Flat lay", "from straight above, with two or three things that belong to it, even light, "
                  "orderly and calm arrangement" },
};

static const struct template_shot character[] = {
    { "Neutral", "full figure from the front, standing at ease, arms a little away from the body, "
                 "even light, plain light ground" },
    { "Expression", "close-up of the face with a strong emotion, brows and mouth clearly drawn, "
                    "same colours and features" },
    { "Action", "full figure in mid-leap, dynamic low angle, clothes and hair following the "
                "movement, background kept simple" },
    { "Back view", "full figure from behind, head turned over the shoulder, same proportions and "
                   "outfit, even light, plain light ground" },
};

const struct template_set template_sets[] = {
    { "portrait", "Portrait session", portrait, COUNT(portrait) },
    { "product", "Product shoot", product, COUNT(product) },
    { "character", "Character sheet", character, COUNT(character) },
};
const size_t template_set_count = COUNT(template_sets);

const struct template_set *template_set_find(struct str name)
{
    for (size_t i = 0; i < template_set_count; i++) {
        if (str_eq(str_from(template_sets[i].name), name))
            return &template_sets[i];
    }
    return NULL;
}
