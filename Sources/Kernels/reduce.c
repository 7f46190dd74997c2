#ifndef PASS
#define SELF "reduce.c"
#include "passes.h"
#elif PASS == KERNELS

#include "elementary.h"

// Lines along the reduced axis, side by side: the lanes of one, or with one lane as many neighbours as there are lanes at
// most. `lanes` says how many; what they read of element k is `step` numbers for each lane behind where the table says.
typedef struct NAME(line) {
    size_t axis, inner, first, lanes, step;
    const int32_t *table;
} NAME(line);

static INLINE size_t NAME(at)(const NAME(line) *line, size_t k) {
    const size_t element = line->first + k * line->inner;
    return (line->table ? (size_t)line->table[element] : element) * line->step;
}

static INLINE NAME(line) NAME(line_at)(
    size_t o, size_t n, size_t axis, size_t inner, size_t lanes, const int32_t *table) {
    const size_t left = inner - n, neighbours = lanes > 1 || table ? lanes : left < LANES ? left : LANES;
    return (NAME(line)){
        .axis = axis, .inner = inner, .first = o * axis * inner + n, .lanes = neighbours, .step = lanes, .table = table};
}

// How many lines those are.
static INLINE size_t NAME(taken)(const NAME(line) *line) { return line->lanes / line->step; }

// The sums of some lines of one lane, each contiguous: none waits for another's.
#define ABREAST 8
static INLINE void NAME(fold_rows)(
    const size_t rows, double (*with)(double, double), double start, size_t axis, const T *in, double *sum) {
    double so_far[ABREAST];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) so_far[r] = start;
    for (size_t k = 0; k < axis; k++)
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) so_far[r] = with(so_far[r], (double)in[r * axis + k]);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) sum[r] = so_far[r];
}

// What one more number does to the sum so far.
static INLINE double NAME(with_plain)(double sum, double x) { return sum + x; }
static INLINE double NAME(with_factor)(double sum, double x) { return sum * x; }
static INLINE double NAME(with_square)(double sum, double x) { return __builtin_fma(x, x, sum); }
static INLINE double NAME(with_magnitude)(double sum, double x) { return sum + __builtin_fabs(x); }

static INLINE void NAME(fold)(
    double (*with)(double, double), double start, const NAME(line) *line, const T *in, double *sum) {
    for (size_t l = 0; l < line->lanes; l++) sum[l] = start;
    for (size_t k = 0; k < line->axis; k++) {
        const T *x = in + NAME(at)(line, k);
        LANEWISE for (size_t l = 0; l < line->lanes; l++) sum[l] = with(sum[l], (double)x[l]);
    }
}

static INLINE int NAME(beyond)(gs_extremum extremum, T x, T best) {
    return extremum == GS_EXTREMUM_MAX ? x > best : x < best;
}

static INLINE void NAME(extreme)(gs_extremum extremum, const NAME(line) *line, const T *in, T *best) {
    const T start = (T)(extremum == GS_EXTREMUM_MAX ? -__builtin_inf() : __builtin_inf());
    for (size_t l = 0; l < line->lanes; l++) best[l] = start;
    for (size_t k = 0; k < line->axis; k++) {
        const T *x = in + NAME(at)(line, k);
        LANEWISE for (size_t l = 0; l < line->lanes; l++)
            best[l] = (NAME(beyond)(extremum, x[l], best[l]) | (x[l] != x[l])) ? x[l] : best[l];
    }
}

static INLINE void NAME(log_sum_exp)(const NAME(line) *line, const T *in, T *out) {
    T peak[LANES];
    double sum[LANES] = {0};
    NAME(extreme)(GS_EXTREMUM_MAX, line, in, peak);
    // Equal infinities have no difference: a peak of ±inf stands for the whole.
    for (size_t k = 0; k < line->axis; k++) {
        const T *x = in + NAME(at)(line, k);
        LANEWISE for (size_t l = 0; l < line->lanes; l++) sum[l] += (double)NAME(exp)(x[l] - peak[l]);
    }
    LANEWISE for (size_t l = 0; l < line->lanes; l++) {
        const int infinite = __builtin_elementwise_abs(peak[l]) == (T)__builtin_inf();
        out[l] = infinite ? peak[l] : peak[l] + NAME(log)((T)sum[l]);
    }
}

