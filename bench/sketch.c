/* Milliseconds of processor time for one picture of 1024 x 1024 in each style: the median of five.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "image/sketch/sketch.h"

enum { ROUNDS = 5, SIDE = 1024 };

static const char *const prompts[] = { "woman with dark curly hair, studio lighting",
                                       "mountain lake at sunset", "perfume bottle, studio",
                                       "tarot card, the moon", "floral pattern" };

static int by_time(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median_ms(const char *prompt, const char *style, uint8_t *rgb)
{
    double ms[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        AUTO_ARENA a = { 0 };
        const struct sketch_request r = { .prompt = str_from(prompt),
                                          .style = str_from(style),
                                          .seed = 7,
                                          .width = SIDE,
                                          .height = SIDE };
        clock_t start = clock();

        sketch_render(&r, rgb, &a);
        ms[i] = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
    }
    qsort(ms, ROUNDS, sizeof(ms[0]), by_time);
    return ms[ROUNDS / 2];
}

int main(void)
{
    uint8_t *rgb = mem_alloc((size_t)SIDE * SIDE * 3);
    double worst = 0;

    printf("%-14s %9s %9s %9s %9s %9s\n", "ms", "portrait", "landscape", "still", "emblem",
           "pattern");
    for (size_t i = 0; sketch_style_names[i] != NULL; i++) {
        printf("%-14s", sketch_style_names[i]);
        for (size_t k = 0; k < COUNT(prompts); k++) {
            double ms = median_ms(prompts[k], sketch_style_names[i], rgb);

            worst = ms > worst ? ms : worst;
            printf(" %9.1f", ms);
        }
        printf("\n");
    }
    printf("worst %.1f ms\n", worst);
    free(rgb);
    return 0;
}
