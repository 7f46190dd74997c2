// Which weights meet which input rows, at each position of a convolution or of its transpose.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gs_convolution_f32;
struct gs_convolution_f64;

#define GS_DIMENSIONS 3
// The most table entries of one direction.
#define GS_TABLE_LIMIT ((size_t)1 << 24)

// Missing dimensions have extent, stride and dilation 1 and no pads. Channels are those of one group.
typedef struct gs_geometry {
    bool valid;
    size_t groups, in_channels, out_channels, taps;
    size_t input[GS_DIMENSIONS], output[GS_DIMENSIONS], kernel[GS_DIMENSIONS];
    size_t strides[GS_DIMENSIONS], dilations[GS_DIMENSIONS], pads[GS_DIMENSIONS];
} gs_geometry;

// `valid` is false for an empty, impossible or over-large shape.
gs_geometry gs_geometry_make(
    size_t dimensions, size_t groups, size_t in_channels, size_t out_channels, const size_t *input,
    const size_t *output, const size_t *kernel, const size_t *strides, const size_t *dilations, const size_t *pads);

// Positions of one class meet the same weights, in the same places relative to `base`.
typedef struct gs_class {
    size_t first, count;
} gs_class;

typedef struct gs_place {
    uint32_t class, base;
} gs_place;

// A product per position: `rows` results, of `columns` weights those that the class lists, for each group.
typedef struct gs_direction {
    size_t groups, rows, columns, positions, group_in_rows;
    gs_place *places;
    gs_class *classes;
    int32_t *in_rows, *weight_rows;
} gs_direction;

typedef enum gs_way {
    // From the input to the output of the convolution.
    GS_FORWARD,
    // From the output to the input.
    GS_BACKWARD,
} gs_way;

// False for more than GS_TABLE_LIMIT entries or want of memory; what was made is then still to be freed.
bool gs_direction_make(const gs_geometry *geometry, gs_way way, gs_direction *direction);
void gs_direction_free(gs_direction *direction);

// The forward direction of a prepared convolution.
const gs_direction *gs_convolution_direction_f32(const struct gs_convolution_f32 *convolution);
const gs_direction *gs_convolution_direction_f64(const struct gs_convolution_f64 *convolution);