static INLINE void NAME(reduce_line)(gs_reduction kind, const NAME(line) *line, const T *in, T *out) {
    double sum[LANES];
    switch (kind) {
    case GS_REDUCTION_SUM:
    case GS_REDUCTION_MEAN: NAME(fold)(NAME(with_plain), 0, line, in, sum); break;
    case GS_REDUCTION_PRODUCT: NAME(fold)(NAME(with_factor), 1, line, in, sum); break;
    case GS_REDUCTION_SUM_SQUARES:
    case GS_REDUCTION_L2: NAME(fold)(NAME(with_square), 0, line, in, sum); break;
    case GS_REDUCTION_L1: NAME(fold)(NAME(with_magnitude), 0, line, in, sum); break;
    case GS_REDUCTION_MAX: NAME(extreme)(GS_EXTREMUM_MAX, line, in, out); return;
    case GS_REDUCTION_MIN: NAME(extreme)(GS_EXTREMUM_MIN, line, in, out); return;
    case GS_REDUCTION_LOG_SUM_EXP: NAME(log_sum_exp)(line, in, out); return;
    case GS_REDUCTION_COUNT: return;
    }
    const double count = kind == GS_REDUCTION_MEAN ? (double)line->axis : 1;
    const int rooted = kind == GS_REDUCTION_L2;
    LANEWISE for (size_t l = 0; l < line->lanes; l++) out[l] = (T)(rooted ? __builtin_sqrt(sum[l]) : sum[l] / count);
}

// A reduction by sums of contiguous lines of one lane.
static INLINE void NAME(reduce_rows)(
    double (*with)(double, double), double start, gs_reduction kind, size_t outer, size_t axis, const T *in, T *out) {
    const double count = kind == GS_REDUCTION_MEAN ? (double)axis : 1;
    for (size_t o = 0; o < outer; o += ABREAST) {
        double sum[ABREAST];
        const size_t left = outer - o, rows = left < ABREAST ? left : ABREAST;
        if (rows == ABREAST)
            NAME(fold_rows)(ABREAST, with, start, axis, in + o * axis, sum);
        else
            for (size_t r = 0; r < rows; r++) NAME(fold_rows)(1, with, start, axis, in + (o + r) * axis, sum + r);
        for (size_t r = 0; r < rows; r++)
            out[o + r] = (T)(kind == GS_REDUCTION_L2 ? __builtin_sqrt(sum[r]) : sum[r] / count);
    }
}

// The extrema of contiguous lines of one lane, some side by side.
static INLINE void NAME(extreme_rows)(
    const size_t rows, gs_extremum extremum, size_t axis, const T *in, T *out) {
    T best[ABREAST];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) best[r] = (T)(extremum == GS_EXTREMUM_MAX ? -__builtin_inf() : __builtin_inf());
    for (size_t k = 0; k < axis; k++)
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            const T x = in[r * axis + k];
            best[r] = (NAME(beyond)(extremum, x, best[r]) | (x != x)) ? x : best[r];
        }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) out[r] = best[r];
}

static INLINE void NAME(reduce_extremes)(gs_extremum extremum, size_t outer, size_t axis, const T *in, T *out) {
    size_t o = 0;
    for (; o + ABREAST <= outer; o += ABREAST) NAME(extreme_rows)(ABREAST, extremum, axis, in + o * axis, out + o);
    for (; o < outer; o++) NAME(extreme_rows)(1, extremum, axis, in + o * axis, out + o);
}

