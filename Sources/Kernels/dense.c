#ifndef PASS
#define SELF "dense.c"
#include "passes.h"
#elif PASS == KERNELS

#include "panel.h"

static void NAME(dense)(
    size_t rows, size_t columns, size_t lanes, const T *packed, const T *bias, const T *in, const int32_t *offsets,
    T *out, size_t out_stride, gs_store store, gs_activation activation) {
    NAME(panels)(
        rows, columns, columns, lanes, packed, bias, in, offsets, NULL, out, out_stride, store, activation);
}

// A whole panel, whose loops have no end to look for.
static INLINE void NAME(pack_panel)(
    size_t columns, const T *matrix, const size_t row_stride, const size_t column_stride, T *packed) {
    for (size_t column = 0; column < columns; column++, packed += PANEL)
#pragma clang loop unroll(full)
        for (size_t row = 0; row < PANEL; row++) packed[row] = matrix[row * row_stride + column * column_stride];
}

static void NAME(pack)(
    size_t rows, size_t columns, const T *matrix, size_t row_stride, size_t column_stride, T *packed) {
    for (size_t first = 0; first < rows; first += PANEL, packed += PANEL * columns) {
        const T *panel = matrix + first * row_stride;
        if (first + PANEL <= rows) {
            if (row_stride == 1) NAME(pack_panel)(columns, panel, 1, column_stride, packed);
            else if (column_stride == 1) NAME(pack_panel)(columns, panel, row_stride, 1, packed);
            else NAME(pack_panel)(columns, panel, row_stride, column_stride, packed);
            continue;
        }
        for (size_t column = 0; column < columns; column++)
            for (size_t row = 0; row < PANEL; row++)
                packed[column * PANEL + row] =
                    first + row < rows ? panel[row * row_stride + column * column_stride] : 0;
    }
}

static void NAME(activation_gradient)(gs_activation activation, size_t count, const T *y, const T *gout, T *g) {
    const T a = (T)activation.a, b = (T)activation.b;
    switch (activation.kind) {
    case GS_ACTIVATION_NONE:
        LANEWISE for (size_t i = 0; i < count; i++) g[i] = gout[i];
        return;
    case GS_ACTIVATION_RELU:
        LANEWISE for (size_t i = 0; i < count; i++) g[i] = y[i] > 0 ? gout[i] : 0;
        return;
    case GS_ACTIVATION_LEAKY_RELU:
        LANEWISE for (size_t i = 0; i < count; i++) g[i] = y[i] > 0 ? gout[i] : a * gout[i];
        return;
    case GS_ACTIVATION_CLIP:
        LANEWISE for (size_t i = 0; i < count; i++) g[i] = ((y[i] > a) & (y[i] < b)) ? gout[i] : 0;
        return;
    }
}

#elif PASS == EXPORTS

#if !WIDE
#include "panel.h"

size_t gs_packed_count(size_t rows, size_t columns) { return (rows + PANEL - 1) / PANEL * PANEL * columns; }
#endif

EXPORT(pack, (size_t rows, size_t columns, const T *matrix, size_t row_stride, size_t column_stride, T *packed),
    (rows, columns, matrix, row_stride, column_stride, packed))
EXPORT(dense, (
    size_t rows, size_t columns, size_t lanes, const T *packed, const T *bias, const T *in, const int32_t *offsets,
    T *out, size_t out_stride, gs_store store, gs_activation activation),
    (rows, columns, lanes, packed, bias, in, offsets, out, out_stride, store, activation))
EXPORT(activation_gradient, (gs_activation activation, size_t count, const T *y, const T *gout, T *g),
    (activation, count, y, gout, g))
#endif
