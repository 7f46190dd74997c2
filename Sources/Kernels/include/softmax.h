#pragma once

#include <stddef.h>

typedef enum gs_softmax {
    GS_SOFTMAX_PLAIN,
    GS_SOFTMAX_LOG,
} gs_softmax;

/// out[o][k][n] = exp(in[o][k][n] - m) / Σ_j exp(in[o][j][n] - m), or its logarithm; m is the largest.
/// in, out [outer][axis][inner], laned. `out` may be `in`.
void gs_softmax_f32(
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const float *in, float *out);
void gs_softmax_f64(
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const double *in, double *out);

/// gin += the gradient, given out and gout.
void gs_softmax_gradient_f32(
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const float *out, const float *gout,
    float *gin);
void gs_softmax_gradient_f64(
    gs_softmax kind, size_t outer, size_t axis, size_t inner, size_t lanes, const double *out, const double *gout,
    double *gin);
