#include "room.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

typedef struct room {
    size_t bytes;
    void *start;
} room;

static void leave(void *kept) {
    free(((room *)kept)->start);
    free(kept);
}

static void make(void) {
    if (pthread_key_create(&key, leave) != 0) abort();
}

static room *own(void) {
    if (pthread_once(&once, make) != 0) abort();
    room *kept = pthread_getspecific(key);
    if (kept) return kept;
    kept = calloc(1, sizeof *kept);
    if (!kept || pthread_setspecific(key, kept) != 0) abort();
    return kept;
}

void *gs_room(size_t bytes) {
    const size_t page = 4096;
    room *kept = own();
    if (kept->bytes >= bytes) return kept->start;
    if (bytes > SIZE_MAX - page) abort();
    free(kept->start);
    kept->bytes = (bytes + page - 1) / page * page;
    kept->start = aligned_alloc(page, kept->bytes);
    if (!kept->start) abort();
    return kept->start;
}
