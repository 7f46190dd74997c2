#ifndef PASS
#define SELF "softmax.c"
#include "passes.h"
#elif PASS == KERNELS

#include "elementary.h"

// The largest along the axis, NaN where any is; `step` is the distance of neighbours along it.
static INLINE void NAME(peak)(size_t axis, size_t step, size_t lanes, const T *in, T *peak) {
    LANEWISE for (size_t l = 0; l < lanes; l++) peak[l] = (T)-__builtin_inf();
    for (size_t k = 0; k < axis; k++) {
        const T *x = in + k * step;
        LANEWISE for (size_t l = 0; l < lanes; l++) peak[l] = ((x[l] > peak[l]) | (x[l] != x[l])) ? x[l] : peak[l];
    }
}

static INLINE void NAME(normalise)(
    gs_softmax kind, size_t axis, size_t step, size_t lanes, const T *in, T *out) {
    T peak[LANES];
    double sum[LANES] = {0};
    NAME(peak)(axis, step, lanes, in, peak);
    for (size_t k = 0; k < axis; k++) {
        const T *x = in + k * step;
        T *y = out + k * step;
        if (kind == GS_SOFTMAX_PLAIN)
            LANEWISE for (size_t l = 0; l < lanes; l++) {
                y[l] = NAME(exp)(x[l] - peak[l]);
                sum[l] += (double)y[l];
            }
        else
            LANEWISE for (size_t l = 0; l < lanes; l++) {
                y[l] = x[l] - peak[l];
                sum[l] += (double)NAME(exp)(y[l]);
            }
    }
    if (kind == GS_SOFTMAX_LOG)
        LANEWISE for (size_t l = 0; l < lanes; l++) sum[l] = (double)NAME(log)((T)sum[l]);
    for (size_t k = 0; k < axis; k++) {
        T *y = out + k * step;
        if (kind == GS_SOFTMAX_PLAIN)
            LANEWISE for (size_t l = 0; l < lanes; l++) y[l] = y[l] / (T)sum[l];
        else
            LANEWISE for (size_t l = 0; l < lanes; l++) y[l] = y[l] - (T)sum[l];
    }
}

static void NAME(softmax)(
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const T *in, T *out) {
    for (size_t o = 0; o < outer; o++)
        for (size_t n = 0; n < inner; n++) {
            const size_t first = (o * axis * inner + n) * lanes;
            NAME(normalise)(kind, axis, inner * lanes, lanes, in + first, out + first);
        }
}

// Plain: y·(g - Σ g·y). Logarithm: g - exp(y)·Σ g.
static INLINE void NAME(normalise_gradient)(
    gs_softmax kind, size_t axis, size_t step, size_t lanes, const T *out, const T *gout, T *gin) {
    double sum[LANES] = {0};
    for (size_t k = 0; k < axis; k++) {
        const T *y = out + k * step, *g = gout + k * step;
        if (kind == GS_SOFTMAX_PLAIN)
            LANEWISE for (size_t l = 0; l < lanes; l++) sum[l] += (double)g[l] * (double)y[l];
        else
            LANEWISE for (size_t l = 0; l < lanes; l++) sum[l] += (double)g[l];
    }
    for (size_t k = 0; k < axis; k++) {
        const T *y = out + k * step, *g = gout + k * step;
        T *gx = gin + k * step;
        if (kind == GS_SOFTMAX_PLAIN)
            LANEWISE for (size_t l = 0; l < lanes; l++) gx[l] += y[l] * (T)((double)g[l] - sum[l]);
        else
            LANEWISE for (size_t l = 0; l < lanes; l++) gx[l] += g[l] - NAME(exp)(y[l]) * (T)sum[l];
    }
}

static void NAME(softmax_gradient)(
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const T *out, const T *gout, T *gin) {
    for (size_t o = 0; o < outer; o++)
        for (size_t n = 0; n < inner; n++) {
            const size_t first = (o * axis * inner + n) * lanes;
            NAME(normalise_gradient)(kind, axis, inner * lanes, lanes, out + first, gout + first, gin + first);
        }
}

#elif PASS == EXPORTS
EXPORT(softmax, (gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const T *in, T *out),
    (kind, outer, axis, inner, lanes, in, out))
EXPORT(softmax_gradient, (
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const T *out, const T *gout, T *gin),
    (kind, outer, axis, inner, lanes, out, gout, gin))
#endif
