#pragma once

#include <stddef.h>

/// Functions of one number. `a` and `b` are the operator's own parameters.
typedef enum gs_unary {
    GS_UNARY_NEG,
    GS_UNARY_ABS,
    /// -1, 0 (with the sign of x) or 1; NaN stays NaN.
    GS_UNARY_SIGN,
    GS_UNARY_FLOOR,
    GS_UNARY_CEIL,
    /// To the nearest integer, halves to even.
    GS_UNARY_ROUND,
    GS_UNARY_SQUARE,
    GS_UNARY_SQRT,
    GS_UNARY_RECIPROCAL,
    GS_UNARY_EXP,
    GS_UNARY_LOG,
    GS_UNARY_SIN,
    GS_UNARY_COS,
    GS_UNARY_TAN,
    GS_UNARY_ASIN,
    GS_UNARY_ACOS,
    GS_UNARY_ATAN,
    GS_UNARY_SINH,
    GS_UNARY_COSH,
    GS_UNARY_ASINH,
    GS_UNARY_ACOSH,
    GS_UNARY_ATANH,
    GS_UNARY_TANH,
    GS_UNARY_SIGMOID,
    GS_UNARY_ERF,
    /// log(1 + exp(x)).
    GS_UNARY_SOFTPLUS,
    /// x / (1 + |x|).
    GS_UNARY_SOFTSIGN,
    // To the power a, a whole number above 0.
    GS_UNARY_WHOLE_POWER,
    GS_UNARY_RELU,
    /// x where x >= 0, else a·x.
    GS_UNARY_LEAKY_RELU,
    /// x where x >= 0, else a·(exp(x) - 1).
    GS_UNARY_ELU,
    /// b·x where x > 0, else b·a·(exp(x) - 1).
    GS_UNARY_SELU,
    /// min(max(a·x + b, 0), 1).
    GS_UNARY_HARD_SIGMOID,
    /// min(max(x, a), b); NaN stays NaN.
    GS_UNARY_CLIP,
    /// 1 where x is 0, else 0.
    GS_UNARY_NOT,
    /// To the nearest number of IEEE 754 binary16, of bfloat16 and of formats of 8 and 4 bits, ties to even, beyond the largest
    /// to infinity.
    GS_UNARY_FLOAT16,
    GS_UNARY_BFLOAT16,
    GS_UNARY_FLOAT8E4M3,
    GS_UNARY_FLOAT8E5M2,
    GS_UNARY_FLOAT8E4M3UZ,
    GS_UNARY_FLOAT8E5M2UZ,
    GS_UNARY_FLOAT4E2M1,
    /// The number of members.
    GS_UNARY_COUNT,
} gs_unary;

/// y[i] = op(x[i]). `y` may be `x`. `_f32` is within 2.5 units in the last place of the exact value; `_f64` is libm's.
void gs_unary_f32(gs_unary op, double a, double b, size_t count, const float *x, float *y);
void gs_unary_f64(gs_unary op, double a, double b, size_t count, const double *x, double *y);

/// gx[i] += gy[i] · op'(x[i]), where y = op(x); of a step function that of a stand-in: 1
/// for those to whole numbers and to narrower formats (straight through), 1 / (1 + |x|)^2 for the sign. At corners: 0 for abs, relu, clip and hard
/// sigmoid, and the slope on the left for the other rectifiers.
/// An element whose gy is 0 adds 0, whatever the derivative.
void gs_unary_gradient_f32(
    gs_unary op, double a, double b, size_t count, const float *x, const float *y, const float *gy, float *gx);
void gs_unary_gradient_f64(
    gs_unary op, double a, double b, size_t count, const double *x, const double *y, const double *gy, double *gx);
