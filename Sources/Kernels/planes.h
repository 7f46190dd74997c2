// Convolutions of one lane.
#pragma once

#include "grid.h"
#include "include/dense.h"

// One direction of a convolution with finite weights, packed group by group, for one lane: the results of convolution.c
// to the bit.
void gs_planes_f32(
    const gs_grids *grids, size_t groups, size_t rows, const float *packed, size_t packed_group, const float *bias,
    const float *in, float *out, gs_store store, gs_activation activation, gs_share share);
void gs_planes_f64(
    const gs_grids *grids, size_t groups, size_t rows, const double *packed, size_t packed_group, const double *bias,
    const double *in, double *out, gs_store store, gs_activation activation, gs_share share);
