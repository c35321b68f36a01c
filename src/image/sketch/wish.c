/* Reading a prompt: cut into words, look each up, let the first of a kind win. */
#include "image/sketch/wish.h"

#include <string.h>

#include "image/sketch/num.h"
#include "image/sketch/wish_words.h"

enum { PROMPT_MAX = 4000, PHRASE_WORDS = 5 };

const char *const composition_names[COMPOSITION_COUNT] = { "portrait", "landscape", "still life",
                                                           "emblem", "pattern" };

/* What votes for which composition, and how strongly: a fox on a tarot card makes a card. */
static const struct {
    enum wish_kind kind;
    enum composition composition;
    int weight;
} votes[] = {
    { WISH_EMBLEM, COMPOSITION_EMBLEM, 12 },  { WISH_REPEAT, COMPOSITION_PATTERN, 11 },
    { WISH_PATTERN, COMPOSITION_PATTERN, 3 }, { WISH_ANIMAL, COMPOSITION_PORTRAIT, 8 },
    { WISH_PERSON, COMPOSITION_PORTRAIT, 7 }, { WISH_ITEM, COMPOSITION_STILL_LIFE, 6 },
    { WISH_LAND, COMPOSITION_LANDSCAPE, 5 },  { WISH_SYMBOL, COMPOSITION_EMBLEM, 2 },
    { WISH_HAIR, COMPOSITION_PORTRAIT, 3 },   { WISH_HAIR_TONE, COMPOSITION_PORTRAIT, 4 },
    { WISH_BEARD, COMPOSITION_PORTRAIT, 4 },  { WISH_FACE, COMPOSITION_PORTRAIT, 1 },
    { WISH_TIME, COMPOSITION_LANDSCAPE, 3 },  { WISH_WEATHER, COMPOSITION_LANDSCAPE, 3 },
};

/* Kinds that direct a shot and leave its subject as it is. */
static const uint8_t direction[] = { WISH_FACE, WISH_FRAME, WISH_ANGLE,   WISH_PLACE, WISH_LIGHT,
                                     WISH_POSE, WISH_TIME,  WISH_WEATHER, WISH_AURORA };

static bool is_direction(int kind)
{
    return memchr(direction, kind, sizeof(direction)) != NULL;
}

struct words {
    char *text; /* words of a-z, 0-9 and bytes past ASCII, one space between, one at the end */
    size_t len;
};

static bool is_word_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

static void normalise(struct str s, char out[PROMPT_MAX + 2], struct words *words)
{
    size_t n = 0;

    for (size_t i = 0; i < MIN(s.len, (size_t)PROMPT_MAX); i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c - 'A' + 'a');
        if (is_word_byte(c))
            out[n++] = (char)c;
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    if (n > 0 && out[n - 1] != ' ')
        out[n++] = ' ';
    out[n] = '\0';
    *words = (struct words){ out, n };
}

/* Whether the phrase stands at `at`, as whole words, a plural s allowed. */
static size_t phrase_at(const char *at, const char *phrase)
{
    size_t n = strlen(phrase);

    if (strncmp(at, phrase, n) != 0)
        return 0;
    if (at[n] == ' ')
        return n;
    return at[n] == 's' && at[n + 1] == ' ' ? n + 1 : 0;
}

static const char *next_word(const char *at)
{
    while (*at != ' ' && *at != '\0')
        at++;
    return *at == ' ' ? at + 1 : at;
}

/* "no", "without" and "not" just before. */
static bool is_denied(const char *start, const char *at)
{
    static const char *const denials[] = { "no ", "not ", "without ", "without a ", "no more " };

    for (size_t i = 0; i < COUNT(denials); i++) {
        size_t n = strlen(denials[i]);

        if ((size_t)(at - start) >= n && memcmp(at - n, denials[i], n) == 0 &&
            ((size_t)(at - start) == n || at[-(ptrdiff_t)n - 1] == ' '))
            return true;
    }
    return false;
}

static bool unwanted(const struct words *negative, const char *phrase)
{
    for (const char *at = negative->text; *at != '\0'; at = next_word(at))
        if (phrase_at(at, phrase) > 0)
            return true;
    return false;
}

static bool is_subject(int kind)
{
    return kind <= WISH_PATTERN;
}

/* The longest phrase here that names a subject: "flowers in a vase" are no pattern of flowers. */
static size_t longest_subject(const char *at)
{
    size_t best = 0;

    for (const struct wish_word *w = wish_words; w->text != NULL; w++)
        if (is_subject(w->kind) && w->text[0] == at[0])
            best = MAX(best, phrase_at(at, w->text));
    return best;
}

/* The first of a kind wins, but "portrait of a woman" is of a woman. */
static bool may_take(const struct wish *wish, const struct wish_word *w)
{
    return wish->value[w->kind] == WISH_NONE ||
           (w->kind == WISH_PERSON && wish->value[WISH_PERSON] == PERSON_ANY);
}

/*
 * Takes what stands at `at`; a longer phrase beats a shorter one of its kind. Says whether it only
 * directs, and in *out_len how far a subject reaches.
 */
static bool read_words_at(const char *start, const char *at, const struct words *negative,
                          struct wish *out, size_t *out_len)
{
    size_t best[WISH_KINDS] = { 0 }, subject = longest_subject(at);
    bool found = false, directs = true;

