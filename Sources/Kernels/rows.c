#ifndef PASS
#define SELF "rows.c"
#include "room.h"

// Input rows that are taken together, in the place of lanes.
#define ROWS 64
#include "passes.h"
#elif PASS == KERNELS

#include "panel.h"
#include "transpose.h"

#define SIX NAME(eight)

// Panels whose sums run side by side, so that none waits for another's.
#ifndef ABREAST
#define ABREAST 8
#endif

// The outputs of some panels for one input row, of which `live` lists the elements that matter, in order.
static INLINE void NAME(abreast)(
    const size_t panels, size_t rows, size_t columns, const T *packed, const T *bias, const T *in, size_t count,
    const int32_t *live, T *out, gs_store store, gs_activation activation) {
    SIX sum[ABREAST];
    T ends[ABREAST][8] = {0};
    for (size_t p = 0; p < panels; p++)
        for (size_t r = 0; r < PANEL && p * PANEL + r < rows; r++)
            ends[p][r] = store == GS_STORE_ADD ? out[p * PANEL + r] : bias ? bias[p * PANEL + r] : 0;
#pragma clang loop unroll(full)
    for (size_t p = 0; p < panels; p++) memcpy(&sum[p], ends[p], sizeof sum[p]);
    // A register takes two weights more than a panel has: they are the next step's, and the last step reads its own only.
    const int ending = count > 0 && (size_t)live[count - 1] + 1 == columns;
    for (size_t i = 0; i < count - (size_t)ending; i++) {
        const size_t k = (size_t)live[i];
        const SIX x = (SIX)(in[k]);
#pragma clang loop unroll(full)
        for (size_t p = 0; p < panels; p++) {
            SIX w;
            memcpy(&w, packed + (p * columns + k) * PANEL, sizeof w);
            sum[p] = __builtin_elementwise_fma(w, x, sum[p]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t p = 0; p < panels; p++) memcpy(ends[p], &sum[p], sizeof sum[p]);
    for (size_t p = 0; p < panels; p++)
        for (size_t r = 0; r < PANEL && p * PANEL + r < rows; r++) {
            T last = ends[p][r];
            if (ending)
                last = __builtin_elementwise_fma(
                    packed[(p * columns + columns - 1) * PANEL + r], in[columns - 1], last);
            out[p * PANEL + r] = NAME(activate_one)(last + 0, activation);
        }
}

// The outputs for one input row. Elements that are 0 are passed over if they may be.
static void NAME(one_row)(
    size_t rows, size_t columns, const T *packed, const T *bias, const T *in, T *out, gs_zeros zeros, gs_store store,
    gs_activation activation, int32_t *live) {
    size_t count = 0, row = 0;
    for (size_t k = 0; k < columns; k++) {
        live[count] = (int32_t)k;
        count += zeros == GS_ZEROS_MULTIPLIED || in[k] != 0;
    }
    while (row < rows) {
        const size_t left = rows - row;
        const T *weights = packed + row * columns, *offset = bias ? bias + row : NULL;
        if (left > (ABREAST - 1) * PANEL) {
            NAME(abreast)(ABREAST, left, columns, weights, offset, in, count, live, out + row, store, activation);
            row += ABREAST * PANEL;
        } else if (left > 3 * PANEL) {
            NAME(abreast)(4, left, columns, weights, offset, in, count, live, out + row, store, activation);
            row += 4 * PANEL;
        } else {
            NAME(abreast)(1, left, columns, weights, offset, in, count, live, out + row, store, activation);
            row += PANEL;
        }
    }
}

// The outputs for up to ROWS input rows, turned so that the rows are lanes.
static void NAME(turned)(
    size_t count, size_t rows, size_t columns, const T *packed, const T *bias, const T *in, T *out, size_t out_stride,
    gs_store store, gs_activation activation, T *room) {
    const size_t length = VECTOR / sizeof(T), width = (count + length - 1) / length * length;
    T *inputs = room, *outputs = room + columns * width;
    NAME(transpose)(count, columns, in, columns, inputs, width);
    for (size_t k = 0; k < columns; k++)
        for (size_t n = count; n < width; n++) inputs[k * width + n] = 0;
    if (store == GS_STORE_ADD) {
        NAME(transpose)(count, rows, out, out_stride, outputs, width);
        for (size_t r = 0; r < rows; r++)
            for (size_t n = count; n < width; n++) outputs[r * width + n] = 0;
    }
    NAME(panels)(rows, columns, columns, width, packed, bias, inputs, NULL, NULL, outputs, 1, store, activation);
    NAME(transpose)(rows, count, outputs, width, out, out_stride);
}

static void NAME(dense_rows)(
    size_t count, size_t rows, size_t columns, const T *packed, const T *bias, const T *in, T *out, gs_zeros zeros,
    gs_store store, gs_activation activation, gs_share share) {
    const size_t blocks = (count + ROWS - 1) / ROWS, panels = (rows + PANEL - 1) / PANEL;
    // Few input rows are shared out by output rows.
    const int by_panels = blocks < 2 * share.parts;
    const size_t top = by_panels ? panels * share.part / share.parts * PANEL : 0;
    const size_t bottom =
        by_panels && share.part + 1 < share.parts ? panels * (share.part + 1) / share.parts * PANEL : rows;
    const size_t from = by_panels ? 0 : blocks * share.part / share.parts * ROWS;
    const size_t end = by_panels || share.part + 1 == share.parts ? count : blocks * (share.part + 1) / share.parts * ROWS;
    if (top >= bottom) return;
    const int turning = count > 2;
    void *room = gs_room(turning ? (columns + bottom - top) * ROWS * sizeof(T) : columns * sizeof(int32_t));
    const T *weights = packed + top * columns, *offset = bias ? bias + top : NULL;
    for (size_t n = from; n < end; n += turning ? ROWS : 1) {
        const T *x = in + n * columns;
        T *y = out + n * rows + top;
        if (turning)
            NAME(turned)(
                end - n < ROWS ? end - n : ROWS, bottom - top, columns, weights, offset, x, y, rows, store, activation,
                room);
        else
            NAME(one_row)(bottom - top, columns, weights, offset, x, y, zeros, store, activation, room);
    }
}
#undef SIX

#elif PASS == EXPORTS
EXPORT(dense_rows, (
    size_t count, size_t rows, size_t columns, const T *packed, const T *bias, const T *in, T *out, gs_zeros
    zeros, gs_store store, gs_activation activation, gs_share share),
    (count, rows, columns, packed, bias, in, out, zeros, store, activation, share))
#endif
