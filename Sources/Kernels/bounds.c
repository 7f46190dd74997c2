#ifndef PASS
#define SELF "bounds.c"
#include "passes.h"
#elif PASS == KERNELS

#define BAND JOIN(gs, band, TYPE)
// Lanes that are summed together.
#define ABREAST 16
#define UNIT (WIDE ? 0x1p-53 : 0x1p-24)

// ABREAST lanes: their sums stay in registers.
typedef double NAME(wide) __attribute__((ext_vector_type(ABREAST), aligned(8)));
typedef T NAME(row) __attribute__((ext_vector_type(ABREAST), aligned(4)));

static INLINE NAME(row) NAME(row_at)(const T *x, size_t step) {
    return step ? *(const NAME(row) *)x : (NAME(row))(*x);
}

static INLINE void NAME(least_abreast)(
    size_t count, size_t lanes, size_t low, size_t high, const T *a, const T *lower, size_t lower_row, const T *upper,
    size_t upper_row, double *sum, double *size) {
    NAME(wide) least = 0, magnitude = 0;
    for (size_t i = 0; i < count; i++) {
        const NAME(row) c = *(const NAME(row) *)(a + i * lanes);
        const NAME(row) below = NAME(row_at)(lower + i * lower_row, low), above = NAME(row_at)(upper + i * upper_row, high);
        const NAME(row) chosen = c >= 0 ? below : above;
        const NAME(wide) term = __builtin_convertvector(c, NAME(wide)) * __builtin_convertvector(chosen, NAME(wide));
        least += term;
        magnitude += __builtin_elementwise_abs(term);
    }
    *(NAME(wide) *)sum += least;
    *(NAME(wide) *)size += magnitude;
}

static void NAME(least_each)(size_t count, size_t lanes, const T *a, BAND band, double *sum, double *size) {
    for (size_t lane = 0; lane < lanes; lane++) {
        const T *lower = band.lower + lane * band.lower_step, *upper = band.upper + lane * band.upper_step;
        double least = 0, magnitude = 0;
        for (size_t i = 0; i < count; i++) {
            const T c = a[i * lanes + lane];
            const double term = (double)c * (double)(c >= 0 ? lower[i * band.lower_row] : upper[i * band.upper_row]);
            least += term;
            magnitude += __builtin_elementwise_abs(term);
        }
        sum[lane] += least;
        size[lane] += magnitude;
    }
}

static void NAME(least)(size_t count, size_t lanes, const T *a, BAND band, double *sum, double *size) {
    if (lanes % ABREAST) {
        NAME(least_each)(count, lanes, a, band, sum, size);
        return;
    }
    for (size_t first = 0; first < lanes; first += ABREAST) {
        const T *lower = band.lower + first * band.lower_step, *upper = band.upper + first * band.upper_step;
#define LEAST(low, high) \
    NAME(least_abreast)( \
        count, lanes, low, high, a + first, lower, band.lower_row, upper, band.upper_row, sum + first, size + first)
        if (band.lower_step && band.upper_step)
            LEAST(1, 1);
        else if (band.lower_step)
            LEAST(1, 0);
        else if (band.upper_step)
            LEAST(0, 1);
        else
            LEAST(0, 0);
#undef LEAST
    }
}

static INLINE void NAME(lines_backward_by)(
    size_t count, size_t lanes, size_t low, size_t high, const T *a, BAND slopes, T *out) {
    for (size_t i = 0; i < count; i++) {
        const T *c = a + i * lanes;
        const T *lower = slopes.lower + i * slopes.lower_row, *upper = slopes.upper + i * slopes.upper_row;
        T *result = out + i * lanes;
        LANEWISE for (size_t lane = 0; lane < lanes; lane++) {
            const T slope = c[lane] >= 0 ? lower[lane * low] : upper[lane * high];
            result[lane] = c[lane] == 0 ? 0 : c[lane] * slope;
        }
    }
}

static void NAME(lines_backward)(size_t count, size_t lanes, const T *a, BAND slopes, T *out) {
    if (slopes.lower_step && slopes.upper_step)
        NAME(lines_backward_by)(count, lanes, 1, 1, a, slopes, out);
    else if (slopes.lower_step)
        NAME(lines_backward_by)(count, lanes, 1, 0, a, slopes, out);
    else
        NAME(lines_backward_by)(count, lanes, 0, slopes.upper_step, a, slopes, out);
}

static void NAME(lines_forward)(
    size_t count, size_t lanes, const T *a, BAND slopes, BAND offsets, const T *x, T *y) {
    for (size_t i = 0; i < count; i++) {
        const T *c = a + i * lanes, *from = x + i * lanes;
        const T *low = slopes.lower + i * slopes.lower_row, *high = slopes.upper + i * slopes.upper_row;
        const T *below = offsets.lower + i * offsets.lower_row, *above = offsets.upper + i * offsets.upper_row;
        T *to = y + i * lanes;
        LANEWISE for (size_t lane = 0; lane < lanes; lane++) {
            to[lane] = c[lane] >= 0 ? low[lane * slopes.lower_step] * from[lane] + below[lane * offsets.lower_step]
                                    : high[lane * slopes.upper_step] * from[lane] + above[lane * offsets.upper_step];
        }
    }
}