    *out_len = subject;
    if (is_denied(start, at))
        return true;
    for (const struct wish_word *w = wish_words; w->text != NULL; w++) {
        size_t n = w->text[0] == at[0] ? phrase_at(at, w->text) : 0;

        if (n == 0 || (is_subject(w->kind) && n < subject) || unwanted(negative, w->text))
            continue;
        found = true;
        directs = directs && is_direction(w->kind);
        if (n > best[w->kind] && (best[w->kind] > 0 || may_take(out, w))) {
            best[w->kind] = n;
            out->value[w->kind] = w->value;
            out->place[w->kind] = (uint16_t)(at - start);
        }
    }
    return found && directs;
}

static const struct colour_word *colour_at(const char *at)
{
    for (const struct colour_word *w = colour_words; w->text != NULL; w++)
        if (w->text[0] == at[0] && phrase_at(at, w->text) > 0)
            return w;
    return NULL;
}

/* "blue hair", "green curly hair", "grey eyes": the colour belongs to what follows it. */
static bool followed_by(const char *at, const char *phrase)
{
    for (int i = 0; i < 3 && *at != '\0'; i++) {
        at = next_word(at);
        if (phrase_at(at, phrase) > 0)
            return true;
        if (colour_at(at) != NULL)
            return false;
    }
    return false;
}

static void read_colour_at(const char *at, const struct words *negative, struct wish *out)
{
    const struct colour_word *w = colour_at(at);

    if (w == NULL || unwanted(negative, w->text))
        return;
    if (followed_by(at, "hair") || followed_by(at, "haired") || followed_by(at, "braid") ||
        followed_by(at, "curl") || followed_by(at, "bob") || followed_by(at, "ponytail"))
        out->hair_colour = w->colour;
    else if (followed_by(at, "eye") || followed_by(at, "eyed"))
        out->eye_colour = w->colour;
    else if (out->colour_count < WISH_COLOURS)
        out->colours[out->colour_count++] = w->colour;
}

static void choose_composition(struct wish *w)
{
    static const enum composition fallback[] = {
        COMPOSITION_LANDSCAPE, COMPOSITION_LANDSCAPE, COMPOSITION_LANDSCAPE,
        COMPOSITION_PATTERN,   COMPOSITION_PATTERN,   COMPOSITION_STILL_LIFE,
    };
    int sum[COMPOSITION_COUNT] = { 0 }, best = 0;

    for (size_t i = 0; i < COUNT(votes); i++)
        if (w->value[votes[i].kind] != WISH_NONE)
            sum[votes[i].composition] += votes[i].weight;
    for (int i = 1; i < COMPOSITION_COUNT; i++)
        if (sum[i] > sum[best])
            best = i;
    w->composition_known = sum[best] > 0;
    w->composition = w->composition_known ? (enum composition)best
                                          : fallback[num_hash(w->hash, 5) % COUNT(fallback)];
}

void wish_read(struct str prompt, struct str negative_prompt, struct wish *out)
{
    char text[PROMPT_MAX + 2] = { 0 }, negative_text[PROMPT_MAX + 2] = { 0 };
    struct words words, negative;

    *out = (struct wish){ .hair_colour = { -1, 0, 0 }, .eye_colour = { -1, 0, 0 } };
    normalise(prompt, text, &words);
    normalise(negative_prompt, negative_text, &negative);
    out->hash = num_hash(str_hash(str_of(text, words.len)), 3);
    for (const char *at = words.text, *skip = at; *at != '\0'; at = next_word(at)) {
        size_t n = (size_t)(next_word(at) - at), len = 0;
        bool inside = at < skip; /* of a subject's phrase that was taken already */

        if (inside || !read_words_at(text, at, &negative, out, &len))
            out->subject_hash += num_hash(str_hash(str_of(at, n)), 4);
        if (!inside)
            skip = at + len;
        read_colour_at(at, &negative, out);
    }
    out->hash = num_hash(out->hash, str_hash(str_of(negative_text, negative.len)));
    choose_composition(out);
}

void wish_keep_subject(struct wish *w, const struct wish *subject)
{
    for (int kind = 0; kind < WISH_KINDS; kind++) {
        bool theirs = subject->value[kind] != WISH_NONE;

        if (theirs && (!is_direction(kind) || w->value[kind] == WISH_NONE) &&
            (kind != WISH_CLOTHES || w->value[kind] == WISH_NONE)) {
            w->value[kind] = subject->value[kind];
            w->place[kind] = subject->place[kind];
        }
    }
    w->composition = subject->composition;
    w->composition_known = subject->composition_known;
    if (subject->colour_count > 0) {
        memcpy(w->colours, subject->colours, sizeof(w->colours));
        w->colour_count = subject->colour_count;
    }
    if (subject->hair_colour.l >= 0)
        w->hair_colour = subject->hair_colour;
    if (subject->eye_colour.l >= 0)
        w->eye_colour = subject->eye_colour;
}

const char *wish_word(enum wish_kind kind, int value)
{
    for (const struct wish_word *w = wish_words; w->text != NULL; w++)
        if (w->kind == kind && w->value == value)
            return w->text;
    return NULL;
}
