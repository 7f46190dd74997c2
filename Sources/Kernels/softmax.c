#ifndef PASS
#define SELF "softmax.c"
#include "room.h"

// Contiguous lines of one lane that are worth turning, so that they lie side by side.
#define MANY 16
#include "passes.h"
#elif PASS == KERNELS

#include "elementary.h"
#include "transpose.h"

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

// A contiguous line of one lane: the same, with vectors along it where nothing is summed.
static INLINE void NAME(normalise_line)(gs_softmax kind, size_t axis, const T *in, T *out) {
    T peak;
    double sum = 0;
    NAME(peak)(axis, 1, 1, in, &peak);
    if (kind == GS_SOFTMAX_PLAIN) {
        LANEWISE for (size_t k = 0; k < axis; k++) out[k] = NAME(exp)(in[k] - peak);
        for (size_t k = 0; k < axis; k++) sum += (double)out[k];
        LANEWISE for (size_t k = 0; k < axis; k++) out[k] = out[k] / (T)sum;
    } else {
        LANEWISE for (size_t k = 0; k < axis; k++) out[k] = NAME(exp)(in[k] - peak);
        for (size_t k = 0; k < axis; k++) sum += (double)out[k];
        const T logarithm = NAME(log)((T)sum);
        LANEWISE for (size_t k = 0; k < axis; k++) out[k] = in[k] - peak - logarithm;
    }
}

// Contiguous lines of one lane, turned so that they lie side by side.
static void NAME(normalise_turned)(gs_softmax kind, size_t lines, size_t axis, const T *in, T *out) {
    T *turned = gs_room(axis * LANES * sizeof(T));
    for (size_t first = 0; first < lines; first += LANES) {
        const size_t left = lines - first, count = left < LANES ? left : LANES;
        NAME(transpose)(count, axis, in + first * axis, axis, turned, count);
        NAME(normalise)(kind, axis, count, count, turned, turned);
        NAME(transpose)(axis, count, turned, count, out + first * axis, axis);
    }
}

static void NAME(softmax)(
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const T *in, T *out) {
    if (lanes == 1 && inner == 1 && outer >= MANY) return NAME(normalise_turned)(kind, outer, axis, in, out);
    for (size_t o = 0; o < outer; o++)
        for (size_t n = 0, taken; n < inner; n += taken) {
            const size_t first = (o * axis * inner + n) * lanes, left = inner - n;
            taken = lanes > 1 ? 1 : left < LANES ? left : LANES;
            if (lanes == 1 && inner == 1)
                NAME(normalise_line)(kind, axis, in + first, out + first);
            else
                NAME(normalise)(kind, axis, inner * lanes, taken * lanes, in + first, out + first);
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

// A contiguous line of one lane.
static INLINE void NAME(normalise_line_gradient)(
    gs_softmax kind, size_t axis, const T *out, const T *gout, T *gin) {
    double sum = 0;
    if (kind == GS_SOFTMAX_PLAIN) {
        for (size_t k = 0; k < axis; k++) sum += (double)gout[k] * (double)out[k];
        LANEWISE for (size_t k = 0; k < axis; k++) gin[k] += out[k] * (T)((double)gout[k] - sum);
    } else {
        for (size_t k = 0; k < axis; k++) sum += (double)gout[k];
        LANEWISE for (size_t k = 0; k < axis; k++) gin[k] += gout[k] - NAME(exp)(out[k]) * (T)sum;
    }
}

static void NAME(softmax_gradient)(
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const T *out, const T *gout, T *gin) {
    for (size_t o = 0; o < outer; o++)
        for (size_t n = 0, taken; n < inner; n += taken) {
            const size_t first = (o * axis * inner + n) * lanes, left = inner - n;
            taken = lanes > 1 ? 1 : left < LANES ? left : LANES;
            if (lanes == 1 && inner == 1)
                NAME(normalise_line_gradient)(kind, axis, out + first, gout + first, gin + first);
            else
                NAME(normalise_gradient)(
                    kind, axis, inner * lanes, taken * lanes, out + first, gout + first, gin + first);
        }
}

#elif PASS == EXPORTS
EXPORT(softmax, (gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const T *in, T *out),
    (kind, outer, axis, inner, lanes, in, out))
EXPORT(softmax_gradient, (
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const T *out, const T *gout, T *gin),
    (kind, outer, axis, inner, lanes, out, gout, gin))
#endif