static void NAME(reduce)(
    gs_reduction kind, size_t outer, size_t axis, size_t inner, size_t lanes, const int32_t *table, const T *in,
    T *out) {
    if (lanes == 1 && inner == 1 && !table) switch (kind) {
        case GS_REDUCTION_SUM:
        case GS_REDUCTION_MEAN: NAME(reduce_rows)(NAME(with_plain), 0, kind, outer, axis, in, out); return;
        case GS_REDUCTION_SUM_SQUARES:
        case GS_REDUCTION_L2: NAME(reduce_rows)(NAME(with_square), 0, kind, outer, axis, in, out); return;
        case GS_REDUCTION_MAX: NAME(reduce_extremes)(GS_EXTREMUM_MAX, outer, axis, in, out); return;
        case GS_REDUCTION_MIN: NAME(reduce_extremes)(GS_EXTREMUM_MIN, outer, axis, in, out); return;
        default: break;
    }
    for (size_t o = 0; o < outer; o++)
        for (size_t n = 0, taken; n < inner; n += taken, out += taken * lanes) {
            const NAME(line) line = NAME(line_at)(o, n, axis, inner, lanes, table);
            taken = NAME(taken)(&line);
            NAME(reduce_line)(kind, &line, in, out);
        }
}

// The derivative by one number x of the line, given the result y.
static INLINE T NAME(slope_one)(T x, T y) { (void)x; (void)y; return 1; }
static INLINE T NAME(slope_square)(T x, T y) { (void)y; return 2 * x; }
static INLINE T NAME(slope_magnitude)(T x, T y) { (void)y; return x > 0 ? 1 : x < 0 ? -1 : 0; }
static INLINE T NAME(slope_norm)(T x, T y) { return y == 0 ? 0 : x / y; }
static INLINE T NAME(slope_exp)(T x, T y) { return x == y ? 1 : NAME(exp)(x - y); }

static INLINE void NAME(unfold)(
    T (*slope)(T, T), T divisor, const NAME(line) *line, const T *in, const T *out, const T *gout, T *gin) {
    if (line->lanes == 1 && line->inner == 1 && !line->table) {
        const T y = *out, g = *gout, share = g / divisor;
        LANEWISE for (size_t k = line->first; k < line->first + line->axis; k++)
            gin[k] += g == 0 ? 0 : share * slope(in[k], y);
        return;
    }
    for (size_t k = 0; k < line->axis; k++) {
        const size_t at = NAME(at)(line, k);
        const T *x = in + at;
        T *g = gin + at;
        LANEWISE for (size_t l = 0; l < line->lanes; l++)
            g[l] += gout[l] == 0 ? 0 : gout[l] / divisor * slope(x[l], out[l]);
    }
}

// The first number that is the extremum (or NaN, where that is) takes the gradient of its lane.
static INLINE void NAME(extreme_gradient)(
    const NAME(line) *line, const T *in, const T *out, const T *gout, T *gin) {
    T open[LANES];
    LANEWISE for (size_t l = 0; l < line->lanes; l++) open[l] = gout[l];
    for (size_t k = 0; k < line->axis; k++) {
        const size_t at = NAME(at)(line, k);
        const T *x = in + at;
        T *g = gin + at;
        LANEWISE for (size_t l = 0; l < line->lanes; l++) {
            const int taken = (x[l] == out[l]) | ((x[l] != x[l]) & (out[l] != out[l]));
            g[l] += taken ? open[l] : 0;
            open[l] = taken ? 0 : open[l];
        }
    }
}

// Each number's derivative is the product of the others. With no zero that is the product over it; with one it is
// the product of the rest, for the zero alone; with more it is 0.
static INLINE void NAME(product_gradient)(const NAME(line) *line, const T *in, const T *gout, T *gin) {
    double product[LANES], zeros[LANES] = {0};
    for (size_t l = 0; l < line->lanes; l++) product[l] = 1;
    for (size_t k = 0; k < line->axis; k++) {
        const T *x = in + NAME(at)(line, k);
        LANEWISE for (size_t l = 0; l < line->lanes; l++) {
            product[l] *= x[l] == 0 ? 1 : (double)x[l];
            zeros[l] += x[l] == 0 ? 1 : 0;
        }
    }
    for (size_t k = 0; k < line->axis; k++) {
        const size_t at = NAME(at)(line, k);
        const T *x = in + at;
        T *g = gin + at;
        LANEWISE for (size_t l = 0; l < line->lanes; l++) {
            const double others = x[l] == 0 ? product[l] : product[l] / (double)x[l];
            const int counts = zeros[l] == (x[l] == 0 ? 1 : 0);
            g[l] += (counts & (gout[l] != 0)) ? (T)((double)gout[l] * others) : 0;
        }
    }
}

