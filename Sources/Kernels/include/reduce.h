#pragma once

#include <stddef.h>
#include <stdint.h>

/// Ways to make one number of many. Sums, products and norms of floats run in double, ascending, and round once.
typedef enum gs_reduction {
    GS_REDUCTION_SUM,
    GS_REDUCTION_MEAN,
    /// NaN where any is NaN; -inf and inf where there are none.
    GS_REDUCTION_MAX,
    GS_REDUCTION_MIN,
    GS_REDUCTION_PRODUCT,
    GS_REDUCTION_SUM_SQUARES,
    GS_REDUCTION_L1,
    GS_REDUCTION_L2,
    GS_REDUCTION_LOG_SUM_EXP,
    /// The number of members.
    GS_REDUCTION_COUNT,
} gs_reduction;

/// out[o][n] = the reduction over k of in[o][k][n], rows of lanes: in [outer][axis][inner], out [outer][inner].
/// With a table of outer·axis·inner entries, in[o][k][n] is row table[(o·axis + k)·inner + n] of `in`.
void gs_reduce_f32(
    gs_reduction kind, size_t outer, size_t axis, size_t inner, size_t lanes, const int32_t *table, const float *in,
    float *out);
void gs_reduce_f64(
    gs_reduction kind, size_t outer, size_t axis, size_t inner, size_t lanes, const int32_t *table, const double *in,
    double *out);

/// gin += the gradient, given in, out and gout [outer][inner]. The first of equal extrema takes the whole gradient; the
/// gradient of L2 at 0 is 0.
void gs_reduce_gradient_f32(
    gs_reduction kind, size_t outer, size_t axis, size_t inner, size_t lanes, const int32_t *table, const float *in,
    const float *out, const float *gout, float *gin);
void gs_reduce_gradient_f64(
    gs_reduction kind, size_t outer, size_t axis, size_t inner, size_t lanes, const int32_t *table, const double *in,
    const double *out, const double *gout, double *gin);

typedef enum gs_extremum {
    GS_EXTREMUM_MAX,
    GS_EXTREMUM_MIN,
} gs_extremum;

/// Which of several equal extrema counts.
typedef enum gs_tie {
    GS_TIE_FIRST,
    GS_TIE_LAST,
} gs_tie;

/// out[o][n] = the k of the extremum of in[o][k][n]. NaN counts as the extremum, the first NaN whatever `tie` says.
void gs_arg_f32(
    gs_extremum extremum, gs_tie tie, size_t outer, size_t axis, size_t inner, size_t lanes, const float *in,
    double *out);
void gs_arg_f64(
    gs_extremum extremum, gs_tie tie, size_t outer, size_t axis, size_t inner, size_t lanes, const double *in,
    double *out);
