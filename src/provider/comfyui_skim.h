/*
 * Walks over JSON without a tree. What ComfyUI tells of a job holds the whole graph, of any size
 * and with Python's NaN in it; of interest are a few members beside it.
 */
#ifndef PROVIDER_COMFYUI_SKIM_H
#define PROVIDER_COMFYUI_SKIM_H

#include "base/str.h"

/* One object or array. What lies inside of its values is not judged: those that matter are parsed.
 */
struct skim {
    struct str rest;
    bool broken; /* it is not there, or ends too early: to be asked when there is nothing more */
};

/* bracket is '{' or '['. */
struct skim skim_open(struct str text, char bracket);
/* The next value of an array, as text; false at its end. */
bool skim_item(struct skim *s, struct str *out);
/* The next member of an object; the name as it is written, without its quotes. */
bool skim_member(struct skim *s, struct str *out_name, struct str *out);

/* The value of that member, or no value. */
struct str skim_find(struct str object, const char *name);
/* The value at that place, or no value. */
struct str skim_at(struct str array, size_t index);

#endif
