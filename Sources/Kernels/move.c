#ifndef PASS
#define SELF "move.c"
// Rows of one lane that are moved at once where they are neighbours.
#define STRETCH 8
#include "passes.h"
#elif PASS == KERNELS

#include "transpose.h"

// Whether STRETCH rows of a table are neighbours.
static INLINE int NAME(adjoin)(const int32_t *table) {
    int apart = 0;
#pragma clang loop unroll(full)
    for (int32_t i = 1; i < STRETCH; i++) apart |= table[i] - table[0] - i;
    return apart == 0;
}

static void NAME(gather)(size_t count, size_t lanes, const int32_t *table, T fill, const T *in, T *out) {
    if (!table) {
        memcpy(out, in, count * lanes * sizeof(T));
        return;
    }
    if (lanes == 1) {
        for (size_t i = 0; i < count;) {
            // What lies side by side is moved at once.
            if (i + STRETCH <= count && table[i] >= 0 && NAME(adjoin)(table + i)) {
                memcpy(out + i, in + table[i], STRETCH * sizeof(T));
                i += STRETCH;
                continue;
            }
            out[i] = table[i] >= 0 ? in[table[i]] : fill;
            i++;
        }
        return;
    }
    for (size_t i = 0; i < count; i++, out += lanes) {
        if (table[i] >= 0) {
            const T *row = in + (size_t)table[i] * lanes;
            LANEWISE for (size_t l = 0; l < lanes; l++) out[l] = row[l];
        } else
            LANEWISE for (size_t l = 0; l < lanes; l++) out[l] = fill;
    }
}

static void NAME(scatter_add)(size_t count, size_t lanes, const int32_t *table, const T *in, T *out) {
    if (!table) {
        LANEWISE for (size_t i = 0; i < count * lanes; i++) out[i] += in[i];
        return;
    }
    if (lanes == 1) {
        for (size_t i = 0; i < count; i++)
            if (table[i] >= 0) out[table[i]] += in[i];
        return;
    }
    for (size_t i = 0; i < count; i++, in += lanes) {
        if (table[i] < 0) continue;
        T *row = out + (size_t)table[i] * lanes;
        LANEWISE for (size_t l = 0; l < lanes; l++) row[l] += in[l];
    }
}

static void NAME(splat)(size_t count, size_t lanes, const T *in, T *out) {
    if (lanes == 1) {
        memcpy(out, in, count * sizeof(T));
        return;
    }
    for (size_t i = 0; i < count; i++, out += lanes) {
        const T value = in[i];
        LANEWISE for (size_t l = 0; l < lanes; l++) out[l] = value;
    }
}

// The place along the axis that an index names; -1 where it is none.
static INLINE ptrdiff_t NAME(place)(double index, size_t axis) {
    const double from_start = index < 0 ? index + (double)axis : index;
    return from_start >= 0 && from_start < (double)axis ? (ptrdiff_t)from_start : -1;
}

static void NAME(pick)(
    size_t outer, size_t axis, size_t inner, size_t picks, size_t lanes, const double *index, const T *in, T *out) {
    for (size_t o = 0; o < outer; o++, in += axis * inner * lanes)
        for (size_t p = 0; p < picks; p++, out += inner * lanes)
            for (size_t l = 0; l < lanes; l++) {
                const ptrdiff_t k = NAME(place)(index[p * lanes + l], axis);
                for (size_t n = 0; n < inner; n++)
                    out[n * lanes + l] = k < 0 ? (T)__builtin_nan("") : in[((size_t)k * inner + n) * lanes + l];
            }
}

static void NAME(pick_gradient)(
    size_t outer, size_t axis, size_t inner, size_t picks, size_t lanes, const double *index, const T *gout, T *gin) {
    for (size_t o = 0; o < outer; o++, gin += axis * inner * lanes)
        for (size_t p = 0; p < picks; p++, gout += inner * lanes)
            for (size_t l = 0; l < lanes; l++) {
                const ptrdiff_t k = NAME(place)(index[p * lanes + l], axis);
                for (size_t n = 0; k >= 0 && n < inner; n++)
                    gin[((size_t)k * inner + n) * lanes + l] += gout[n * lanes + l];
            }
}

static void NAME(cast_integer)(size_t count, const T *in, double *out) {
    const double limit = 9223372036854775808.0;
    LANEWISE for (size_t i = 0; i < count; i++) {
        const double x = __builtin_trunc((double)in[i]);
        const double held = x < -limit ? -limit : x > limit ? limit : x;
        // Adding 0 makes -0 an integer's 0.
        out[i] = x != x ? 0 : held + 0.0;
    }
}

static void NAME(cast_truth)(size_t count, const T *in, double *out) {
    LANEWISE for (size_t i = 0; i < count; i++) out[i] = in[i] != 0 ? 1 : 0;
}

// From T to the other number type.
#if WIDE
#define OTHER float
#else
#define OTHER double
#endif
static void NAME(cast_other)(size_t count, const T *in, OTHER *out) {
    LANEWISE for (size_t i = 0; i < count; i++) out[i] = (OTHER)in[i];
}
#undef OTHER

#elif PASS == EXPORTS
EXPORT(gather, (size_t count, size_t lanes, const int32_t *table, T fill, const T *in, T *out),
    (count, lanes, table, fill, in, out))
EXPORT(scatter_add, (size_t count, size_t lanes, const int32_t *table, const T *in, T *out),
    (count, lanes, table, in, out))
EXPORT(splat, (size_t count, size_t lanes, const T *in, T *out), (count, lanes, in, out))
EXPORT(transpose, (size_t rows, size_t columns, const T *in, size_t in_stride, T *out, size_t out_stride),
    (rows, columns, in, in_stride, out, out_stride))
EXPORT(pick, (
    size_t outer, size_t axis, size_t inner, size_t picks, size_t lanes, const double *index, const T *in, T *out),
    (outer, axis, inner, picks, lanes, index, in, out))
EXPORT(pick_gradient, (
    size_t outer, size_t axis, size_t inner, size_t picks, size_t lanes, const double *index, const T *gout, T *gin),
    (outer, axis, inner, picks, lanes, index, gout, gin))
#define CAST(target) JOIN(gs_cast, TYPE, target)
EXPORT_AS(CAST(integer), cast_integer, (size_t count, const T *in, double *out), (count, in, out))
EXPORT_AS(CAST(truth), cast_truth, (size_t count, const T *in, double *out), (count, in, out))
#if WIDE
EXPORT_AS(CAST(f32), cast_other, (size_t count, const T *in, float *out), (count, in, out))
#else
EXPORT_AS(CAST(f64), cast_other, (size_t count, const T *in, double *out), (count, in, out))
#endif
#undef CAST
#endif
