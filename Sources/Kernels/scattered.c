#ifndef PASS
#define SELF "scattered.c"
#include "passes.h"
#elif PASS == KERNELS

static void NAME(scattered)(
    size_t rows, size_t lanes, const int32_t *starts, const int32_t *columns, const T *weights, const T *bias,
    const T *in, T *out, gs_store store) {
    for (size_t r = 0; r < rows; r++) {
        T *sum = out + r * lanes;
        if (store == GS_STORE_REPLACE)
            LANEWISE for (size_t lane = 0; lane < lanes; lane++) sum[lane] = bias ? bias[r] : 0;
        for (int32_t place = starts[r]; place < starts[r + 1]; place++) {
            const T *x = in + (size_t)columns[place] * lanes;
            const T weight = weights[place];
            LANEWISE for (size_t lane = 0; lane < lanes; lane++)
                sum[lane] = __builtin_elementwise_fma(weight, x[lane], sum[lane]);
        }
    }
}

#elif PASS == EXPORTS
EXPORT(scattered, (
    size_t rows, size_t lanes, const int32_t *starts, const int32_t *columns, const T *weights, const T *bias,
    const T *in, T *out, gs_store store),
    (rows, lanes, starts, columns, weights, bias, in, out, store))
#endif
