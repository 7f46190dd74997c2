#pragma once

#include "dense.h"

/// `gs_dense` in which zeros cost nothing: what ReLU and its gradient leave is mostly zeros.
///
/// To the bit the same as `gs_dense` with input rows in order and an out_stride of 1, if all of the matrix is finite:
/// then a product with 0 changes no sum. Any number of rows and columns. An input row is passed over where it is 0 in
/// a whole register of lanes; input with next to no such rows takes the way of `gs_dense`.
///
/// `wanted` is NULL or has the shape of `out`: where it is 0, the result does not matter. Results that do not matter
/// may be left unwritten. This is what the gradient by the result of a ReLU needs, which ends where that is 0.
void gs_sparse_f32(
    size_t rows, size_t columns, size_t lanes, const float *packed, const float *bias, const float *in,
    const float *wanted, float *out, gs_store store, gs_activation activation);
void gs_sparse_f64(
    size_t rows, size_t columns, size_t lanes, const double *packed, const double *bias, const double *in,
    const double *wanted, double *out, gs_store store, gs_activation activation);
