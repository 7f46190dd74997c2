#include <stddef.h>

/* Moves the entry at `place` of a binary heap of `count` down to where it belongs, the smaller first. */
static void sift(double *heap, size_t count, size_t place)
{
    double moved = heap[place];
    size_t child;
    while ((child = 2 * place + 1) < count) {
        if (child + 1 < count && heap[child + 1] < heap[child])
            child++;
        if (moved <= heap[child])
            break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = moved;
}
