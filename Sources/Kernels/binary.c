#ifndef PASS
#define SELF "binary.c"

// Every function of two numbers: the member of gs_binary, then the name of its value and of its derivatives below.
#define EACH_BINARY(X) \
    X(ADD, add) X(SUB, sub) X(MUL, mul) X(DIV, div) X(POW, pow) X(MIN, min) X(MAX, max) X(MOD, mod) X(FMOD, fmod) \
    X(QUOTIENT, quotient) X(AND, and) X(OR, or) X(XOR, xor) X(MARGIN_LESS, less) X(MARGIN_LESS_EQUAL, less_equal) \
    X(BELOW, below) X(ABOVE, above) X(EQUAL, equal)

#define EACH_COMPARISON(X) X(EQUAL, ==) X(LESS, <) X(LESS_EQUAL, <=) X(GREATER, >) X(GREATER_EQUAL, >=)
#include "passes.h"
#elif PASS == KERNELS

#include "elementary.h"

#define OPERAND PUBLIC(operand)
#define VALUE(name, expression) \
    static INLINE T NAME(value_##name)(T x, T y) { return expression; }
// The derivatives by x and by y.
#define SLOPES(name, by_x, by_y) \
    static INLINE T NAME(left_##name)(T x, T y) { (void)x; (void)y; return by_x; } \
    static INLINE T NAME(right_##name)(T x, T y) { (void)x; (void)y; return by_y; }
#define LEAST (WIDE ? (T)4.9406564584124654e-324 : (T)1.40129846e-45f)

// The common exponents need no libm; both are correctly rounded.
static INLINE T NAME(power)(T x, T y) {
    if (y == 2) return x * x;
#if !WIDE
    if (y == 3) return (T)((double)x * x * x);
#endif
    return NAME(pow)(x, y);
}

static INLINE T NAME(floored_remainder)(T x, T y) {
    const T r = NAME(fmod)(x, y);
    if (r == 0) return __builtin_elementwise_copysign(r, y);
    return (r < 0) != (y < 0) ? r + y : r;
}

// b - a, in the three cases where the difference does not say it: NaN, equal infinities, and equality itself.
static INLINE T NAME(margin)(T x, T y, T at_equality) {
    const T difference = x == y ? at_equality : y - x;
    return ((x != x) | (y != y)) ? (T)-__builtin_inf() : difference;
}

VALUE(add, x + y)
SLOPES(add, 1, 1)
VALUE(sub, x - y)
SLOPES(sub, 1, -1)
VALUE(mul, x * y)
SLOPES(mul, y, x)
VALUE(div, x / y)
SLOPES(div, 1 / y, -(x / y) / y)
VALUE(pow, NAME(power)(x, y))
SLOPES(pow, y == 0 ? 0 : y * NAME(power)(x, y - 1), x > 0 ? NAME(power)(x, y) * NAME(log)(x) : 0)
VALUE(min, x < y ? x : y <= x ? y : x + y)
SLOPES(min, x <= y ? 1 : 0, x <= y ? 0 : 1)
VALUE(max, x > y ? x : y >= x ? y : x + y)
SLOPES(max, x >= y ? 1 : 0, x >= y ? 0 : 1)
VALUE(mod, NAME(floored_remainder)(x, y))
SLOPES(mod, 1, -__builtin_elementwise_floor(x / y))
VALUE(fmod, NAME(fmod)(x, y))
SLOPES(fmod, 1, -__builtin_elementwise_trunc(x / y))
VALUE(quotient, __builtin_elementwise_trunc(x / y))
SLOPES(quotient, 1 / y, -(x / y) / y)
VALUE(and, ((x != 0) & (y != 0)) ? 1 : 0)
SLOPES(and, y != 0 ? 1 : 0, x != 0 ? 1 : 0)
VALUE(or, ((x != 0) | (y != 0)) ? 1 : 0)
SLOPES(or, y != 0 ? 0 : 1, x != 0 ? 0 : 1)
VALUE(xor, ((x != 0) != (y != 0)) ? 1 : 0)
SLOPES(xor, y != 0 ? -1 : 1, x != 0 ? -1 : 1)
VALUE(less, NAME(margin)(x, y, -LEAST))
SLOPES(less, -1, 1)
VALUE(less_equal, NAME(margin)(x, y, 0))
SLOPES(less_equal, -1, 1)

static INLINE T NAME(nearness)(T x, T y) {
    const T distance = 1 + __builtin_elementwise_abs(x - y);
    return 1 / (distance * distance);
}

VALUE(below, x < y ? 1 : 0)
SLOPES(below, -NAME(nearness)(x, y), NAME(nearness)(x, y))
VALUE(above, x > y ? 1 : 0)
SLOPES(above, NAME(nearness)(x, y), -NAME(nearness)(x, y))
VALUE(equal, x == y ? 1 : 0)
SLOPES(equal, (x < y ? 1 : x > y ? -1 : 0) * NAME(nearness)(x, y), (x < y ? -1 : x > y ? 1 : 0) * NAME(nearness)(x, y))

static INLINE size_t NAME(index)(const int32_t *table, size_t i) { return table ? (size_t)table[i] : i; }

static INLINE const T *NAME(row)(OPERAND a, size_t i, size_t lanes) {
    return a.data + NAME(index)(a.table, i) * (a.spread == GS_SPREAD_LANED ? lanes : 1);
}

// Operands whose elements lie as the result's do are one long row.
static INLINE int NAME(flat)(OPERAND a, OPERAND b) {
    return !a.table && !b.table && a.spread == GS_SPREAD_LANED && b.spread == GS_SPREAD_LANED;
}

static INLINE void NAME(zip)(
    T (*f)(T, T), size_t count, size_t lanes, OPERAND a, OPERAND b, T *out) {
    const size_t rows = NAME(flat)(a, b) ? 1 : count, length = NAME(flat)(a, b) ? count * lanes : lanes;
    for (size_t i = 0; i < rows; i++, out += length) {
        const T *x = NAME(row)(a, i, lanes), *y = NAME(row)(b, i, lanes);
        if (a.spread == GS_SPREAD_UNIFORM) {
            const T c = *x;
            if (b.spread == GS_SPREAD_UNIFORM) {
                const T value = f(c, *y);
                LANEWISE for (size_t l = 0; l < length; l++) out[l] = value;
            } else
                LANEWISE for (size_t l = 0; l < length; l++) out[l] = f(c, y[l]);
        } else if (b.spread == GS_SPREAD_UNIFORM) {
            const T c = *y;
            LANEWISE for (size_t l = 0; l < length; l++) out[l] = f(x[l], c);
        } else
            LANEWISE for (size_t l = 0; l < length; l++) out[l] = f(x[l], y[l]);
    }
}

// g[a.table[i]] += gout[i] · slope(a[i], b[i]), or by b: `to` is the operand whose gradient it is.
static INLINE void NAME(zip_gradient)(
    T (*slope)(T, T), size_t count, size_t lanes, OPERAND a, OPERAND b, OPERAND to, const T *gout, T *g) {
    if (!g || to.spread == GS_SPREAD_UNIFORM) return;
    const size_t rows = NAME(flat)(a, b) ? 1 : count, length = NAME(flat)(a, b) ? count * lanes : lanes;
    for (size_t i = 0; i < rows; i++, gout += length) {
        const T *x = NAME(row)(a, i, lanes), *y = NAME(row)(b, i, lanes);
        T *sum = g + NAME(index)(to.table, i) * lanes;
        if (a.spread == GS_SPREAD_UNIFORM) {
            const T c = *x;
            LANEWISE for (size_t l = 0; l < length; l++) sum[l] += gout[l] == 0 ? 0 : gout[l] * slope(c, y[l]);
        } else if (b.spread == GS_SPREAD_UNIFORM) {
            const T c = *y;
            LANEWISE for (size_t l = 0; l < length; l++) sum[l] += gout[l] == 0 ? 0 : gout[l] * slope(x[l], c);
        } else
            LANEWISE for (size_t l = 0; l < length; l++) sum[l] += gout[l] == 0 ? 0 : gout[l] * slope(x[l], y[l]);
    }
}

static void NAME(binary)(gs_binary op, size_t count, size_t lanes, OPERAND a, OPERAND b, T *out) {
    switch (op) {
#define X(kind, name) \
    case GS_BINARY_##kind: NAME(zip)(NAME(value_##name), count, lanes, a, b, out); return;
        EACH_BINARY(X)
#undef X
    case GS_BINARY_COUNT: return;
    }
}

static void NAME(binary_gradient)(
    gs_binary op, size_t count, size_t lanes, OPERAND a, OPERAND b, const T *gout, T *ga, T *gb) {
    switch (op) {
#define X(kind, name) \
    case GS_BINARY_##kind: \
        NAME(zip_gradient)(NAME(left_##name), count, lanes, a, b, a, gout, ga); \
        NAME(zip_gradient)(NAME(right_##name), count, lanes, a, b, b, gout, gb); \
        return;
        EACH_BINARY(X)
#undef X
    case GS_BINARY_COUNT: return;
    }
}

// A row of lanes of an operand; a uniform one is spread into `room`.
#define SPREAD_ROW(name, number, operand) \
    static INLINE const number *NAME(name)(operand a, size_t i, size_t lanes, number *room) { \
        const size_t index = NAME(index)(a.table, i); \
        if (a.spread == GS_SPREAD_LANED) return a.data + index * lanes; \
        const number value = a.data[index]; \
        LANEWISE for (size_t l = 0; l < lanes; l++) room[l] = value; \
        return room; \
    }
SPREAD_ROW(spread, T, OPERAND)
SPREAD_ROW(spread_condition, double, gs_operand_f64)
#undef SPREAD_ROW

static void NAME(compare)(gs_comparison op, size_t count, size_t lanes, OPERAND a, OPERAND b, double *out) {
    T left[LANES], right[LANES];
    for (size_t i = 0; i < count; i++, out += lanes) {
        const T *x = NAME(spread)(a, i, lanes, left), *y = NAME(spread)(b, i, lanes, right);
        switch (op) {
#define X(kind, sign) \
    case GS_COMPARISON_##kind: LANEWISE for (size_t l = 0; l < lanes; l++) out[l] = x[l] sign y[l] ? 1 : 0; break;
            EACH_COMPARISON(X)
#undef X
        case GS_COMPARISON_COUNT: return;
        }
    }
}

static void NAME(select)(size_t count, size_t lanes, gs_operand_f64 condition, OPERAND a, OPERAND b, T *out) {
    T left[LANES], right[LANES];
    double room[LANES];
    for (size_t i = 0; i < count; i++, out += lanes) {
        const double *c = NAME(spread_condition)(condition, i, lanes, room);
        const T *x = NAME(spread)(a, i, lanes, left), *y = NAME(spread)(b, i, lanes, right);
        LANEWISE for (size_t l = 0; l < lanes; l++) out[l] = c[l] != 0 ? x[l] : y[l];
    }
}

static void NAME(select_gradient)(
    size_t count, size_t lanes, gs_operand_f64 condition, OPERAND a, OPERAND b, const T *gout, T *ga, T *gb) {
    double room[LANES];
    for (size_t i = 0; i < count; i++, gout += lanes) {
        const double *c = NAME(spread_condition)(condition, i, lanes, room);
        if (ga && a.spread == GS_SPREAD_LANED) {
            T *sum = ga + NAME(index)(a.table, i) * lanes;
            LANEWISE for (size_t l = 0; l < lanes; l++) sum[l] += c[l] != 0 ? gout[l] : 0;
        }
        if (gb && b.spread == GS_SPREAD_LANED) {
            T *sum = gb + NAME(index)(b.table, i) * lanes;
            LANEWISE for (size_t l = 0; l < lanes; l++) sum[l] += c[l] != 0 ? 0 : gout[l];
        }
    }
}
#undef OPERAND
#undef VALUE
#undef SLOPES
#undef LEAST

#elif PASS == EXPORTS
#define OPERAND PUBLIC(operand)
EXPORT(binary, (gs_binary op, size_t count, size_t lanes, OPERAND a, OPERAND b, T *out), (op, count, lanes, a, b, out))
EXPORT(binary_gradient, (
    gs_binary op, size_t count, size_t lanes, OPERAND a, OPERAND b, const T *gout, T *ga, T *gb),
    (op, count, lanes, a, b, gout, ga, gb))
EXPORT(compare, (gs_comparison op, size_t count, size_t lanes, OPERAND a, OPERAND b, double *out),
    (op, count, lanes, a, b, out))
EXPORT(select, (size_t count, size_t lanes, gs_operand_f64 condition, OPERAND a, OPERAND b, T *out),
    (count, lanes, condition, a, b, out))
EXPORT(select_gradient, (
    size_t count, size_t lanes, gs_operand_f64 condition, OPERAND a, OPERAND b, const T *gout, T *ga, T *gb),
    (count, lanes, condition, a, b, gout, ga, gb))
#undef OPERAND
#endif