static void NAME(relu_lines)(
    size_t count, size_t lanes, const double *lower, const double *upper, T *lower_slope, T *upper_slope,
    T *lower_offset, T *upper_offset) {
    LANEWISE for (size_t i = 0; i < count * lanes; i++) {
        const double l = lower[i], u = upper[i];
        const double magnitude = u > -l ? u : -l;
        // Rounded once; whatever it is, the offset below makes the line hold.
        const T chord = (T)(u / (u - l));
        const double slope = (double)chord;
        const double left = -slope * l, right = u - slope * u;
        // Of the offset, its conversion, and of a coefficient's product with the slope: each far less than this.
        const double slack = magnitude * ((WIDE ? 8 : 4) * UNIT) + (WIDE ? 0x1p-1070 : 0x1p-146);
        const double above = (left > right ? left : right) + slack;
        const int active = l >= 0, inactive = u <= 0;
        lower_slope[i] = active ? 1 : inactive ? 0 : u > -l ? 1 : 0;
        upper_slope[i] = active ? 1 : inactive ? 0 : chord;
        lower_offset[i] = active || inactive ? 0 : (T)-slack;
        upper_offset[i] = active || inactive ? 0 : (T)above;
    }
    // Unknown bounds fail both comparisons and leave NaN, unless one of them is infinite.
    for (size_t i = 0; i < count * lanes; i++) {
        if (upper[i] - lower[i] < INFINITY) continue;
        lower_slope[i] = 0;
        upper_slope[i] = 0;
        lower_offset[i] = 0;
        upper_offset[i] = INFINITY;
    }
}

static INLINE T NAME(adam)(T gradient, T *first, T *second, T rate, T correction) {
    *first = (T)0.9 * *first + (T)0.1 * gradient;
    *second = (T)0.999 * *second + (T)0.001 * gradient * gradient;
    return rate * *first / (__builtin_elementwise_sqrt(*second * correction) + (T)1e-8);
}

static void NAME(slopes_ascend)(
    size_t count, size_t lanes, const T *a, const T *x, BAND slopes, T *free_slope, T *first, T *second, T rate,
    T correction) {
    for (size_t i = 0; i < count; i++) {
        const T *upper = slopes.upper + i * slopes.upper_row;
        const size_t row = i * lanes;
        LANEWISE for (size_t lane = 0; lane < lanes; lane++) {
            const T chord = upper[lane * slopes.upper_step];
            const int is_free = chord > 0 && chord < 1;
            const T gradient = is_free && a[row + lane] > 0 ? a[row + lane] * x[row + lane] : 0;
            T next = free_slope[row + lane]
                + NAME(adam)(gradient, first + row + lane, second + row + lane, rate, correction);
            next = next < 0 ? 0 : next > 1 ? 1 : next;
            free_slope[row + lane] = is_free ? next : free_slope[row + lane];
        }
    }
}

static void NAME(multipliers_apply)(size_t count, size_t lanes, const T *sign, const T *multiplier, T *out) {
    LANEWISE for (size_t i = 0; i < count * lanes; i++) out[i] -= sign[i] * multiplier[i];
}

static void NAME(multipliers_ascend)(
    size_t count, size_t lanes, const T *sign, const T *x, T *multiplier, T *first, T *second, T rate, T correction) {
    LANEWISE for (size_t i = 0; i < count * lanes; i++) {
        const T gradient = -sign[i] * x[i];
        const T next = multiplier[i] + NAME(adam)(gradient, first + i, second + i, rate, correction);
        multiplier[i] = sign[i] == 0 || !(next > 0) ? 0 : next;
    }
}
#undef BAND
#undef ABREAST
#undef UNIT

#elif PASS == EXPORTS
#define BAND JOIN(gs, band, TYPE)
EXPORT(least, (size_t count, size_t lanes, const T *a, BAND band, double *sum, double *size),
    (count, lanes, a, band, sum, size))
EXPORT(lines_backward, (size_t count, size_t lanes, const T *a, BAND slopes, T *out), (count, lanes, a, slopes, out))
EXPORT(lines_forward, (
    size_t count, size_t lanes, const T *a, BAND slopes, BAND offsets, const T *x, T *y),
    (count, lanes, a, slopes, offsets, x, y))
EXPORT(relu_lines, (
    size_t count, size_t lanes, const double *lower, const double *upper, T *lower_slope, T *upper_slope,
    T *lower_offset, T *upper_offset),
    (count, lanes, lower, upper, lower_slope, upper_slope, lower_offset, upper_offset))
EXPORT(slopes_ascend, (
    size_t count, size_t lanes, const T *a, const T *x, BAND slopes, T *free_slope, T *first, T *second, T rate,
    T correction),
    (count, lanes, a, x, slopes, free_slope, first, second, rate, correction))
EXPORT(multipliers_apply, (size_t count, size_t lanes, const T *sign, const T *multiplier, T *out),
    (count, lanes, sign, multiplier, out))
EXPORT(multipliers_ascend, (
    size_t count, size_t lanes, const T *sign, const T *x, T *multiplier, T *first, T *second, T rate, T correction),
    (count, lanes, sign, x, multiplier, first, second, rate, correction))
#undef BAND
#endif
