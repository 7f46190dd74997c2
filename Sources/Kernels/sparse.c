#ifndef PASS
#define SELF "sparse.c"
#include "passes.h"
#elif PASS == KERNELS

#include "panel.h"

#ifndef PIECE
// Rows that are listed at a time.
#define PIECE 384
#endif
#define LENGTH (VECTOR / sizeof(T))

typedef uint64_t NAME(bits) __attribute__((ext_vector_type(4)));

// A part of the sum for one strip of lanes: those of its input rows that are not zero.
typedef struct NAME(part) {
    size_t lanes, panel_stride, live;
    const int32_t *list;
    const T *weights, *bias, *in;
    T *out;
    // Whether the sum starts from the output; whether the activation follows it.
    int continued, last;
    gs_activation activation;
} NAME(part);

// Lists which of some rows have a bit set in a strip: those that are not +0 throughout.
static INLINE size_t NAME(live)(size_t first, size_t end, size_t lanes, const T *x, int32_t *list) {
    size_t live = 0;
    for (size_t row = first; row < end; row++) {
        NAME(bits) some = 0;
#pragma clang loop unroll(full)
        for (size_t v = 0; v < STRIP * VECTOR / sizeof some; v++) {
            NAME(bits) bits;
            memcpy(&bits, (const char *)(x + row * lanes) + v * sizeof bits, sizeof bits);
            some |= bits;
        }
        list[live] = (int32_t)row;
        live += __builtin_reduce_or(some) != 0;
    }
    return live;
}

// `count` output rows: a constant where this is called, so that the sums live in registers.
static INLINE void NAME(band)(const size_t count, const NAME(part) *p, const int32_t *rows) {
    const size_t lanes = p->lanes, live = p->live;
    const int32_t *list = p->list;
    const T *in = p->in, *weights[SUMS];
    NAME(vector) sum[SUMS][STRIP];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < count; r++) {
        const size_t row = (size_t)rows[r];
        weights[r] = p->weights + row / PANEL * p->panel_stride + row % PANEL;
        if (p->continued)
            memcpy(sum[r], p->out + row * lanes, sizeof sum[r]);
        else
#pragma clang loop unroll(full)
            for (size_t v = 0; v < STRIP; v++) sum[r][v] = (NAME(vector))(p->bias ? p->bias[row] : 0);
    }
    for (size_t i = 0; i < live; i++) {
        const size_t k = (size_t)list[i];
        NAME(vector) x[STRIP];
        memcpy(x, in + k * lanes, sizeof x);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < count; r++)
#pragma clang loop unroll(full)
            for (size_t v = 0; v < STRIP; v++)
                sum[r][v] = __builtin_elementwise_fma((NAME(vector))(weights[r][k * PANEL]), x[v], sum[r][v]);
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < count; r++) {
#pragma clang loop unroll(full)
        for (size_t v = 0; v < STRIP; v++)
            if (p->last) sum[r][v] = NAME(activate)(NAME(settled)(sum[r][v]), p->activation);
        memcpy(p->out + (size_t)rows[r] * lanes, sum[r], sizeof sum[r]);
    }
}

// All output rows, the last two bands alike: a band of few rows would wait for its sums.
static INLINE void NAME(bands)(size_t count, const NAME(part) *p, const int32_t *rows) {
    while (count > 0) {
        const size_t some = count >= 2 * SUMS || count == SUMS ? SUMS : count < SUMS ? count : (count + 1) / 2;
        switch (some) {
#define X(n) case n: if (n <= SUMS) NAME(band)(n <= SUMS ? n : 1, p, rows); break;
            X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#undef X
        }
        rows += some;
        count -= some;
    }
}

// Whether the first strip, which speaks for all, leaves next to nothing to pass over.
static INLINE int NAME(full)(size_t columns, size_t lanes, const T *in, int32_t *list) {
    const size_t some = columns < PIECE ? columns : PIECE;
    return 16 * NAME(live)(0, some, lanes, in, list) >= 15 * some;
}

static void NAME(sparse)(
    size_t rows, size_t columns, size_t lanes, const T *packed, const T *bias, const T *in, const T *wanted, T *out,
    gs_store store, gs_activation activation) {
    int32_t inputs[PIECE], results[PIECE];
    const size_t width = STRIP * LENGTH;
    if (lanes % width != 0 || (!wanted && NAME(full)(columns, lanes, in, inputs)))
        return NAME(panels)(rows, columns, columns, lanes, packed, bias, in, NULL, NULL, out, 1, store, activation);
    for (size_t row = 0; row < rows; row += PIECE) {
        const size_t past = rows - row < PIECE ? rows : row + PIECE;
        size_t count = past - row;
        for (size_t r = 0; r < count; r++) results[r] = (int32_t)(row + r);
        for (size_t lane = 0; lane < lanes; lane += width) {
            if (wanted) count = NAME(live)(row, past, lanes, wanted + lane, results);
            size_t k = 0;
            do {
                const size_t end = columns - k < PIECE ? columns : k + PIECE;
                const NAME(part) p = {
                    .lanes = lanes, .panel_stride = columns * PANEL,
                    .live = NAME(live)(k, end, lanes, in + lane, inputs), .list = inputs, .weights = packed,
                    .bias = bias, .in = in + lane, .out = out + lane, .continued = k > 0 || store == GS_STORE_ADD,
                    .last = end == columns, .activation = activation,
                };
                NAME(bands)(count, &p, results);
                k = end;
            } while (k < columns);
        }
    }
}
#undef LENGTH

#elif PASS == EXPORTS
EXPORT(sparse, (
    size_t rows, size_t columns, size_t lanes, const T *packed, const T *bias, const T *in, const T *wanted, T *out,
    gs_store store, gs_activation activation),
    (rows, columns, lanes, packed, bias, in, wanted, out, store, activation))
#endif
