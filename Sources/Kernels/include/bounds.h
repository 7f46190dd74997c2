#pragma once

#include <stddef.h>

/// A lower and an upper number per element and lane, as linear relaxations use them. Element i, lane l reads number
/// i·row + l·step of an array: a `step` is 1 where every lane has numbers of its own, 0 where all lanes share them.
typedef struct gs_band_f32 {
    const float *lower, *upper;
    size_t lower_row, lower_step, upper_row, upper_step;
} gs_band_f32;
typedef struct gs_band_f64 {
    const double *lower, *upper;
    size_t lower_row, lower_step, upper_row, upper_step;
} gs_band_f64;

/// The least that Σ_i a[i]·v[i] can be for v in the band: sum[lane] += Σ_i a[i] · (a[i] >= 0 ? lower[i] : upper[i]), and
/// size[lane] += Σ_i of the magnitudes. Products of floats are exact in double; sums run in double, ascending.
void gs_least_f32(size_t count, size_t lanes, const float *a, gs_band_f32 band, double *sum, double *size);
void gs_least_f64(size_t count, size_t lanes, const double *a, gs_band_f64 band, double *sum, double *size);

/// The coefficients of a sum of functions, replaced by those of their lines: out[i] = a[i] · (a[i] >= 0 ? the lower slope :
/// the upper slope). A zero coefficient gives zero, whatever the slope.
void gs_lines_backward_f32(size_t count, size_t lanes, const float *a, gs_band_f32 slopes, float *out);
void gs_lines_backward_f64(size_t count, size_t lanes, const double *a, gs_band_f64 slopes, double *out);

/// The lines that `gs_lines_backward` chose, at x: y[i] = slope·x[i] + offset, the lower ones where a[i] >= 0.
void gs_lines_forward_f32(
    size_t count, size_t lanes, const float *a, gs_band_f32 slopes, gs_band_f32 offsets, const float *x, float *y);
void gs_lines_forward_f64(
    size_t count, size_t lanes, const double *a, gs_band_f64 slopes, gs_band_f64 offsets, const double *x, double *y);

/// The lines of max(x, 0) over [lower, upper], which have `lanes` numbers per element, as do the results.
///
/// Active: slope 1, inactive: slope 0, exact. Else the upper line is the chord, and the lower one has slope 0 or 1,
/// whichever leaves less room. The offsets make up for rounding, also that of a product of the slope and a coefficient.
/// Bounds that are not finite give offsets that are not.
void gs_relu_lines_f32(
    size_t count, size_t lanes, const double *lower, const double *upper, float *lower_slope, float *upper_slope,
    float *lower_offset, float *upper_offset);
void gs_relu_lines_f64(
    size_t count, size_t lanes, const double *lower, const double *upper, double *lower_slope, double *upper_slope,
    double *lower_offset, double *upper_offset);

/// One step of Adam (Kingma and Ba, 2015) upward, for the free lower slopes of max(x, 0): those whose upper slope lies
/// strictly between 0 and 1. The derivative of the bound by slope i is a[i]·x[i] where a[i] > 0, else 0 (x as in
/// `gs_lines_forward`). Slopes stay in [0, 1]. `rate` is the step with the correction of the first moment in it,
/// `correction` that of the second.
void gs_slopes_ascend_f32(
    size_t count, size_t lanes, const float *a, const float *x, gs_band_f32 slopes, float *free_slope, float *first,
    float *second, float rate, float correction);
void gs_slopes_ascend_f64(
    size_t count, size_t lanes, const double *a, const double *x, gs_band_f64 slopes, double *free_slope, double *first,
    double *second, double rate, double correction);

/// Multipliers of the constraints sign·x >= 0: out[i] -= sign[i]·multiplier[i].
void gs_multipliers_apply_f32(size_t count, size_t lanes, const float *sign, const float *multiplier, float *out);
void gs_multipliers_apply_f64(size_t count, size_t lanes, const double *sign, const double *multiplier, double *out);

/// One step of Adam upward for the multipliers, which stay at least 0; the derivative is -sign[i]·x[i].
void gs_multipliers_ascend_f32(
    size_t count, size_t lanes, const float *sign, const float *x, float *multiplier, float *first, float *second,
    float rate, float correction);
void gs_multipliers_ascend_f64(
    size_t count, size_t lanes, const double *sign, const double *x, double *multiplier, double *first, double *second,
    double rate, double correction);
