#ifndef PASS
#define SELF "unary.c"

// Every function of one number: the member of gs_unary, then the name of its value and of its derivative below.
#define EACH_UNARY(X) \
    X(NEG, neg) X(ABS, absolute) X(SIGN, sign) X(FLOOR, floor) X(CEIL, ceil) X(ROUND, round) X(SQUARE, square) \
    X(SQRT, sqrt) X(RECIPROCAL, reciprocal) X(EXP, exp) X(LOG, log) X(SIN, sin) X(COS, cos) X(TAN, tan) X(ASIN, asin) \
    X(ACOS, acos) X(ATAN, atan) X(SINH, sinh) X(COSH, cosh) X(ASINH, asinh) X(ACOSH, acosh) X(ATANH, atanh) \
    X(TANH, tanh) X(SIGMOID, sigmoid) X(ERF, erf) X(SOFTPLUS, softplus) X(SOFTSIGN, softsign) \
    X(WHOLE_POWER, whole_power) X(RELU, relu) X(LEAKY_RELU, leaky_relu) X(ELU, elu) X(SELU, selu) X(HARD_SIGMOID, hard_sigmoid) X(CLIP, clip) X(NOT, not) \
    X(FLOAT16, float16) X(BFLOAT16, bfloat16) X(FLOAT8E4M3, float8e4m3) X(FLOAT8E5M2, float8e5m2) \
    X(FLOAT8E4M3UZ, float8e4m3uz) X(FLOAT8E5M2UZ, float8e5m2uz) X(FLOAT4E2M1, float4e2m1)
#include "passes.h"
#elif PASS == KERNELS

#include "elementary.h"