static INLINE void NAME(gradient_line)(
    gs_reduction kind, const NAME(line) *line, const T *in, const T *out, const T *gout, T *gin) {
    switch (kind) {
    case GS_REDUCTION_SUM: NAME(unfold)(NAME(slope_one), 1, line, in, out, gout, gin); return;
    case GS_REDUCTION_MEAN: NAME(unfold)(NAME(slope_one), (T)line->axis, line, in, out, gout, gin); return;
    case GS_REDUCTION_PRODUCT: NAME(product_gradient)(line, in, gout, gin); return;
    case GS_REDUCTION_SUM_SQUARES: NAME(unfold)(NAME(slope_square), 1, line, in, out, gout, gin); return;
    case GS_REDUCTION_L1: NAME(unfold)(NAME(slope_magnitude), 1, line, in, out, gout, gin); return;
    case GS_REDUCTION_L2: NAME(unfold)(NAME(slope_norm), 1, line, in, out, gout, gin); return;
    case GS_REDUCTION_LOG_SUM_EXP: NAME(unfold)(NAME(slope_exp), 1, line, in, out, gout, gin); return;
    case GS_REDUCTION_MAX:
    case GS_REDUCTION_MIN: NAME(extreme_gradient)(line, in, out, gout, gin); return;
    case GS_REDUCTION_COUNT: return;
    }
}

static void NAME(reduce_gradient)(
    gs_reduction kind, size_t outer, size_t axis, size_t inner, size_t lanes, const int32_t *table, const T *in,
    const T *out, const T *gout, T *gin) {
    for (size_t o = 0; o < outer; o++)
        for (size_t n = 0, taken; n < inner; n += taken, out += taken * lanes, gout += taken * lanes) {
            const NAME(line) line = NAME(line_at)(o, n, axis, inner, lanes, table);
            taken = NAME(taken)(&line);
            NAME(gradient_line)(kind, &line, in, out, gout, gin);
        }
}

static INLINE void NAME(arg_line)(
    gs_extremum extremum, gs_tie tie, const NAME(line) *line, const T *in, double *out) {
    T best[LANES];
    const T *first = in + NAME(at)(line, 0);
    for (size_t l = 0; l < line->lanes; l++) {
        best[l] = first[l];
        out[l] = 0;
    }
    for (size_t k = 1; k < line->axis; k++) {
        const T *x = in + NAME(at)(line, k);
        LANEWISE for (size_t l = 0; l < line->lanes; l++) {
            const int tied = (tie == GS_TIE_LAST) & (x[l] == best[l]);
            const int first_nan = (x[l] != x[l]) & (best[l] == best[l]);
            const int taken = NAME(beyond)(extremum, x[l], best[l]) | tied | first_nan;
            best[l] = taken ? x[l] : best[l];
            out[l] = taken ? (double)k : out[l];
        }
    }
}

static void NAME(arg)(
    gs_extremum extremum, gs_tie tie, size_t outer, size_t axis, size_t inner, size_t lanes, const T *in,
    double *out) {
    for (size_t o = 0; o < outer; o++)
        for (size_t n = 0, taken; n < inner; n += taken, out += taken * lanes) {
            const NAME(line) line = NAME(line_at)(o, n, axis, inner, lanes, NULL);
            taken = NAME(taken)(&line);
            NAME(arg_line)(extremum, tie, &line, in, out);
        }
}

#undef ABREAST

#elif PASS == EXPORTS
EXPORT(reduce, (
    gs_reduction kind, size_t outer, size_t axis, size_t inner, size_t lanes, const int32_t *table, const T *in,
    T *out),
    (kind, outer, axis, inner, lanes, table, in, out))
EXPORT(reduce_gradient, (
    gs_reduction kind, size_t outer, size_t axis, size_t inner, size_t lanes, const int32_t *table, const T *in,
    const T *out, const T *gout, T *gin),
    (kind, outer, axis, inner, lanes, table, in, out, gout, gin))
EXPORT(arg, (
    gs_extremum extremum, gs_tie tie, size_t outer, size_t axis, size_t inner, size_t lanes, const T *in,
    double *out),
    (extremum, tie, outer, axis, inner, lanes, in, out))
#endif
