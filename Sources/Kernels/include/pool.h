#pragma once

#include <stddef.h>
#include <stdint.h>

#include "dense.h"

typedef enum gs_pool {
    /// NaN where any is NaN; -inf where the window is empty.
    GS_POOL_MAX,
    /// The sum (in double, ascending, rounded once) over the divisor.
    GS_POOL_AVERAGE,
} gs_pool;

/// Windows of one plane, the same for every plane (channel) of a value.
typedef struct gs_windows {
    /// Rows in an input plane, and in an output plane.
    size_t in_rows, out_rows;
    /// Entries per window.
    size_t size;
    /// [out_rows][size] rows of the input plane; -1 is skipped.
    const int32_t *table;
    /// [out_rows] divisors of the average; NULL: the number of entries that are not -1.
    const int32_t *divisors;
} gs_windows;

/// in [planes][in_rows], out [planes][out_rows], laned.
void gs_pool_f32(gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const float *in, float *out);
void gs_pool_f64(gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const double *in, double *out);

/// gin [planes][in_rows] += the gradient, given in, out and gout [planes][out_rows]. The first of equal maxima takes it.
/// Where every input row is in one window, and in no other, it may be written instead.
void gs_pool_gradient_f32(
    gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const float *in, const float *out,
    const float *gout, float *gin, gs_store store);
void gs_pool_gradient_f64(
    gs_pool kind, gs_windows windows, size_t planes, size_t lanes, const double *in, const double *out,
    const double *gout, double *gin, gs_store store);
