#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dense.h"

/// How a row of weights is stored in a file: as plain numbers, or in blocks of whole numbers with scales (those of GGUF; the
/// names are its own). A block of K is 256 weights, of others 32.
typedef enum gs_weight_format {
    GS_WEIGHT_F32,
    GS_WEIGHT_F16,
    GS_WEIGHT_BF16,
    GS_WEIGHT_Q4_0,
    GS_WEIGHT_Q4_1,
    GS_WEIGHT_Q5_0,
    GS_WEIGHT_Q5_1,
    GS_WEIGHT_Q8_0,
    GS_WEIGHT_Q2_K,
    GS_WEIGHT_Q3_K,
    GS_WEIGHT_Q4_K,
    GS_WEIGHT_Q5_K,
    GS_WEIGHT_Q6_K,
    GS_WEIGHT_IQ4_NL,
    /// The number of members.
    GS_WEIGHT_COUNT,
} gs_weight_format;

/// Weights in a block, and the bytes that a block takes.
size_t gs_weight_block(gs_weight_format format);
size_t gs_weight_bytes(gs_weight_format format);

/// The weights of one row as floats; `columns` is a multiple of the block. A quantised weight is fma(q, scale, offset), the
/// scale and offset of its group rounded to float first.
void gs_weight_row(gs_weight_format format, size_t columns, const uint8_t *row, float *out);

/// The rows that are laid side by side, so that one vector holds weights of one column.
#define GS_PANEL_ROWS 64

/// What a panel of GS_PANEL_ROWS rows takes: plain numbers as they are, nibbles as nibbles, other whole numbers as bytes.
size_t gs_panel_bytes(gs_weight_format format, size_t columns);

/// Lays `rows` <= GS_PANEL_ROWS rows of a file, `row_bytes` apart, into a panel; rows that are missing are 0. False where a
/// scale is not finite.
bool gs_panel_pack(
    gs_weight_format format, size_t rows, size_t columns, const uint8_t *from, size_t row_bytes, uint8_t *panel);

/// A matrix of packed panels: ceil(rows / GS_PANEL_ROWS) of them, one behind the other.
typedef struct gs_panels {
    gs_weight_format format;
    size_t columns;
    const uint8_t *panels;
} gs_panels;

/// out[t·out_stride + 64·p + r] = Σ_c matrix[64·p + r][c] · in[t·in_stride + c], for t < count and p from `first` up to
/// `end`. Each sum runs with c ascending from 0, each step one fused multiply-add with the weight as `gs_weight_row` says it;
/// a sum that is zero is +0. It does not depend on `count`.
///
/// `packed` holds `in` as `gs_pack_f32` lays it; it may be NULL where count <= GS_FEW_ROWS.
void gs_panels_multiply_f32(
    gs_panels matrix, size_t first, size_t end, size_t count, const float *in, size_t in_stride, const float *packed,
    float *out, size_t out_stride);

/// Rows of input up to which weights are used as they are unpacked.
#define GS_FEW_ROWS 4

/// The gradient of `gs_panels_multiply` by its input: out[t·out_stride + c] = Σ_r matrix[r][c] · gout[t][r], r ascending over
/// all `rows`, for the columns 64·part up to 64·(part + 1), as far as there are such. `packed` holds gout, [count][rows].
/// out_stride is a multiple of 64 that is not less than `columns` rounded up.
void gs_panels_transposed_f32(
    gs_panels matrix, size_t rows, size_t part, size_t count, const float *packed, float *out, size_t out_stride);

/// Row `row` of a matrix of panels, as `gs_weight_row` says it.
void gs_panels_row(gs_panels matrix, size_t row, float *out);
