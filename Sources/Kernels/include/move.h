#pragma once

#include <stddef.h>
#include <stdint.h>

/// out[i] = in[table[i]], a row each; `fill` in every lane where table[i] is -1.
void gs_gather_f32(size_t count, size_t lanes, const int32_t *table, float fill, const float *in, float *out);
void gs_gather_f64(size_t count, size_t lanes, const int32_t *table, double fill, const double *in, double *out);

/// out[table[i]] += in[i], a row each, i ascending; nothing where table[i] is -1. The gradient of gs_gather, and with
/// table NULL the plain sum of two values.
void gs_scatter_add_f32(size_t count, size_t lanes, const int32_t *table, const float *in, float *out);
void gs_scatter_add_f64(size_t count, size_t lanes, const int32_t *table, const double *in, double *out);

/// out[i][lane] = in[i]: gives a uniform value lanes.
void gs_splat_f32(size_t count, size_t lanes, const float *in, float *out);
void gs_splat_f64(size_t count, size_t lanes, const double *in, double *out);

/// out[c][r] = in[r][c], no lanes: from [proposal][element] to [element][proposal] and back.
void gs_transpose_f32(
    size_t rows, size_t columns, const float *in, size_t in_stride, float *out, size_t out_stride);
void gs_transpose_f64(
    size_t rows, size_t columns, const double *in, size_t in_stride, double *out, size_t out_stride);

/// Gather with an index of each lane's own: in [outer][axis][inner], index [picks], out [outer][picks][inner], all
/// laned. Negative indices count from the end; an index out of range gives NaN.
void gs_pick_f32(
    size_t outer, size_t axis, size_t inner, size_t picks, size_t lanes, const double *index, const float *in,
    float *out);
void gs_pick_f64(
    size_t outer, size_t axis, size_t inner, size_t picks, size_t lanes, const double *index, const double *in,
    double *out);

/// Adds gout [outer][picks][inner] to gin [outer][axis][inner] at the places gs_pick read.
void gs_pick_gradient_f32(
    size_t outer, size_t axis, size_t inner, size_t picks, size_t lanes, const double *index, const float *gout,
    float *gin);
void gs_pick_gradient_f64(
    size_t outer, size_t axis, size_t inner, size_t picks, size_t lanes, const double *index, const double *gout,
    double *gin);

/// Between float and double: exact one way, to nearest with ties to even the other.
void gs_cast_f32_f64(size_t count, const float *in, double *out);
void gs_cast_f64_f32(size_t count, const double *in, float *out);

/// To an integer in a double: toward zero, held to [-2^63, 2^63]; NaN gives 0.
void gs_cast_f32_integer(size_t count, const float *in, double *out);
void gs_cast_f64_integer(size_t count, const double *in, double *out);

/// To a truth value in a double: 0 where the number is 0, else 1 (so for NaN).
void gs_cast_f32_truth(size_t count, const float *in, double *out);
void gs_cast_f64_truth(size_t count, const double *in, double *out);
