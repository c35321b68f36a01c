/* Texts that are built into the program: tools/embed_text writes the tables. */
#ifndef BASE_TEXT_FILE_H
#define BASE_TEXT_FILE_H

/* A table ends with a row without a name. */
struct text_file {
    const char *name; /* of the file, without its ending */
    const char *text;
};

#endif
