/* Options of one letter, with their values behind a blank or right behind the letter. */
#include "image/recipe/dream.h"

#include "base/buf.h"

enum { MAX_LINE = 64 * 1024 };

static const struct {
    char letter;
    enum recipe_part part;
} options[] = {
    { 's', PART_STEPS },    { 'S', PART_SEED },    { 'W', PART_WIDTH },   { 'H', PART_HEIGHT },
    { 'C', PART_GUIDANCE }, { 'A', PART_SAMPLER }, { 'm', PART_SAMPLER },
};

static enum recipe_part part_of(char letter)
{
    for (size_t i = 0; i < COUNT(options); i++) {
        if (options[i].letter == letter)
            return options[i].part;
    }
    return PART_SETTING;
}

/* The next word that blanks end. */
static struct str cut_word(struct str *rest)
{
    struct str word;

    *rest = text_trim(*rest);
    str_cut(*rest, ' ', &word, rest);
    return word;
}

static bool is_option(struct str word)
{
    char letter = word.len >= 2 && word.ptr[0] == '-' ? word.ptr[1] : '\0';

    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

static void read_options(struct reading *r, struct str rest)
{
    while (rest.len > 0) {
        struct str word = cut_word(&rest), value = str_slice(word, 2, word.len);

        if (!is_option(word))
            continue;
        if (value.len == 0 && text_trim(rest).len > 0 && text_trim(rest).ptr[0] != '-')
            value = cut_word(&rest);
        reading_set(r, part_of(word.ptr[1]), str_slice(word, 0, 2), value);
    }
}

void dream_set_prompt(struct reading *r, struct str text)
{
    AUTO_BUF prompt = { 0 };
    AUTO_BUF negative = { 0 };

    buf_init(&prompt, MAX_LINE);
    buf_init(&negative, MAX_LINE);
    while (text.len > 0) {
        size_t open = str_find_char(text, '[', 0), close = str_find_char(text, ']', open);
        bool is_closed = close < text.len;

        buf_put(&prompt, str_slice(text, 0, is_closed ? open : text.len));
        if (is_closed && negative.len > 0)
            buf_put_char(&negative, ' ');
        if (is_closed)
            buf_put(&negative, str_slice(text, open + 1, close));
        text = str_slice(text, is_closed ? close + 1 : text.len, text.len);
    }
    reading_set(r, PART_PROMPT, STR("prompt"), arena_str(r->arena, buf_str(&prompt)));
    reading_set(r, PART_NEGATIVE_PROMPT, STR("prompt"), arena_str(r->arena, buf_str(&negative)));
}

/* Up to the first option when there are no quotes. */
static size_t end_of_prompt(struct str line)
{
    for (size_t at = 0; at + 2 < line.len; at++) {
        if (line.ptr[at] == ' ' && line.ptr[at + 1] == '-' && line.ptr[at + 2] != ' ')
            return at;
    }
    return line.len;
}

bool dream_read(struct reading *r, struct str line)
{
    struct str prompt, rest;
    size_t close;

    line = text_trim(str_slice(line, 0, MAX_LINE));
    if (line.len == 0)
        return false;
    close = line.ptr[0] == '"' ? line.len : 0;
    while (close > 1 && line.ptr[close - 1] != '"')
        close--;
    if (close > 1) {
        prompt = str_slice(line, 1, close - 1);
        rest = str_slice(line, close, line.len);
    } else {
        prompt = str_slice(line, 0, end_of_prompt(line));
        rest = str_slice(line, prompt.len, line.len);
    }
    dream_set_prompt(r, prompt);
    read_options(r, rest);
    return true;
}
