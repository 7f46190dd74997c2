#pragma once

#include <stddef.h>

/// Sums of waves over the rows g of a matrix: cosine = Σ cos(2π <g, point>), slope[c] = Σ sin(2π <g, point>) g[c].
///
/// Rows come in blocks of 16: matrix[block][column][16]. Each wave is within 2e-7 where |<g, point>| is below 1, and a
/// rounding of <g, point> further off elsewhere; sums run block by block, sixteen at a time, lanes then in pairs. `slope` NULL
/// is not computed; `sums` has room for 16 numbers for each column, and is not read.
void gs_waves_f32(
    size_t blocks, size_t columns, const float *matrix, const float *point, float *cosine, float *slope, float *sums);
void gs_waves_f64(
    size_t blocks, size_t columns, const double *matrix, const double *point, double *cosine, double *slope,
    double *sums);
