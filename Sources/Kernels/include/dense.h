#pragma once

#include <stddef.h>
#include <stdint.h>

/// Whether a result replaces what is in the output or is added to it.
typedef enum gs_store {
    GS_STORE_REPLACE,
    GS_STORE_ADD,
} gs_store;

typedef enum gs_activation_kind {
    GS_ACTIVATION_NONE,
    /// max(x, 0); NaN stays NaN.
    GS_ACTIVATION_RELU,
    /// x where x >= 0, else a·x.
    GS_ACTIVATION_LEAKY_RELU,
    /// min(max(x, a), b); NaN stays NaN.
    GS_ACTIVATION_CLIP,
} gs_activation_kind;

/// A function applied to each result as it is stored; `_f32` kernels round `a` and `b` to float.
typedef struct gs_activation {
    gs_activation_kind kind;
    double a, b;
} gs_activation;

/// What becomes of products with 0: they change no sum, unless a weight is not finite and makes NaN of them.
typedef enum gs_zeros {
    GS_ZEROS_PASSED,
    GS_ZEROS_MULTIPLIED,
} gs_zeros;

/// Part `part` of `parts` that together do the whole work, each on a thread of its own; {0, 1} is all of it. What a kernel
/// cannot share out, part 0 does.
typedef struct gs_share {
    size_t part, parts;
} gs_share;

/// The number of elements that a packed rows x columns matrix takes.
size_t gs_packed_count(size_t rows, size_t columns);

/// Packs a matrix, whose element (r, c) is matrix[r·row_stride + c·column_stride], into panels of six rows.
/// Swapped strides pack the transpose, which is what the gradient by the input needs.
void gs_pack_f32(
    size_t rows, size_t columns, const float *matrix, size_t row_stride, size_t column_stride, float *packed);
void gs_pack_f64(
    size_t rows, size_t columns, const double *matrix, size_t row_stride, size_t column_stride, double *packed);

/// Matrix times laned vector: out[r·out_stride] = act(s + Σ_c matrix[r][c] · in[offsets[c]]), each a row of lanes.
///
/// s is bias[r] (0 where `bias` is NULL), or the present output with GS_STORE_ADD (`bias` is then not read). The sum
/// runs with c ascending, each step one fused multiply-add; a sum that is zero is +0. `offsets` has `columns` entries;
/// out_stride is counted in rows. The gradient by the input is the same call with the packed transpose, rows and columns
/// swapped, and GS_STORE_ADD.
void gs_dense_f32(
    size_t rows, size_t columns, size_t lanes, const float *packed, const float *bias, const float *in,
    const int32_t *offsets, float *out, size_t out_stride, gs_store store, gs_activation activation);
void gs_dense_f64(
    size_t rows, size_t columns, size_t lanes, const double *packed, const double *bias, const double *in,
    const int32_t *offsets, double *out, size_t out_stride, gs_store store, gs_activation activation);

/// `gs_dense` of one lane, for each of `count` input rows: in [count][columns], out [count][rows], to the bit the same.
/// `zeros` may be GS_ZEROS_PASSED where all of the matrix is finite.
void gs_dense_rows_f32(
    size_t count, size_t rows, size_t columns, const float *packed, const float *bias, const float *in, float *out,
    gs_zeros zeros, gs_store store, gs_activation activation, gs_share share);
void gs_dense_rows_f64(
    size_t count, size_t rows, size_t columns, const double *packed, const double *bias, const double *in, double *out,
    gs_zeros zeros, gs_store store, gs_activation activation, gs_share share);

/// g[i] = gout[i] · act'(x), from y = act(x): the step before the gradient of a layer with a fused activation.
/// `g` may be `gout`. Valid for GS_ACTIVATION_LEAKY_RELU only where its slope is positive. Zero at the corners.
void gs_activation_gradient_f32(gs_activation activation, size_t count, const float *y, const float *gout, float *g);
void gs_activation_gradient_f64(gs_activation activation, size_t count, const double *y, const double *gout, double *g);

/// A laned matrix in memory: element (r, c) is row r·row_stride + c·column_stride of `data`. Swapped strides transpose.
typedef struct gs_matrix_f32 {
    const float *data;
    size_t row_stride, column_stride;
} gs_matrix_f32;
typedef struct gs_matrix_f64 {
    const double *data;
    size_t row_stride, column_stride;
} gs_matrix_f64;

/// Laned matrix product, lane by lane: out[r·out_stride + c] = Σ_k a(r, k) · b(k, c), plus the present output with
/// GS_STORE_ADD. The sum runs with k ascending from 0 (or the present output), each step one fused multiply-add.
void gs_matmul_f32(
    size_t rows, size_t inner, size_t columns, size_t lanes, gs_matrix_f32 a, gs_matrix_f32 b, float *out,
    size_t out_stride, gs_store store);
void gs_matmul_f64(
    size_t rows, size_t inner, size_t columns, size_t lanes, gs_matrix_f64 a, gs_matrix_f64 b, double *out,
    size_t out_stride, gs_store store);
