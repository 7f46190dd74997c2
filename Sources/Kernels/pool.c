#ifndef PASS
#define SELF "pool.c"
#include "passes.h"
#elif PASS == KERNELS

// The greater of two numbers; NaN where either is.
static INLINE T NAME(greater)(T most, T x) { return ((x > most) | (x != x)) ? x : most; }

static INLINE void NAME(window_max)(size_t size, size_t lanes, const int32_t *window, const T *in, T *out) {
    LANEWISE for (size_t l = 0; l < lanes; l++) out[l] = (T)-__builtin_inf();
    for (size_t k = 0; k < size; k++) {
        if (window[k] < 0) continue;
        const T *x = in + (size_t)window[k] * lanes;
        LANEWISE for (size_t l = 0; l < lanes; l++) out[l] = NAME(greater)(out[l], x[l]);
    }
}

// So many positions of one lane side by side, as none has to wait for another's maximum.
#define ABREAST 16

// The windows of `count` positions, the first of which is at `window`.
static INLINE void NAME(windows_max)(size_t count, size_t size, const int32_t *window, const T *in, T *out) {
    T most[ABREAST], x[ABREAST];
    for (size_t p = 0; p < count; p++) most[p] = (T)-__builtin_inf();
    for (size_t k = 0; k < size; k++) {
#pragma clang loop vectorize(disable)
        for (size_t p = 0; p < count; p++) {
            const int32_t row = window[p * size + k];
            x[p] = row < 0 ? (T)-__builtin_inf() : in[row];
        }
        LANEWISE for (size_t p = 0; p < count; p++) most[p] = NAME(greater)(most[p], x[p]);
    }
    memcpy(out, most, count * sizeof(T));
}

static void NAME(max_alone)(gs_windows windows, size_t planes, const T *in, T *out) {
    for (size_t plane = 0; plane < planes; plane++, in += windows.in_rows, out += windows.out_rows) {
        size_t p = 0;
        for (; p + ABREAST <= windows.out_rows; p += ABREAST)
            NAME(windows_max)(ABREAST, windows.size, windows.table + p * windows.size, in, out + p);
        NAME(windows_max)(windows.out_rows - p, windows.size, windows.table + p * windows.size, in, out + p);
    }
}
#undef ABREAST

static INLINE void NAME(window_average)(
    size_t size, size_t lanes, const int32_t *window, T divisor, const T *in, T *out) {
    double sum[LANES] = {0};
    for (size_t k = 0; k < size; k++) {
        if (window[k] < 0) continue;
        const T *x = in + (size_t)window[k] * lanes;
        LANEWISE for (size_t l = 0; l < lanes; l++) sum[l] += (double)x[l];
    }
    LANEWISE for (size_t l = 0; l < lanes; l++) out[l] = (T)(sum[l] / (double)divisor);
}

static INLINE T NAME(divisor)(gs_windows windows, size_t position) {
    if (windows.divisors) return (T)windows.divisors[position];
    const int32_t *window = windows.table + position * windows.size;
    size_t count = 0;
    for (size_t k = 0; k < windows.size; k++) count += window[k] >= 0;
    return (T)count;
}

static INLINE void NAME(pool_lanes)(
    gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const T *in, T *out) {
    for (size_t plane = 0; plane < planes; plane++, in += windows.in_rows * lanes)
        for (size_t p = 0; p < windows.out_rows; p++, out += lanes) {
            const int32_t *window = windows.table + p * windows.size;
            if (kind == GS_POOL_MAX)
                NAME(window_max)(windows.size, lanes, window, in, out);
            else
                NAME(window_average)(windows.size, lanes, window, NAME(divisor)(windows, p), in, out);
        }
}

// That there is one lane is known where its loops are compiled.
static void NAME(pool)(gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const T *in, T *out) {
    if (lanes == 1 && kind == GS_POOL_MAX)
        NAME(max_alone)(windows, planes, in, out);
    else if (lanes == 1)
        NAME(pool_lanes)(kind, windows, planes, 1, in, out);
    else
        NAME(pool_lanes)(kind, windows, planes, lanes, in, out);
}

// The first entry that is the maximum (or NaN, where that is the maximum) takes the gradient of its lane.
static INLINE void NAME(window_max_gradient)(
    size_t size, size_t lanes, const int32_t *window, const T *in, const T *out, const T *gout, T *gin,
    gs_store store) {
    T open[LANES];
    LANEWISE for (size_t l = 0; l < lanes; l++) open[l] = gout[l];
    for (size_t k = 0; k < size; k++) {
        if (window[k] < 0) continue;
        const T *x = in + (size_t)window[k] * lanes;
        T *g = gin + (size_t)window[k] * lanes;
        LANEWISE for (size_t l = 0; l < lanes; l++) {
            // What is read whether it is needed or not keeps the loop free of masked loads and stores, which cost far more.
            const T left = open[l], sum = store == GS_STORE_ADD ? g[l] : 0;
            const int taken = (x[l] == out[l]) | ((x[l] != x[l]) & (out[l] != out[l]));
            g[l] = sum + (taken ? left : 0);
            open[l] = taken ? 0 : left;
        }
    }
}

static INLINE void NAME(window_average_gradient)(
    size_t size, size_t lanes, const int32_t *window, T divisor, const T *gout, T *gin, gs_store store) {
    for (size_t k = 0; k < size; k++) {
        if (window[k] < 0) continue;
        T *g = gin + (size_t)window[k] * lanes;
        LANEWISE for (size_t l = 0; l < lanes; l++) g[l] = (store == GS_STORE_ADD ? g[l] : 0) + gout[l] / divisor;
    }
}

static INLINE void NAME(pool_gradient_lanes)(
    gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const T *in, const T *out, const T *gout, T *gin,
    gs_store store) {
    for (size_t plane = 0; plane < planes; plane++, in += windows.in_rows * lanes, gin += windows.in_rows * lanes)
        for (size_t p = 0; p < windows.out_rows; p++, out += lanes, gout += lanes) {
            const int32_t *window = windows.table + p * windows.size;
            if (kind == GS_POOL_MAX)
                NAME(window_max_gradient)(windows.size, lanes, window, in, out, gout, gin, store);
            else
                NAME(window_average_gradient)(
                    windows.size, lanes, window, NAME(divisor)(windows, p), gout, gin, store);
        }
}

static void NAME(pool_gradient)(
    gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const T *in, const T *out, const T *gout, T *gin,
    gs_store store) {
    if (lanes == 1)
        NAME(pool_gradient_lanes)(kind, windows, planes, 1, in, out, gout, gin, store);
    else if (store == GS_STORE_ADD)
        NAME(pool_gradient_lanes)(kind, windows, planes, lanes, in, out, gout, gin, GS_STORE_ADD);
    else
        NAME(pool_gradient_lanes)(kind, windows, planes, lanes, in, out, gout, gin, GS_STORE_REPLACE);
}

#elif PASS == EXPORTS
EXPORT(pool, (gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const T *in, T *out),
    (kind, windows, planes, lanes, in, out))
EXPORT(pool_gradient, (
    gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const T *in, const T *out, const T *gout, T *gin,
    gs_store store),
    (kind, windows, planes, lanes, in, out, gout, gin, store))
#endif
