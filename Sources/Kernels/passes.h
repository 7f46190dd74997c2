// Compiles the kernels of one file once for every dispatch path and number type, and exports what chooses among them.
//
// A file includes itself through this header:
//
//     #ifndef PASS
//     #define SELF "this.c"
//     #include "passes.h"
//     #elif PASS == KERNELS      once per path and type: T, NAME, WIDE and the sizes below are defined
//     static void NAME(thing)(size_t count, T *x) {...}
//     #elif PASS == EXPORTS      once per type
//     EXPORT(thing, (size_t count, T *x), (count, x))
//     #endif
//
// NAME(thing) is thing_f32_avx512 and so on; EXPORT defines gs_thing_f32. The code is the same for every path, uses
// fused multiply-add only by name, and reassociates nothing: this is why all paths agree to the last bit.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "Kernels.h"

#pragma STDC FP_CONTRACT OFF
// Which loops become vectors is the compiler's to say, and no fault where it is none.
#pragma clang diagnostic ignored "-Wpass-failed"
#pragma clang diagnostic ignored "-Wunused-function"
#pragma clang diagnostic ignored "-Wpsabi"

#define KERNELS 1
#define EXPORTS 2

#define INLINE inline __attribute__((always_inline))
// Before a loop whose iterations touch only their own elements, in whatever buffers.
#define LANEWISE _Pragma("clang loop vectorize(assume_safety)")
// The largest number of lanes.
#define LANES 64

#define JOIN_(a, b, c) a##_##b##_##c
#define JOIN(a, b, c) JOIN_(a, b, c)
#define NAME(function) JOIN(function, TYPE, PATH)
#define PUBLIC(function) JOIN(gs, function, TYPE)

#if defined(__x86_64__)
#define EXPORT_AS(public, function, parameters, arguments) \
    void public parameters { \
        switch (gs_path_current()) { \
        case GS_PATH_AVX512: JOIN(function, TYPE, avx512) arguments; return; \
        case GS_PATH_AVX2: JOIN(function, TYPE, avx2) arguments; return; \
        case GS_PATH_GENERIC: JOIN(function, TYPE, generic) arguments; return; \
        } \
    }
#else
#define EXPORT_AS(public, function, parameters, arguments) \
    void public parameters { JOIN(function, TYPE, generic) arguments; }
#endif
#define EXPORT(function, parameters, arguments) EXPORT_AS(PUBLIC(function), function, parameters, arguments)

// VECTOR: bytes of a register. COLUMNS: registers abreast in the dense kernel. SIDE: of the square matmul tile.
// SUMS and STRIP: rows, and registers abreast, in the sparse kernel. BLOCK_ROWS and BLOCK_COLUMNS: of the block of weights
// whose gradients are summed together. FUSED: whether a fused product is an instruction; where each is a call, nothing is
// gained by many of them abreast, and they take room.
#define PASS KERNELS
#if defined(__x86_64__)
#define PATH avx512
#define FUSED 1
#define VECTOR 64
#define SUMS 8
#define STRIP 1
#define BLOCK_ROWS 6
#define BLOCK_COLUMNS 4
#define COLUMNS 4
#define SIDE 4
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#include "types.h"
#pragma clang attribute pop
#undef PATH
#undef VECTOR
#undef COLUMNS
#undef SIDE
#undef SUMS
#undef STRIP
#undef BLOCK_ROWS
#undef BLOCK_COLUMNS

#define PATH avx2
#define VECTOR 32
#define SUMS 6
#define STRIP 2
#define BLOCK_ROWS 2
#define BLOCK_COLUMNS 3
#define COLUMNS 2
#define SIDE 3
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "types.h"
#pragma clang attribute pop
#undef PATH
#undef VECTOR
#undef COLUMNS
#undef SIDE
#undef SUMS
#undef STRIP
#undef BLOCK_ROWS
#undef BLOCK_COLUMNS
#undef FUSED
#endif

#define PATH generic
#ifdef __FP_FAST_FMAF
#define FUSED 1
#else
#define FUSED 0
#endif
#define VECTOR 16
#define SUMS 6
#define STRIP 2
#define BLOCK_ROWS 1
#define BLOCK_COLUMNS 3
#define COLUMNS (FUSED ? 4 : 1)
#define SIDE 4
#include "types.h"
#undef PATH
#undef PASS

// PATH is set so that NAME serves for what a file keeps to itself.
#define PASS EXPORTS
#define PATH any
#include "types.h"
#undef PATH
#undef PASS
