#ifndef PASS
#define SELF "matmul.c"
#include "room.h"

// Columns of the result that are computed at once where there is one lane.
#define ABREAST 64
// Products of fewer steps are not worth laying anything out.
#define FEW 512
#include "passes.h"
#elif PASS == KERNELS

#include "panel.h"
#include "transpose.h"

#define MATRIX PUBLIC(matrix)
#define LENGTH (VECTOR / sizeof(T))

// A product; output rows are `out_stride` rows of lanes apart.
typedef struct NAME(product) {
    size_t rows, inner, columns, lanes;
    MATRIX a, b;
    T *out;
    size_t out_stride;
    gs_store store;
} NAME(product);

// One register of lanes of a tile of rows x columns results, in registers over the whole sum.
static INLINE void NAME(tile)(
    const size_t rows, const size_t columns, const NAME(product) *p, size_t row, size_t column, size_t lane) {
    const size_t lanes = p->lanes;
    const T *a = p->a.data + row * p->a.row_stride * lanes + lane;
    const T *b = p->b.data + column * p->b.column_stride * lanes + lane;
    T *out = p->out + (row * p->out_stride + column) * lanes + lane;
    NAME(vector) sum[SIDE][SIDE];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (size_t c = 0; c < columns; c++)
            if (p->store == GS_STORE_ADD)
                memcpy(&sum[r][c], out + (r * p->out_stride + c) * lanes, VECTOR);
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
        for (size_t c = 0; c < columns; c++) memcpy(out + (r * p->out_stride + c) * lanes, &sum[r][c], VECTOR);
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
            T *out = p->out + (row * p->out_stride + column) * lanes + lane, sum = p->store == GS_STORE_ADD ? *out : 0;
            for (size_t k = 0; k < p->inner; k++) {
                const T a = p->a.data[(row * p->a.row_stride + k * p->a.column_stride) * lanes + lane];
                const T b = p->b.data[(k * p->b.row_stride + column * p->b.column_stride) * lanes + lane];
                sum = __builtin_elementwise_fma(a, b, sum);
            }
            *out = sum;
        }
}

// The first factor in panels of rows.
static INLINE void NAME(lay_left)(const NAME(product) *p, T *packed) {
    for (size_t first = 0; first < p->rows; first += PANEL)
        for (size_t k = 0; k < p->inner; k++)
            for (size_t row = first; row < first + PANEL; row++)
                *packed++ = row < p->rows ? p->a.data[row * p->a.row_stride + k * p->a.column_stride] : 0;
}

// `count` columns of the second factor, and zeros up to `width`, each of its rows ABREAST numbers long.
static INLINE void NAME(lay_right)(
    const NAME(product) *p, size_t column, size_t count, size_t width, T *block) {
    const MATRIX b = p->b;
    const T *from = b.data + column * b.column_stride;
    if (b.row_stride == 1)
        NAME(transpose)(count, p->inner, from, b.column_stride, block, ABREAST);
    else
        for (size_t k = 0; k < p->inner; k++)
            for (size_t c = 0; c < count; c++) block[k * ABREAST + c] = from[k * b.row_stride + c * b.column_stride];
    for (size_t k = 0; k < p->inner; k++)
        for (size_t c = count; c < width; c++) block[k * ABREAST + c] = 0;
}

// `width` columns, which is a whole number of registers.
static INLINE void NAME(sum_block)(
    const NAME(product) *p, size_t width, const T *left, const T *right, size_t step, T *out, size_t stride) {
    const size_t piece = SWEEP_BYTES / (ABREAST * sizeof(T));
    size_t k = 0;
    do {
        const size_t length = p->inner - k < piece ? p->inner - k : piece;
        const NAME(sweep) s = {
            .rows = p->rows, .count = length, .lanes = width, .panel_stride = p->inner * PANEL, .in_step = step,
            .out_stride = stride, .weights = left + k * PANEL, .in = right + k * step, .out = out,
            .continued = k > 0 || p->store == GS_STORE_ADD};
        NAME(gs_sweep_dense)(&s);
        k += length;
    } while (k < p->inner);
}

// One lane: vectors run along columns.
static void NAME(alone)(const NAME(product) *p) {
    const size_t packed = (p->rows + PANEL - 1) / PANEL * PANEL * p->inner;
    T *left = gs_room((packed + (p->inner + p->rows) * ABREAST) * sizeof(T));
    T *right = left + packed, *held = right + p->inner * ABREAST;
    NAME(lay_left)(p, left);
    for (size_t column = 0; column < p->columns; column += ABREAST) {
        const size_t left_over = p->columns - column, count = left_over < ABREAST ? left_over : ABREAST;
        const size_t width = (count + LENGTH - 1) / LENGTH * LENGTH;
        T *out = p->out + column;
        const int whole = count == width;
        const int direct = whole && p->b.column_stride == 1;
        if (!direct) NAME(lay_right)(p, column, count, width, right);
        for (size_t r = 0; !whole && p->store == GS_STORE_ADD && r < p->rows; r++) {
            memcpy(held + r * ABREAST, out + r * p->out_stride, count * sizeof(T));
            memset(held + r * ABREAST + count, 0, (width - count) * sizeof(T));
        }
        NAME(sum_block)(
            p, width, left, direct ? p->b.data + column : right, direct ? p->b.row_stride : ABREAST, whole ? out : held,
            whole ? p->out_stride : ABREAST);
        for (size_t r = 0; !whole && r < p->rows; r++)
            memcpy(out + r * p->out_stride, held + r * ABREAST, count * sizeof(T));
    }
}

static void NAME(matmul)(
    size_t rows, size_t inner, size_t columns, size_t lanes, MATRIX a, MATRIX b, T *out, size_t out_stride,
    gs_store store) {
    const NAME(product) p = {rows, inner, columns, lanes, a, b, out, out_stride, store};
    if (lanes == 1 && rows * inner * columns >= FEW) return NAME(alone)(&p);
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
    size_t rows, size_t inner, size_t columns, size_t lanes, MATRIX a, MATRIX b, T *out, size_t out_stride,
    gs_store store), (rows, inner, columns, lanes, a, b, out, out_stride, store))
#undef MATRIX
#endif