#define VALUE(name, expression) \
    static INLINE T NAME(value_##name)(T x, T a, T b) { (void)a; (void)b; return expression; }
// The derivative, from x and y = f(x).
#define SLOPE(name, expression) \
    static INLINE T NAME(slope_##name)(T x, T y, T a, T b) { (void)x; (void)y; (void)a; (void)b; return expression; }
#define ELEMENTARY(name) VALUE(name, NAME(name)(x))

VALUE(neg, -x)
SLOPE(neg, -1)
VALUE(absolute, __builtin_elementwise_abs(x))
SLOPE(absolute, x > 0 ? 1 : x < 0 ? -1 : 0)
VALUE(sign, x > 0 ? 1 : x < 0 ? -1 : x)
SLOPE(sign, 1 / ((1 + __builtin_elementwise_abs(x)) * (1 + __builtin_elementwise_abs(x))))
VALUE(floor, __builtin_elementwise_floor(x))
SLOPE(floor, 1)
VALUE(ceil, __builtin_elementwise_ceil(x))
SLOPE(ceil, 1)
VALUE(round, __builtin_elementwise_roundeven(x))
SLOPE(round, 1)
VALUE(square, x * x)
SLOPE(square, 2 * x)
ELEMENTARY(sqrt)
SLOPE(sqrt, (T)0.5 / y)
VALUE(reciprocal, 1 / x)
SLOPE(reciprocal, -y * y)
ELEMENTARY(exp)
SLOPE(exp, y)
ELEMENTARY(log)
SLOPE(log, 1 / x)
ELEMENTARY(sin)
SLOPE(sin, NAME(cos)(x))
ELEMENTARY(cos)
SLOPE(cos, -NAME(sin)(x))
ELEMENTARY(tan)
SLOPE(tan, 1 + y * y)
ELEMENTARY(asin)
SLOPE(asin, 1 / NAME(sqrt)((1 - x) * (1 + x)))
ELEMENTARY(acos)
SLOPE(acos, -1 / NAME(sqrt)((1 - x) * (1 + x)))
ELEMENTARY(atan)
SLOPE(atan, 1 / (1 + x * x))
ELEMENTARY(sinh)
SLOPE(sinh, NAME(cosh)(x))
ELEMENTARY(cosh)
SLOPE(cosh, NAME(sinh)(x))
ELEMENTARY(asinh)
SLOPE(asinh, 1 / NAME(sqrt)(1 + x * x))
ELEMENTARY(acosh)
SLOPE(acosh, 1 / NAME(sqrt)((x - 1) * (x + 1)))
ELEMENTARY(atanh)
SLOPE(atanh, 1 / ((1 - x) * (1 + x)))
ELEMENTARY(tanh)
SLOPE(tanh, (1 - y) * (1 + y))
ELEMENTARY(sigmoid)
SLOPE(sigmoid, y * (1 - y))
ELEMENTARY(erf)
SLOPE(erf, (T)1.1283791670955126 * NAME(exp)(-x * x))
ELEMENTARY(softplus)
SLOPE(softplus, NAME(sigmoid)(x))
VALUE(softsign, x / (1 + __builtin_elementwise_abs(x)))
SLOPE(softsign, 1 / ((1 + __builtin_elementwise_abs(x)) * (1 + __builtin_elementwise_abs(x))))

// By squaring.
static INLINE T NAME(whole_power)(T x, int exponent) {
    T product = 1;
    for (; exponent > 0; exponent >>= 1) {
        product = exponent & 1 ? product * x : product;
        x *= x;
    }
    return product;
}
VALUE(whole_power, NAME(whole_power)(x, (int)a))
SLOPE(whole_power, a * NAME(whole_power)(x, (int)a - 1))
VALUE(relu, x < 0 ? 0 : x)
SLOPE(relu, x > 0 ? 1 : 0)
VALUE(leaky_relu, x < 0 ? a * x : x)
SLOPE(leaky_relu, x > 0 ? 1 : a)
VALUE(elu, x < 0 ? a * NAME(expm1)(x) : x)
SLOPE(elu, x > 0 ? 1 : y + a)
VALUE(selu, b * (x > 0 ? x : a * NAME(expm1)(x)))
SLOPE(selu, x > 0 ? b : y + b * a)
VALUE(clip, x < a ? a : x > b ? b : x)
SLOPE(clip, ((x > a) & (x < b)) ? 1 : 0)
VALUE(hard_sigmoid, NAME(value_clip)(a * x + b, 0, 1))
SLOPE(hard_sigmoid, ((y > 0) & (y < 1)) ? a : 0)
VALUE(not, x == 0 ? 1 : 0)
SLOPE(not, -1)

#if WIDE
typedef uint64_t NAME(bits);
#define MANTISSA 52
#else
typedef uint32_t NAME(bits);
#define MANTISSA 23
#endif

// The nearest number with `kept` binary places behind the first digit, ties to even; below `least` the nearest multiple of
// what the last place of `unit` stands for; infinity from `limit` on.
static INLINE T NAME(narrowed)(T x, int kept, T least, T unit, T limit) {
    const T size = __builtin_elementwise_abs(x);
    const int dropped = MANTISSA - kept;
    NAME(bits) bits;
    __builtin_memcpy(&bits, &size, sizeof bits);
    bits += (((NAME(bits))1 << (dropped - 1)) - 1) + ((bits >> dropped) & 1);
    bits &= ~(((NAME(bits))1 << dropped) - 1);
    T result;
    __builtin_memcpy(&result, &bits, sizeof bits);
    result = size < least ? (size + unit) - unit : result;
    result = size >= limit ? (T)__builtin_inf() : result;
    return x != x ? x : __builtin_elementwise_copysign(result, x);
}

VALUE(float16, NAME(narrowed)(x, 10, (T)0x1p-14, WIDE ? (T)0x1p28 : (T)0.5, (T)65520))
SLOPE(float16, 1)
VALUE(bfloat16, NAME(narrowed)(x, 7, WIDE ? (T)0x1p-126 : (T)0, (T)0x1p-81, (T)0x1.FFp127))
SLOPE(bfloat16, 1)
// The middle between the largest number and what would come next is rounded to the even one of them.
VALUE(float8e4m3, NAME(narrowed)(x, 3, (T)0x1p-6, WIDE ? (T)0x1p43 : (T)0x1p14, (T)464 + (WIDE ? (T)0x1p-44 : (T)0x1p-15)))
SLOPE(float8e4m3, 1)
VALUE(float8e5m2, NAME(narrowed)(x, 2, (T)0x1p-14, WIDE ? (T)0x1p36 : (T)0x1p7, (T)61440))
SLOPE(float8e5m2, 1)
VALUE(float8e4m3uz, NAME(narrowed)(x, 3, (T)0x1p-7, WIDE ? (T)0x1p42 : (T)0x1p13, (T)248))
SLOPE(float8e4m3uz, 1)
VALUE(float8e5m2uz, NAME(narrowed)(x, 2, (T)0x1p-15, WIDE ? (T)0x1p35 : (T)0x1p6, (T)61440))
SLOPE(float8e5m2uz, 1)
VALUE(float4e2m1, NAME(narrowed)(x, 1, 1, WIDE ? (T)0x1p51 : (T)0x1p22, (T)7))
SLOPE(float4e2m1, 1)
#undef MANTISSA

// One loop per function, made by giving these the function as a constant.
static INLINE void NAME(map)(T (*f)(T, T, T), T a, T b, size_t count, const T *x, T *y) {
    LANEWISE for (size_t i = 0; i < count; i++) y[i] = f(x[i], a, b);
}

static INLINE void NAME(map_gradient)(
    T (*slope)(T, T, T, T), T a, T b, size_t count, const T *x, const T *y, const T *gy, T *gx) {
    LANEWISE for (size_t i = 0; i < count; i++) gx[i] += gy[i] == 0 ? 0 : gy[i] * slope(x[i], y[i], a, b);
}

#if !WIDE
// Sine and cosine, LANES at a time: a run without far arguments needs no libm.
static INLINE void NAME(map_turns)(T (*near)(T), T (*any)(T, T, T), size_t count, const T *x, T *y) {
    for (size_t first = 0; first < count; first += LANES) {
        const size_t length = count - first < LANES ? count - first : LANES;
        int far = 0;
        for (size_t i = 0; i < length; i++) far |= !NAME(is_near)(x[first + i]);
        if (far)
            NAME(map)(any, 0, 0, length, x + first, y + first);
        else
            LANEWISE for (size_t i = 0; i < length; i++) y[first + i] = near(x[first + i]);
    }
}
#endif

static void NAME(unary)(gs_unary op, double a, double b, size_t count, const T *x, T *y) {
#if !WIDE
    if (op == GS_UNARY_SIN) return NAME(map_turns)(NAME(sin_near), NAME(value_sin), count, x, y);
    if (op == GS_UNARY_COS) return NAME(map_turns)(NAME(cos_near), NAME(value_cos), count, x, y);
#endif
    switch (op) {
#define X(kind, name) \
    case GS_UNARY_##kind: NAME(map)(NAME(value_##name), (T)a, (T)b, count, x, y); return;
        EACH_UNARY(X)
#undef X
    case GS_UNARY_COUNT: return;
    }
}

static void NAME(unary_gradient)(
    gs_unary op, double a, double b, size_t count, const T *x, const T *y, const T *gy, T *gx) {
    switch (op) {
#define X(kind, name) \
    case GS_UNARY_##kind: NAME(map_gradient)(NAME(slope_##name), (T)a, (T)b, count, x, y, gy, gx); return;
        EACH_UNARY(X)
#undef X
    case GS_UNARY_COUNT: return;
    }
}
#undef VALUE
#undef SLOPE
#undef ELEMENTARY

#elif PASS == EXPORTS
EXPORT(unary, (gs_unary op, double a, double b, size_t count, const T *x, T *y), (op, a, b, count, x, y))
EXPORT(unary_gradient, (
    gs_unary op, double a, double b, size_t count, const T *x, const T *y, const T *gy, T *gx),
    (op, a, b, count, x, y, gy, gx))
#endif
