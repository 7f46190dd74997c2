#pragma once

#include "convolution.h"

/// Gradients by weights: sums over the lanes of a tile, added to what is there. Numbers that all lanes share.
///
/// Sums over lanes run in sixteen parts, lane l in part l mod 16, that are joined by halves at the end; but for
/// `gs_dense_weights`, where they run with the lane ascending. Each step is one fused multiply-add.

/// How many numbers `gs_dense_weights` adds to: 64 columns after one another, all rows of each, the last ones filled up
/// to a multiple of 16. Element (r, c) is number `64·rows·(c / 64) + r·width + c mod 64` with `width` 64, or what is
/// left in the last.
size_t gs_dense_weights_count(size_t rows, size_t columns);

/// gradient[i] += the sum of element i, of elements first ..< end in row-major order.
void gs_dense_weights_add_f32(
    size_t rows, size_t columns, size_t first, size_t end, const float *sums, float *gradient);
void gs_dense_weights_add_f64(
    size_t rows, size_t columns, size_t first, size_t end, const double *sums, double *gradient);

/// How many numbers of scratch memory `gs_dense_weights` takes.
size_t gs_dense_weights_scratch(size_t rows, size_t lanes);

/// sums(r, c) += Σ_lane gout[r][lane] · in[c][lane]: the gradient by the matrix of `gs_dense`, given that by its result.
void gs_dense_weights_f32(
    size_t rows, size_t columns, size_t lanes, const float *gout, const float *in, float *scratch, float *sums);
void gs_dense_weights_f64(
    size_t rows, size_t columns, size_t lanes, const double *gout, const double *in, double *scratch, double *sums);

/// How many numbers of scratch memory `gs_convolution_weights` takes.
size_t gs_convolution_weights_scratch_f32(const gs_convolution_f32 *convolution);
size_t gs_convolution_weights_scratch_f64(const gs_convolution_f64 *convolution);

/// sums [out_channels][in_channels / groups][kernel...] += the gradient by the weights of gs_convolution_forward (without
/// activation): sums over positions ascending, and over the lanes of each.
void gs_convolution_weights_f32(
    const gs_convolution_f32 *convolution, size_t lanes, const float *gout, const float *in, float *scratch,
    float *sums);
void gs_convolution_weights_f64(
    const gs_convolution_f64 *convolution, size_t lanes, const double *gout, const double *in, double *scratch,
    double *sums);

/// sums[r] += Σ of in[r][position][lane], positions ascending: the gradient by what is added to all lanes alike.
void gs_lane_sums_f32(size_t rows, size_t positions, size_t lanes, const float *in, float *sums);
void gs_lane_sums_f64(size_t rows, size_t positions, size_t lanes, const double *in, double *sums);

/// sums[row][n] += gout[pick][n][lane] for each pick and lane ascending, where index[pick][lane] names the row: the
/// gradient by a table of rows that all lanes share. A negative index counts from the end; one out of range is passed over.
void gs_row_sums_f32(
    size_t rows, size_t inner, size_t picks, size_t lanes, const double *index, const float *gout, float *sums);
void gs_row_sums_f64(
    size_t rows, size_t inner, size_t picks, size_t lanes, const double *index, const double *gout, double *sums);
