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

// One lane, run by run: within one, an operand is a row of its own or one number.
static INLINE void NAME(zip_runs)(T (*f)(T, T), size_t count, OPERAND a, OPERAND b, T *out) {
    const size_t run = a.run > 0 ? a.run : 1;
    for (size_t i = 0; i < count; i += run, out += run) {
        const T *x = a.data + NAME(index)(a.table, i), *y = b.data + NAME(index)(b.table, i);
        if (a.step == 1 && b.step == 1)
            LANEWISE for (size_t n = 0; n < run; n++) out[n] = f(x[n], y[n]);
        else if (a.step == 1) {
            const T c = *y;
            LANEWISE for (size_t n = 0; n < run; n++) out[n] = f(x[n], c);
        } else {
            const T c = *x;
            for (size_t n = 0; n < run; n++) out[n] = f(c, y[n * b.step]);
        }
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

static INLINE void NAME(zip_gradient_runs)(
    T (*slope)(T, T), size_t count, OPERAND a, OPERAND b, OPERAND to, const T *gout, T *g) {
    if (!g || to.spread == GS_SPREAD_UNIFORM) return;
    const size_t run = a.run > 0 ? a.run : 1;
    for (size_t i = 0; i < count; i += run, gout += run) {
        const T *x = a.data + NAME(index)(a.table, i), *y = b.data + NAME(index)(b.table, i);
        T *sum = g + NAME(index)(to.table, i);
        if (to.step == 1 && a.step == 1 && b.step == 1)
            LANEWISE for (size_t n = 0; n < run; n++) sum[n] += gout[n] == 0 ? 0 : gout[n] * slope(x[n], y[n]);
        else if (to.step == 1 && a.step == 1) {
            const T c = *y;
            LANEWISE for (size_t n = 0; n < run; n++) sum[n] += gout[n] == 0 ? 0 : gout[n] * slope(x[n], c);
        } else if (to.step == 1) {
            const T c = *x;
            LANEWISE for (size_t n = 0; n < run; n++) sum[n] += gout[n] == 0 ? 0 : gout[n] * slope(c, y[n]);
        } else
            // One sum after the other, in the order of the elements.
            for (size_t n = 0; n < run; n++)
                *sum += gout[n] == 0 ? 0 : gout[n] * slope(x[n * a.step], y[n * b.step]);
    }
}

static void NAME(binary)(gs_binary op, size_t count, size_t lanes, OPERAND a, OPERAND b, T *out) {
    switch (op) {
#define X(kind, name) \
    case GS_BINARY_##kind: \
        if (lanes == 1) NAME(zip_runs)(NAME(value_##name), count, a, b, out); \
        else NAME(zip)(NAME(value_##name), count, lanes, a, b, out); \
        return;
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
        if (lanes == 1) { \
            NAME(zip_gradient_runs)(NAME(left_##name), count, a, b, a, gout, ga); \
            NAME(zip_gradient_runs)(NAME(right_##name), count, a, b, b, gout, gb); \
        } else { \
            NAME(zip_gradient)(NAME(left_##name), count, lanes, a, b, a, gout, ga); \
            NAME(zip_gradient)(NAME(right_##name), count, lanes, a, b, b, gout, gb); \
        } \
        return;
        EACH_BINARY(X)
#undef X
    case GS_BINARY_COUNT: return;
    }
}

// How many elements are taken at once: with one lane as many of a run as there are lanes at most.
static INLINE size_t NAME(taken)(size_t i, size_t lanes, size_t run) {
    if (lanes > 1 || run == 0) return 1;
    const size_t left = run - i % run;
    return left < LANES ? left : LANES;
}

// The numbers of an operand for `taken` elements from i on, side by side; what is one number is spread into `room`.
#define SPREAD_ROW(name, number, operand) \
    static INLINE const number *NAME(name)(operand a, size_t i, size_t taken, size_t lanes, number *room) { \
        const size_t index = NAME(index)(a.table, i); \
        const size_t step = lanes == 1 ? a.step : a.spread == GS_SPREAD_LANED; \
        if (step == 1) return a.data + index * lanes; \
        const number value = a.data[index]; \
        LANEWISE for (size_t l = 0; l < taken * lanes; l++) room[l] = value; \
        return room; \
    }
SPREAD_ROW(spread, T, OPERAND)
SPREAD_ROW(spread_condition, double, gs_operand_f64)
#undef SPREAD_ROW

static void NAME(compare)(gs_comparison op, size_t count, size_t lanes, OPERAND a, OPERAND b, double *out) {
    T left[LANES], right[LANES];
    for (size_t i = 0, taken; i < count; i += taken, out += taken * lanes) {
        taken = NAME(taken)(i, lanes, a.run);
        const size_t width = taken * lanes;
        const T *x = NAME(spread)(a, i, taken, lanes, left), *y = NAME(spread)(b, i, taken, lanes, right);
        switch (op) {
#define X(kind, sign) \
    case GS_COMPARISON_##kind: LANEWISE for (size_t l = 0; l < width; l++) out[l] = x[l] sign y[l] ? 1 : 0; break;
            EACH_COMPARISON(X)
#undef X
        case GS_COMPARISON_COUNT: return;
        }
    }
}

static void NAME(select)(size_t count, size_t lanes, gs_operand_f64 condition, OPERAND a, OPERAND b, T *out) {
    T left[LANES], right[LANES];
    double room[LANES];
    for (size_t i = 0, taken; i < count; i += taken, out += taken * lanes) {
        taken = NAME(taken)(i, lanes, a.run);
        const double *c = NAME(spread_condition)(condition, i, taken, lanes, room);
        const T *x = NAME(spread)(a, i, taken, lanes, left), *y = NAME(spread)(b, i, taken, lanes, right);
        LANEWISE for (size_t l = 0; l < taken * lanes; l++) out[l] = c[l] != 0 ? x[l] : y[l];
    }
}

// One lane may be added to again and again within a run.
static INLINE void NAME(add_where)(
    int wanted, const double *c, size_t taken, size_t lanes, OPERAND to, size_t i, const T *gout, T *g) {
    T *sum = g + NAME(index)(to.table, i) * lanes;
    if (lanes == 1 && to.step == 0)
        for (size_t n = 0; n < taken; n++) *sum += (c[n] != 0) == wanted ? gout[n] : 0;
    else
        LANEWISE for (size_t l = 0; l < taken * lanes; l++) sum[l] += (c[l] != 0) == wanted ? gout[l] : 0;
}

static void NAME(select_gradient)(
    size_t count, size_t lanes, gs_operand_f64 condition, OPERAND a, OPERAND b, const T *gout, T *ga, T *gb) {
    double room[LANES];
    for (size_t i = 0, taken; i < count; i += taken, gout += taken * lanes) {
        taken = NAME(taken)(i, lanes, a.run);
        const double *c = NAME(spread_condition)(condition, i, taken, lanes, room);
        if (ga && a.spread == GS_SPREAD_LANED) NAME(add_where)(1, c, taken, lanes, a, i, gout, ga);
        if (gb && b.spread == GS_SPREAD_LANED) NAME(add_where)(0, c, taken, lanes, b, i, gout, gb);
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
