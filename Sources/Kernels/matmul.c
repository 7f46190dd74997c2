#ifndef PASS
#define SELF "matmul.c"
#include "passes.h"
#elif PASS == KERNELS

#define MATRIX PUBLIC(matrix)
#define LENGTH (VECTOR / sizeof(T))
typedef T NAME(vector) __attribute__((ext_vector_type(VECTOR / sizeof(T))));

// A product and how far the next output row is; `out` has `columns` rows of lanes in each of its rows.
typedef struct NAME(product) {
    size_t rows, inner, columns, lanes;
    MATRIX a, b;
    T *out;
    gs_store store;
} NAME(product);

// One register of lanes of a tile of rows x columns results, in registers over the whole sum.
static INLINE void NAME(tile)(
    const size_t rows, const size_t columns, const NAME(product) *p, size_t row, size_t column, size_t lane) {
    const size_t lanes = p->lanes;
    const T *a = p->a.data + row * p->a.row_stride * lanes + lane;
    const T *b = p->b.data + column * p->b.column_stride * lanes + lane;
    T *out = p->out + (row * p->columns + column) * lanes + lane;
    NAME(vector) sum[SIDE][SIDE];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++)
            if (p->store == GS_STORE_ADD)
                memcpy(&sum[r][c], out + (r * p->columns + c) * lanes, VECTOR);
            else
                sum[r][c] = (NAME(vector))(0);
    for (size_t k = 0; k < p->inner; k++) {
        NAME(vector) left[SIDE], right;
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++)
            memcpy(&left[r], a + (r * p->a.row_stride + k * p->a.column_stride) * lanes, VECTOR);
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++) {
            memcpy(&right, b + (k * p->b.row_stride + c * p->b.column_stride) * lanes, VECTOR);
#pragma clang loop unroll(full)
            for (size_t r = 0; r < rows; r++) sum[r][c] = __builtin_elementwise_fma(left[r], right, sum[r][c]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++) memcpy(out + (r * p->columns + c) * lanes, &sum[r][c], VECTOR);
}

// `rows` rows of the result, in tiles as wide as there are columns for.
static INLINE void NAME(band)(const size_t rows, const NAME(product) *p, size_t row, size_t lane) {
    size_t column = 0;
    for (; column + SIDE <= p->columns; column += SIDE) NAME(tile)(rows, SIDE, p, row, column, lane);
    for (; column < p->columns; column++) NAME(tile)(rows, 1, p, row, column, lane);
}

// Widths that are no multiple of a register, one lane at a time: the same sums in the same order.
static void NAME(lane)(const NAME(product) *p, size_t lane) {
    const size_t lanes = p->lanes;
    for (size_t row = 0; row < p->rows; row++)
        for (size_t column = 0; column < p->columns; column++) {
            T *out = p->out + (row * p->columns + column) * lanes + lane, sum = p->store == GS_STORE_ADD ? *out : 0;
            for (size_t k = 0; k < p->inner; k++) {
                const T a = p->a.data[(row * p->a.row_stride + k * p->a.column_stride) * lanes + lane];
                const T b = p->b.data[(k * p->b.row_stride + column * p->b.column_stride) * lanes + lane];
                sum = __builtin_elementwise_fma(a, b, sum);
            }
            *out = sum;
        }
}

static void NAME(matmul)(
    size_t rows, size_t inner, size_t columns, size_t lanes, MATRIX a, MATRIX b, T *out, gs_store store) {
    const NAME(product) p = {rows, inner, columns, lanes, a, b, out, store};
    size_t lane = 0;
    for (; lane + LENGTH <= lanes; lane += LENGTH) {
        size_t row = 0;
        for (; row + SIDE <= rows; row += SIDE) NAME(band)(SIDE, &p, row, lane);
        for (; row < rows; row++) NAME(band)(1, &p, row, lane);
    }
    for (; lane < lanes; lane++) NAME(lane)(&p, lane);
}
#undef MATRIX
#undef LENGTH

#elif PASS == EXPORTS
#define MATRIX PUBLIC(matrix)
EXPORT(matmul, (
    size_t rows, size_t inner, size_t columns, size_t lanes, MATRIX a, MATRIX b, T *out, gs_store store),
    (rows, inner, columns, lanes, a, b, out, store))
#undef MATRIX
#endif
