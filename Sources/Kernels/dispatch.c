#include "dispatch.h"

#include <stdatomic.h>

static bool supported(gs_path path) {
    switch (path) {
    case GS_PATH_GENERIC:
        return true;
#if defined(__x86_64__)
    case GS_PATH_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case GS_PATH_AVX512:
        return supported(GS_PATH_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#endif
    default:
        return false;
    }
}

static gs_path best(void) {
    if (supported(GS_PATH_AVX512)) return GS_PATH_AVX512;
    if (supported(GS_PATH_AVX2)) return GS_PATH_AVX2;
    return GS_PATH_GENERIC;
}

// -1: not chosen yet. Two threads that choose at once choose alike.
static atomic_int current = -1;

gs_path gs_path_current(void) {
    int path = atomic_load_explicit(&current, memory_order_relaxed);
    if (path < 0) {
        path = best();
        atomic_store_explicit(&current, path, memory_order_relaxed);
    }
    return (gs_path)path;
}

bool gs_path_select(gs_path path) {
    if (!supported(path)) return false;
    atomic_store_explicit(&current, path, memory_order_relaxed);
    return true;
}
