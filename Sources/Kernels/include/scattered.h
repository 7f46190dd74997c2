#pragma once

#include "dense.h"

/// A matrix of which most is 0, row by row: row r holds weights[starts[r]..<starts[r + 1]], in the columns of those places.
/// out[r] = bias[r] + Σ weight · in[column], rows of lanes, each step one fused multiply-add, in the order of the places;
/// `bias` NULL means 0; with GS_STORE_ADD the present output takes its place. What is 0 does not meet an infinite input.
void gs_scattered_f32(
    size_t rows, size_t lanes, const int32_t *starts, const int32_t *columns, const float *weights, const float *bias,
    const float *in, float *out, gs_store store);
void gs_scattered_f64(
    size_t rows, size_t lanes, const int32_t *starts, const int32_t *columns, const double *weights, const double *bias,
    const double *in, double *out, gs_store store);
