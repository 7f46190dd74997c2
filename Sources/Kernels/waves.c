#ifndef PASS
#define SELF "waves.c"
#include "passes.h"
#elif PASS == KERNELS

typedef T NAME(block) __attribute__((ext_vector_type(16), aligned(sizeof(T))));

// sin(2πq) for |q| <= 1/4: Taylor's series, to within 6e-8.
static INLINE NAME(block) NAME(quarter_wave)(NAME(block) q) {
    const NAME(block) x = q * (T)6.283185307179586, z = x * x;
    NAME(block) p = (NAME(block))((T)(-1.0 / 39916800));
    p = __builtin_elementwise_fma(p, z, (NAME(block))((T)(1.0 / 362880)));
    p = __builtin_elementwise_fma(p, z, (NAME(block))((T)(-1.0 / 5040)));
    p = __builtin_elementwise_fma(p, z, (NAME(block))((T)(1.0 / 120)));
    p = __builtin_elementwise_fma(p, z, (NAME(block))((T)(-1.0 / 6)));
    return __builtin_elementwise_fma(p * z, x, x);
}

// Lane i of block b is row 16b + i; lanes are added in pairs.
static INLINE T NAME(sum_of_lanes)(NAME(block) v) {
    T sum[16];
    memcpy(sum, &v, sizeof sum);
    for (size_t half = 8; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++) sum[i] += sum[i + half];
    return sum[0];
}

static void NAME(waves)(
    size_t blocks, size_t columns, const T *matrix, const T *point, T *cosine, T *slope, T *sums) {
    NAME(block) total = (NAME(block))((T)0);
    NAME(block) *const slopes = (NAME(block) *)sums;
    if (slope)
        for (size_t c = 0; c < columns; c++) slopes[c] = (NAME(block))((T)0);
    for (size_t b = 0; b < blocks; b++) {
        const NAME(block) *const rows = (const NAME(block) *)(matrix + 16 * columns * b);
        NAME(block) turns = (NAME(block))((T)0);
        for (size_t c = 0; c < columns; c++)
            turns = __builtin_elementwise_fma(rows[c], (NAME(block))(point[c]), turns);
        turns = turns - __builtin_elementwise_roundeven(turns);
        const NAME(block) away = __builtin_elementwise_abs(turns);
        total = total + NAME(quarter_wave)((T)0.25 - away);
        if (!slope) continue;
        // sin(2πt) = sin(2π(½ - t)) beyond a quarter of a turn.
        const NAME(block) folded = __builtin_elementwise_min(away, (T)0.5 - away);
        const NAME(block) sine = __builtin_elementwise_copysign(NAME(quarter_wave)(folded), turns);
        for (size_t c = 0; c < columns; c++) slopes[c] = __builtin_elementwise_fma(rows[c], sine, slopes[c]);
    }
    *cosine = NAME(sum_of_lanes)(total);
    if (slope)
        for (size_t c = 0; c < columns; c++) slope[c] = NAME(sum_of_lanes)(slopes[c]);
}

#elif PASS == EXPORTS
EXPORT(waves, (
    size_t blocks, size_t columns, const T *matrix, const T *point, T *cosine, T *slope, T *sums),
    (blocks, columns, matrix, point, cosine, slope, sums))
#endif
