#ifndef PASS
#define SELF "pool.c"
#include <stdint.h>

#include "room.h"

// Positions of one lane side by side, as none has to wait for another's maximum.
#define ABREAST 16

// Where neighbouring positions read one entry of their windows: from `first` on, `step` apart; a step of 0 is any place.
typedef struct reads {
    int32_t first, step;
} reads;
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

typedef T NAME(positions) __attribute__((ext_vector_type(ABREAST)));

// Entry k of the windows of ABREAST positions, the first of which is at `window`: side by side or every other one, or 0.
static reads NAME(reads_of)(size_t size, size_t k, const int32_t *window) {
    const int32_t first = window[k], step = window[size + k] - first;
    int is_even = first >= 0 && (step == 1 || step == 2);
    for (int32_t p = 0; p < ABREAST; p++) is_even &= window[(size_t)p * size + k] == first + p * step;
    return (reads){first, is_even ? step : 0};
}

static INLINE NAME(positions) NAME(read)(reads from, size_t size, const int32_t *entries, const T *in) {
    NAME(positions) x, behind;
    if (from.step == 0) {
        for (size_t p = 0; p < ABREAST; p++) {
            const int32_t row = entries[p * size];
            x[p] = row < 0 ? (T)-__builtin_inf() : in[row];
        }
        return x;
    }
    memcpy(&x, in + from.first, sizeof x);
    if (from.step == 1) return x;
    // The last that is read is the last that is wanted.
    memcpy(&behind, in + from.first + ABREAST - 1, sizeof behind);
    return __builtin_shufflevector(x, behind, 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31);
}

static void NAME(max_alone)(gs_windows windows, size_t planes, const T *in, T *out) {
    const size_t size = windows.size, blocks = windows.out_rows / ABREAST;
    reads *const all = gs_room((blocks * size + 1) * sizeof *all);
    for (size_t b = 0; b < blocks; b++)
        for (size_t k = 0; k < size; k++)
            all[b * size + k] = NAME(reads_of)(size, k, windows.table + b * ABREAST * size);
    for (size_t plane = 0; plane < planes; plane++, in += windows.in_rows, out += windows.out_rows) {
        for (size_t b = 0; b < blocks; b++) {
            const int32_t *window = windows.table + b * ABREAST * size;
            NAME(positions) most = (NAME(positions))((T)-__builtin_inf());
            for (size_t k = 0; k < size; k++) {
                const NAME(positions) x = NAME(read)(all[b * size + k], size, window + k, in);
                most = ((x > most) | (x != x)) ? x : most;
            }
            memcpy(out + b * ABREAST, &most, sizeof most);
        }
        for (size_t p = blocks * ABREAST; p < windows.out_rows; p++)
            NAME(window_max)(size, 1, windows.table + p * size, in, out + p);
    }
}

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
