#pragma once

#include <stddef.h>
#include <stdint.h>

/// Whether an operand has a row of lanes per element or one number for all lanes.
typedef enum gs_spread {
    GS_SPREAD_LANED,
    GS_SPREAD_UNIFORM,
} gs_spread;

/// Functions of two numbers. Where the kind is about truth, any number but 0 is true and the result is 0 or 1.
typedef enum gs_binary {
    GS_BINARY_ADD,
    GS_BINARY_SUB,
    GS_BINARY_MUL,
    GS_BINARY_DIV,
    GS_BINARY_POW,
    /// NaN where either is NaN.
    GS_BINARY_MIN,
    GS_BINARY_MAX,
    /// The remainder with the sign of the divisor (Python's %).
    GS_BINARY_MOD,
    /// The remainder with the sign of the dividend (C's fmod).
    GS_BINARY_FMOD,
    /// The quotient rounded toward zero: division of integers.
    GS_BINARY_QUOTIENT,
    GS_BINARY_AND,
    GS_BINARY_OR,
    GS_BINARY_XOR,
    /// The margin of a < b: b - a, but the negative number nearest to 0 where a equals b. -inf where either is NaN.
    GS_BINARY_MARGIN_LESS,
    /// The margin of a <= b: b - a; 0 where a equals b, infinities included. -inf where either is NaN.
    GS_BINARY_MARGIN_LESS_EQUAL,
    /// Comparisons as numbers, for the sake of their stand-in slopes: those of d / (1 + |d|), d the distance.
    GS_BINARY_BELOW,
    GS_BINARY_ABOVE,
    GS_BINARY_EQUAL,
    /// The number of members.
    GS_BINARY_COUNT,
} gs_binary;

typedef enum gs_comparison {
    GS_COMPARISON_EQUAL,
    GS_COMPARISON_LESS,
    GS_COMPARISON_LESS_EQUAL,
    GS_COMPARISON_GREATER,
    GS_COMPARISON_GREATER_EQUAL,
    /// The number of members.
    GS_COMPARISON_COUNT,
} gs_comparison;

/// An operand: element i of the operation reads row (laned) or number (uniform) table[i] of `data`.
///
/// `run` and `step` are for one lane: each `run` elements of the result, from a multiple of it on, read neighbours (`step`
/// 1) or the same element (`step` 0). `run` is the same for all operands and divides `count`; 0 says nothing.
typedef struct gs_operand_f32 {
    const float *data;
    const int32_t *table;
    gs_spread spread;
    size_t run, step;
} gs_operand_f32;
typedef struct gs_operand_f64 {
    const double *data;
    const int32_t *table;
    gs_spread spread;
    size_t run, step;
} gs_operand_f64;

/// out[i] = op(a[i], b[i]) for `count` elements; `out` is laned. `out` may be the data of a laned operand without
/// table.
void gs_binary_f32(gs_binary op, size_t count, size_t lanes, gs_operand_f32 a, gs_operand_f32 b, float *out);
void gs_binary_f64(gs_binary op, size_t count, size_t lanes, gs_operand_f64 a, gs_operand_f64 b, double *out);

/// ga[a.table[i]] += gout[i] · ∂op/∂a, and so for b, i ascending. `ga`, `gb` are laned like the operand's data; NULL
/// for one that is not wanted; never read for a uniform operand. At ties min and max give to a. Truth kinds add
/// nothing. An element whose gout is 0 adds 0, whatever the derivative. `ga` and `gb` may be the same buffer.
void gs_binary_gradient_f32(
    gs_binary op, size_t count, size_t lanes, gs_operand_f32 a, gs_operand_f32 b, const float *gout, float *ga,
    float *gb);
void gs_binary_gradient_f64(
    gs_binary op, size_t count, size_t lanes, gs_operand_f64 a, gs_operand_f64 b, const double *gout, double *ga,
    double *gb);

/// out[i] = 1 where the comparison holds, else 0; false where either is NaN.
void gs_compare_f32(gs_comparison op, size_t count, size_t lanes, gs_operand_f32 a, gs_operand_f32 b, double *out);
void gs_compare_f64(gs_comparison op, size_t count, size_t lanes, gs_operand_f64 a, gs_operand_f64 b, double *out);

/// out[i] = condition[i] is not 0 ? a[i] : b[i].
void gs_select_f32(
    size_t count, size_t lanes, gs_operand_f64 condition, gs_operand_f32 a, gs_operand_f32 b, float *out);
void gs_select_f64(
    size_t count, size_t lanes, gs_operand_f64 condition, gs_operand_f64 a, gs_operand_f64 b, double *out);

/// Adds gout[i] to ga[a.table[i]] where condition[i] is not 0, else to gb[b.table[i]], i ascending. NULL and uniform as
/// in gs_binary_gradient.
void gs_select_gradient_f32(
    size_t count, size_t lanes, gs_operand_f64 condition, gs_operand_f32 a, gs_operand_f32 b, const float *gout,
    float *ga, float *gb);
void gs_select_gradient_f64(
    size_t count, size_t lanes, gs_operand_f64 condition, gs_operand_f64 a, gs_operand_f64 b, const double *gout,
    double *ga, double *gb);
