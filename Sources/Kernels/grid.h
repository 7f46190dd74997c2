// How a convolution of one lane runs along its positions: the source is copied into planes with its margins, one for each
// phase of the strides, so that what a weight meets at neighbouring positions are neighbours.
#pragma once

#include "geometry.h"

// The positions of the result that meet the same weights, every `step`th along each axis, and the planes that they read.
typedef struct gs_grid {
    // Of the result: its first position, the distance to the next, and how many.
    size_t start[GS_DIMENSIONS], step[GS_DIMENSIONS], count[GS_DIMENSIONS];
    // Of the planes: their extent, and the place of the source's element 0 in them, which may be outside.
    size_t extent[GS_DIMENSIONS];
    ptrdiff_t origin[GS_DIMENSIONS];
    // Along each axis the source is dealt into so many phases.
    size_t phases[GS_DIMENSIONS];
    // Numbers of one channel's plane.
    size_t plane;
    // Positions lie as far apart as in the planes; so many from the first to the last.
    size_t length;
    // The weights that are met, in the order of the sum: where each reads, and which it is.
    size_t taps;
    int32_t *reads, *weights;
} gs_grid;

typedef struct gs_grids {
    size_t count;
    gs_grid *grids;
    // Of the whole direction.
    size_t channels, source[GS_DIMENSIONS], result[GS_DIMENSIONS];
} gs_grids;

// False for more than GS_TABLE_LIMIT entries or want of memory; what was made is then still to be freed.
bool gs_grids_make(const gs_geometry *geometry, gs_way way, gs_grids *grids);
void gs_grids_free(gs_grids *grids);

// Numbers that the planes of a grid take, with room behind them to read a whole block too far.
size_t gs_grid_room(const gs_grids *grids, const gs_grid *grid, size_t block);
