/* Runs a fuzz target over the files of a folder: how builds without libFuzzer replay a corpus. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay_file(const char *folder, const char *name)
{
    char path[4096];
    int written = snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = written > 0 && (size_t)written < sizeof(path) ? fopen(path, "rb") : NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *copy = open_memstream(&text, &size);
    int c = EOF;

    if (file == NULL || copy == NULL) {
        fprintf(stderr, "cannot read '%s/%s'\n", folder, name);
        exit(2);
    }
    while ((c = getc(file)) != EOF)
        putc(c, copy);
    fclose(file);
    fclose(copy);

    /* Copied to its exact size, so that the sanitizer sees a read past the end. */
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL)
        abort();
    memcpy(exact, text, size);
    free(text);
    /* Said beforehand: when the target aborts, the last line names the culprit. */
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }

    struct dirent **entries = NULL;
    int count = scandir(argv[1], &entries, is_input, alphasort);
    if (count <= 0) {
        fprintf(stderr, "'%s' holds no inputs: a target needs a corpus\n", argv[1]);
        return 1;
    }

    for (int i = 0; i < count; i++) {
        replay_file(argv[1], entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    printf("%d inputs replayed\n", count);
    return 0;
}
