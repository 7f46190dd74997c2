#pragma once

#include <stdbool.h>

#include "dense.h"

/// What a convolution needs besides its input: packed weights and, for both directions, which weights meet which rows
/// at each position. Immutable once made: any number of threads may use it.
typedef struct gs_convolution_f32 gs_convolution_f32;
typedef struct gs_convolution_f64 gs_convolution_f64;

/// What a convolution is going to be used for.
typedef enum gs_ways {
    /// gs_convolution_forward, gs_convolution_transposed_gradient
    GS_WAYS_FORWARD = 1,
    /// gs_convolution_gradient, gs_convolution_transposed
    GS_WAYS_BACKWARD = 2,
    GS_WAYS_BOTH = 3,
} gs_ways;

/// Prepares a convolution of 1 to 3 spatial dimensions; NULL for an impossible shape, more than 2^24 table entries, or
/// want of memory.
///
/// Arrays have `dimensions` entries. `pads` are those before the input; those behind it follow from `output`, and may
/// be anything: what lies outside the input is skipped. `weights` is [out_channels][in_channels / groups][kernel...].
gs_convolution_f32 *gs_convolution_create_f32(
    size_t dimensions, size_t groups, size_t in_channels, size_t out_channels, const size_t *input,
    const size_t *output, const size_t *kernel, const size_t *strides, const size_t *dilations, const size_t *pads,
    const float *weights, gs_ways ways);
gs_convolution_f64 *gs_convolution_create_f64(
    size_t dimensions, size_t groups, size_t in_channels, size_t out_channels, const size_t *input,
    const size_t *output, const size_t *kernel, const size_t *strides, const size_t *dilations, const size_t *pads,
    const double *weights, gs_ways ways);

/// Other weights of the same shape, in place: not while any thread uses the convolution. False for want of memory.
bool gs_convolution_repack_f32(gs_convolution_f32 *convolution, const float *weights);
bool gs_convolution_repack_f64(gs_convolution_f64 *convolution, const double *weights);

/// Frees a prepared convolution; NULL is allowed.
void gs_convolution_destroy_f32(gs_convolution_f32 *convolution);
void gs_convolution_destroy_f64(gs_convolution_f64 *convolution);

/// in [in_channels][input...], out [out_channels][output...], bias [out_channels] or NULL, all but bias laned.
/// Each sum runs from the bias over (channel, kernel position) ascending, each step one fused multiply-add; a sum that
/// is zero is +0. Where all weights are finite, input rows that are zero in all lanes are passed over; it never shows.
void gs_convolution_forward_f32(
    const gs_convolution_f32 *convolution, size_t lanes, const float *bias, const float *in, float *out,
    gs_activation activation, gs_share share);
void gs_convolution_forward_f64(
    const gs_convolution_f64 *convolution, size_t lanes, const double *bias, const double *in, double *out,
    gs_activation activation, gs_share share);

/// gin [in_channels][input...] = or += the gradient by the input of gs_convolution_forward (without activation), given
/// gout [out_channels][output...].
void gs_convolution_gradient_f32(
    const gs_convolution_f32 *convolution, size_t lanes, const float *gout, float *gin, gs_store store,
    gs_share share);
void gs_convolution_gradient_f64(
    const gs_convolution_f64 *convolution, size_t lanes, const double *gout, double *gin, gs_store store,
    gs_share share);

/// The transposed convolution as a forward operator: in [out_channels][output...], out [in_channels][input...] =
/// act(bias + the map of gs_convolution_gradient). Its own gradient by the input is the convolution, without bias, of
/// gout: gs_convolution_transposed_gradient.
void gs_convolution_transposed_f32(
    const gs_convolution_f32 *convolution, size_t lanes, const float *bias, const float *in, float *out,
    gs_activation activation, gs_share share);
void gs_convolution_transposed_f64(
    const gs_convolution_f64 *convolution, size_t lanes, const double *bias, const double *in, double *out,
    gs_activation activation, gs_share share);
void gs_convolution_transposed_gradient_f32(
    const gs_convolution_f32 *convolution, size_t lanes, const float *gout, float *gin, gs_store store,
    gs_share share);
void gs_convolution_transposed_gradient_f64(
    const gs_convolution_f64 *convolution, size_t lanes, const double *gout, double *gin, gs_store store,
    gs_share share);
